"""Enclosures of eigenvalues and norms of exact matrices: LAPACK proposes, integers verify.

Every routine accepts any finite matrix, which is scaled by an exact power of two before it is
rounded to floats.  Where LAPACK fails, norms give a valid but wide enclosure.
"""

from fractions import Fraction
from math import ldexp

import numpy as np
from flint import fmpq, fmpz_mat

from mondeq_ref.rigor.dyadic import Dyadic, identity
from mondeq_ref.rigor.enclosure import Enclosure, from_rational
from mondeq_ref.rigor.fast import norm_above
from mondeq_ref.rigor.proposals import eigenpairs, on_grid, right_singular_pairs, unit_scaled
from mondeq_ref.rigor.rational import (
    fmpq_of,
    fraction_of,
    root_above,
    root_enclosure,
    times_power,
)

RANK_ONE = 2.0**-20  # of the first singular value: up to there the second may be zero
CENTER_BITS = 60  # proposed eigenvalues of a matrix with entries below 1 lie on this grid


def least_eigenvalue(S: Dyadic) -> Enclosure:
    """The least eigenvalue of an exactly symmetric matrix, of any multiplicity."""
    centers, radius = _eigenvalue_balls(S)
    return _around(centers[0], radius)


def greatest_eigenvalue(S: Dyadic) -> Enclosure:
    """The greatest eigenvalue of an exactly symmetric matrix, of any multiplicity."""
    centers, radius = _eigenvalue_balls(S)
    return _around(centers[-1], radius)


def eigenvalue_enclosures(S: Dyadic) -> list[Enclosure]:
    """Every eigenvalue of an exactly symmetric matrix, ascending, with multiplicity."""
    centers, radius = _eigenvalue_balls(S)
    return [_around(center, radius) for center in centers]


def spectral_norm(A: Dyadic) -> Enclosure:
    """The largest singular value of A, which may be rectangular."""
    lo, hi = spectral_norm_squared(A)
    return root_enclosure(lo, hi)


def spectral_norm_squared(A: Dyadic) -> tuple[fmpq, fmpq]:
    """Rationals around ||A||^2, equal when A is zero or has rank one.

    With A tall (a wide one is transposed) V is square, and for G = (AV)'(AV)
        ||A||^2 <= ||AV||^2 / s_min(V)^2 <= ||G||_inf / (1 - ||I - V'V||_inf),
    since ||AV||^2 = ||G|| <= ||G||_inf and s_min(V)^2 is the least eigenvalue of V'V.
    From below: ||Av||^2 / ||v||^2 for the first column v of V.  From above also, where floats do
    not see that it is too large to help, ||A||_1 ||A||_inf.  Where floats take the rank for one,
    the largest row is taken for v, which gives the norm itself if they are right.
    """
    if A.shape[0] < A.shape[1]:
        A = A.T
    F, shift = unit_scaled(A)
    proposal = right_singular_pairs(F)
    if proposal is None or (proposal[0][1:] <= RANK_ONE * proposal[0][:1]).all():
        lo, hi = _by_largest_row(A)
        if proposal is None or lo == hi:
            return lo, min(hi, _norm_one_times_inf(A))
    V = on_grid(proposal[1])
    AV, n = A @ V, V.shape[1]
    defect = norm_inf(identity(n) - V.T @ V)
    hi = norm_inf(AV.T @ AV) / (1 - defect) if defect < 1 else _norm_one_times_inf(A)
    image, v = (_frobenius_squared(K.block(range(K.shape[0]), [0])) for K in (AV, V))
    if fmpq_of(norm_above(F)) ** 2 < 2 * times_power(hi, -2 * shift):
        hi = min(hi, _norm_one_times_inf(A))
    return image / v if v > 0 else fmpq(0), hi


def _by_largest_row(A: Dyadic) -> tuple[fmpq, fmpq]:
    """||Av||^2 / ||v||^2 for the largest row v, and ||A||_F^2: both ||A||^2 at rank one."""
    rows = [sum(x * x for x in row) for row in A.integers.table()]
    most = max(rows, default=0)
    if most == 0:
        return fmpq(0), fmpq(0)
    largest = A.block([rows.index(most)], range(A.shape[1])).T
    lo = _frobenius_squared(A @ largest) / times_power(most, 2 * A.exponent)
    return lo, times_power(sum(rows), 2 * A.exponent)


def frobenius_norm_squared(A: Dyadic) -> Fraction:
    """The exact sum of the squares of the entries."""
    return fraction_of(_frobenius_squared(A))


def frobenius_norm(A: Dyadic) -> Enclosure:
    square = _frobenius_squared(A)
    return root_enclosure(square, square)


def frobenius_above(A: Dyadic) -> fmpq:
    """An upper bound, at most one part in 2^63 above the Frobenius norm."""
    return root_above(_frobenius_squared(A))


def symmetric_part_twice(A: Dyadic) -> Dyadic:
    """A + A', which unlike its half needs no new exponent to stay in integers."""
    return A + A.T


def symmetric_part(A: Dyadic) -> Dyadic:
    twice = A + A.T
    return Dyadic(twice.integers, twice.exponent - 1)


def norm_inf(A: Dyadic) -> fmpq:
    """The largest row sum of absolute values: a bound on every eigenvalue."""
    sums = (sum(map(abs, row)) for row in A.integers.table())
    return times_power(max(sums, default=0), A.exponent)


def norm_one(A: Dyadic) -> fmpq:
    """The largest column sum of absolute values."""
    return norm_inf(A.T)


def _norm_one_times_inf(A: Dyadic) -> fmpq:
    """||A||_1 ||A||_inf >= ||A||^2."""
    sizes = [[abs(entry) for entry in row] for row in A.integers.table()]
    product = max(map(sum, sizes), default=0) * max(map(sum, zip(*sizes, strict=True)), default=0)
    return times_power(product, 2 * A.exponent)


def _norm_above(R: Dyadic) -> fmpq:
    """At least sqrt(||R||_1 ||R||_inf), and little above, as sums of floats go.

    An entry in [q, q + 1) 2^e is at most (|q| + 1) 2^e.  The floats nearest to |q| and to the sum
    are at least (1 - 2^-53)^2 >= 1/(1 + 2^-51) of it."""
    if R.integers.is_zero():
        return fmpq(0)
    words, exponent, whole = R.words()
    sizes = np.abs(words.astype(np.float64))
    found = norm_above(sizes if whole else sizes + 1)
    return times_power(fmpq_of(found) * (1 + fmpq(1, 2**51)), exponent)


def _eigenvalue_balls(S: Dyadic) -> tuple[list[fmpq], fmpq]:
    """Centers c_1 <= ... <= c_n and one radius with |lambda_k - c_k| <= radius for every k.

    For square V with a = ||I - V'V||_inf < 1 and R = SV - V diag(c),
        |lambda_k - c_k| <= ||R|| / s_min(V) <= sqrt(||R||_1 ||R||_inf / (1 - a)).
    Proof (Kahan; Cao, Xie and Li).  Let d = lambda_k - c_k > 0, P the projection on the
    eigenvectors of S of index >= k, E the one on the coordinates <= k, X = P V E.  The ranges
    have dimensions n - k + 1 and k, so some unit e in E's has V e in P's: ||X|| >= s_min(V).
    For the top singular pair u, v of X: u'Rv = ||X|| (u'Su - v'diag(c)v) >= ||X|| d, because
    S >= lambda_k where u lies and diag(c) <= c_k where v does.  For d < 0 take -S.
    """
    n = _order_of_symmetric(S)
    if S.integers.is_diagonal():
        table = S.integers.table()
        return sorted(times_power(table[i][i], S.exponent) for i in range(n)), fmpq(0)
    F, shift = unit_scaled(S)
    proposal = eigenpairs(F)
    if proposal is None:
        return [fmpq(0)] * n, norm_inf(S)
    V = on_grid(proposal[1])
    defect = norm_inf(identity(n) - V.T @ V)
    if defect >= 1:
        return [fmpq(0)] * n, norm_inf(S)
    unit = Dyadic(S.integers, S.exponent - shift)
    codes = [round(ldexp(value, CENTER_BITS)) for value in proposal[0].tolist()]
    R = unit @ V - V @ diagonal_matrix(codes, -CENTER_BITS)
    radius = _norm_above(R) * root_above(1 / (1 - defect))
    centers = [times_power(code, shift - CENTER_BITS) for code in sorted(codes)]
    return centers, times_power(radius, shift)


def _order_of_symmetric(S: Dyadic) -> int:
    n = S.shape[0]
    if n == 0 or S.shape[1] != n or S.integers != S.integers.transpose():
        raise ValueError(f"eigenvalues need an exactly symmetric matrix, got shape {S.shape}")
    return n


def diagonal_matrix(codes: list[int], exponent: int) -> Dyadic:
    """diag(codes) * 2^exponent."""
    found = fmpz_mat(len(codes), len(codes))
    for i, code in enumerate(codes):
        found[i, i] = code
    return Dyadic(found, exponent)


def _frobenius_squared(A: Dyadic) -> fmpq:
    total = sum(entry * entry for entry in A.integers.entries())
    return times_power(total, 2 * A.exponent)


def _around(center: fmpq, radius: fmpq) -> Enclosure:
    return Enclosure(from_rational(center - radius).lo, from_rational(center + radius).hi)
