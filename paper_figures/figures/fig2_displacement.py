"""Figure 2: the displacement of equilibria by quantization against the bound of Theorem 3.

One row per sample and bit-width.

    published   the published figure: Peaceman-Rachford in float32 to a relative step of 1e-6, W, U
                and b quantized, the bound (||dW||/m) ||z~|| of dW alone
    stored      the settings behind the published fractions: forward-backward, 500 iterations, 1e-5
    W           certified equilibria, W alone quantized, the same bound
    WUb         certified equilibria, and the bound ||dW z~ + dc||/m that includes U and b

`error` is proved: it comes from certified radii, in the first two series of the points that the
published settings return.  Numbers are written to six digits, and `error` includes that.  A
sample whose equilibrium is not proved to exist is left out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mondeq_ref.inputs import Injections
from mondeq_ref.quantize import Quantizer, quantize
from paper_figures.drawing import style
from paper_figures.numbers import certified
from paper_figures.numbers.displaced import (
    DIGITS,
    Cloud,
    Method,
    as_run,
    exactly,
    in_float32,
    returned,
)
from paper_figures.numbers.subject import FigureSubject
from paper_figures.numbers.table import ANOTHER_OPERATOR, Comparison, Row, Table, tabulated

TITLE = "Displacement of the equilibrium against its bound"
CAPTION = (
    "Every point is one sample at one bit-width; a point above the line y = x would break the "
    "bound. Each panel counts those proved to be above it, and those whose error bar crosses it. "
    "(a) The published protocol. (b) Certified equilibria, W quantized. (c) Certified equilibria, "
    "W, U and b quantized, against the bound that knows about U and b. (d) The solver settings of "
    "the published fractions: a point above the line there, or an error bar that crosses it, is "
    "solver error: the bars are certified distances to the equilibria, which are below the line "
    "in (b) and (c)."
)
COLUMNS = ("series", "bits", "input", "bound", "displacement", "error")
DRAWN = frozenset({6, 8, 12, 16})  # bits of the published figure
LOOKS = (
    (2, style.BROWN, "P"),
    (3, style.ORANGE, "X"),
    (4, style.VERMILLION, "v"),
    (5, style.PURPLE, "*"),
    (6, style.BLUE, "o"),
    (8, style.GREEN, "s"),
    (12, style.SKY, "^"),
    (16, style.BLACK, "D"),
    (32, style.GRAY, "x"),
)


@dataclass(frozen=True)
class DisplacementSettings:
    published: tuple[int, ...] = (6, 8, 12, 16, 32)
    stored: tuple[int, ...] = (6, 8, 12, 16, 32)
    W: tuple[int, ...] = (4, 5, 6, 8, 12, 16, 32)
    WUb: tuple[int, ...] = (2, 3, 4, 6, 8, 12, 16)
    first: int = 0  # of the inputs
    inputs: int | None = None  # all of them
    seed: int = 0


SETTINGS = DisplacementSettings()


@tabulated(COLUMNS, ("series", "bits", "input"), "displacement")
def compute(subject: FigureSubject, settings: DisplacementSettings = SETTINGS) -> Iterator[Row]:
    for series, bits, cloud in clouds(subject, settings):
        known = np.flatnonzero(np.isfinite(cloud.displacement) & np.isfinite(cloud.error))
        for row in known.tolist():
            yield {
                "series": series,
                "bits": bits,
                "input": settings.first + row,
                "bound": float(f"{cloud.bound[row]:.{DIGITS}g}"),
                "displacement": float(f"{cloud.displacement[row]:.{DIGITS}g}"),
                "error": float(f"{1.1 * cloud.error[row]:.1e}"),  # two digits, rounded up
            }


def clouds(
    subject: FigureSubject, settings: DisplacementSettings
) -> Iterator[tuple[str, int, Cloud]]:
    last = None if settings.inputs is None else settings.first + settings.inputs
    which = slice(settings.first, last)
    c = subject.c.rows(which)
    before = certified.equilibria(subject.operator, c)

    def moved(bits: int) -> Injections | None:
        found = subject.c_quantized.get(bits)
        return None if found is None else found.rows(which)

    protocols: tuple[tuple[str, tuple[int, ...], Method], ...] = (
        ("published", settings.published, "peaceman-rachford"),
        ("stored", settings.stored, "forward-backward"),
    )
    for series, widths, method in protocols:
        start = returned(subject.operator, c, method)
        for bits in widths:
            operator, ratio = in_float32(subject.operator, bits)
            if operator.margin.lo > 0:
                end = returned(operator, moved(bits) or c, method)
                yield series, bits, as_run(start, end, ratio)
    for bits in settings.W:
        yield "W", bits, exactly(quantize(subject.operator, Quantizer(bits), "W"), c, c, before)
    for bits in settings.WUb:
        c_moved = moved(bits)
        if c_moved is not None:
            quantized = quantize(subject.operator, Quantizer(bits), "W")
            yield "WUb", bits, exactly(quantized, c, c_moved, before)


@style.styled
def draw(table: Table) -> "style.Figure":
    figure, (top, bottom) = style.page((2.3, 2.55))
    titles = (
        ("published", "(a) published protocol", "$(\\|dW\\|/m)\\,\\|\\tilde z\\|$"),
        ("W", "(b) $W$, certified", "$(\\|dW\\|/m)\\,\\|\\tilde z\\|$"),
        ("WUb", "(c) $W, U, b$, certified", "$\\|dW\\tilde z+dc\\|/m$"),
        ("stored", "(d) stored settings", "$(\\|dW\\|/m)\\,\\|\\tilde z\\|$"),
    )
    axes = [*top.subplots(1, 2), *bottom.subplots(1, 2)]
    for ax, (series, title, bound) in zip(axes, titles, strict=True):
        rows = table.where({"series": series})
        if series == "published":
            drawn = zip(rows.rows, rows.cells("bits"), strict=True)
            rows = replace(rows, rows=tuple(row for row, bits in drawn if bits in DRAWN))
        _scatter(ax, rows)
        ax.set(title=title, xlabel=bound)
        ax.annotate(_above(rows), (0.03, 0.88), xycoords="axes fraction", fontsize=5.5)
    for ax in (axes[0], axes[2]):
        ax.set_ylabel("$\\|\\tilde z-z^*\\|$")
    shown = set(table.cells("bits"))
    handles = [
        axes[0].plot([], [], ls="none", marker=marker, color=color, ms=3, label=f"{bits} bits")[0]
        for bits, color, marker in LOOKS
        if bits in shown
    ]
    line = axes[0].plot([], [], "--", color=style.BLACK, lw=0.7, label="bound")
    bottom.legend(handles=[*handles, *line], loc="outside lower center", ncols=5)
    return figure


def _scatter(ax: "style.Axes", rows: Table) -> None:
    for bits, color, marker in LOOKS:
        some = rows.where({"bits": bits})
        if len(some):
            x, y, error = (some.numbers(name) for name in ("bound", "displacement", "error"))
            marks: dict[str, Any] = {"marker": marker, "ms": 1.2, "mew": 0.2, "rasterized": True}
            ax.errorbar(x, y, error, ls="none", color=color, elinewidth=0.3, **marks)
    ax.set(xscale="log", yscale="log")
    low = min(ax.get_xlim()[0], ax.get_ylim()[0])
    high = max(ax.get_xlim()[1], ax.get_ylim()[1])
    ax.plot([low, high], [low, high], "--", color=style.BLACK, lw=0.7)
    ax.set(xlim=(low, high), ylim=(low, high))


def _above(rows: Table) -> str:
    """The numbers of points proved to be above the line, and of those on either side, as text."""
    x, y, error = (rows.numbers(name) for name in ("bound", "displacement", "error"))
    above, open_ = int((y - error > x).sum()), int((np.abs(y - x) <= error).sum())
    return f"{above} of {len(rows):,} above,\n{open_:,} undecided"


def compare(table: Table, numbers: Mapping[str, Any]) -> Iterator[Comparison]:
    """Fractions and largest ratios, by the settings with which they were published."""
    for key, series, share in (
        ("companion_stored_fraction_satisfied", "stored", True),
        ("companion_stored_max_ratio", "stored", False),
        ("recomputed_max_ratio_of_this_protocol", "published", False),
    ):
        for bits, number in numbers["figure_2"][key].items():
            rows = table.where({"series": series, "bits": int(bits)})
            ours = None
            if len(rows):
                x, y = rows.numbers("bound"), rows.numbers("displacement")
                ours = float((y <= x).mean()) if share else float((y / x).max())
            yield Comparison(f"{bits} bits: {key}", number, ours, _why(series))


def _why(series: str) -> str:
    if series == "stored":
        return f"{ANOTHER_OPERATOR}; the stored run's step and batches are not recorded"
    return f"{ANOTHER_OPERATOR}, fewer samples"
