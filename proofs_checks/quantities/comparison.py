"""Two sides compared up to three times: in enclosures, in balls of many digits, in rationals.

The formula of each side is written once, as a function of the numbers that it is made of.  The
next kind of numbers is asked only where the one before leaves the order of the sides open.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Generic, TypeVar

from flint import arb

from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.verdict import Guarantee, Verdict
from proofs_checks.instance import Instance
from proofs_checks.quantities.precise import IrrationalError, decided_again
from proofs_checks.theorem import Form, Predicate

Numbers = TypeVar("Numbers")


@dataclass(frozen=True)
class Kinds(Generic[Numbers]):
    """What formulas are made of, in each kind of numbers."""

    enclosed: Callable[[Instance], Numbers]
    balls: Callable[[Instance], Numbers]
    rational: Callable[[Instance], Numbers]


@dataclass(frozen=True)
class Comparison(Generic[Numbers]):
    """Is the first side at most the second?

    `ordered` makes two rationals in the order of the two sides, where the sides themselves have
    roots in them."""

    sides: Callable[[Numbers], tuple[Any, Any]]
    ordered: Callable[[Numbers], tuple[Fraction, Fraction]] | None = None


Rows = Callable[[Instance], Sequence[Comparison[Numbers] | Verdict | None]]


def compared(
    name: str,
    formula: str,
    rows: Rows[Numbers],
    kinds: Kinds[Numbers],
    needs: Mapping[str, Predicate] | None = None,
    *,
    squares: bool = False,
    alone: bool = False,
) -> Form:
    """One comparison for each row; a verdict in its place stands.  With `squares`, the sides are
    the squares of two nonnegative numbers."""

    def enclosed(instance: Instance, row: Comparison[Numbers]) -> Verdict:
        lhs, rhs = (Enclosure.of(side) for side in row.sides(kinds.enclosed(instance)))
        if squares:
            lhs, rhs = lhs.sqrt(), rhs.sqrt()
        return Verdict(lhs, rhs, Guarantee.RIGOROUS_FLOAT)

    def check(instance: Instance) -> list[Verdict | None]:
        return [
            enclosed(instance, row) if isinstance(row, Comparison) else row
            for row in rows(instance)
        ]

    def again(instance: Instance, index: int) -> Verdict:
        row = rows(instance)[index]
        if row is None:
            raise ValueError("only a verdict that was given can be escalated")
        if isinstance(row, Verdict):
            return row

        def in_balls() -> tuple[arb, arb]:
            return row.sides(kinds.balls(instance))

        def in_rationals() -> tuple[Fraction | None, Fraction | None]:
            try:
                return (row.ordered or row.sides)(kinds.rational(instance))
            except IrrationalError:
                return None, None

        return decided_again(
            enclosed(instance, row),
            instance.operator.n,
            in_balls,
            in_rationals,
            squares=squares,
            ordered=row.ordered is not None,
        )

    return Form(name, formula, check, again, dict(needs or {}), alone)
