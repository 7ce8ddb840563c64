"""Is a symmetric matrix positive definite?  Always decided, with a vector when it is not.

Most matrices are decided by a float Cholesky factor or a float eigenvector whose claim is
checked in integers; what is too close for floats, or singular, by determinants.
"""

import numpy as np
from flint import fmpq, fmpz_mat

from mondeq_ref.arrays import Matrix
from mondeq_ref.rigor.dyadic import Dyadic, identity
from mondeq_ref.rigor.integers import kernel_vector, nonpositive_step, solve
from mondeq_ref.rigor.proposals import cholesky, eigenpairs, on_grid, unit_scaled
from mondeq_ref.rigor.rational import times_power
from mondeq_ref.rigor.spectrum import diagonal_matrix, eigenvalue_enclosures, norm_inf

CHOLESKY_SHIFT = 2.0**-44  # times n: covers the rounding of the factor, which is about n^2 2^-53


def is_positive_definite(S: Dyadic) -> bool:
    """Is x'Sx > 0 for every x != 0?  Exact; S must be exactly symmetric."""
    return nonpositive_vector(S) is None


def nonpositive_vector(S: Dyadic) -> Dyadic | None:
    """A column x != 0 with x'Sx <= 0, or None, which says that S is positive definite."""
    n = S.shape[0]
    if S.integers != S.integers.transpose():
        raise ValueError(f"definiteness needs an exactly symmetric matrix, got shape {S.shape}")
    diagonal = [S.integers[i, i] for i in range(n)]
    for i in range(n):
        if diagonal[i] <= 0:
            return Dyadic(fmpz_mat(n, 1, [int(j == i) for j in range(n)]), 0)
    if S.integers.is_diagonal():
        return None
    # D S D has a diagonal near 1: the same answer, and floats see every entry that matters.
    halves = [entry.bit_length() // 2 for entry in diagonal]
    D = diagonal_matrix([1 << (max(halves) - half) for half in halves], 0)
    x = _decide(D @ S @ D)
    return None if x is None else D @ x


def is_positive_semidefinite(S: Dyadic) -> bool:
    """Is x'Sx >= 0 for every x?  Exact.

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


def _decide(S: Dyadic) -> Dyadic | None:
    F, shift = unit_scaled(S)
    unit = Dyadic(S.integers, S.exponent - shift)
    if _cholesky_proves(unit, F):
        return None
    pairs = eigenpairs(F)
    if pairs is None:
        return _by_minors(S)
    x = on_grid(pairs[1][:, :1])
    if not x.integers.is_zero() and quadratic_form(S, x) <= 0:
        return x
    return _near_singular(S, x)


def _cholesky_proves(unit: Dyadic, F: Matrix) -> bool:
    """A = R'R + sI + (E - sI) with E = A - R'R: every eigenvalue is >= s - ||E - sI||_inf."""
    n = len(F)
    s = n * CHOLESKY_SHIFT
    factor = cholesky(F - s * np.eye(n))
    if factor is None:
        return False
    R = on_grid(factor)
    return norm_inf(unit - R.T @ R - identity(n) * s) < fmpq(*s.as_integer_ratio())


def _near_singular(S: Dyadic, x: Dyadic) -> Dyadic | None:
    """Determinants decide; x approximates the eigenvector of the least eigenvalue.

    For y = S^-1 x, y'Sy = x'S^-1 x is dominated by the eigenvalue nearest to zero.  When all
    eigenvalues but the least are positive, it has the sign of the determinant.
    """
    determinant = S.integers.det()
    if determinant == 0:
        kernel = kernel_vector(S.integers)
        return None if kernel is None else Dyadic(kernel, 0)
    solution = solve(S.integers, x.integers)
    y = x if solution is None else Dyadic(solution[0], 0)
    if not y.integers.is_zero() and quadratic_form(S, y) <= 0:
        return y
    if determinant > 0 and all(value.lo > 0 for value in eigenvalue_enclosures(S)[1:]):
        return None
    return _by_minors(S)


def _by_minors(S: Dyadic) -> Dyadic | None:
    """Sylvester: for symmetric S the step of `nonpositive_step` has x'Sx = x_k (Sx)_k <= 0."""
    x = nonpositive_step(S.integers)
    return None if x is None else Dyadic(x, 0)
