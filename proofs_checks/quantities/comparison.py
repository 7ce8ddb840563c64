"""Inequalities, decided in enclosures, then in balls of 400 bits, then in rationals.

The formula of each side is written once, as a function of `Constants`.  The next kind of numbers
is computed only where the previous kind leaves the order of the two sides open.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any, TypeVar

from flint import ctx

from mondeq_ref.rigor.enclosure import WHOLE_LINE, Enclosure
from mondeq_ref.rigor.verdict import (
    Guarantee,
    Outcome,
    Verdict,
    exactly,
    exactly_squared,
    fact,
    precisely,
    precisely_squared,
)
from proofs_checks.instance import Instance
from proofs_checks.quantities.constants import Constants, constants
from proofs_checks.quantities.eigenvalues import BITS, MOST_UNITS, IrrationalError
from proofs_checks.quantities.kinds import BALLS, ENCLOSED, RATIONAL
from proofs_checks.quantities.rational_points import Cleared, squared_lengths
from proofs_checks.theorem import Form, Predicate

Value = Callable[[Constants], Any]
Sides = tuple[Value, Value]  # the squares of two nonnegative numbers
Case = TypeVar("Case")
Cases = Callable[[Instance], Sequence[tuple[Fraction, Case] | None]]  # squared left sides


@dataclass(frozen=True)
class Inequality:
    """The statement that the first side is at most the second."""

    sides: Callable[[Constants], tuple[Any, Any]]
    squares: bool = False  # the sides are the squares of two nonnegative numbers
    # Two rationals in the same order as the sides, where the sides contain roots.
    ordered: Callable[[Constants], tuple[Fraction, Fraction]] | None = None
    # The verdict where an identity of matrices or points proves it; None elsewhere.
    identity: Callable[[Verdict], Verdict | None] | None = None
    first: Verdict | None = None  # the enclosures, where they do not come from Constants
    order: int | None = None  # rows of the largest matrix (default: the number of units)

    def enclosed(self, instance: Instance) -> Verdict:
        if self.first is not None:
            return self.first
        lhs, rhs = (Enclosure.of(side) for side in self.sides(constants(instance, ENCLOSED)))
        if self.squares:
            lhs, rhs = lhs.sqrt(), rhs.sqrt()
        return Verdict(lhs, rhs, Guarantee.RIGOROUS_FLOAT)

    def decided(self, instance: Instance) -> Verdict:
        """The verdict by an identity, balls or rationals; by enclosures where none decides."""
        first = self.enclosed(instance)
        at_once = None if self.identity is None else self.identity(first)
        if at_once is not None:
            return of_one_pair(first, at_once)
        if (instance.operator.n if self.order is None else self.order) > MOST_UNITS:
            return first
        with ctx.workprec(BITS):
            sides = self.sides(constants(instance, BALLS))
            again = (precisely_squared if self.squares else precisely)(*sides)
        if again.outcome is not Outcome.UNDECIDED or not _overlapping(first, again):
            return of_one_pair(first, again)
        try:
            lhs, rhs = (self.ordered or self.sides)(constants(instance, RATIONAL))
        except IrrationalError:
            return first
        if self.ordered is not None:
            return replace(first, guarantee=Guarantee.EXACT, gap=Enclosure.of(rhs - lhs))
        return of_one_pair(first, (exactly_squared if self.squares else exactly)(lhs, rhs))


def of_one_pair(verdict: Verdict, again: Verdict) -> Verdict:
    """The second verdict if its sides overlap those of the first; otherwise UNDECIDED.

    Sides that do not overlap show that one of the two computations is wrong."""
    if _overlapping(verdict, again):
        return again
    return Verdict(WHOLE_LINE, WHOLE_LINE, verdict.guarantee)


def _overlapping(one: Verdict, other: Verdict) -> bool:
    pairs = ((one.lhs, other.lhs), (one.rhs, other.rhs))
    return all(a.lo <= b.hi and b.lo <= a.hi for a, b in pairs)


Row = Inequality | Verdict | None


def compared(
    name: str,
    formula: str,
    rows: Callable[[Instance], Sequence[Row]],
    needs: Mapping[str, Predicate] | None = None,
    *,
    alone: bool = False,
) -> Form:
    """A form with one comparison for each row; a row that is a verdict is returned as it is."""

    @lru_cache(maxsize=1)
    def found(instance: Instance) -> Sequence[Row]:
        return rows(instance)

    def check(instance: Instance) -> list[Verdict | None]:
        found.cache_clear()  # every check is made anew; what it leaves undecided uses its rows
        return [
            row.enclosed(instance) if isinstance(row, Inequality) else row
            for row in found(instance)
        ]

    def again(instance: Instance, index: int) -> Verdict:
        row = found(instance)[index]
        if row is None:
            raise ValueError(f"there is no verdict on row {index} to escalate")
        return row.decided(instance) if isinstance(row, Inequality) else row

    return Form(name, formula, check, again, dict(needs or {}), alone)


def squared_form(
    name: str,
    formula: str,
    sides: Callable[[Instance], Sequence[Sides | None]],
    needs: Mapping[str, Predicate] | None = None,
    *,
    alone: bool = False,
) -> Form:
    """A form that compares two nonnegative numbers for each input, given by their squares."""

    def rows(instance: Instance) -> list[Row]:
        return [None if pair is None else of_squares(*pair) for pair in sides(instance)]

    return compared(name, formula, rows, needs, alone=alone)


def of_squares(lhs: Value, rhs: Value) -> Inequality:
    return Inequality(lambda k: (lhs(k), rhs(k)), squares=True)


def known(square: Fraction) -> Value:
    """The square of a number, where it is a known fraction."""
    return lambda k: k.kind.number(square)


def constant(
    name: str,
    formula: str,
    measured: Value,
    rate: Value,
    needs: Mapping[str, Predicate] | None = None,
    *,
    alone: bool = False,
) -> Form:
    """A form that compares two squared constants: one verdict for each instance."""
    return squared_form(name, formula, lambda _: [(measured, rate)], needs, alone=alone)


@dataclass(frozen=True)
class Distances:
    """The squared distances of two points and of their images, exact."""

    before: Fraction
    after: Fraction


def distances(u: Cleared, v: Cleared, Tu: Cleared, Tv: Cleared) -> list[Distances]:
    """Of every column."""
    return list(map(Distances, squared_lengths(u - v), squared_lengths(Tu - Tv)))


def contracts(
    name: str,
    formula: str,
    pairs: Callable[[Instance], Sequence[Distances | None]],
    rate: Value,
    *,
    strictly: bool = False,
    needs: Mapping[str, Predicate] | None = None,
    alone: bool = False,
) -> Form:
    """A form ||T u - T v||^2 <= rate ||u - v||^2; if `strictly`, also ||T u - T v|| < ||u - v||."""

    def row(pair: Distances | None) -> Row:
        if pair is None or pair.before == 0:
            return None
        if strictly and pair.after >= pair.before:
            return fact(False)
        return of_squares(known(pair.after), lambda k: rate(k) * k.kind.number(pair.before))

    return compared(
        name, formula, lambda instance: list(map(row, pairs(instance))), needs, alone=alone
    )


def against(
    name: str,
    formula: str,
    rows: Cases[Case],
    side: Callable[[Constants, Case], Any],
    needs: Mapping[str, Predicate] | None = None,
    in_fractions: Callable[[Constants, Case, Fraction], tuple[Fraction, Fraction]] | None = None,
    alone: bool = False,
) -> Form:
    """A form that compares the root of a rational number with a bound that may contain roots.

    `in_fractions` returns two rationals in the same order as the sides (default: the sides)."""

    def row(square: Fraction, case: Case) -> Inequality:
        def sides(k: Constants) -> tuple[Any, Any]:
            return k.kind.root(k.kind.number(square)), side(k, case)

        ordered = in_fractions
        if ordered is None:
            return Inequality(sides)
        return Inequality(sides, ordered=lambda k: ordered(k, case, square))

    def found(instance: Instance) -> list[Row]:
        return [None if one is None else row(*one) for one in rows(instance)]

    return compared(name, formula, found, needs, alone=alone)


def sum_of_roots(a: Fraction, b: Fraction, c: Fraction) -> tuple[Fraction, Fraction]:
    """max(a - b - c, 0)^2 and 4 b c: rationals in the order of sqrt(a) and sqrt(b) + sqrt(c)."""
    excess = max(a - b - c, Fraction(0))
    return excess * excess, 4 * b * c


def powers(rate: Any, k: int) -> Any:
    """rate^k for k >= 1, in any kind of numbers."""
    product = rate
    for _ in range(k - 1):
        product = product * rate
    return product
