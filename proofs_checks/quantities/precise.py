"""Spectral quantities to as many digits as a comparison needs, for small matrices.

Bounds that are attained, or nearly so, cannot be decided by float enclosures.  A symmetric
matrix of integers has an integer characteristic polynomial, whose real roots FLINT isolates
to any precision; where two sides agree to all those digits they are as a rule rational, and
a rational candidate counts only if a singular positive semidefinite matrix proves it.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from math import isfinite, isqrt

from flint import acb, arb, fmpq

from mondeq_ref.rigor.dyadic import Dyadic, identity
from mondeq_ref.rigor.enclosure import WHOLE_LINE, Enclosure
from mondeq_ref.rigor.process import precision
from mondeq_ref.rigor.spectrum import least_eigenvalue, spectral_norm, symmetric_part
from mondeq_ref.rigor.thresholds import least_eigenvalue_is, spectral_norm_is
from mondeq_ref.rigor.verdict import (
    Guarantee,
    Outcome,
    Verdict,
    exactly,
    exactly_squared,
    precisely,
    precisely_squared,
)

BITS = 400  # of the balls: far below any difference that 53-bit data of a few units can have
MOST_UNITS = 24  # beyond this, characteristic polynomials take longer than an audit should


class IrrationalError(ArithmeticError):
    """A norm, a margin or a root that cannot be written down as a fraction."""


Rationals = Callable[[], tuple[Fraction | None, Fraction | None]]


def decided_again(
    verdict: Verdict,
    order: int,
    balls: Callable[[], tuple[arb, arb]],
    rationals: Rationals,
    *,
    squares: bool = False,
    ordered: bool = False,
) -> Verdict:
    """The two sides (or their squares) in balls, then in rationals; the verdict as it is, where
    neither decides.  With `ordered`, the rationals are not the sides but have their order."""
    if order > MOST_UNITS:
        return verdict
    with precision(BITS):
        again = (precisely_squared if squares else precisely)(*balls())
    if again.outcome is not Outcome.UNDECIDED or not _overlapping(verdict, again):
        return of_one_pair(verdict, again)
    lhs, rhs = rationals()
    if lhs is None or rhs is None:
        return verdict
    if ordered:
        return replace(verdict, guarantee=Guarantee.EXACT, gap=Enclosure.of(rhs - lhs))
    return of_one_pair(verdict, (exactly_squared if squares else exactly)(lhs, rhs))


def of_one_pair(verdict: Verdict, again: Verdict) -> Verdict:
    """The second verdict, if it can be about the numbers of the first; else nothing is decided.

    Two formulas for one bound, one of them wrong, must not vouch for each other."""
    if _overlapping(verdict, again):
        return again
    return Verdict(WHOLE_LINE, WHOLE_LINE, verdict.guarantee)


def _overlapping(one: Verdict, other: Verdict) -> bool:
    return _overlap(one.lhs, other.lhs) and _overlap(one.rhs, other.rhs)


def _overlap(a: Enclosure, b: Enclosure) -> bool:
    return a.lo <= b.hi and b.lo <= a.hi


def eigenvalues(S: Dyadic) -> list[arb]:
    """All eigenvalues of a symmetric matrix, ascending, as balls of about `BITS` bits."""
    with precision(BITS):
        unit = arb(2) ** S.exponent
        roots: list[tuple[acb, int]] = S.integers.charpoly().complex_roots()  # pyright: ignore
        found = [root.real * unit for root, count in roots for _ in range(count)]
    return sorted(found, key=lambda ball: fmpq(*_ratio(ball)))


def _ratio(ball: arb) -> tuple[int, int]:
    """The midpoint, exactly."""
    mantissa, exponent = ball.mid().man_exp()
    shift = int(exponent)
    p = int(mantissa)
    return (p << shift, 1) if shift >= 0 else (p, 1 << -shift)


def margin(W: Dyadic) -> arb:
    """lambda_min(sym(I - W))."""
    return eigenvalues(monotone_part(W))[0]


def norm(A: Dyadic) -> arb:
    """||A||_2."""
    with precision(BITS):
        square = eigenvalues(A.T @ A)[-1]
        return arb(0) if square.is_zero() else _nonnegative(square).sqrt()


def _nonnegative(square: arb) -> arb:
    """The ball of a number known to be nonnegative, cut at 0."""
    return square if square > 0 else square.nonnegative_part()


def rational_margin(W: Dyadic) -> Fraction | None:
    """lambda_min(sym(I - W)), where it is a number that can be written down."""
    return rational_least_eigenvalue(monotone_part(W))


def rational_least_eigenvalue(S: Dyadic) -> Fraction | None:
    return _verified(S, least_eigenvalue(S), lambda t: least_eigenvalue_is(S, t))


def rational_norm(A: Dyadic) -> Fraction | None:
    return _verified(A, spectral_norm(A), lambda t: spectral_norm_is(A, t))


def known(value: Fraction | None) -> Fraction:
    if value is None:
        raise IrrationalError
    return value


def rational_root(square: Fraction) -> Fraction:
    root = Fraction(isqrt(square.numerator), isqrt(square.denominator))
    if root * root != square:
        raise IrrationalError
    return root


def monotone_part(W: Dyadic) -> Dyadic:
    """sym(I - W)."""
    return symmetric_part(identity(W.shape[0]) - W)


def _verified(
    A: Dyadic, enclosure: Enclosure, holds: Callable[[Fraction], bool]
) -> Fraction | None:
    return next((t for t in _candidates(A, enclosure) if holds(t)), None)


def _candidates(A: Dyadic, enclosure: Enclosure) -> Iterator[Fraction]:
    """The shortest dyadic number inside, and the matrix's own entries."""
    if not (isfinite(enclosure.lo) and isfinite(enclosure.hi)):
        return
    lo, hi = Fraction(enclosure.lo), Fraction(enclosure.hi)
    yield shortest_dyadic(lo, hi)
    entries = {abs(entry) for row in A.fractions() for entry in row}
    for entry in sorted(entries | {-entry for entry in entries}):
        if lo <= entry <= hi:
            yield entry


def shortest_dyadic(lo: Fraction, hi: Fraction) -> Fraction:
    """The number with the largest power of two as a factor in [lo, hi]."""
    if lo <= 0 <= hi:
        return Fraction(0)
    unit = Fraction(2) ** max(lo.numerator.bit_length(), hi.numerator.bit_length())
    while True:
        multiple = -(-lo // unit) * unit
        if multiple <= hi:
            return multiple
        unit /= 2
