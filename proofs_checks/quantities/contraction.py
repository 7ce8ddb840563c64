"""How much closer a map brings two points, against a rate made of m, L and alpha.

Points, images and their distances are rational, and rates are kept squared.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, TypeVar

from flint import fmpq_mat

from mondeq_ref.rigor.verdict import Verdict, fact
from proofs_checks.instance import Instance
from proofs_checks.quantities.comparison import Comparison, compared
from proofs_checks.quantities.constants import IN_TURN, Constants
from proofs_checks.quantities.rational_points import column, squared_length
from proofs_checks.theorem import Form, Predicate

Rate = Callable[[Constants], Any]
Case = TypeVar("Case")


@dataclass(frozen=True)
class Distances:
    """Of two points, and of their images; squared, exact."""

    before: Fraction
    after: Fraction


def distances(u: fmpq_mat, v: fmpq_mat, Tu: fmpq_mat, Tv: fmpq_mat) -> Distances:
    return Distances(squared_length(u - v), squared_length(Tu - Tv))


@lru_cache(maxsize=2)
def equilibria(instance: Instance) -> list[fmpq_mat | None]:
    """z* in rationals for every injection; None where none is known."""
    rows = [instance.before.exactly(row) for row in range(len(instance.c))]
    return [None if z is None else column(z) for z in rows]


Pairs = Callable[[Instance], Sequence[Distances | None]]


def contracts(
    name: str,
    formula: str,
    pairs: Pairs,
    rate: Rate,
    *,
    strictly: bool = False,
    needs: Mapping[str, Predicate] | None = None,
    alone: bool = False,
) -> Form:
    """||T u - T v||^2 <= rate ||u - v||^2; with `strictly`, the images are closer at all."""

    def row(pair: Distances | None) -> Comparison[Constants] | Verdict | None:
        if pair is None or pair.before == 0:
            return None
        if strictly and pair.after >= pair.before:
            return fact(False)
        return Comparison(
            lambda k: (k.kind.number(pair.after), rate(k) * k.kind.number(pair.before))
        )

    def rows(instance: Instance) -> list[Comparison[Constants] | Verdict | None]:
        return [row(pair) for pair in pairs(instance)]

    return compared(name, formula, rows, IN_TURN, needs, squares=True, alone=alone)


def constant(
    name: str,
    formula: str,
    measured: Rate,
    rate: Rate,
    needs: Mapping[str, Predicate] | None = None,
    *,
    alone: bool = False,
) -> Form:
    """One squared constant against another: one verdict an instance."""

    def rows(_: Instance) -> list[Comparison[Constants]]:
        return [Comparison(lambda k: (measured(k), rate(k)))]

    return compared(name, formula, rows, IN_TURN, needs, squares=True, alone=alone)


Rows = Callable[[Instance], Sequence[tuple[Fraction, Case] | None]]


def against(
    name: str,
    formula: str,
    rows: Rows[Case],
    side: Callable[[Constants, Case], Any],
    needs: Mapping[str, Predicate] | None = None,
    in_fractions: Callable[[Constants, Case, Fraction], tuple[Fraction, Fraction]] | None = None,
    alone: bool = False,
) -> Form:
    """The root of a rational number against a bound that may have roots in it.

    `in_fractions` makes two rationals whose order is that of the two sides; by default the
    sides themselves."""

    def row(square: Fraction, case: Case) -> Comparison[Constants]:
        def sides(k: Constants) -> tuple[Any, Any]:
            return k.kind.root(k.kind.number(square)), side(k, case)

        ordered = in_fractions
        if ordered is None:
            return Comparison(sides)
        return Comparison(sides, lambda k: ordered(k, case, square))

    def found(instance: Instance) -> list[Comparison[Constants] | None]:
        return [None if one is None else row(*one) for one in rows(instance)]

    return compared(name, formula, found, IN_TURN, needs, alone=alone)


def sum_of_roots(a: Fraction, b: Fraction, c: Fraction) -> tuple[Fraction, Fraction]:
    """sqrt(a) <= sqrt(b) + sqrt(c) says a - b - c <= 2 sqrt(b c), which needs no root to decide."""
    excess = max(a - b - c, Fraction(0))
    return excess * excess, 4 * b * c


def powers(rate: Any, k: int) -> Any:
    """rate^k for k >= 1, in any kind of numbers."""
    product = rate
    for _ in range(k - 1):
        product = product * rate
    return product
