"""Figure 1: iterations and the final relative step against ||dW||_2/m.

Rows with the protocol `published` follow it exactly: float32, the first 64 inputs, one
relative step for the whole batch, alpha = m~/L~^2 or 0.01, 2,000 iterations.  Their error is the
difference to the same run in float64, plus one.

Rows with the protocols `published step` and `another step` say how forward-backward ends for each
input (`mondeq_ref.study.ends`): `share_reached` of them come close to an equilibrium that is
proved, `share_divergent` provably diverge, and the rest is undecided.

Rows with the protocol `exact` count the iterations of forward-backward until each input is proved
to be within the relative distance 1e-5 of its equilibrium, at the best of several steps: those of
`tried`, and the one whose rate the ladder promises.  Their series and marks are those of
`numbers.proved_ways`.  Another machine may find other safe codes: the `error` of their iterations
is a fifth of them, an estimate.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from mondeq_ref.arrays import Vector
from mondeq_ref.instances.shipped import document
from mondeq_ref.quantize import Quantizer, quantize
from mondeq_ref.study import bit_table
from mondeq_ref.study import published_runs as runs
from mondeq_ref.study.ends import ends
from paper_figures.drawing import marks, style
from paper_figures.numbers import certified, proved_ways
from paper_figures.numbers.subject import FigureSubject
from paper_figures.numbers.table import ANOTHER_OPERATOR, Comparison, Row, Table, tabulated

TITLE = "Iterations and residual against the perturbation"
CAPTION = (
    "(a), (b) The published protocol: forward-backward until the relative step of the batch is "
    "1e-5, or 2,000 iterations; quantized and run in float32, (c) to (e) in float64. Hollow: the "
    "published points. Crosses: the budget cut the run short, which is no divergence. (c), (d) How "
    "it ends for each input, with the published step and with one of at most 0.1; beside each bar "
    "the three counts and the step. 'Reached': within 1e-5 (1 + ||z*||) of a proved equilibrium "
    "z*, or proved to converge. (e) What is proved of networks quantized in three ways. Filled: "
    "solvers converge for every input; open: every input has an equilibrium; crosses: neither. "
    "Counted are the iterations until the worst input is proved to be within 1e-5 ||z*|| of its "
    "exact equilibrium z*, at the best of a few steps; 'k of n not': so many inputs never got "
    "there. The numbers are bit-widths. Right of the line at 1 the published condition is silent."
)
COLUMNS = ("protocol", "series", "bits", "alpha", "iterations", "error", "relative_step")
COLUMNS = (*COLUMNS, "converged", "lipschitz", "share_located", "share_reached", "inputs")
COLUMNS = (*COLUMNS, "share_divergent")
COLUMNS = (*COLUMNS, *proved_ways.COLUMNS)
PUBLISHED_BITS = (3, 4, 5, 6, 7, 8, 10, 12, 16, 32)
STEPS = ("published step", "another step")
WAYS = (proved_ways.PUBLISHED, proved_ways.IDENTITY, proved_ways.SAFE)
TICKS = [k * 10.0**e for e in range(-12, 13) for k in (1, 3)]  # of ||dW||_2/m
ENDS: Mapping[str, Mapping[str, Any]] = {
    "reached": {"fc": style.BLUE, "ec": style.BLUE},
    "provably diverges": {"fc": "white", "ec": style.VERMILLION, "hatch": "//////"},
    "undecided": {"fc": "white", "ec": style.GRAY},
}
OTHER_CODES = 0.2  # of the iterations: an estimate of what other safe codes change


@dataclass(frozen=True)
class MarginSettings:
    published: tuple[int, ...] = PUBLISHED_BITS
    ended: tuple[int, ...] = (8, 6, 5, 4, 3, 2)  # at which it is proved how runs end
    bits: tuple[int, ...] = (6, 5, 4, 3, 2)
    chosen: tuple[int, ...] = (4, 3, 2)  # at which the safe codes are looked for
    inputs: int = runs.FIGURE_1_INPUTS
    tolerance: float = 1e-5  # of the relative distance to the exact equilibrium
    budget: int = 4000
    tried: tuple[float, ...] = (0.03, 0.1, 0.3)
    seed: int = 0


SETTINGS = MarginSettings()


@tabulated(COLUMNS, ("protocol", "series", "bits"), "iterations")
def compute(subject: FigureSubject, settings: MarginSettings = SETTINGS) -> Iterator[Row]:
    for bits in settings.published:
        yield as_published(subject, bits, settings.inputs)
    for bits in settings.ended:
        yield from as_ended(subject, bits, settings.inputs)
    for bits in settings.bits:
        names = WAYS if bits in settings.chosen else WAYS[:2]
        for name, row in proved_ways.ways(subject.operator, bits, settings.seed, names):
            yield exactly(subject, name, row, settings)


def as_published(subject: FigureSubject, bits: int, inputs: int) -> Row:
    C = subject.c.c[:inputs]
    point = runs.figure_1(subject.operator, C, bits)
    W = runs.quantized_in_float32(subject.operator.W.astype(np.float32), bits)
    limits = point.alpha, runs.FIGURE_1_STEPS, runs.FIGURE_1_TOLERANCE
    twin = runs.forward_backward(W, C, *limits, np.float64).iterations
    return {
        "protocol": "published",
        "series": proved_ways.PUBLISHED,
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


def as_ended(subject: FigureSubject, bits: int, inputs: int) -> Iterator[Row]:
    operator = quantize(subject.operator, Quantizer(bits), "W").operator
    some = subject.c.rows(slice(0, inputs))
    for protocol, found in zip(STEPS, ends(operator, some), strict=True):
        yield {
            "protocol": protocol,
            "series": proved_ways.PUBLISHED,
            "bits": bits,
            "alpha": found.alpha,
            "share_reached": found.reached / found.inputs,
            "share_divergent": found.diverge / found.inputs,
            "inputs": found.inputs,
        }


def exactly(subject: FigureSubject, name: str, row: bit_table.Row, settings: MarginSettings) -> Row:
    """The best of the runs with several steps: as many inputs as possible, then few iterations."""
    operator, some = row.quantized.operator, subject.c.rows(slice(0, settings.inputs))
    found = certified.equilibria(operator, some)
    own = () if row.rates is None else (row.rates.step,)
    tolerance, budget = settings.tolerance, settings.budget
    tried = {
        alpha: certified.reach(operator, some, found, alpha, tolerance=tolerance, budget=budget)
        for alpha in (*settings.tried, *own)
    }
    alpha, best = min(tried.items(), key=lambda pair: (-pair[1].share, pair[1].worst or budget))
    # Rounding in the iterates decides at most the last step.
    other = OTHER_CODES * (best.worst or 0) if name == proved_ways.SAFE else 0.0
    return proved_ways.cells(name, row) | {
        "protocol": "exact",
        "series": name,
        "bits": row.bits,
        "alpha": alpha,
        "iterations": best.worst,
        "error": 1.0 + other,
        "lipschitz": operator.lipschitz.mid,
        "share_located": float(found.proved.mean()),
        "share_reached": best.share,
        "inputs": len(some),
    }


@style.styled
def draw(table: Table) -> "style.Figure":
    figure, panels = style.page((1.75, 1.65, 1.6, 3.1))
    theirs = document("published.json")["figure_1"]["recomputed"]
    ours = table.where({"protocol": "published"})
    axes = [panel.subplots() for panel in panels[:2]]
    for ax, name, key in zip(
        axes, ("iterations", "relative_step"), ("iterations", "final_relative_step"), strict=False
    ):
        _draw_published(ax, ours, name, [(p["ratio"], p[key], p["converged"]) for p in theirs])
    axes[0].set(ylabel="iterations", title="(a) published protocol: iterations", ylim=(-450, 2300))
    axes[1].axhline(runs.FIGURE_1_TOLERANCE, color=style.BLACK, ls=":", lw=0.8, label="tolerance")
    axes[1].set(ylabel="relative step", title="(b) published protocol: what is left", yscale="log")
    ratios = [*ours.numbers("ratio"), *(point["ratio"] for point in theirs)]
    low, high = min(r for r in ratios if r > 0), max(ratios)
    for ax, panel in zip(axes, panels[:2], strict=True):
        ax.axvline(1.0, color=style.GRAY, lw=0.8, ls="--", label="$\\|dW\\|_2=m$")
        ax.set(xscale="log", xlim=(low / 5, 5 * high), xlabel="$\\|dW\\|_2/m$")
        ax.xaxis.set_minor_formatter("")
        ax.tick_params(axis="x", which="minor", length=0)
        style.legend(panel, ax, 3)
    _draw_ends(panels[2], table)
    exact = table.where({"protocol": "exact"})
    names = [name for name in WAYS if name in exact.words("series")]
    strips = panels[3].subplots(len(names), 1, sharex=True, sharey=True, squeeze=False)[:, 0]
    for ax, name in zip(strips, names, strict=True):
        _draw_way(ax, exact.where({"series": name}), name)
    ratios = [1.0, *exact.numbers("ratio")]
    low, high = min(r for r in ratios if r > 0) / 1.5, max(ratios) * 1.7
    ticks = [tick for tick in TICKS if low < tick < high]
    strips[-1].set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    strips[-1].set_xlim(low, high)
    strips[-1].minorticks_off()
    strips[0].set_title("(e) to within $10^{-5}\\|z^*\\|$ of the exact equilibrium, proved")
    strips[-1].set(xlabel="$\\|dW\\|_2/m$")
    handles = marks.mark_handles(set(exact.words("mark")))
    panels[3].legend(handles=handles, loc="outside lower center", ncols=2)
    return figure


def _draw_published(
    ax: "style.Axes", ours: Table, name: str, theirs: list[tuple[float, float, bool]]
) -> None:
    """Our points on a line and the published ones, hollow; crosses where the budget ended a run."""
    x, y = ours.numbers("ratio"), ours.numbers(name)
    ended = np.array(ours.cells("converged"), dtype=bool)
    ax.plot(x, y, "-", color=style.BLUE, zorder=2)
    pairs = np.array([point[:2] for point in theirs], dtype=np.float64)
    reached = np.array([point[2] for point in theirs], dtype=bool)
    sets = (
        (pairs, reached, style.VERMILLION, "none", "D", 6.0, "published"),
        (np.column_stack([x, y]), ended, style.BLUE, style.BLUE, "o", 3.5, "this operator"),
    )
    for points, kept, color, fill, marker, size, label in sets:
        look: dict[str, Any] = {"ls": "none", "color": color, "zorder": 3, "clip_on": False}
        ax.plot(*points[kept].T, marker=marker, mfc=fill, ms=size, label=label, **look)
        if not kept.all():  # nothing is laid out around a line without points
            ax.plot(*points[~kept].T, marker="x", ms=size, label=f"{label}, cut short", **look)
    if name == "iterations":
        for xi, yi, bits in zip(x, y, ours.words("bits"), strict=True):
            style.note(ax, bits, (float(xi), float(yi)), (0, -10))


def _draw_ends(panel: Any, table: Table) -> None:
    """A bar for each width and step: reached, proved to diverge, undecided."""
    columns = panel.subplots(1, 2, sharey=True)
    for letter, ax, protocol in zip("cd", columns, STEPS, strict=True):
        rows = table.where({"protocol": protocol})
        inputs, alpha = rows.numbers("inputs"), rows.numbers("alpha")
        place = np.arange(len(rows))
        reached, diverge = rows.numbers("share_reached"), rows.numbers("share_divergent")
        shares = (reached, diverge, 1 - reached - diverge)
        left = np.zeros(len(rows))
        for share, (label, look) in zip(shares, ENDS.items(), strict=True):
            ax.barh(place, share, left=left, height=0.62, label=label, zorder=3, **look)
            left = left + share
        for k in place:
            counts = " + ".join(f"{share[k] * inputs[k]:.0f}" for share in shares)
            said = f"{counts}, $\\alpha$ = {alpha[k]:.2g}"
            ax.text(1.03, k, said, va="center", fontsize=5.5, clip_on=False)
        ax.set_yticks(place, rows.words("bits"))
        ax.set(xlim=(0, 2.45), ylim=(len(rows) - 0.4, -0.6), title=f"({letter}) {protocol}")
        ax.set_xticks([0, 0.5, 1], ["0", "50 %", "100 %"])
        ax.grid(visible=False)
    columns[0].set_ylabel("bits")
    style.legend(panel, columns[0], 3)


def _draw_way(ax: "style.Axes", rows: Table, name: str) -> None:
    x, y = rows.numbers("ratio"), rows.numbers("iterations")
    marks.points(ax, x, y, rows.words("mark"), marks.WAYS[name])
    _name_bits(ax, x, y, rows)
    ax.axvline(1.0, color=style.GRAY, lw=0.8, ls="--", zorder=1)
    ax.set(xscale="log", yscale="log", ylabel="iterations", ylim=(0.08, 2e4))
    ax.text(0.01, 0.04, name, transform=ax.transAxes)


def _name_bits(ax: "style.Axes", x: Vector, y: Vector, rows: Table) -> None:
    """Write the bit-width at each point, with the number of inputs that never got there."""
    columns = (rows.words("bits"), rows.numbers("share_reached"), rows.numbers("inputs"))
    for xi, yi, bits, share, inputs in zip(x, y, *columns, strict=True):
        if np.isfinite(yi):
            left = round(inputs * (1 - share))
            text = bits if left == 0 else f"{bits}, {left} of {inputs:.0f} not"
            style.note(ax, text, (float(xi), float(yi)), (0, -9))


def compare(table: Table, numbers: Mapping[str, Any]) -> Iterator[Comparison]:
    """Every published number of the figure, and ours by the same protocol."""
    ours = table.where({"protocol": "published"}).named()
    same = ("ratio", "margin", "lipschitz", "alpha", "iterations")
    pairs = {name: name for name in same}
    pairs |= {"final_relative_step": "relative_step", "converged": "converged"}
    for point in numbers["figure_1"]["recomputed"]:
        row = ours.get(("published", proved_ways.PUBLISHED, point["bits"]), {})
        for theirs, mine in pairs.items():
            value = row.get(mine)
            assert not isinstance(value, str)
            what = f"{point['bits']} bits: {theirs}"
            yield Comparison(what, point[theirs], value, ANOTHER_OPERATOR)
