"""Comparisons of spectral quantities decided exactly, on the threshold as well as near it.

Disjoint enclosures decide.  Otherwise lambda_min(S) > t is decided as the positive definiteness of
S - tI, and ||A|| < r as that of r^2 I - A'A.  Every comparison is decided.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from sys import float_info

from flint import fmpq

from mondeq_ref.rigor.definite import is_positive_definite, is_positive_semidefinite
from mondeq_ref.rigor.dyadic import Dyadic, identity
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.rational import Rational, fmpq_of, times_power
from mondeq_ref.rigor.spectrum import (
    frobenius_norm,
    frobenius_norm_squared,
    greatest_eigenvalue,
    least_eigenvalue,
    norm_inf,
    norm_one,
    spectral_norm,
    spectral_norm_squared,
)


@dataclass(frozen=True)
class Separation:
    """Whether x < y, with x < threshold < y if so and x >= threshold >= y if not."""

    holds: bool
    threshold: fmpq


def separation(left: Enclosure, right: Enclosure) -> Separation | None:
    """Whether x < y, by disjoint enclosures of the two; None where these overlap."""
    if left.hi < right.lo:
        return Separation(True, _inside(left.hi, right.lo))
    return Separation(False, _inside(right.hi, left.lo)) if left.lo >= right.hi else None


def least_eigenvalue_exceeds(S: Dyadic, t: Rational) -> bool:
    """lambda_min(S) > t, decided exactly."""
    return _eigenvalue_exceeds(S, fmpq_of(t))


def least_eigenvalue_is(S: Dyadic, t: Rational) -> bool:
    """lambda_min(S) = t, decided exactly."""
    shifted = _minus_multiple_of_identity(S, fmpq_of(t))
    return _is_singular(shifted) and is_positive_semidefinite(shifted)


def spectral_norm_less(A: Dyadic, r: Rational) -> bool:
    """||A|| < r, decided exactly."""
    return _norm_less(A, fmpq_of(r))


def spectral_norm_is(A: Dyadic, r: Rational) -> bool:
    """||A|| = r, decided exactly."""
    gram = _gram(A)
    shifted = _minus_multiple_of_identity(-gram, -(fmpq_of(r) ** 2))
    return r >= 0 and _is_singular(shifted) and is_positive_semidefinite(shifted)


def frobenius_less_than_least_eigenvalue(A: Dyadic, S: Dyadic) -> bool:
    """||A||_F < lambda_min(S), decided exactly: for definite S, ||A||_F^2 < lambda_min(S^2)."""
    known = separation(frobenius_norm(A), least_eigenvalue(S))
    if known is not None:
        return known.holds
    square = fmpq_of(frobenius_norm_squared(A))
    return is_positive_definite(S) and _eigenvalue_exceeds(S @ S, square)


def norm_less_than_least_eigenvalue(A: Dyadic, S: Dyadic) -> bool:
    """||A|| < lambda_min(S), decided exactly."""
    return norm_against_least_eigenvalue(A, S).holds


def norm_against_least_eigenvalue(A: Dyadic, S: Dyadic) -> Separation:
    """||A|| < lambda_min(S), decided exactly, with a number between them."""
    return _less(spectral_norm(A), _bound(A), lambda t: _norm_less(A, t), S)


def greatest_less_than_least_eigenvalue(T: Dyadic, S: Dyadic) -> bool:
    """lambda_max(T) < lambda_min(S), decided exactly."""
    return greatest_against_least_eigenvalue(T, S).holds


def greatest_against_least_eigenvalue(T: Dyadic, S: Dyadic) -> Separation:
    """lambda_max(T) < lambda_min(S), decided exactly, with a number between them."""
    return _less(greatest_eigenvalue(T), _bound(T), lambda t: _eigenvalue_exceeds(-T, -t), S)


def _less(left: Enclosure, bound: fmpq, left_less: Callable[[fmpq], bool], S: Dyadic) -> Separation:
    """Whether x < y, for y = lambda_min(S) and x = ||A|| or lambda_max(T), |x| <= bound.

    Where the enclosures overlap: a threshold t with x < t < y proves, one with x >= t >= y
    refutes, and any other gives a closer bracket of both.  This ends, because x = y = s is dyadic
    and then the shortest dyadic number of a narrow enough bracket.  The conjugates of s are
    eigenvalues of S, so >= s; and of T, so <= s (for a norm s > 0, their squares are
    eigenvalues of A'A, so <= s^2).  Hence s is its only conjugate, a rational number, and the
    rational eigenvalues of a dyadic matrix are dyadic: integers have monic polynomials.
    """
    right = least_eigenvalue(S)
    found = separation(left, right)
    if found is not None:
        return found
    limit = max(bound, norm_inf(S))  # in place of ends beyond the range of floats
    lo, hi = min(left.lo, right.lo), max(left.hi, right.hi)
    below = fmpq_of(lo) if isfinite(lo) else -limit
    above = fmpq_of(hi) if isfinite(hi) else limit
    known = [fmpq_of(side.lo) for side in (left, right) if side.lo == side.hi]
    shortest = True
    while True:
        if known:
            t = known.pop()
        else:
            t = _shortest_dyadic(below, above) if shortest else (below + above) / 2
            shortest = not shortest
        is_left, is_right = left_less(t), _eigenvalue_exceeds(S, t)
        if is_left == is_right:
            return Separation(is_left, t)
        below, above = (below, min(above, t)) if is_left else (max(below, t), above)


def _inside(lo: float, hi: float) -> fmpq:
    """A short number strictly between two floats (an infinite one stands for its neighbour)."""
    below, above = fmpq_of(max(lo, -float_info.max)), fmpq_of(min(hi, float_info.max))
    third = (above - below) / 3
    return _shortest_dyadic(below + third, above - third) if third > 0 else below


def _bound(A: Dyadic) -> fmpq:
    """A number at least ||A||."""
    return max(norm_one(A), norm_inf(A))


def _eigenvalue_exceeds(S: Dyadic, t: fmpq) -> bool:
    return is_positive_definite(_minus_multiple_of_identity(S, t))


def _norm_less(A: Dyadic, r: fmpq) -> bool:
    lo, hi = spectral_norm_squared(A)
    if r <= 0 or r * r <= lo:
        return False
    return hi < r * r or is_positive_definite(_minus_multiple_of_identity(-_gram(A), -(r * r)))


def _gram(A: Dyadic) -> Dyadic:
    """A'A or AA', whichever is smaller: they share their largest eigenvalue."""
    return A.T @ A if A.shape[0] >= A.shape[1] else A @ A.T


def _is_singular(S: Dyadic) -> bool:
    """Whether S is singular, by its rank, which FLINT computes faster than the determinant."""
    return S.integers.rank() < S.shape[0]


def _minus_multiple_of_identity(S: Dyadic, t: fmpq) -> Dyadic:
    """q S - p I for t = p/q: a positive multiple of S - tI."""
    n = S.shape[0]
    multiple = Dyadic(identity(n).integers * t.p, 0)
    return Dyadic(S.integers * t.q, S.exponent) - multiple


def _shortest_dyadic(lo: fmpq, hi: fmpq) -> fmpq:
    """The number k 2^e of [lo, hi], lo < hi, with the greatest e; zero if it is inside."""
    if lo <= 0 <= hi:
        return fmpq(0)
    exponent = (hi - lo).p.bit_length() - (hi - lo).q.bit_length() - 2
    k = times_power(lo, -exponent).ceil()
    last = times_power(hi, -exponent).floor()
    while k < last:  # halve both ends inward until one multiple of the power is left
        exponent += 1
        k, last = -((-k) // 2), last // 2
    return times_power(fmpq(k), exponent)
