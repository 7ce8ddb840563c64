"""What a check may say, and what it rests on.

A verdict compares two enclosed numbers.  Whatever the rounding did, `PROVED` means
lhs <= rhs and `REFUTED` means lhs > rhs for the numbers at hand; when the error bars
overlap the answer is `UNDECIDED`, never a guess.  A plain float cannot make a verdict.
"""

from dataclasses import dataclass
from enum import Enum

from mondeq_ref.rigor.enclosure import Enclosure


class Outcome(Enum):
    PROVED = "true for these numbers, whatever the rounding did"
    REFUTED = "false for these numbers, whatever the rounding did"
    UNDECIDED = "the error bars overlap"


class Guarantee(Enum):
    EXACT = "exact"
    RIGOROUS_FLOAT = "rigorous-float"

    @property
    def assumptions(self) -> str:
        """What has to be true of the machine for a verdict of this kind to be a proof."""
        if self is Guarantee.EXACT:
            return "FLINT's integer, rational and ball arithmetic is correct."
        return (
            "Floats are IEEE-754 binary64, rounded to nearest, without flush-to-zero (checked at "
            "start), and every entry of a BLAS product is a dot product summed in some order, "
            "with or without FMA (a conventional BLAS: no Strassen)."
        )


@dataclass(frozen=True)
class Verdict:
    """Is lhs <= rhs?"""

    lhs: Enclosure
    rhs: Enclosure
    guarantee: Guarantee

    @property
    def outcome(self) -> Outcome:
        return at_most(self.lhs, self.rhs)


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
