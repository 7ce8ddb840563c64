"""A real number known to lie between two floats.

Each end is rounded outward once (`rigor.directed`), so an operation whose result is a float stays
exact.  The result of an undefined operation (division by
an interval that contains zero, arithmetic with an infinite end) is the whole line.

`<`, `<=`, `>` and `>=` are statements about the number: true only if proved, false only if
refuted; where the error bars overlap they raise UndecidedError (`rigor.verdict` returns that
third answer as a value).  `==` compares the two ends, not the number.  `float` and a format
such as f"{m:.3f}" give the rounded middle, which is not a bound.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import inf, isfinite
from typing import Union

from flint import arb, fmpq

from mondeq_ref.rigor.directed import (
    Ends,
    fraction,
    of_ball,
    product,
    quotient,
    root,
    total,
)


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
        return Enclosure(*fraction(value.numerator, value.denominator))

    @property
    def width(self) -> float:
        ends = self.lo, self.hi
        return total(self.hi, -self.lo)[1] if all(map(isfinite, ends)) else inf

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
        return _between(total, (self.lo, b.lo), (self.hi, b.hi))

    def __sub__(self, other: Number) -> "Enclosure":
        return self + -Enclosure.of(other)

    def __mul__(self, other: Number) -> "Enclosure":
        b = Enclosure.of(other)
        if self.lo >= 0 and b.lo >= 0:
            return _between(product, (self.lo, b.lo), (self.hi, b.hi))
        return _hull(self, b, product)

    def __truediv__(self, other: Number) -> "Enclosure":
        b = Enclosure.of(other)
        if b.lo <= 0 <= b.hi:
            return WHOLE_LINE
        if self.lo >= 0 and b.lo > 0:
            return _between(quotient, (self.lo, b.hi), (self.hi, b.lo))
        return _hull(self, b, quotient)

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
        lo = max(self.lo, 0.0)
        if not (isfinite(lo) and isfinite(self.hi)):
            return WHOLE_LINE
        return Enclosure(root(lo)[0], root(self.hi)[1])


WHOLE_LINE = Enclosure(-inf, inf)


def _decided(a: Enclosure, sign: str, b: Enclosure, proved: bool, refuted: bool) -> bool:
    if not (proved or refuted):
        sides = f"[{a.lo}, {a.hi}] {sign} [{b.lo}, {b.hi}]"
        raise UndecidedError(f"cannot decide {sides}: the error bars overlap")
    return proved


def _between(
    op: Callable[[float, float], Ends], least: tuple[float, float], most: tuple[float, float]
) -> Enclosure:
    """[op(least), op(most)]: for signs that say at which corners an operation has its ends."""
    (a, b), (c, d) = least, most
    if not (isfinite(a) and isfinite(b) and isfinite(c) and isfinite(d)):
        return WHOLE_LINE
    low = op(a, b)
    return Enclosure(low[0], low[1] if most == least else op(c, d)[1])


def _hull(a: Enclosure, b: Enclosure, op: Callable[[float, float], Ends]) -> Enclosure:
    """The operations here are monotone in each argument, so the ends are at the corners."""
    if not all(isfinite(end) for end in (a.lo, a.hi, b.lo, b.hi)):
        return WHOLE_LINE
    corners = [op(x, y) for x in {a.lo, a.hi} for y in {b.lo, b.hi}]
    return Enclosure(min(lo for lo, _ in corners), max(hi for _, hi in corners))


def from_ball(ball: arb) -> Enclosure:
    """The tightest pair of floats around an Arb ball."""
    return Enclosure(*of_ball(ball))


def from_rational(value: fmpq) -> Enclosure:
    """The tightest pair of floats around p/q."""
    return Enclosure(*fraction(int(value.p), int(value.q)))
