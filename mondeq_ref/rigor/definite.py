"""Positive definiteness of symmetric matrices, decided exactly, with a vector where it fails.

Most matrices are decided by a float Cholesky factor or a float eigenvector that is checked in
integers.  For a matrix that is singular or close to it, an exact Schur complement eliminates the
part that is clearly definite, and the rest is decided in the same way; where that makes no
progress, Sylvester's criterion decides.
"""

import numpy as np
from flint import fmpq, fmpz, fmpz_mat

from mondeq_ref.arrays import Matrix
from mondeq_ref.rigor.dyadic import Dyadic, identity
from mondeq_ref.rigor.integers import nonpositive_step, solve
from mondeq_ref.rigor.proposals import cholesky, cholesky_pivots, eigenpairs, on_grid, unit_scaled
from mondeq_ref.rigor.rational import times_power
from mondeq_ref.rigor.spectrum import diagonal_matrix, norm_inf

CHOLESKY_SHIFT = 2.0**-44  # times n: covers the rounding of the factor, which is about n^2 2^-53
STAGES = 4  # exact complements before the fraction-free elimination of the whole
CLEAR_PIVOT = 2.0**-24  # of a matrix with diagonal near 1: far above the shift


def is_positive_definite(S: Dyadic) -> bool:
    """Whether x'Sx > 0 for every x != 0, exactly; S must be exactly symmetric."""
    return nonpositive_vector(S) is None


def nonpositive_vector(S: Dyadic) -> Dyadic | None:
    """A column x != 0 with x'Sx <= 0; None exactly when S is positive definite.

    With S_JJ positive definite, S is so exactly when the complement T = S_KK - S_KJ S_JJ^-1 S_JK
    is, and y'Ty = x'Sx for x = (-S_JJ^-1 S_JK y, y).  J grows until T is decided or empty; where
    it grows slowly, the leading minors of S decide (a minute at n = 100, badly scaled).
    """
    n = S.shape[0]
    if n == 0:
        return None
    if S.integers != S.integers.transpose():
        raise ValueError(f"definiteness needs an exactly symmetric matrix, got shape {S.shape}")
    J: list[int] = []
    for _ in range(STAGES):
        K = [i for i in range(n) if i not in J]
        T, X, d = _complement(S, J, K)
        answer = _vector_or_definite_block(T)
        if isinstance(answer, Dyadic):
            return _lifted(answer, J, K, X, d)
        J += [K[i] for i in answer]
        if len(J) == n:
            return None
    # For symmetric S this x has x'Sx = x_k (Sx)_k <= 0.
    x = nonpositive_step(S.integers)
    return None if x is None else Dyadic(x, 0)


def is_positive_semidefinite(S: Dyadic) -> bool:
    """Whether x'Sx >= 0 for every x, exactly.

    Let J index a maximal set of independent columns.  S symmetric implies
    S = [I B]' S_JJ [I B] up to order, so S >= 0 exactly when S_JJ is positive definite.
    """
    echelon, _, rank = S.integers.rref()
    pivots = [next(j for j, x in enumerate(row) if x != 0) for row in echelon.table()[:rank]]
    return is_positive_definite(S.block(pivots, pivots))


def quadratic_form(S: Dyadic, x: Dyadic) -> fmpq:
    """x'Sx, exactly."""
    value = x.T @ S @ x
    return times_power(value.integers[0, 0], value.exponent)


def _complement(S: Dyadic, J: list[int], K: list[int]) -> tuple[Dyadic, fmpz_mat, fmpz]:
    """d times the Schur complement, and X and d > 0 with S_JJ X = d S_JK."""
    if not J:
        return S, fmpz_mat(0, len(K)), fmpz(1)
    solution = solve(S.block(J, J).integers, S.block(J, K).integers)
    if solution is None:
        raise ArithmeticError("a positive definite block must be nonsingular")
    X, d = solution
    T = S.block(K, K).integers * d - S.block(K, J).integers * X
    return Dyadic(T, S.exponent), X, d


def _lifted(y: Dyadic, J: list[int], K: list[int], X: fmpz_mat, d: fmpz) -> Dyadic:
    """x = (-X y, d y), as one column."""
    entries = [fmpz(0)] * (len(J) + len(K))
    for block, part in ((J, -(X * y.integers)), (K, y.integers * d)):
        for i, entry in zip(block, part.entries(), strict=True):
            entries[i] = entry
    return Dyadic(fmpz_mat(len(entries), 1, entries), y.exponent)


def _vector_or_definite_block(S: Dyadic) -> Dyadic | list[int]:
    """A column x != 0 with x'Sx <= 0, or nonempty indices whose block is positive definite."""
    n = S.shape[0]
    diagonal = [S.integers[i, i] for i in range(n)]
    for i in range(n):
        if diagonal[i] <= 0:
            return Dyadic(fmpz_mat(n, 1, [int(j == i) for j in range(n)]), 0)
    if S.integers.is_diagonal():
        return list(range(n))
    # D S D is definite exactly when S is, and its diagonal is near 1, which suits floats.
    halves = [entry.bit_length() // 2 for entry in diagonal]
    D = diagonal_matrix([1 << (max(halves) - half) for half in halves], 0)
    scaled = D @ S @ D
    F, shift = unit_scaled(scaled)
    unit = Dyadic(scaled.integers, scaled.exponent - shift)
    if _cholesky_proves(unit, F):
        return list(range(n))
    pairs = eigenpairs(F)
    if pairs is not None:
        x = on_grid(pairs[1][:, :1])
        if not x.integers.is_zero() and quadratic_form(scaled, x) <= 0:
            return D @ x
    pivots = cholesky_pivots(F, CLEAR_PIVOT) or [0]
    while len(pivots) > 1 and not _cholesky_proves(
        unit.block(pivots, pivots), F[np.ix_(pivots, pivots)]
    ):
        pivots = pivots[: len(pivots) // 2]
    return pivots  # a single one is a positive entry of the diagonal


def _cholesky_proves(unit: Dyadic, F: Matrix) -> bool:
    """Whether a float Cholesky factor R proves that A = `unit` is positive definite.

    A = R'R + sI + (E - sI) with E = A - R'R: every eigenvalue is >= s - ||E - sI||_inf."""
    n = len(F)
    s = n * CHOLESKY_SHIFT
    factor = cholesky(F - s * np.eye(n))
    if factor is None:
        return False
    R = on_grid(factor)
    return norm_inf(unit - R.T @ R - identity(n) * s) < fmpq(*s.as_integer_ratio())
