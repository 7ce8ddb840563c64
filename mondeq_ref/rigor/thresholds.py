"""Comparisons of spectral quantities decided exactly, on the threshold as well as near it.

Enclosures decide when they are apart.  Otherwise lambda_min(S) > t is the positive
definiteness of S - tI, and ||A|| < r that of r^2 I - A'A.
"""

from collections.abc import Callable
from math import isfinite

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
from mondeq_ref.verdict import Outcome, less

ROUNDS = 64  # an undecided comparison then agrees in about 32 bits more than its enclosures


def least_eigenvalue_exceeds(S: Dyadic, t: Rational) -> bool:
    """lambda_min(S) > t, decided exactly."""
    return _eigenvalue_exceeds(S, fmpq_of(t))


def least_eigenvalue_is(S: Dyadic, t: Rational) -> bool:
    """lambda_min(S) = t, decided exactly."""
    shifted = _minus_multiple_of_identity(S, fmpq_of(t))
    return shifted.integers.det() == 0 and is_positive_semidefinite(shifted)


def spectral_norm_less(A: Dyadic, r: Rational) -> bool:
    """||A|| < r, decided exactly."""
    return _norm_less(A, fmpq_of(r))


def spectral_norm_is(A: Dyadic, r: Rational) -> bool:
    """||A|| = r, decided exactly."""
    gram = _gram(A)
    shifted = _minus_multiple_of_identity(-gram, -(fmpq_of(r) ** 2))
    singular = shifted.integers.det() == 0 if r >= 0 else False
    return singular and is_positive_semidefinite(shifted)


def frobenius_less_than_least_eigenvalue(A: Dyadic, S: Dyadic) -> bool:
    """||A||_F < lambda_min(S), decided exactly: for definite S, ||A||_F^2 < lambda_min(S^2)."""
    outcome = less(frobenius_norm(A), least_eigenvalue(S))
    if outcome is not Outcome.UNDECIDED:
        return outcome is Outcome.PROVED
    square = fmpq_of(frobenius_norm_squared(A))
    return is_positive_definite(S) and _eigenvalue_exceeds(S @ S, square)


def norm_less_than_least_eigenvalue(A: Dyadic, S: Dyadic, rounds: int = ROUNDS) -> Outcome:
    """||A|| < lambda_min(S); UNDECIDED as in `_separated`."""
    norm = spectral_norm(A)
    return _separated(norm, _bound(A), lambda t: _norm_less(A, t), S, rounds)


def greatest_less_than_least_eigenvalue(T: Dyadic, S: Dyadic, rounds: int = ROUNDS) -> Outcome:
    """lambda_max(T) < lambda_min(S); UNDECIDED as in `_separated`."""
    value = greatest_eigenvalue(T)
    return _separated(value, _bound(T), lambda t: _eigenvalue_exceeds(-T, -t), S, rounds)


def _separated(
    left: Enclosure, bound: fmpq, left_less: Callable[[fmpq], bool], S: Dyadic, rounds: int
) -> Outcome:
    """Is a number x < lambda_min(S)?  By thresholds, once the enclosures overlap.

    A threshold t with x < t < lambda_min proves, one with x >= t >= lambda_min refutes, and any
    other brackets both numbers more closely.  The eigenvalues and norms of dyadic matrices that
    are rational are dyadic (the integers have a monic characteristic polynomial), and trying
    the shortest dyadic number of the bracket finds them.  So UNDECIDED is left for irrational
    numbers that are equal, or agree to many more digits than a float has.
    """
    right = least_eigenvalue(S)
    outcome = less(left, right)
    if outcome is not Outcome.UNDECIDED:
        return outcome
    if left.lo == left.hi:
        return _decided(_eigenvalue_exceeds(S, fmpq_of(left.lo)))
    if right.lo == right.hi:
        return _decided(left_less(fmpq_of(right.lo)))
    limit = max(bound, norm_inf(S))  # in place of ends beyond the range of floats
    lo, hi = min(left.lo, right.lo), max(left.hi, right.hi)
    below = fmpq_of(lo) if isfinite(lo) else -limit
    above = fmpq_of(hi) if isfinite(hi) else limit
    for attempt in range(rounds):
        t = (below + above) / 2 if attempt % 2 else _shortest_dyadic(below, above)
        is_left, is_right = left_less(t), _eigenvalue_exceeds(S, t)
        if is_left == is_right:
            return _decided(is_left)
        below, above = (below, t) if is_left else (t, above)
    return Outcome.UNDECIDED


def _decided(answer: bool) -> Outcome:
    return Outcome.PROVED if answer else Outcome.REFUTED


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
