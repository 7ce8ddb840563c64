"""Factors of W = (1 - m) I - A'A + S - S': of an operator, drawn at random, or of any W."""

from dataclasses import replace

import numpy as np
from flint import fmpq, fmpq_mat

from mondeq_ref.instances.closed_forms import dyadic
from mondeq_ref.operator import Factors, Operator
from mondeq_ref.rigor.dyadic import Dyadic, identity
from proofs_checks.quantities.eigenvalues import MOST_UNITS


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
    """Whether pivoting finds d > 0, l and S with (1 - m) I - sum_k d_k l_k l_k' + S - S' = W."""
    n = W.nrows()
    eye = fmpq_mat(n, n, [int(i == j) for i in range(n) for j in range(n)])
    pairs = semidefinite_factor(eye - (W + W.transpose()) / 2 - eye * m)
    if pairs is None:
        return False
    S = (W - W.transpose()) / 4
    product = eye * (1 - m) + S - S.transpose()
    for d, column in pairs:
        product -= column * column.transpose() * d
    return product == W


def semidefinite_factor(P: fmpq_mat) -> list[tuple[fmpq, fmpq_mat]] | None:
    """d_k > 0 and columns l_k with P = sum_k d_k l_k l_k'; None if P is not semidefinite."""
    n, pairs = P.nrows(), list[tuple[fmpq, fmpq_mat]]()
    while True:
        k = max(range(n), key=lambda i: P[i, i])
        d = P[k, k]
        if d <= 0:  # a semidefinite matrix without a positive diagonal entry is zero
            return pairs if all(entry == 0 for entry in P.entries()) else None
        column = fmpq_mat(n, 1, [P[i, k] / d for i in range(n)])
        pairs.append((d, column))
        P = P - column * column.transpose() * d
