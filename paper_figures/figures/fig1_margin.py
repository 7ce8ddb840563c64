"""Figure 1: iterations and the final relative step against ||dW||_2/m.

Rows with the protocol `published` follow it exactly: float32, the first 64 inputs, one
relative step for the whole batch, alpha = m~/L~^2 or 0.01, 2,000 iterations.  Their error is the
difference to the same run in float64, plus one.

The other rows use equilibria with certified distances: the iteration at which forward-backward is
proved to be within the relative distance 1e-5 of every equilibrium.  `admissible` takes a step at
which convergence is proved (in the Euclidean norm, or in that of the weights of rung 5), `swept`
the best of several steps, for which convergence is proved where ||I - alpha M~|| < 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mondeq_ref.arrays import Matrix
from mondeq_ref.quantize import Quantizer
from mondeq_ref.rigor.verdict import Guarantee
from mondeq_ref.study import published_runs as runs
from mondeq_ref.study.bit_table import Row, assess
from paper_figures.drawing import style
from paper_figures.numbers import certified
from paper_figures.numbers.published import ANOTHER_OPERATOR, published
from paper_figures.numbers.subject import FigureSubject
from paper_figures.numbers.table import Cell, Comparison, Table, TableRows, ends
from paper_figures.run import alone

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TITLE = "Iterations and residual against the perturbation"
CAPTION = (
    "Top and middle: the published protocol; filled, the operator at hand, hollow, the published "
    "points. A run that ends at the budget of 2,000 iterations is not a divergence. Bottom: "
    "iterations until every input is proved to be within 1e-5 of its exact equilibrium. Filled "
    "marks: convergence is proved for every input; hollow: undecided, with the share of the "
    "inputs that got there. Look right of the line at 1, where the published condition is silent."
)
COLUMNS = ("protocol", "bits", "ratio", "ratio_error", "margin", "lipschitz", "alpha")
COLUMNS = (*COLUMNS, "iterations", "error", "relative_step", "converged")
COLUMNS = (*COLUMNS, "rung", "mark", "share_located", "share_reached", "inputs")
PUBLISHED_BITS = (3, 4, 5, 6, 7, 8, 10, 12, 16, 32)


@dataclass(frozen=True)
class MarginSettings:
    bits: tuple[int, ...] = (2, *PUBLISHED_BITS)
    inputs: int = runs.FIGURE_1_INPUTS
    tolerance: float = 1e-5  # of the relative distance to the exact equilibrium
    budget: int = 4000
    sweep: tuple[float, ...] = (0.03, 0.1, 0.3)
    seed: int = 0


SETTINGS = MarginSettings()


def compute(subject: FigureSubject, settings: MarginSettings = SETTINGS) -> Table:
    made = TableRows(COLUMNS)
    for bits in settings.bits:
        if bits in PUBLISHED_BITS:
            made.add(as_published(subject, bits, settings.inputs))
        for row in faithful(subject, bits, settings):
            made.add(row)
    return made.table(("protocol", "bits"), "iterations")


def as_published(subject: FigureSubject, bits: int, inputs: int) -> dict[str, Cell]:
    C = subject.c.c[:inputs]
    point = runs.figure_1(subject.operator, C, bits)
    W = runs.quantized_in_float32(subject.operator.W.astype(np.float32), bits)
    limits = point.alpha, runs.FIGURE_1_STEPS, runs.FIGURE_1_TOLERANCE
    twin = runs.forward_backward(W, C, *limits, np.float64).iterations
    return {
        "protocol": "published",
        "bits": bits,
        "ratio": point.ratio,
        "margin": point.margin,
        "lipschitz": point.lipschitz,
        "alpha": point.alpha,
        "iterations": point.run.iterations,
        "error": 1 + abs(point.run.iterations - twin),
        "relative_step": point.run.relative_steps[-1],
        "converged": point.run.converged,
        "inputs": len(C),
    }


def faithful(subject: FigureSubject, bits: int, settings: MarginSettings) -> list[dict[str, Cell]]:
    rng = np.random.default_rng([settings.seed, bits])
    row = assess(
        subject.operator,
        Quantizer(bits),
        "W",
        None,
        guarantee=Guarantee.RIGOROUS_FLOAT,
        rng=rng,
    )
    operator = row.quantized.operator
    some = subject.c.rows(slice(0, settings.inputs))
    found = certified.equilibria(operator, some)
    ratio, ratio_error = ends(row.sides.ratio)
    about: dict[str, Cell] = {
        "bits": bits,
        "ratio": ratio,
        "ratio_error": ratio_error,
        "margin": row.sides.margin_after.mid,
        "lipschitz": operator.lipschitz.mid,
        "rung": row.rung,
        "share_located": float(found.proved.mean()),
        "inputs": len(some),
    }

    def is_proved(alpha: float) -> bool:
        if row.rates is not None and alpha < row.rates.step_below:
            return True
        return certified.step_norm(operator, alpha).hi < 1

    def run(alpha: float) -> tuple[dict[str, Cell], tuple[float, float]]:
        got = certified.reach(
            operator, some, found, alpha, tolerance=settings.tolerance, budget=settings.budget
        )
        cells: dict[str, Cell] = {
            "alpha": alpha,
            "iterations": got.worst,
            "error": 1.0,  # rounding in the iterates decides at most the last step
            "mark": "proved" if is_proved(alpha) else "undecided",
            "share_reached": got.share,
        }
        return cells, (-got.share, float("inf") if got.worst is None else got.worst)

    tried = [run(alpha) for alpha in (*settings.sweep, *_own_step(row))]
    best = min(tried, key=lambda pair: pair[1])[0]
    kept: list[dict[str, Cell]] = [about | best | {"protocol": "swept"}]
    if row.rates is not None:
        kept.append(about | tried[-1][0] | {"protocol": "admissible"})
    return kept


def _own_step(row: Row) -> tuple[float, ...]:
    return () if row.rates is None else (row.rates.step,)


@style.styled
def draw(table: Table) -> "Figure":
    figure, panels = style.page((1.75, 1.65, 2.1))
    theirs = published()["figure_1"]["recomputed"]
    ours = table.where({"protocol": "published"})
    axes = [panel.subplots() for panel in panels]
    for ax, name, key in zip(
        axes, ("iterations", "relative_step"), ("iterations", "final_relative_step"), strict=False
    ):
        x, y = ours.numbers("ratio"), ours.numbers(name)
        ax.plot(x, y, "-", marker="o", color=style.BLUE, label="this operator", clip_on=False)
        ax.plot(
            [point["ratio"] for point in theirs],
            [point[key] for point in theirs],
            ls="none",
            marker="D",
            mfc="none",
            ms=5.5,
            clip_on=False,
            color=style.VERMILLION,
            label="published",
        )
        if name == "iterations":
            _name_bits(ax, x, y, ours)
    axes[0].set(ylabel="iterations", title="(a) published protocol: iterations", ylim=(-150, 2300))
    axes[1].axhline(runs.FIGURE_1_TOLERANCE, color=style.BLACK, ls=":", lw=0.8, label="tolerance")
    axes[1].set(ylabel="relative step", title="(b) published protocol: what is left", yscale="log")
    _draw_faithful(axes[2], table)
    for ax, panel, columns in zip(axes, panels, (3, 4, 2), strict=True):
        ax.axvline(1.0, color=style.GRAY, lw=0.8, ls="--", label="$\\|dW\\|_2=m$")
        ax.set(xscale="log", xlim=(3e-9, 30), xlabel="$\\|dW\\|_2/m$")
        style.legend(panel, ax, columns)
    return figure


def _draw_faithful(ax: "Axes", table: Table) -> None:
    looks = (("admissible", "s", style.GREEN), ("swept", "o", style.BLUE))
    for protocol, marker, color in looks:
        rows = table.where({"protocol": protocol})
        x, y = rows.numbers("ratio"), rows.numbers("iterations")
        proved = np.array(rows.words("mark")) == "proved"
        for kept, fill, word in ((proved, color, "proved"), (~proved, "white", "undecided")):
            if kept.any():
                label = f"{protocol} step, {word}"
                ax.plot(x[kept], y[kept], marker, color=color, mfc=fill, label=label)
        if protocol == "swept":
            _name_bits(ax, x, y, rows)
    ax.set(ylabel="iterations, worst input", yscale="log")
    low, high = ax.get_ylim()
    ax.set_ylim(low / 2, high)
    ax.set_title("(c) to within 1e-5 of the exact equilibrium, proved")


def _name_bits(ax: "Axes", x: Matrix, y: Matrix, rows: Table) -> None:
    """Write the bit-width at each point, with the share of inputs that reached it if below 1."""
    shares = rows.numbers("share_reached")
    for xi, yi, bits, share in zip(x, y, rows.words("bits"), shares, strict=True):
        if np.isfinite(yi):
            text = bits if not share < 1 else f"{bits}: {share:.0%}"
            style.note(ax, text, (float(xi), float(yi)), (0, -9))


def compare(table: Table, numbers: Mapping[str, Any]) -> list[Comparison]:
    """Every published number of the figure, and ours by the same protocol."""
    ours = table.where({"protocol": "published"}).named()
    found: list[Comparison] = []
    pairs = (
        ("ratio", "ratio"),
        ("margin", "margin"),
        ("lipschitz", "lipschitz"),
        ("alpha", "alpha"),
        ("iterations", "iterations"),
        ("final_relative_step", "relative_step"),
        ("converged", "converged"),
    )
    for point in numbers["figure_1"]["recomputed"]:
        row = ours.get(("published", point["bits"]), {})
        for theirs, mine in pairs:
            what = f"{point['bits']} bits: {theirs}"
            value = row.get(mine)
            assert not isinstance(value, str)
            found.append(Comparison(what, point[theirs], value, ANOTHER_OPERATOR))
    return found


def main() -> None:
    alone(Path(__file__).stem)


if __name__ == "__main__":
    main()
