"""Accuracy at proved equilibria, and at the points that the published settings return."""

import numpy as np

from mondeq_ref.arrays import Integers
from mondeq_ref.certify.decisions import UNCERTAIN, certain_class
from mondeq_ref.certify.prove import Equilibria
from mondeq_ref.inputs import Injections
from mondeq_ref.operator import Head, Operator
from mondeq_ref.solve.methods import PeacemanRachford
from mondeq_ref.study import published_runs as runs
from paper_figures.numbers import certified
from paper_figures.numbers.table import Cell

TOLERANCE, STEPS = 1e-5, 500  # of the published evaluation


def is_right(operator: Operator, c: Injections, labels: Integers) -> tuple[np.ndarray, Equilibria]:
    """Whether each class is right; an input without a proved equilibrium counts as wrong."""
    found = certified.equilibria(operator, c)
    classes = _head(operator).logits(found.z).argmax(axis=1)
    return (classes == labels) & found.proved, found


def exactly(operator: Operator, c: Injections, labels: Integers) -> dict[str, Cell]:
    """Accuracy at proved equilibria."""
    right, found = is_right(operator, c, labels)
    certain = certain_class(_head(operator), found.z, found.radius) != UNCERTAIN
    return _counted(right, float((found.proved & ~certain).mean())) | {
        "unproved": int((~found.proved).sum())
    }


def as_published(operator: Operator, c: Injections, labels: Integers) -> dict[str, Cell]:
    if not operator.margin.lo > 0:
        return {"inputs": len(c)}

    def right(dtype: type[np.floating]) -> np.ndarray:
        method = PeacemanRachford()
        z = runs.splitting(operator, c.c, method, STEPS, TOLERANCE, dtype).z
        return _head(operator).logits(z.astype(np.float64)).argmax(axis=1) == labels

    narrow, wide = right(np.float32), right(np.float64)
    return _counted(narrow, float((narrow != wide).mean()))


def of_other_codes(found: dict[str, Cell]) -> dict[str, Cell]:
    """The cells, with the error that other safe codes may cause: a sampling error, an estimate."""
    error, spread = found.get("error"), found.get("sampling_error")
    if isinstance(error, float) and isinstance(spread, float):
        return found | {"error": error + spread}
    return found


def _counted(right: np.ndarray, error: float) -> dict[str, Cell]:
    share = float(right.mean())
    spread = float(np.sqrt(share * (1 - share) / len(right)))
    return {
        "accuracy": share,
        "error": error + 1 / len(right),  # one input, whose class may depend on rounding
        "sampling_error": spread,
        "inputs": len(right),
    }


def _head(operator: Operator) -> Head:
    if operator.head is None:
        raise ValueError("an accuracy needs a classifier head")
    return operator.head
