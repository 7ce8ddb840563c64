"""An axis for accuracies, and whiskers at a point."""

from collections.abc import Mapping

import numpy as np

from paper_figures.drawing import style
from paper_figures.numbers.table import Cell


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


def accuracy_axis(ax: "style.Axes") -> None:
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
