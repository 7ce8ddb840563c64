"""The tables of `certify`: what is proved, what it costs, and which bit-widths do."""

from collections.abc import Sequence
from math import isinf

from mondeq_ref.certificates.rungs import RUNGS
from mondeq_ref.operator import Operator
from mondeq_ref.report.console import Listing, table
from mondeq_ref.report.digits import at_least, at_most, shown
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.study.bit_table import Plan, Row
from mondeq_ref.study.ways import Way

NONE = "-"


def operator_line(operator: Operator, margin: Enclosure, radius: Enclosure | None) -> str:
    line = f"n = {operator.n}, margin m = {shown(margin)}, L = {shown(operator.lipschitz)}"
    if radius is None:
        return f"{line}; no uniqueness radius is known"
    return f"{line}; ||dW|| < R keeps one equilibrium for every input, R = {shown(radius)}"


def proofs(rows: Sequence[Row]) -> Listing:
    headings = ["bits", "||dW||/m", "one-sided/m", "margin m~", "rung", "promise", "guarantee"]
    return table("What is proved", headings, [_proof(row) for row in rows])


def _proof(row: Row) -> tuple[str, ...]:
    return (
        str(row.bits),
        _ratio(row.sides.ratio),
        _ratio(row.sides.one_sided_ratio),
        shown(row.sides.margin_after, 5),
        _number(row.rung),
        row.promise,
        row.guarantee.value,
    )


def costs(rows: Sequence[Row]) -> Listing:
    headings = [
        "bits",
        "FB step <",
        "FB rate",
        "PR rate",
        "||W~||/m~",
        "moved: paper",
        "sharper",
        "actual",
        "equilibria",
        "decisions",
        "accuracy",
    ]
    title = (
        "What it costs (* in the norm of D; moved: worst over the inputs; decisions: inputs "
        "whose class cannot have changed; accuracy: of all inputs)"
    )
    return table(title, headings, [_cost(row) for row in rows])


def _cost(row: Row) -> tuple[str, ...]:
    rates, found = row.rates, row.effects
    promised = [NONE] * 3
    if rates is not None:
        star = "*" if rates.weighted else ""
        promised = [
            f"{at_least(rates.step_below)}{star}",
            at_most(rates.forward_backward, 5),
            at_most(rates.peaceman_rachford, 5),
        ]
    observed = [NONE] * 6
    if found is not None:
        worst = found.worst
        sides = (None,) * 3 if worst is None else (worst.paper, worst.sharper, worst.actual)
        observed = [
            *(_bound(side) for side in sides),
            f"{row.equilibria_proved} of {found.inputs}",
            _count(found.decisions_certified, found.inputs),
            NONE if found.accuracy is None else f"{found.accuracy:.4f}",
        ]
    return (str(row.bits), *promised, _bound(row.condition), *observed)


def plan_table(plan: Plan) -> Listing:
    headings = ["rung", "holds when", "fewest bits", "and always from", "missing at one bit less"]
    return table(
        "Bit planner",
        headings,
        [
            (
                str(rung),
                RUNGS[rung].condition,
                _number(least),
                _number(plan.lasting[rung]),
                _number(plan.missing.get(rung)),
            )
            for rung, least in plan.smallest.items()
        ],
    )


def ways_table(found: Sequence[Way]) -> Listing:
    widths = sorted({bits for way in found for bits in way.rungs}, reverse=True)
    rows = [(str(bits), *(_rung_at(way, bits) for way in found)) for bits in widths]
    return table("First rung, 1 to 4, by way to quantize", ["bits", *(w.name for w in found)], rows)


def _rung_at(way: Way, bits: int) -> str:
    """Blank where it was not tried: fewer bits did."""
    if bits not in way.rungs:
        return ""
    return _number(way.rungs[bits])


def _ratio(value: Enclosure) -> str:
    return NONE if isinf(value.lo) else shown(value, 5)


def _bound(value: float | None) -> str:
    """An upper one."""
    return NONE if value is None else at_most(value)


def _number(value: float | None) -> str:
    return NONE if value is None else f"{value:.4g}"


def _count(value: int | None, total: int) -> str:
    return NONE if value is None else f"{value} of {total}"
