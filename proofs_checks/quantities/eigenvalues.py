"""Eigenvalues and norms of small exact matrices, as balls of 400 bits and as fractions.

A symmetric matrix of integers has an integer characteristic polynomial, whose real roots FLINT
isolates to any precision.  Two sides that agree to 400 bits are usually rational; a fraction is
accepted only where a singular positive semidefinite matrix proves it.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import ceil, floor, isfinite, isqrt

from flint import acb, arb, ctx, fmpq

from mondeq_ref.rigor.dyadic import Dyadic, identity
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.spectrum import least_eigenvalue, spectral_norm, symmetric_part
from mondeq_ref.rigor.thresholds import least_eigenvalue_is, spectral_norm_is

BITS = 400  # precision of the balls: different values from 53-bit data differ by far more
MOST_UNITS = 24  # above this size, characteristic polynomials take too long for an audit


class IrrationalError(ArithmeticError):
    """A norm, a margin or a root that is not known as a fraction."""


def monotone_part(W: Dyadic) -> Dyadic:
    """sym(I - W)."""
    return symmetric_part(identity(W.shape[0]) - W)


def eigenvalues(S: Dyadic) -> list[arb]:
    """All eigenvalues of a symmetric matrix, ascending, as balls of about `BITS` bits."""
    with ctx.workprec(BITS):
        unit = arb(2) ** S.exponent
        roots: list[tuple[acb, int]] = S.integers.charpoly().complex_roots()  # pyright: ignore
        found = [root.real * unit for root, count in roots for _ in range(count)]
    return sorted(found, key=lambda ball: fmpq(*_ratio(ball)))


def _ratio(ball: arb) -> tuple[int, int]:
    """The exact midpoint, as numerator and denominator."""
    mantissa, exponent = ball.mid().man_exp()
    shift = int(exponent)
    p = int(mantissa)
    return (p << shift, 1) if shift >= 0 else (p, 1 << -shift)


def squared_norm(A: Dyadic) -> arb:
    """||A||^2, from the smaller of A'A and AA'."""
    A = A if A.shape[0] >= A.shape[1] else A.T
    return eigenvalues(A.T @ A)[-1].nonnegative_part()


def rational_margin(W: Dyadic) -> Fraction | None:
    """lambda_min(sym(I - W)) as a fraction; None where no candidate is proved equal to it."""
    return rational_least_eigenvalue(monotone_part(W))


def rational_least_eigenvalue(S: Dyadic) -> Fraction | None:
    return _verified(S, least_eigenvalue(S), lambda t: least_eigenvalue_is(S, t))


def rational_norm(A: Dyadic) -> Fraction | None:
    return _verified(A, spectral_norm(A), lambda t: spectral_norm_is(A, t))


def rational_root(square: Fraction) -> Fraction:
    root = Fraction(isqrt(square.numerator), isqrt(square.denominator))
    if root * root != square:
        raise IrrationalError
    return root


def _verified(
    A: Dyadic, enclosure: Enclosure, holds: Callable[[Fraction], bool]
) -> Fraction | None:
    return next((t for t in _candidates(A, enclosure) if holds(t)), None)


def _candidates(A: Dyadic, enclosure: Enclosure) -> Iterator[Fraction]:
    """The shortest dyadic number in the enclosure, then the entries of A and their negatives."""
    if not (isfinite(enclosure.lo) and isfinite(enclosure.hi)):
        return
    lo, hi = Fraction(enclosure.lo), Fraction(enclosure.hi)
    yield shortest_dyadic(lo, hi)
    unit = Fraction(2) ** A.exponent
    within = range(ceil(lo / unit), floor(hi / unit) + 1)
    entries = {int(abs(entry)) for entry in A.integers.entries()}
    for entry in sorted(entries | {-entry for entry in entries}):
        if entry in within:
            yield entry * unit


def shortest_dyadic(lo: Fraction, hi: Fraction) -> Fraction:
    """The number in [lo, hi], both dyadic, that is a multiple of the largest power of two."""
    if lo <= 0 <= hi:
        return Fraction(0)
    scale = max(lo.denominator, hi.denominator)
    least, most = int(lo * scale), int(hi * scale)
    places = max(abs(least), abs(most)).bit_length()
    while (multiple := -(-least >> places) << places) > most:
        places -= 1
    return Fraction(multiple, scale)
