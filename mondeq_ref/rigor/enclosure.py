"""A real number known to lie between two floats.

Each end is computed by Arb at `PRECISION` bits and rounded outward to a float once, so an
operation whose result is a float stays exact.  The result of an undefined operation (division by
an interval that contains zero, arithmetic with an infinite end) is the whole line.

`<`, `<=`, `>` and `>=` are statements about the number: true only if proved, false only if
refuted; where the error bars overlap they raise UndecidedError (`rigor.verdict` returns that
third answer as a value).  `==` compares the two ends, not the number.  `float` and a format
such as f"{m:.3f}" give the rounded middle, which is not a bound.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import inf, isfinite, nextafter
from typing import Union

from flint import arb, fmpq

from mondeq_ref.rigor.process import precision

PRECISION = 128


class UndecidedError(ArithmeticError):
    """The error bars overlap: neither the comparison nor its opposite is proved."""


Number = Union["Enclosure", int, float, Fraction]


@dataclass(frozen=True)
class Enclosure:
    """A number in [lo, hi]; an infinite end means that no bound is known on that side."""

    lo: float
    hi: float

    def __post_init__(self) -> None:
        if not self.lo <= self.hi:  # also catches NaN
            raise ValueError(f"an enclosure needs lo <= hi, got [{self.lo}, {self.hi}]")

    @staticmethod
    def of(value: Number) -> "Enclosure":
        """The tightest enclosure of an exactly given number."""
        if isinstance(value, Enclosure):
            return value
        if isinstance(value, float):
            return Enclosure(value, value)
        return from_rational(fmpq(value.numerator, value.denominator))

    @property
    def width(self) -> float:
        return (self - self.lo).hi if isfinite(self.lo) else inf

    @property
    def mid(self) -> float:
        """A float inside, for display and for proposals."""
        if self.lo == -self.hi:
            return 0.0
        return min(max(self.lo / 2 + self.hi / 2, self.lo), self.hi)

    def __float__(self) -> float:
        """The middle, rounded: not a bound."""
        return self.mid

    def __format__(self, spec: str) -> str:
        """The rounded middle in the format; without a format both ends."""
        return format(float(self), spec) if spec else str(self)

    def __lt__(self, other: Number) -> bool:
        b = Enclosure.of(other)
        return _decided(self, "<", b, self.hi < b.lo, self.lo >= b.hi)

    def __le__(self, other: Number) -> bool:
        b = Enclosure.of(other)
        return _decided(self, "<=", b, self.hi <= b.lo, self.lo > b.hi)

    def __gt__(self, other: Number) -> bool:
        return Enclosure.of(other) < self

    def __ge__(self, other: Number) -> bool:
        return Enclosure.of(other) <= self

    def widened(self, radius: float) -> "Enclosure":
        """The enclosure of all numbers within `radius` of this one."""
        return self + Enclosure(-radius, radius)

    def __neg__(self) -> "Enclosure":
        return Enclosure(-self.hi, -self.lo)

    def __add__(self, other: Number) -> "Enclosure":
        b = Enclosure.of(other)
        return _between(lambda x, y: x + y, (self.lo, b.lo), (self.hi, b.hi))

    def __sub__(self, other: Number) -> "Enclosure":
        return self + -Enclosure.of(other)

    def __mul__(self, other: Number) -> "Enclosure":
        b = Enclosure.of(other)
        if self.lo >= 0 and b.lo >= 0:
            return _between(_product, (self.lo, b.lo), (self.hi, b.hi))
        return _hull(self, b, _product)

    def __truediv__(self, other: Number) -> "Enclosure":
        b = Enclosure.of(other)
        if b.lo <= 0 <= b.hi:
            return WHOLE_LINE
        if self.lo >= 0 and b.lo > 0:
            return _between(_quotient, (self.lo, b.hi), (self.hi, b.lo))
        return _hull(self, b, _quotient)

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other: Number) -> "Enclosure":
        return Enclosure.of(other) - self

    def __rtruediv__(self, other: Number) -> "Enclosure":
        return Enclosure.of(other) / self

    def sqrt(self) -> "Enclosure":
        """The root of a number known to be nonnegative; a negative lower end is cut at 0."""
        if self.hi < 0:
            return WHOLE_LINE
        return _between(_root, (max(self.lo, 0.0), 0.0), (self.hi, 0.0))


WHOLE_LINE = Enclosure(-inf, inf)


def _decided(a: Enclosure, sign: str, b: Enclosure, proved: bool, refuted: bool) -> bool:
    if not (proved or refuted):
        sides = f"[{a.lo}, {a.hi}] {sign} [{b.lo}, {b.hi}]"
        raise UndecidedError(f"cannot decide {sides}: the error bars overlap")
    return proved


def _root(x: arb, _: arb) -> arb:
    return x.sqrt()


def _product(x: arb, y: arb) -> arb:
    return x * y


def _quotient(x: arb, y: arb) -> arb:
    return x / y


def _between(
    op: Callable[[arb, arb], arb], least: tuple[float, float], most: tuple[float, float]
) -> Enclosure:
    """[op(least), op(most)]: for signs that say at which corners an operation has its ends."""
    if not all(map(isfinite, (*least, *most))):
        return WHOLE_LINE
    with precision(PRECISION):
        low = op(arb(least[0]), arb(least[1]))
        high = low if most == least else op(arb(most[0]), arb(most[1]))
        if not (low.is_finite() and high.is_finite()):
            return WHOLE_LINE
        return Enclosure(_round_down(low.lower()), -_round_down(-high.upper()))


def _hull(a: Enclosure, b: Enclosure, op: Callable[[arb, arb], arb]) -> Enclosure:
    """The operations here are monotone in each argument, so the ends are at the corners."""
    if not all(isfinite(end) for end in (a.lo, a.hi, b.lo, b.hi)):
        return WHOLE_LINE
    with precision(PRECISION):
        corners = [op(arb(x), arb(y)) for x in {a.lo, a.hi} for y in {b.lo, b.hi}]
        enclosures = [from_ball(corner) for corner in corners]
    return Enclosure(min(e.lo for e in enclosures), max(e.hi for e in enclosures))


def from_ball(ball: arb) -> Enclosure:
    """The tightest pair of floats around an Arb ball."""
    if not ball.is_finite():
        return WHOLE_LINE
    return Enclosure(_round_down(ball.lower()), -_round_down(-ball.upper()))


def from_rational(value: fmpq) -> Enclosure:
    """The tightest pair of floats around p/q."""
    with precision(PRECISION):
        near = from_ball(arb(value))
    for end in (near.lo, near.hi):
        if isfinite(end) and fmpq(*end.as_integer_ratio()) == value:
            return Enclosure(end, end)
    return near


def _round_down(x: arb) -> float:
    """The largest float that is certainly at most x."""
    near = float(x)
    while near > -inf and not arb(near) <= x:
        near = nextafter(near, -inf)
    return near
