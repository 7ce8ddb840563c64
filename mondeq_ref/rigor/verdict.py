"""Verdicts: comparisons of two enclosed numbers, with a guarantee.

`PROVED` means lhs <= rhs and `REFUTED` means lhs > rhs, for every possible rounding error.  Where
the error bars overlap the outcome is `UNDECIDED`.  A plain float is not an enclosure.
"""

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from flint import arb

from mondeq_ref.rigor.enclosure import Enclosure, from_ball


class Outcome(Enum):
    PROVED = "true for these numbers, whatever the rounding did"
    REFUTED = "false for these numbers, whatever the rounding did"
    UNDECIDED = "the error bars overlap"


class Guarantee(Enum):
    EXACT = "exact"
    RIGOROUS_FLOAT = "rigorous-float"

    @property
    def assumptions(self) -> str:
        """The assumptions about the machine under which a verdict of this kind is a proof."""
        if self is Guarantee.EXACT:
            return "FLINT's integer, rational and ball arithmetic is correct."
        return (
            "Floats are IEEE-754 binary64, rounded to nearest, without flush-to-zero (checked at "
            "start), and every entry of a BLAS product is a dot product summed in some order, "
            "with or without FMA (a conventional BLAS: no Strassen)."
        )


GUARANTEES = tuple(kind.value for kind in Guarantee)


@dataclass(frozen=True)
class Verdict:
    """The comparison lhs <= rhs.

    `gap`, where given, encloses rhs - lhs (or a positive multiple) more closely than the sides:
    from rationals or from balls of many digits.  `solver` is the part of the two widths that
    comes from solver radii.
    """

    lhs: Enclosure
    rhs: Enclosure
    guarantee: Guarantee
    solver: float = 0.0
    gap: Enclosure | None = None

    @property
    def outcome(self) -> Outcome:
        return at_most(self.lhs, self.rhs) if self.gap is None else at_most(ZERO, self.gap)

    @property
    def equal(self) -> bool:
        """lhs = rhs, known exactly."""
        return self.gap == ZERO

    @property
    def ratio(self) -> Enclosure | None:
        """lhs/rhs, where rhs is proved positive; None elsewhere."""
        if not self.rhs.lo > 0:
            return None
        return ONE if self.equal else self.lhs / self.rhs


ZERO, ONE = Enclosure(0.0, 0.0), Enclosure(1.0, 1.0)


def exactly(lhs: Fraction, rhs: Fraction) -> Verdict:
    """The comparison of two rational numbers."""
    gap = Enclosure.of(rhs - lhs)
    return Verdict(Enclosure.of(lhs), Enclosure.of(rhs), Guarantee.EXACT, gap=gap)


def exactly_squared(lhs: Fraction, rhs: Fraction) -> Verdict:
    """The comparison of two nonnegative numbers whose squares are rational."""
    roots = Enclosure.of(lhs).sqrt(), Enclosure.of(rhs).sqrt()
    return Verdict(*roots, Guarantee.EXACT, gap=Enclosure.of(rhs - lhs))


def precisely(lhs: arb, rhs: arb) -> Verdict:
    """The comparison of two Arb balls of many digits."""
    sides = from_ball(lhs), from_ball(rhs)
    return Verdict(*sides, Guarantee.EXACT, gap=from_ball(rhs - lhs))


def precisely_squared(lhs: arb, rhs: arb) -> Verdict:
    """The comparison of two nonnegative numbers whose squares are balls of many digits."""
    roots = from_ball(lhs).sqrt(), from_ball(rhs).sqrt()
    return Verdict(*roots, Guarantee.EXACT, gap=from_ball(rhs - lhs))


def fact(holds: bool) -> Verdict:
    """The verdict on an exactly decided statement: 0 <= 0 if it holds, else 1 <= 0."""
    return exactly(Fraction(0 if holds else 1), Fraction(0))


def at_most(lhs: Enclosure, rhs: Enclosure) -> Outcome:
    """lhs <= rhs, three-valued."""
    if lhs.hi <= rhs.lo:
        return Outcome.PROVED
    if lhs.lo > rhs.hi:
        return Outcome.REFUTED
    return Outcome.UNDECIDED


def less(lhs: Enclosure, rhs: Enclosure) -> Outcome:
    """lhs < rhs, three-valued."""
    if lhs.hi < rhs.lo:
        return Outcome.PROVED
    if lhs.lo >= rhs.hi:
        return Outcome.REFUTED
    return Outcome.UNDECIDED
