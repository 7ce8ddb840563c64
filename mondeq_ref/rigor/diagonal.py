"""Diagonal weights: D > 0 with sym(D M) positive definite, and matrices that refute every D.

With such a D the operator is strongly monotone in the inner product <x, D y>, in which ReLU
still is the resolvent of the normal cone of the orthant (the projection acts entrywise).
"""

from collections.abc import Sequence
from math import inf

import numpy as np

from mondeq_ref.arrays import Matrix
from mondeq_ref.rigor.definite import is_positive_definite
from mondeq_ref.rigor.dyadic import Dyadic
from mondeq_ref.rigor.process import one_thread
from mondeq_ref.rigor.proposals import unit_scaled
from mondeq_ref.rigor.spectrum import diagonal_matrix, symmetric_part_twice

SLACKS = tuple(2.0**-k for k in (36, 24, 12, 4, 1))  # relative, tightest first


def weights_hold(M: Dyadic, weights: Sequence[int]) -> bool:
    """Whether the weights are positive and sym(D M) is positive definite, exactly."""
    if len(weights) != M.shape[0] or min(weights, default=1) <= 0:
        return False
    return is_positive_definite(symmetric_part_twice(diagonal_matrix(list(weights), 0) @ M))


def refutes_weights(M: Dyadic, Y: Dyadic) -> bool:
    """Whether X = Y Y' refutes all diagonal weights: X != 0 and (M X)_ii <= 0 for every i, exactly.

    X is positive semidefinite by construction.  If D >= 0 and sym(D M) were positive definite,
    then 0 < tr(sym(D M) X) = tr(D M X) = sum_i d_i (M X)_ii <= 0.
    """
    if Y.shape[0] != M.shape[0] or Y.integers.is_zero():
        return False
    rows = zip((M @ Y).integers.table(), Y.integers.table(), strict=True)
    return all(sum(p * q for p, q in zip(u, v, strict=True)) <= 0 for u, v in rows)


@one_thread()
def weighted_margin_below(M: Dyadic, weights: Sequence[int]) -> float:
    """A proved lower bound of m_D = lambda_min(D^-1/2 sym(D M) D^-1/2), for weights that hold.

    m_D > t exactly when sym(D M) - t D is positive definite; 0 is a bound for every D that holds.
    """
    D = diagonal_matrix(list(weights), 0)
    twice = symmetric_part_twice(D @ M)
    K = _weighted(M, D)
    candidate = float(np.linalg.eigvalsh((K + K.T) / 2)[0]) if np.isfinite(K).all() else 0.0
    for slack in SLACKS:
        t = candidate * (1 - slack)
        if t > 0 and is_positive_definite(twice - D * (2 * t)):
            return t
    return 0.0


@one_thread()
def weighted_norm_above(M: Dyadic, weights: Sequence[int]) -> float:
    """A proved upper bound of L_D = ||D^1/2 M D^-1/2||: r with r^2 D - M'D M positive definite."""
    D = diagonal_matrix(list(weights), 0)
    gram = M.T @ D @ M
    K = _weighted(M, D)
    candidate = float(np.linalg.norm(K, 2)) if np.isfinite(K).all() else 0.0
    for slack in SLACKS:
        r = candidate * (1 + slack)
        if 0 < r < inf and is_positive_definite(D * r * r - gram):
            return r
    return inf


def _weighted(M: Dyadic, D: Dyadic) -> Matrix:
    """D^1/2 M D^-1/2 in floats, for proposals; not finite where the weights differ too much."""
    root = np.sqrt(np.diagonal(unit_scaled(D)[0]))
    F, shift = unit_scaled(M)
    with np.errstate(all="ignore"):
        return np.ldexp(root[:, None] * F / root, shift)
