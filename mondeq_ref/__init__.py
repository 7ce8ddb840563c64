"""Monotone operator equilibrium networks: a reference implementation with verified numerics.

Names are loaded on first use, so `import mondeq_ref` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

_HOME = {
    "Operator": "operator",
    "Factors": "operator",
    "Head": "operator",
    "Enclosure": "rigor.enclosure",
    "InputError": "arrays",
}

if TYPE_CHECKING:
    from mondeq_ref.arrays import InputError
    from mondeq_ref.operator import Factors, Head, Operator
    from mondeq_ref.rigor.enclosure import Enclosure

__all__ = ["Enclosure", "Factors", "Head", "InputError", "Operator", "__version__"]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'mondeq_ref' has no attribute {name!r}")
    return getattr(import_module(f"mondeq_ref.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
