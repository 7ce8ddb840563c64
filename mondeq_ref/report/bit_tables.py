"""The tables of `certify`: proofs, costs, the bit planner and other ways to quantize."""

from collections.abc import Sequence
from math import isinf

from mondeq_ref.certificates.rungs import RUNGS
from mondeq_ref.operator import Operator
from mondeq_ref.report.console import Listing, table
from mondeq_ref.report.digits import at_least, at_most, shown
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.study.bit_table import Plan, Row
from mondeq_ref.study.effects import Effects
from mondeq_ref.study.ways import Way

NONE = "-"


def operator_lines(
    operator: Operator, margin: Enclosure, radius: Enclosure | None
) -> tuple[str, str]:
    line = f"n = {operator.n}, margin m = {shown(margin)}, L = {shown(operator.lipschitz)}"
    if radius is None:
        return line, "no uniqueness radius is known"
    return line, f"||dW|| < R keeps one equilibrium for every input, R = {shown(radius)}"


def proofs(rows: Sequence[Row]) -> Listing:
    """The guarantee is a column only where it differs from row to row."""
    headings = ["bits", "||dW||/m", "one-sided/m", "margin m~", "rung", "promise"]
    title, cells = "What is proved", [_proof(row) for row in rows]
    kinds = [row.guarantee.value for row in rows]
    if len(set(kinds)) == 1:
        return table(f"{title} ({kinds[0]})", headings, cells)
    with_kinds = [(*row, kind) for row, kind in zip(cells, kinds, strict=True)]
    return table(title, [*headings, "guarantee"], with_kinds)


def _proof(row: Row) -> tuple[str, ...]:
    return (
        str(row.bits),
        _ratio(row.sides.ratio),
        _ratio(row.sides.one_sided_ratio),
        shown(row.sides.margin_after, 5),
        _number(row.rung),
        row.promise,
    )


def rates(rows: Sequence[Row]) -> Listing:
    title = "What solvers are promised (* in the norm of D), and the condition number"
    headings = ["bits", "FB step <", "FB rate", "PR rate", "||W~||/m~"]
    return table(title, headings, [_rate(row) for row in rows])


def _rate(row: Row) -> tuple[str, ...]:
    promised = [NONE] * 3
    if row.rates is not None:
        star = "*" if row.rates.weighted else ""
        promised = [
            f"{at_least(row.rates.step_below)}{star}",
            at_most(row.rates.forward_backward, 5),
            at_most(row.rates.peaceman_rachford, 5),
        ]
    return (str(row.bits), *promised, _bound(row.condition))


def costs(rows: Sequence[Row]) -> Listing | None:
    """The table of costs over the inputs; None where no inputs were given.

    Its columns are the greatest displacement with its bounds, the numbers of inputs with a proved
    equilibrium and with a certified class, and the accuracy over all inputs."""
    cells = [_cost(row.bits, row.effects, row.equilibria_proved) for row in rows if row.effects]
    headings = ["bits", "paper", "sharper", "actual", "equilibria", "same class", "accuracy"]
    title = "How far equilibria move, at most; which inputs have one, which keep their class"
    return table(title, headings, cells) if cells else None


def _cost(bits: int, found: Effects, proved: int | None) -> tuple[str, ...]:
    worst, decided = found.worst, found.decisions_certified
    sides = (None,) * 3 if worst is None else (worst.paper, worst.sharper, worst.actual)
    return (
        str(bits),
        *(_bound(side) for side in sides),
        f"{proved} of {found.inputs}" + (f", {len(found.without)} none" if found.without else ""),
        NONE if decided is None else f"{decided} of {found.inputs}",
        NONE if found.accuracy is None else f"{found.accuracy:.4f}",
    )


def longest_lines(rows: Sequence[Row]) -> list[str]:
    """How long the equilibria of rung 7 can be: there may be others than those that were found."""
    return [
        f"At {row.bits} bits no equilibrium of a given input is longer than {at_most(row.longest)}."
        for row in rows
        if row.longest is not None
    ]


def plan_table(plan: Plan) -> Listing:
    headings = ["rung", "holds when", "fewest\nbits", "always\nfrom", "missing at\none bit less"]
    rows = [
        (str(rung), RUNGS[rung].condition, *map(_number, numbers))
        for rung, least in plan.smallest.items()
        for numbers in [(least, plan.lasting[rung], plan.missing.get(rung))]
    ]
    return table("Bit planner", headings, rows)


def ways_table(found: Sequence[Way]) -> Listing:
    widths = sorted({bits for way in found for bits in way.rungs}, reverse=True)
    rows = [  # blank where a way was not tried
        (str(b), *(_number(way.rungs[b]) if b in way.rungs else "" for way in found))
        for b in widths
    ]
    return table("First rung, 1 to 4, by way to quantize", ["bits", *(w.name for w in found)], rows)


def _ratio(value: Enclosure) -> str:
    return NONE if isinf(value.lo) else shown(value, 5)


def _bound(value: float | None) -> str:
    """An upper bound as text."""
    return NONE if value is None else at_most(value)


def _number(value: float | None) -> str:
    return NONE if value is None else f"{value:.4g}"
