"""Factors of W = (1 - m) I - A'A + S - S': an operator's own, or new ones."""

from dataclasses import replace

import numpy as np

from mondeq_ref.closed_forms import dyadic
from mondeq_ref.operator import Factors, Operator
from proofs_checks.ingredients.precise import MOST_UNITS


def factors_of(operator: Operator) -> Factors:
    if operator.factors is None:
        raise ValueError("this operator has no factors")
    return operator.factors


def exactly_from(factors: Factors, like: Operator) -> Operator:
    """The operator whose matrix is the exact product of the factors."""
    meant = factors.product
    return replace(like, W=meant.rounded(), factors=factors, meant=meant)


def some_factors(rng: np.random.Generator, n: int) -> Factors:
    """Short numbers half the time, and always for many units, where exact ones grow long."""
    rows = int(rng.choice([1, max(n // 4, 1), n, 2 * n]))
    if n > MOST_UNITS or rng.random() < 0.5:
        rows = min(rows, n)
        return Factors(dyadic(rng, (rows, n)), dyadic(rng, (n, n)), float(rng.integers(1, 65)) / 64)
    A, S = rng.normal(size=(rows, n)), rng.normal(size=(n, n))
    return Factors(A, S, float(rng.uniform(0.01, 1.0)))
