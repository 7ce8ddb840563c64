"""Accuracy, margin and proofs at each bit-width, for five ways to quantize W after training.

The ways and the marks are those of `numbers.proved_ways`.  U and b are kept, so that all have the
same injections.

Accuracy is at proved equilibria, which need not be the only ones below rung 6; an input without
one counts as wrong, and where no input has one there is no accuracy.  `error` is the share of
inputs whose class the certified distances leave open; `sampling_error` is binomial.  The safe codes
are proposed in floats, so another machine may find other codes with equal proofs: the `error` of
their accuracy is larger by the sampling error, an estimate.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mondeq_ref.operator import Operator
from paper_figures.drawing import marks, style
from paper_figures.numbers import accuracy, proved_ways
from paper_figures.numbers.subject import FigureSubject
from paper_figures.numbers.table import Cell, Row, Table, tabulated

TITLE = "Safe quantization: accuracy and margin at each bit-width, without training"
CAPTION = (
    "Five ways to quantize the W of one operator that was trained in float. (a) Accuracy at proved "
    "equilibria, on an axis that is logarithmic in the error rate; no point where no input has "
    "one. (b) The margin; the line is at 0. Filled marks: solvers are proved to "
    "converge for every input; open marks: an equilibrium is proved for every input; crosses: "
    "neither, x where all seven conditions are refuted, + where one is undecided. The safe codes "
    "are chosen without inputs, for the paper's condition from 4 bits up and for a positive "
    "margin below. Read from right to left to see which way keeps both."
)
COLUMNS = ("series", "bits", "accuracy", "error", "sampling_error", "inputs", "unproved")
COLUMNS = (*COLUMNS, *proved_ways.COLUMNS)
APART = 0.12  # between the marks of two series at one width
BELOW = 0.15  # how far below the lowest accuracy its axis begins


@dataclass(frozen=True)
class SafeSettings:
    bits: tuple[int, ...] = (8, 7, 6, 5, 4, 3, 2)
    inputs: int | None = None  # all of them
    seed: int = 0


SETTINGS = SafeSettings()


@tabulated(COLUMNS, ("series", "bits"), "accuracy")
def compute(subject: FigureSubject, settings: SafeSettings = SETTINGS) -> Iterator[Row]:
    for bits in settings.bits:
        for name, row in proved_ways.ways(subject.operator, bits, settings.seed, [*marks.WAYS]):
            found = _accuracy(subject, row.quantized.operator, settings)
            found = accuracy.of_other_codes(found) if name == proved_ways.SAFE else found
            yield {"series": name, "bits": bits} | proved_ways.cells(name, row) | found


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


@style.styled
def draw(table: Table) -> "style.Figure":
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
            style.accuracy_axis(ax)
            ax.set_ylim(bottom=max(0.0, float(np.nanmin(table.numbers(name))) - BELOW))
            ax.set_title("(a) accuracy at proved equilibria")
        else:
            ax.axhline(0.0, color=style.BLACK, lw=0.8)
            ax.set(ylabel="margin $\\tilde m$", title="(b) margin of the quantized operator")
    handles = marks.series_handles(marks.WAYS, set(table.words("series")))
    handles += marks.mark_handles(set(table.words("mark")))
    panels[-1].legend(handles=handles, loc="outside lower center", ncols=2)
    return figure


def _draw_series(ax: "style.Axes", table: Table, name: str) -> None:
    for place, (series, look) in enumerate(marks.WAYS.items()):
        rows = table.where({"series": series})
        x = rows.numbers("bits") + APART * (place - (len(marks.WAYS) - 1) / 2)
        marks.points(ax, x, rows.numbers(name), rows.words("mark"), look)
