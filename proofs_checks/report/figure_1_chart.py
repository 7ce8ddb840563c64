"""Figure 1 of the paper, with what is proved about each point."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log10
from typing import Any

from markupsafe import Markup

from mondeq_ref.report.digits import text as number
from proofs_checks.report.chart import LEFT, RIGHT, picture, text
from proofs_checks.report.standing import mark, standing

WIDTH, HEIGHT = 420.0, 300.0
TOP_SHARE = 1.1  # upper end of the axis divided by the budget


def figure_1_chart(figure: Mapping[str, Any]) -> Markup:
    """The chart of iterations of the published run against ||dW||/m, over the published points."""
    points = [point for point in figure["points"] if point["ratio"] is not None]
    printed = [point for point in figure["published"] if point["ratio"] > 0]
    budget = figure["budget"]
    ratios = [*(_middle(p) for p in points), *(p["ratio"] for p in printed), 1.0]
    reach = max(min(ratios), 0.05) / 1.4, max(ratios) * 1.4
    plot = _Plot(*reach, TOP_SHARE * budget)
    parts = [
        _across(plot, 0, "0"),
        _across(plot, budget, number(budget)),
        _condition(plot),
        text((LEFT + WIDTH) / 2, HEIGHT - 6, "‖ΔW‖/m"),
        text(LEFT, 10, "steps, at most the published budget", "start"),
    ]
    for tick in (0.1, 1.0, 10.0):
        if plot.low <= tick <= plot.high:
            parts.append(text(plot.x(tick), HEIGHT - 24, f"{tick:g}"))
    for point in printed:
        if plot.low <= point["ratio"] <= plot.high:
            cross = Markup('<path class="published" d="M{:.1f} {:.1f}l8 8m0 -8l-8 8"></path>')
            x, y = plot.x(point["ratio"]), plot.y(point["iterations"])
            parts.append(cross.format(x - 4, y - 4))
    for point in points:
        x, y, found = plot.x(_middle(point)), plot.y(point["iterations"]), standing(point)
        parts.append(
            Markup('<g class="{}"><title>{}</title>{}</g>').format(
                found.tone, _sentence(point), mark(found.key, x, y)
            )
        )
        parts.append(text(x + 10, y - 8, str(point["bits"]), "start", "strong"))
    said = " ".join(_sentence(point) for point in points)
    return picture(WIDTH, HEIGHT, "Figure 1, decided", said, Markup().join(parts))


@dataclass(frozen=True)
class _Plot:
    """Positions: the ratio on a log scale, steps on a linear one."""

    low: float
    high: float
    top: float

    def x(self, ratio: float) -> float:
        share = (log10(ratio) - log10(self.low)) / (log10(self.high) - log10(self.low))
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def y(self, steps: float) -> float:
        return HEIGHT - 40 - steps / self.top * (HEIGHT - 64)


def _middle(point: Mapping[str, Any]) -> float:
    return (float(point["ratio"][0]) + float(point["ratio"][1])) / 2


def _across(plot: _Plot, steps: float, words: str) -> Markup:
    y = plot.y(steps)
    line = Markup('<path class="grid-line" d="M{:.1f} {:.1f}H{:.1f}"></path>')
    return line.format(LEFT, y, WIDTH - RIGHT) + text(LEFT - 6, y + 4, words, "end")


def _condition(plot: _Plot) -> Markup:
    x = plot.x(1.0)
    line = Markup('<path class="bound" d="M{:.1f} {:.1f}V{:.1f}"></path>')
    said = text(x - 5, 26, "the paper's condition", "end")
    return line.format(x, plot.y(plot.top), plot.y(0)) + said


def _sentence(point: Mapping[str, Any]) -> str:
    ended = "reached the tolerance" if point["converged"] else "spent the budget"
    return (
        f"{point['bits']} bits: the published run {ended} at {number(point['iterations'])} steps; "
        f"{standing(point).words}."
    )
