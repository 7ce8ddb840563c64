"""Bars of accuracies and ratios with whiskers, crosses for missing bars, and diamonds."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from paper_figures.drawing import style
from paper_figures.numbers.table import Cell

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def bar(
    ax: "Axes",
    x: float,
    row: Mapping[str, Cell],
    name: str,
    width: float,
    look: tuple[str, str],
    label: str | None,
) -> None:
    """A bar with its whisker; a cross where the published protocol gives no accuracy."""
    value = row.get(name)
    if not isinstance(value, float | int):
        if row:
            ax.plot(x, 0.06, "x", color=style.BLACK, transform=ax.get_xaxis_transform(), ms=5)
        return
    color, hatch = look
    ax.bar(x, value, width, color=color, hatch=hatch, ec=style.BLACK, label=label, zorder=2)
    spread = row.get("sampling_error")
    if name == "accuracy" and isinstance(spread, float):
        ax.errorbar(x, value, spread, color=style.BLACK, lw=0.6, zorder=3)
    ends = ("seed_low", "seed_high") if name == "ratio" else ("seed_worst", "seed_best")
    low, high = (row.get(end) for end in ends)
    if isinstance(low, float) and isinstance(high, float):
        ax.plot([x, x], [low, high], "-", color=style.BLACK, lw=1.6, zorder=3)


def diamond(ax: "Axes", x: float, value: float | None, unit: float, label: str | None) -> None:
    if value is not None:
        ax.plot(
            x, value / unit, "D", mfc="white", mec=style.VERMILLION, ms=3.5, label=label, zorder=4
        )


def accuracy_axis(ax: "Axes") -> None:
    """An axis that is logarithmic in the error rate, so that 97 and 98 percent differ visibly."""
    ax.set_yscale("function", functions=(_stretched, _shrunk))
    ticks = (0.2, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99)
    ax.set(ylim=(0.0, 0.992), ylabel="accuracy (%)")
    ax.set_yticks(ticks, [f"{100 * tick:.0f}" for tick in ticks])
    ax.minorticks_off()


def _stretched(accuracy: np.ndarray) -> np.ndarray:
    return -np.log(np.maximum(1 - np.asarray(accuracy), 1e-4))


def _shrunk(height: np.ndarray) -> np.ndarray:
    return 1 - np.exp(-np.asarray(height))
