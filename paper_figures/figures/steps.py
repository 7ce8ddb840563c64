"""How tight the step certificate is: the largest contracting step over the promised 2 m/L^2.

The forward step z -> z - alpha F(z) of the operator with margin m and Lipschitz constant L is
proved to contract for 0 < alpha < 2 m/L^2.  It does so exactly for 0 < alpha < `largest`, which is
2 lambda_min(sym(M^-1)).  Floats propose the number; it is enclosed by a step at which
||I - alpha M|| < 1 is proved and a greater one at which ||I - alpha M|| >= 1 is (as it is from
2/L on).

Without a positive margin no step contracts in the Euclidean norm, and there is no row.  At steps
beyond `largest` the iteration may still converge: ReLU contracts too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from mondeq_ref.operator import Operator
from mondeq_ref.quantize import Quantizer, What, quantize
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.solve.methods import ForwardBackward
from paper_figures.drawing import style
from paper_figures.numbers import certified
from paper_figures.numbers.subject import FigureSubject
from paper_figures.numbers.table import Row, Table, ends, tabulated

TITLE = "How tight the step certificate is"
CAPTION = (
    "(a) Solid: the largest step at which the forward step contracts, enclosed by proofs on both "
    "sides. Dotted: the step up to which the certificate promises it, 2 m/L^2. (b) The first over "
    "the second: how many times longer a step may be than promised. A width without a mark has no "
    "proved positive margin; without one no step contracts. Read from right to left to see the "
    "promise shrink faster than the truth as bits are removed."
)
COLUMNS = ("series", "bits", "tightness", "error", "largest", "largest_error")
COLUMNS = (*COLUMNS, "promised", "promised_error")
SERIES: tuple[tuple[str, What, str, str], ...] = (
    ("published", "W", style.VERMILLION, "o"),
    ("identity exact", "K", style.ORANGE, "s"),
    ("structured", "factors", style.GREEN, "^"),
)
APART = (1e-12, 1e-10, 1e-8, 1e-6)  # relative distances between the two proofs, tried in turn


@dataclass(frozen=True)
class StepsSettings:
    bits: tuple[int, ...] = (2, 3, 4, 5, 6, 7, 8, 10, 12, 16)
    seed: int = 0


SETTINGS = StepsSettings()


@tabulated(COLUMNS, ("series", "bits"), "tightness")
def compute(subject: FigureSubject, settings: StepsSettings = SETTINGS) -> Iterator[Row]:
    for series, what, _, _ in SERIES:
        if what == "factors" and subject.operator.factors is None:
            continue
        for bits in settings.bits:
            operator = quantize(subject.operator, Quantizer(bits), what).operator
            largest = largest_step(operator)
            if largest is None:
                continue
            promised = ForwardBackward().admissible(operator)
            numbers = (*ends(largest / promised), *ends(largest), *ends(promised))
            yield dict(zip(COLUMNS, (series, bits, *numbers), strict=True))


def largest_step(operator: Operator) -> Enclosure | None:
    """The supremum of the steps with ||I - alpha M|| < 1; None without a proved margin."""
    if not operator.margin.lo > 0:
        return None
    inverse = np.linalg.inv(operator.M.center)
    guess = float(np.linalg.eigvalsh(inverse + inverse.T)[0])
    lo, hi = ForwardBackward().admissible(operator).lo, (2 / operator.lipschitz).hi
    for apart in APART:
        below, beyond = guess * (1 - apart), guess * (1 + apart)
        if below > lo and certified.step_norm(operator, below).hi < 1:
            lo = below
        if beyond < hi and certified.step_norm(operator, beyond).lo >= 1:
            hi = beyond
        if lo >= below and hi <= beyond:
            break
    return Enclosure(lo, hi)


@style.styled
def draw(table: Table) -> "style.Figure":
    figure, panels = style.page((1.9, 2.1))
    axes = [panel.subplots() for panel in panels]
    widths = sorted({int(bits) for bits in table.numbers("bits")})
    for series, _, color, marker in SERIES:
        rows = table.where({"series": series})
        look: dict[str, Any] = {"color": color, "marker": marker}
        for ax, column, dash, label in (
            (axes[0], "largest", "-", f"{series}: largest"),
            (axes[0], "promised", ":", f"{series}: promised"),
            (axes[1], "tightness", "-", series),
        ):
            known = dict(zip(rows.numbers("bits"), rows.numbers(column), strict=True))
            # Not joined across a width that has no row.
            ax.plot(widths, [known.get(bits, np.nan) for bits in widths], dash, label=label, **look)
    axes[0].set(yscale="log", ylabel="step $\\alpha$", title="(a) steps that contract")
    axes[1].set(ylim=(0, None), ylabel="largest / $(2m/L^2)$", title="(b) how much is given away")
    axes[1].axhline(1.0, color=style.BLACK, lw=0.8, ls=":")
    for ax, panel in zip(axes, panels, strict=True):
        ax.set(xlabel="bits", xlim=(widths[0] - 0.5, widths[-1] + 0.5))
        ax.set_xticks(range(widths[0], widths[-1] + 1, 2))
        style.legend(panel, ax, 2 if ax is axes[0] else 3)
    return figure
