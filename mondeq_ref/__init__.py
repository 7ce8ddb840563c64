"""Monotone operator equilibrium networks: a reference implementation with verified numerics.

>>> import mondeq_ref as mq
>>> layer = mq.Operator(W=[[0.5, -1.0], [1.0, 0.25]], U=[[1.0], [-1.0]], b=[0.0, 0.5])
>>> quantized = mq.quantize(layer, bits=4)
>>> mq.certify(layer, quantized).rung
1
>>> bool(mq.solve(quantized.operator, [[1.0], [2.0]]).ok.all())
True

Names are loaded on first use: importing mondeq_ref loads no numpy.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from mondeq_ref.api.evaluating import evaluate
    from mondeq_ref.api.judging import check_implementation
    from mondeq_ref.api.loading import load
    from mondeq_ref.api.proving import certify
    from mondeq_ref.api.quantizing import quantize
    from mondeq_ref.api.reading import explain
    from mondeq_ref.api.solver import Solver
    from mondeq_ref.api.solving import gradients, injections, solve
    from mondeq_ref.api.sweeping import sweep
    from mondeq_ref.api.tables import bit_table
    from mondeq_ref.api.training import train
    from mondeq_ref.api.verifying import verify
    from mondeq_ref.errors import InputError
    from mondeq_ref.operator import Factors, Head, Operator
    from mondeq_ref.rigor.enclosure import Enclosure

_HOME = {
    "Operator": "operator",
    "Factors": "operator",
    "Head": "operator",
    "Enclosure": "rigor.enclosure",
    "InputError": "errors",
    "load": "api.loading",
    "quantize": "api.quantizing",
    "certify": "api.proving",
    "verify": "api.verifying",
    "solve": "api.solving",
    "Solver": "api.solver",
    "gradients": "api.solving",
    "injections": "api.solving",
    "bit_table": "api.tables",
    "evaluate": "api.evaluating",
    "sweep": "api.sweeping",
    "train": "api.training",
    "check_implementation": "api.judging",
    "explain": "api.reading",
}

__all__ = [
    "Enclosure",
    "Factors",
    "Head",
    "InputError",
    "Operator",
    "Solver",
    "__version__",
    "bit_table",
    "certify",
    "check_implementation",
    "evaluate",
    "explain",
    "gradients",
    "injections",
    "load",
    "quantize",
    "solve",
    "sweep",
    "train",
    "verify",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'mondeq_ref' has no attribute {name!r}")
    return getattr(import_module(f"mondeq_ref.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)


class _PublicNames(ModuleType):
    """A module whose public names stay functions when a package of the same name is imported.

    The import system stores every imported submodule on its parent: after
    `import mondeq_ref.certify.ladder` the name `mondeq_ref.certify` would be the package.  The
    packages certify, quantize, solve and train hold what their functions are made of, so they keep
    their names; `from mondeq_ref.certify import ladder` reads sys.modules and works as ever.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _HOME and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _PublicNames
