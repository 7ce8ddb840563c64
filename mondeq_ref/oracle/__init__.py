"""Conformance tests of implementations of the layer, against exact or certified answers.

Names are imported on first use, because the process that runs an implementation needs few of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mondeq_ref.oracle.check import check_implementation
    from mondeq_ref.oracle.draw import drawn
    from mondeq_ref.oracle.report import Failure, Report

__all__ = ["Failure", "Report", "check_implementation", "drawn"]
_HOME = {"Failure": "report", "Report": "report", "drawn": "draw", "check_implementation": "check"}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'mondeq_ref.oracle' has no attribute {name!r}")
    return getattr(import_module(f"mondeq_ref.oracle.{_HOME[name]}"), name)
