"""An operator quantized in several ways, each with what the ladder proves.

`published` rounds W with the largest entry as its step, `identity exact` rounds K = W - t I and
keeps t, `diagonal exact` rounds W off its diagonal and keeps the diagonal, `safe` chooses offset,
step and codes of K for a proof (`study.safe`; it sees no inputs, and is left out where
`study.safe.may_choose` says so), `structured` rounds the factors.

`mark`: "proved", solvers converge (rungs 1 to 5); "exists", an equilibrium for every input (6 and
7); "refuted", all of these seven conditions are proved to be false; "undecided", some is undecided.
With the last two marks equilibria may still exist.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from mondeq_ref.certificates.rungs import CONVERGENT
from mondeq_ref.certify.ladder import first_that_holds
from mondeq_ref.operator import Operator
from mondeq_ref.quantize import Quantized, Quantizer, What, quantize
from mondeq_ref.rigor.verdict import Guarantee, Outcome
from mondeq_ref.study.bit_table import Row, row_of
from mondeq_ref.study.safe import Aim, may_choose, quantize_safely
from paper_figures.numbers.table import Cell, ends

PUBLISHED, IDENTITY, DIAGONAL = "published", "identity exact", "diagonal exact"
SAFE, STRUCTURED = "safe", "structured"
QUANTIZED: dict[str, What] = {
    PUBLISHED: "W",
    IDENTITY: "K",
    DIAGONAL: "offdiagonal",
    STRUCTURED: "factors",
}
PAPERS_FROM = 4  # bits from which on the safe codes aim at the paper's condition
COLUMNS = ("margin", "margin_error", "ratio", "ratio_error", "rung", "mark", "aim")


def ways(
    operator: Operator, bits: int, seed: int, names: Sequence[str]
) -> Iterator[tuple[str, Row]]:
    """The ways with these names that the operator has, and what is proved of each."""
    for name in names:
        rng = np.random.default_rng([seed, bits])
        if name != SAFE and (name != STRUCTURED or operator.factors is not None):
            yield name, proved(quantize(operator, Quantizer(bits), QUANTIZED[name]), rng)
        elif name == SAFE and may_choose(operator):
            made = quantize_safely(operator, bits, aim_at(bits), rng=rng)
            yield name, Row(made.quantized, made.pair, made.steps, None)


def aim_at(bits: int) -> Aim:
    """What the safe codes are chosen for."""
    return "paper" if bits >= PAPERS_FROM else "margin"


def proved(quantized: Quantized, rng: np.random.Generator) -> Row:
    return row_of(quantized, guarantee=Guarantee.RIGOROUS_FLOAT, rng=rng)


def cells(name: str, row: Row) -> dict[str, Cell]:
    """The cells of `COLUMNS`."""
    margin, margin_error = ends(row.sides.margin_after)
    ratio, ratio_error = ends(row.sides.ratio)
    found: dict[str, Cell] = {"margin": margin, "margin_error": margin_error, "ratio": ratio}
    found |= {"ratio_error": ratio_error, "rung": row.rung, "mark": mark(row)}
    return found | ({"aim": aim_at(row.bits)} if name == SAFE else {})


def mark(row: Row) -> str:
    rung = first_that_holds(row.steps)
    if rung is not None:
        return "proved" if rung <= CONVERGENT else "exists"
    refuted = all(step.outcome is Outcome.REFUTED for step in row.steps)
    return "refuted" if refuted else "undecided"
