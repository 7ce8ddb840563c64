"""Factors of W = (1 - m) I - A'A + S - S': of an operator, drawn at random, or of any W."""

from dataclasses import replace

import numpy as np
from flint import fmpq, fmpq_mat, fmpz, fmpz_mat

from mondeq_ref.instances.closed_forms import dyadic
from mondeq_ref.operator import Factors, Operator
from mondeq_ref.rigor.dyadic import Dyadic, identity
from proofs_checks.quantities.eigenvalues import MOST_UNITS
from proofs_checks.quantities.rational_points import matrix


def factors_of(operator: Operator) -> Factors:
    if operator.factors is None:
        raise ValueError("this operator has no factors")
    return operator.factors


def exactly_from(factors: Factors, like: Operator) -> Operator:
    """The operator whose matrix is the exact product of the factors."""
    W = factors.product
    return replace(like, W=W.rounded(), factors=factors, exact_weights=W)


def some_factors(rng: np.random.Generator, n: int) -> Factors:
    """Random factors; half of them, and all above MOST_UNITS units, have entries of few bits."""
    rows = int(rng.choice([1, max(n // 4, 1), n, 2 * n]))
    if n > MOST_UNITS or rng.random() < 0.5:
        rows = min(rows, n)
        return Factors(dyadic(rng, (rows, n)), dyadic(rng, (n, n)), float(rng.integers(1, 65)) / 64)
    A, S = rng.normal(size=(rows, n)), rng.normal(size=(n, n))
    return Factors(A, S, float(rng.uniform(0.01, 1.0)))


def product(A: Dyadic, K: Dyadic, m: float) -> Dyadic:
    n = K.shape[0]
    return identity(n) - identity(n) * m - A.T @ A + K


def has_full_rank(A: Dyadic) -> bool:
    """Whether the columns of A are linearly independent, exactly."""
    return A.integers.rank() == A.shape[1]


def is_product(W: fmpq_mat, m: fmpq) -> bool:
    """Whether pivoting finds d > 0, l and S with (1 - m) I - sum_k l_k l_k'/d_k + S - S' = W."""
    n = W.nrows()
    eye = matrix(identity(n))
    rest, unit = (eye - (W + W.transpose()) / 2 - eye * m).numer_denom()
    pairs = semidefinite_factor(rest)
    if pairs is None:
        return False
    S = (W - W.transpose()) / 4
    L = fmpz_mat(len(pairs), n, [x for _, column in pairs for x in column])
    over_d = fmpq_mat(len(pairs), n, [fmpq(x, d) for d, column in pairs for x in column])
    return eye * (1 - m) - fmpq_mat(L.transpose()) * over_d / unit + S - S.transpose() == W


def semidefinite_factor(P: fmpz_mat) -> list[tuple[fmpz, list[fmpz]]] | None:
    """Integers d_k > 0 and columns l_k with P = sum_k l_k l_k'/d_k; None if P is not semidefinite.

    Elimination without fractions (Bareiss): the pivot before divides every new entry."""
    n, rows, before = P.nrows(), P.table(), fmpz(1)
    pairs: list[tuple[fmpz, list[fmpz]]] = []
    while n:
        k = max(range(n), key=lambda i: rows[i][i])
        pivot, column = rows[k][k], rows[k]
        if pivot <= 0:  # a semidefinite matrix without a positive diagonal entry is zero
            return None if any(map(any, rows)) else pairs
        pairs.append((pivot * before, column))
        rows = [
            [(pivot * x - c * y) // before for x, y in zip(row, column, strict=True)]
            for row, c in zip(rows, column, strict=True)
        ]
        before = pivot
    return pairs
