"""The claims, one file each.  NAMES lists them in the order of the paper."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from proofs_checks.theorem import Theorem

NAMES = (
    "equivalence",
    "parameterization",
    "quantizer",
    "margin",
    "certificate",
    "forward_backward",
    "peaceman_rachford",
    "douglas_rachford",
    "displacement",
    "condition",
    "backward",
    "inexact",
    "structured",
    "existence",
)


def theorem(name: str) -> "Theorem":
    """The value THEOREM of the claim's file."""
    return import_module(f"proofs_checks.claims.{name}").THEOREM
