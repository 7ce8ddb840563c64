"""Accuracy, margin and proofs at each bit-width, for four ways to quantize W after training.

`published` rounds W with the largest entry as its step, `identity exact` rounds K = W - t I and
keeps t, `safe` chooses offset, step and codes of K for a proof (`study.safe`; it sees no inputs;
from `study.ways.MOST_SAFE_UNITS` units on a choice takes minutes and is left out), `structured`
rounds the factors.  U and b are kept, so that all have the same injections.

`mark`: "proved", solvers converge (rungs 1 to 5); "exists", an equilibrium for every input (6 and
7); "refuted", all of these seven conditions are proved to be false; "undecided", some is undecided.
With the last two marks equilibria may still exist.

Accuracy is at proved equilibria, which need not be the only ones below rung 6; an input without
one counts as wrong, and where no input has one there is no accuracy.  `error` is the share of
inputs whose class the certified distances leave open; `sampling_error` is binomial.  The safe codes
are proposed in floats, so another machine may find other codes with equal proofs: the `error` of
their accuracy is larger by the sampling error, an estimate.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mondeq_ref.certificates.rungs import CONVERGENT
from mondeq_ref.certify.ladder import Step, first_that_holds
from mondeq_ref.certify.pair import Pair
from mondeq_ref.operator import Operator
from mondeq_ref.quantize import Quantizer, What
from mondeq_ref.rigor.verdict import Guarantee, Outcome
from mondeq_ref.study.bit_table import assess
from mondeq_ref.study.safe import Aim, quantize_safely
from mondeq_ref.study.ways import MOST_SAFE_UNITS
from paper_figures.drawing import bars, style
from paper_figures.numbers import accuracy
from paper_figures.numbers.subject import FigureSubject
from paper_figures.numbers.table import Cell, Comparison, Table, TableRows, ends
from paper_figures.run import alone

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TITLE = "Safe quantization: accuracy and margin at each bit-width, without training"
CAPTION = (
    "Four ways to quantize the W of one operator that was trained in float. (a) Accuracy at proved "
    "equilibria, on an axis that is logarithmic in the error rate; no point where no input has "
    "one. (b) The margin; the line is at 0. Filled marks: solvers are proved to "
    "converge for every input; open marks: an equilibrium is proved for every input; crosses: "
    "neither, x where all seven conditions are refuted, + where one is undecided. The safe codes "
    "are chosen without inputs, for the paper's condition from 4 bits up and for a positive "
    "margin below. Read from right to left to see which way keeps both."
)
COLUMNS = ("series", "bits", "accuracy", "error", "sampling_error", "inputs", "unproved")
COLUMNS = (*COLUMNS, "margin", "margin_error", "ratio", "ratio_error", "rung", "mark", "aim")
SAFE = "safe"
BY_QUANTIZER: tuple[tuple[str, What], ...] = (
    ("published", "W"),
    ("identity exact", "K"),
    ("structured", "factors"),
)
LOOKS = {
    "published": (style.VERMILLION, "o", ":"),
    "identity exact": (style.ORANGE, "s", "--"),
    SAFE: (style.BLUE, "D", "-"),
    "structured": (style.GREEN, "^", "-."),
}
CROSSES = {"refuted": "x", "undecided": "+"}
APART = 0.13  # between the marks of two series at one width
BELOW = 0.15  # how far below the lowest accuracy its axis begins


@dataclass(frozen=True)
class SafeSettings:
    bits: tuple[int, ...] = (8, 7, 6, 5, 4, 3, 2)
    papers_from: int = 4  # bits from which on the safe codes aim at the paper's condition
    inputs: int | None = None  # all of them
    seed: int = 0


SETTINGS = SafeSettings()


def compute(subject: FigureSubject, settings: SafeSettings = SETTINGS) -> Table:
    made = TableRows(COLUMNS)
    for bits in settings.bits:
        for about, operator in _ways(subject.operator, bits, settings):
            found = _accuracy(subject, operator, settings)
            made.add({"bits": bits} | about | (_chosen(found) if "aim" in about else found))
    return made.table(("series", "bits"), "accuracy")


def _ways(
    operator: Operator, bits: int, settings: SafeSettings
) -> Iterator[tuple[dict[str, Cell], Operator]]:
    """The proof and the operator of each way at this bit-width."""
    for series, what in BY_QUANTIZER:
        if what != "factors" or operator.factors is not None:
            rng, guarantee = _rng(settings, bits), Guarantee.RIGOROUS_FLOAT
            row = assess(operator, Quantizer(bits), what, None, guarantee=guarantee, rng=rng)
            yield {"series": series} | _proved(row.pair, row.steps), row.quantized.operator
    if operator.n < MOST_SAFE_UNITS:
        aim: Aim = "paper" if bits >= settings.papers_from else "margin"
        safe = quantize_safely(operator, bits, aim, rng=_rng(settings, bits))
        proved = _proved(safe.pair, safe.steps)
        yield {"series": SAFE, "aim": aim} | proved, safe.quantized.operator


def _rng(settings: SafeSettings, bits: int) -> np.random.Generator:
    return np.random.default_rng([settings.seed, bits])


def _proved(pair: Pair, steps: tuple[Step, ...]) -> dict[str, Cell]:
    margin, margin_error = ends(pair.sides.margin_after)
    ratio, ratio_error = ends(pair.sides.ratio)
    return {
        "margin": margin,
        "margin_error": margin_error,
        "ratio": ratio,
        "ratio_error": ratio_error,
        "rung": first_that_holds(steps),
        "mark": _mark(steps),
    }


def _mark(steps: tuple[Step, ...]) -> str:
    rung = first_that_holds(steps)
    if rung is not None:
        return "proved" if rung <= CONVERGENT else "exists"
    refuted = all(step.outcome is Outcome.REFUTED for step in steps)
    return "refuted" if refuted else "undecided"


def _accuracy(
    subject: FigureSubject, operator: Operator, settings: SafeSettings
) -> dict[str, Cell]:
    """The cells of the accuracy; empty without proved equilibria or without labels."""
    if subject.labels is None or operator.head is None:
        return {}
    some = slice(settings.inputs)
    found = accuracy.exactly(operator, subject.c.rows(some), subject.labels[some])
    if found["unproved"] == found["inputs"]:
        return {name: found[name] for name in ("inputs", "unproved")}
    return found


def _chosen(found: dict[str, Cell]) -> dict[str, Cell]:
    """The cells, with the error that other safe codes may cause."""
    error, spread = found.get("error"), found.get("sampling_error")
    if isinstance(error, float) and isinstance(spread, float):
        return found | {"error": error + spread}
    return found


@style.styled
def draw(table: Table) -> "Figure":
    shown = [name for name in ("accuracy", "margin") if np.isfinite(table.numbers(name)).any()]
    figure, panels = style.page([2.1] * (len(shown) - 1) + [2.75])
    for panel, name in zip(panels, shown, strict=True):
        ax = panel.subplots()
        _draw_series(ax, table, name)
        widths = sorted({int(bits) for bits in table.numbers("bits")})
        ax.set_xticks(widths, [str(bits) for bits in widths])
        ax.set(xlabel="bits", xlim=(widths[0] - 0.5, widths[-1] + 0.5))
        ax.grid(visible=False, axis="x")
        if name == "accuracy":
            bars.accuracy_axis(ax)
            ax.set_ylim(bottom=max(0.0, float(np.nanmin(table.numbers(name))) - BELOW))
            ax.set_title("(a) accuracy at proved equilibria")
        else:
            ax.axhline(0.0, color=style.BLACK, lw=0.8)
            ax.set(ylabel="margin $\\tilde m$", title="(b) margin of the quantized operator")
    _legend(panels[-1], table)
    return figure


def _draw_series(ax: "Axes", table: Table, name: str) -> None:
    for place, (series, (color, marker, dash)) in enumerate(LOOKS.items()):
        rows = table.where({"series": series})
        x = rows.numbers("bits") + APART * (place - (len(LOOKS) - 1) / 2)
        y, marks = rows.numbers(name), rows.words("mark")
        ax.plot(x, y, dash, color=color, lw=0.8, zorder=2)
        for xi, yi, mark in zip(x, y, marks, strict=True):
            shape, fill = CROSSES.get(mark, marker), "white" if mark == "exists" else color
            ax.plot(xi, yi, shape, color=color, mfc=fill, mew=0.9, zorder=3)


def _legend(panel: Any, table: Table) -> None:
    """Draw the legend: the series by shape and dash, then the marks that occur."""
    from matplotlib.lines import Line2D

    present = set(table.words("series"))
    handles = [
        Line2D([], [], color=color, marker=marker, ls=dash, lw=0.8, label=series)
        for series, (color, marker, dash) in LOOKS.items()
        if series in present
    ]
    words = {
        "proved": ("o", style.BLACK, "solvers converge, proved"),
        "exists": ("o", "white", "an equilibrium for every input, proved"),
        "refuted": ("x", style.BLACK, "all conditions refuted"),
        "undecided": ("+", style.BLACK, "undecided"),
    }
    handles += [
        Line2D([], [], color=style.BLACK, marker=shape, mfc=fill, ls="none", label=label)
        for mark, (shape, fill, label) in words.items()
        if mark in table.words("mark")
    ]
    panel.legend(handles=handles, loc="outside lower center", ncols=2)


def compare(table: Table, numbers: Mapping[str, Any]) -> list[Comparison]:
    """The paper has no such figure."""
    del table, numbers
    return []


def main() -> None:
    alone(Path(__file__).stem)


if __name__ == "__main__":
    main()
