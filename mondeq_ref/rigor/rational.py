"""Exact scalars, and square roots rounded to a known side."""

from fractions import Fraction
from math import isfinite, isqrt

from flint import fmpq, fmpz

from mondeq_ref.rigor.enclosure import Enclosure, from_rational

Rational = int | float | Fraction  # a float stands for the dyadic number it is

ROOT_BITS = 64  # a rational root is this close, relatively


def fmpq_of(x: Rational) -> fmpq:
    """`x`, exactly, as FLINT's rational."""
    if isinstance(x, float) and not isfinite(x):
        raise ValueError(f"an exact number must be finite, got {x}")
    p, q = x.as_integer_ratio()
    return fmpq(p, q)


def fraction_of(x: fmpq) -> Fraction:
    return Fraction(int(x.p), int(x.q))


def times_power(x: fmpq | fmpz | int, exponent: int) -> fmpq:
    """x * 2^exponent, exactly."""
    power = fmpz(1) << abs(exponent)
    return fmpq(x) * power if exponent >= 0 else fmpq(x) / power


def root_above(square: fmpq) -> fmpq:
    """A rational r >= sqrt(square), at most one part in 2^63 above it."""
    p, q = int(square.p), int(square.q)
    if p == 0:
        return fmpq(0)
    places = max(0, ROOT_BITS + (q.bit_length() - p.bit_length()) // 2 + 1)
    root = isqrt((p << 2 * places) // q) + 1
    return fmpq(root, 1 << places)


def root_enclosure(square_lo: fmpq, square_hi: fmpq) -> Enclosure:
    """Floats around [sqrt(square_lo), sqrt(square_hi)], tight where a root is itself a float."""
    return Enclosure(_root_floats(square_lo)[0], _root_floats(square_hi)[1])


def _root_floats(square: fmpq) -> tuple[float, float]:
    """Floats around one root s: r >= s implies s^2 / r <= s."""
    above = root_above(square)
    if above == 0:
        return 0.0, 0.0
    near = from_rational(above)
    if isfinite(near.lo) and fmpq(*near.lo.as_integer_ratio()) ** 2 == square:
        return near.lo, near.lo
    return from_rational(square / above).lo, near.hi
