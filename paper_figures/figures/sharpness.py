"""The sharpness measured/bound of every inequality over random operators and perturbations.

One row per inequality and instance: the ratio of its two sides as an enclosure, with half its
width as `error`.  A ratio is 1 where the bound is attained, and negative where the quantity changed
in the harmless direction.  The operators are small and random (with perturbations), so the figure
shows typical values; every bound is attained by some operator.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from mondeq_ref.instances.families import injections
from mondeq_ref.quantize import Quantizer, quantize
from paper_figures.drawing import style
from paper_figures.numbers.inequalities import (
    OURS,
    PAPER,
    Sides,
    of_operator,
    of_pair,
    of_quantizer,
    of_structure,
)
from paper_figures.numbers.random_pairs import LOW_BITS, operators, perturbations
from paper_figures.numbers.subject import FigureSubject
from paper_figures.numbers.table import Row, Table, ends, tabulated

TITLE = "How sharp the inequalities are"
CAPTION = (
    "measured/bound for every inequality: boxes from the first to the third quartile with the "
    "median, whiskers to the 5th and 95th percentile, a dot at the largest. White: the paper's "
    "form, hatched: a sharper form that is also true. A ratio above 1 would refute a claim; the "
    "closer to 1, the less the bound gives away; below 0 the quantity moved the harmless way."
)
COLUMNS = ("claim", "form", "instance", "family", "kind", "ratio", "error")


@dataclass(frozen=True)
class SharpnessSettings:
    operators: int = 40
    first: int = 0
    n: int = 8
    injections: int = 2
    seed: int = 0


SETTINGS = SharpnessSettings()


@tabulated(COLUMNS, ("claim", "form", "instance"), "ratio")
def compute(subject: FigureSubject | None, settings: SharpnessSettings = SETTINGS) -> Iterator[Row]:
    """The table, for random operators only; the subject is not used."""
    del subject
    for index, family, operator, rng in operators(settings.seed, settings.operators, settings.n):
        if index < settings.first:
            continue
        instances: list[tuple[str, Iterator[Sides]]] = []
        C = injections(rng, operator, settings.injections)
        instances.append(("alone", of_operator(rng, operator, C)))
        for kind, perturbed in perturbations(rng, operator):
            instances.append((kind, of_pair(operator, perturbed, C)))
        for bits in LOW_BITS:
            dense = quantize(operator, Quantizer(bits))
            instances.append((f"{bits} bits", of_quantizer(dense)))
            factors = quantize(operator, Quantizer(bits), "factors")
            instances.append((f"{bits} bits", of_structure(factors)))
        for kind, found in instances:
            about = {"family": family, "kind": kind}
            for count, (claim, form, measured, bound) in enumerate(found):
                ratio, error = ends(measured / bound) if bound.lo > 0 else (np.nan, np.nan)
                if np.isfinite(error):
                    instance = f"{index}/{kind}/{count}"
                    named = {"claim": claim, "form": form, "instance": instance, **about}
                    yield {**named, "ratio": ratio, "error": error}


@style.styled
def draw(table: Table) -> "style.Figure":
    claims = list(dict.fromkeys(table.words("claim")))
    figure, panels = style.page((0.7 + 0.27 * len(claims),))
    ax = panels[0].subplots()
    lowest = 0.0
    looks = {PAPER: (-0.18, "white", ""), OURS: (0.18, style.SKY, "////")}
    for place, claim in enumerate(claims):
        for form, (shift, color, hatch) in looks.items():
            ratios = table.where({"claim": claim, "form": form}).numbers("ratio")
            if len(ratios) == 0:
                continue
            y = place + shift
            low, first, middle, third, high = np.percentile(ratios, (5, 25, 50, 75, 95))
            lowest = min(lowest, low)
            ax.plot([low, high], [y, y], "-", color=style.BLACK, lw=0.7, zorder=2)
            box: dict[str, Any] = {"color": color, "hatch": hatch, "ec": style.BLACK, "zorder": 3}
            ax.barh(y, third - first, 0.3, left=first, label=f"{form} form", **box)
            ax.plot([middle] * 2, [y - 0.15, y + 0.15], color=style.VERMILLION, lw=1.5, zorder=4)
            ax.plot(ratios.max(), y, ".", color=style.BLACK, ms=3, zorder=4)
    ax.axvline(1.0, color=style.BLACK, ls="--", lw=0.8)
    ax.set_yticks(range(len(claims)), claims)
    ax.set(xlabel="measured / bound", xlim=(lowest - 0.04, 1.04), ylim=(len(claims) - 0.5, -0.5))
    ax.grid(axis="y", visible=False)
    style.legend(panels[0], ax, 2)
    return figure
