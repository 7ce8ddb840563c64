"""Points that show by their shape and fill what is proved: filled, open, or a cross."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from paper_figures.drawing import style
from paper_figures.numbers import proved_ways
from paper_figures.numbers.table import Cell

Look = tuple[str, str, str]  # color, marker, dash
WAYS: Mapping[str, Look] = {
    proved_ways.PUBLISHED: (style.VERMILLION, "o", ":"),
    proved_ways.IDENTITY: (style.ORANGE, "s", "--"),
    proved_ways.DIAGONAL: (style.SKY, "v", "--"),
    proved_ways.SAFE: (style.BLUE, "D", "-"),
    proved_ways.STRUCTURED: (style.GREEN, "^", "-."),
}
CROSSES = {"refuted": "x", "undecided": "+"}
MEANINGS = {
    "proved": ("o", style.BLACK, "solvers converge, proved"),
    "exists": ("o", "white", "an equilibrium for every input, proved"),
    "refuted": ("x", style.BLACK, "all conditions refuted"),
    "undecided": ("+", style.BLACK, "undecided"),
}


def points(ax: "style.Axes", x: Any, y: Any, marks: Iterable[str], look: Look) -> None:
    """A thin line through the points, and on it what is proved of each."""
    color, marker, dash = look
    ax.plot(x, y, dash, color=color, lw=0.8, zorder=2)
    for xi, yi, mark in zip(x, y, marks, strict=True):
        shape, fill = CROSSES.get(mark, marker), "white" if mark == "exists" else color
        ax.plot(xi, yi, shape, color=color, mfc=fill, mew=0.9, zorder=3, clip_on=False)


def whiskers(ax: "style.Axes", x: float, row: Mapping[str, Cell], name: str) -> None:
    """Thin: the sampling error of an accuracy; thick: the range over the seeds."""
    value, spread = row.get(name), row.get("sampling_error")
    if not isinstance(value, float):
        return
    if name == "accuracy" and isinstance(spread, float):
        ax.errorbar(x, value, spread, color=style.BLACK, lw=0.5, zorder=1)
    ends = ("seed_low", "seed_high") if name == "ratio" else ("seed_worst", "seed_best")
    low, high = (row.get(end) for end in ends)
    if isinstance(low, float) and isinstance(high, float):
        ax.plot([x, x], [low, high], "-", color=style.BLACK, lw=1.6, zorder=1)


def series_handles(looks: Mapping[str, Look], present: Collection[str]) -> list[Any]:
    """One handle per series, by shape and dash."""
    from matplotlib.lines import Line2D

    return [
        Line2D([], [], color=color, marker=marker, ls=dash, lw=0.8, label=name)
        for name, (color, marker, dash) in looks.items()
        if name in present
    ]


def mark_handles(present: Collection[str]) -> list[Any]:
    """One handle per mark that occurs."""
    from matplotlib.lines import Line2D

    return [
        Line2D([], [], color=style.BLACK, marker=shape, mfc=fill, ls="none", label=label)
        for mark, (shape, fill, label) in MEANINGS.items()
        if mark in present
    ]
