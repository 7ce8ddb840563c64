"""Operators that are known by a matrix alone: U is nothing or I, and b is 0 unless it is given."""

from typing import Any

import numpy as np

from mondeq_ref.operator import Operator
from mondeq_ref.rigor.dyadic import Dyadic


def bare(W: Any, b: Any = None, exact_weights: Dyadic | None = None) -> Operator:
    n = len(W)
    offset = np.zeros(n) if b is None else b
    return Operator(np.array(W, dtype=float), np.zeros((n, 0)), offset, exact_weights=exact_weights)


def of_M(M: Any) -> Operator:
    """W = I - M."""
    return bare(np.eye(len(M)) - np.array(M))


def fed(W: Any) -> Operator:
    """Inputs are injections: U = I."""
    return Operator(np.array(W, dtype=float), np.eye(len(W)), np.zeros(len(W)))
