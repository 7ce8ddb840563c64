"""Three splitting methods: the distance to the exact equilibrium against iterations.

The published comparison shows the relative step, which is not a bound on the distance.  This
figure shows the distance of the iterate from the certified equilibrium, the largest over the
inputs, in float64; `error` is the largest certified radius.  `float32` is the same distance in the
published precision, `stopped_after` the iteration at which the published stopping rule (relative
step 1e-5, float32) ends, and `claimed` and `sharp` are bounds from contraction for the worst input:

    forward-backward    ||z_k - z*|| <= r^k ||z*||
    the others          ||z_k - z*|| <= ||R_F|| rho^k ||s*||,   s* = z* + alpha w*,

with the published r and rho (claimed), and with ||I - alpha M|| and ||R_F|| computed (sharp).
Steps: m/L^2 for forward-backward, 1/L for the others, as published.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from mondeq_ref import bounds
from mondeq_ref.arrays import Matrix
from mondeq_ref.certify.prove import Equilibria
from mondeq_ref.operator import Operator
from mondeq_ref.quantize import Quantizer, quantize
from mondeq_ref.solve.methods import DouglasRachford, ForwardBackward, PeacemanRachford
from mondeq_ref.study import published_runs as runs
from paper_figures.drawing import style
from paper_figures.numbers import certified
from paper_figures.numbers.subject import FigureSubject
from paper_figures.numbers.table import ANOTHER_OPERATOR, Comparison, Row, Table, tabulated

TITLE = "Splitting methods: distance to the exact equilibrium"
CAPTION = (
    "Thick: the measured distance of the worst of the inputs to its exact equilibrium, in "
    "float64. Dashed: what the published rates promise; dotted: the sharp rates, which are never "
    "worse. Compare each thick line with the two of its color, and the panels with each other: "
    "what quantizing W costs in iterations."
)
COLUMNS = ("bits", "method", "iteration", "distance", "error", "float32", "claimed", "sharp")
COLUMNS = (*COLUMNS, "stopped_after")
LOOKS = {
    "forward-backward": (style.BLUE, "o"),
    "peaceman-rachford": (style.VERMILLION, "s"),
    "douglas-rachford": (style.GREEN, "^"),
}
FLOAT = 32  # stands for the unquantized weights
WHY = f"{ANOTHER_OPERATOR}; the sentence gives round numbers and no stopping rule"
FLOOR = 1e-11  # the least distance shown; smaller ones are below the certified radii


@dataclass(frozen=True)
class SplittingSettings:
    bits: tuple[int, ...] = (FLOAT, 8, 6)
    inputs: int = 64
    iterations: int = 300
    every: int = 5
    seed: int = 0


SETTINGS = SplittingSettings()


@dataclass(frozen=True)
class RateBound:
    """factor * rate^k bounds the distance after k iterations."""

    factor: float
    rate: float

    def after(self, k: int) -> float:
        return self.factor * self.rate**k


@tabulated(COLUMNS, ("bits", "method", "iteration"), "distance")
def compute(subject: FigureSubject, settings: SplittingSettings = SETTINGS) -> Iterator[Row]:
    c = subject.c.rows(slice(0, settings.inputs))
    for bits in settings.bits:
        operator = subject.operator
        if bits != FLOAT:
            operator = quantize(operator, Quantizer(bits), "W").operator
        if not operator.margin.lo > 0:
            continue
        found = certified.equilibria(operator, c)
        radius = float(found.radius.max())
        for method in (ForwardBackward(), PeacemanRachford(), DouglasRachford()):
            claimed, sharp = rate_bounds(operator, method, found, c.c)
            stopped = runs.splitting(
                operator, c.c, method, runs.FIGURE_1_STEPS, runs.FIGURE_1_TOLERANCE
            )
            series = [
                certified.states(operator, c.c, method, settings.iterations, dtype)
                for dtype in (np.float64, np.float32)
            ]
            for k, (wide, narrow) in enumerate(zip(*series, strict=True)):
                if k % settings.every == 0:
                    yield {
                        "bits": bits,
                        "method": method.name,
                        "iteration": k,
                        "distance": float(certified.distances(wide, found).max()),
                        "error": radius + _rounding(operator, found),
                        "float32": float(certified.distances(narrow, found).max()),
                        "claimed": claimed.after(k),
                        "sharp": sharp.after(k),
                        "stopped_after": stopped.iterations,
                    }


def _rounding(operator: Operator, found: Equilibria) -> float:
    """A bound on the rounding error of float64 iterates, by contraction with the claimed rate."""
    m, L = operator.margin.lo, operator.lipschitz.hi
    return 4 * operator.n * np.finfo(np.float64).eps * _longest(found.z) * (L / m) ** 2


def rate_bounds(
    operator: Operator,
    method: ForwardBackward | PeacemanRachford | DouglasRachford,
    found: Equilibria,
    C: Matrix,
) -> tuple[RateBound, RateBound]:
    """The bounds from the published rates, and from computed norms of the linear parts."""
    alpha = method.resolved(operator).alpha or 1.0
    m, L = operator.margin.lo, operator.lipschitz.hi
    n, M = operator.n, np.eye(operator.n) - operator.W
    if isinstance(method, ForwardBackward):
        start = _longest(found.z)
        claimed = float(np.sqrt(bounds.forward_backward_rate_squared(m, L, alpha)))
        sharp = min(claimed, float(np.linalg.norm(np.eye(n) - alpha * M, 2)))
        return RateBound(start, claimed), RateBound(start, sharp)
    slack = np.maximum(found.z @ M.T - C, 0.0)
    start = _longest(found.z + alpha * slack)
    claimed = float(np.sqrt(bounds.published_peaceman_rachford_rate_squared(m, L, alpha)))
    reflection = np.linalg.solve(np.eye(n) + alpha * M, np.eye(n) - alpha * M)
    sharp = min(claimed, float(np.linalg.norm(reflection, 2)))
    if isinstance(method, PeacemanRachford):
        return RateBound(claimed * start, claimed), RateBound(sharp * start, sharp)
    return RateBound(claimed * start, (1 + claimed) / 2), RateBound(sharp * start, (1 + sharp) / 2)


def _longest(rows: Matrix) -> float:
    return float(np.linalg.norm(rows, axis=1).max())


@style.styled
def draw(table: Table) -> "style.Figure":
    widths = list(dict.fromkeys(table.cells("bits")))
    figure, panels = style.page([1.55] * (len(widths) - 1) + [2.0])
    for letter, panel, bits in zip("abcdef", panels, widths, strict=False):
        ax = panel.subplots()
        for method, (color, marker) in LOOKS.items():
            rows = table.where({"bits": bits, "method": method})
            k, y = rows.numbers("iteration"), rows.numbers("distance")
            shown = np.where(y > FLOOR, y, np.nan)
            look: dict[str, Any] = {"color": color, "marker": marker, "markevery": 8}
            ax.plot(k, shown, lw=1.4, label=method, **look)
            for name, dash in (("claimed", "--"), ("sharp", ":")):
                promised = rows.numbers(name)
                ax.plot(k, np.where(promised > FLOOR, promised, np.nan), dash, color=color, lw=0.9)
        for name, dash in (("claimed rate", "--"), ("sharp rate", ":")):
            ax.plot([], [], dash, color=style.BLACK, lw=0.9, label=name)
        name = "weights in float" if bits == FLOAT else f"$W$ at {bits} bits"
        ax.set(yscale="log", ylim=(FLOOR, None), ylabel="$\\|z_k-z^*\\|$")
        ax.set_title(f"({letter}) {name}")
        if panel is panels[-1]:
            ax.set_xlabel("iteration $k$")
            style.legend(panel, ax, 3)
    return figure


def compare(table: Table, numbers: Mapping[str, Any]) -> Iterator[Comparison]:
    """The iteration counts in a published sentence, first of Peaceman-Rachford."""
    sentence = next(s["text"] for s in numbers["statements"] if s["id"] == "pr-faster")
    said = [float(word) for word in re.findall(r"\d+", sentence)]
    for method, number in zip(("peaceman-rachford", "forward-backward"), said, strict=False):
        rows = table.where({"bits": FLOAT, "method": method})
        ours = float(rows.numbers("stopped_after")[0]) if len(rows) else None
        yield Comparison(f"{method}: iterations, roughly", number, ours, WHY)
