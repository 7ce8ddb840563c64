"""The style of all figures: the width of a journal column, legible in gray and to the color-blind.

Lines differ in dash, marker and color (Okabe and Ito's palette).  The fonts come with Matplotlib
and are embedded; the files do not depend on the date or the machine.
"""

from collections.abc import Callable, Sequence
from functools import wraps
from io import BytesIO
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

    from paper_figures.numbers.table import Table

WIDTH = 3.5  # inches: one column of an IEEE page
DOTS_PER_INCH = 300
BLACK, BLUE, VERMILLION = "#000000", "#0072B2", "#D55E00"
SKY, ORANGE, GREEN = "#56B4E9", "#E69F00", "#009E73"
GRAY, PURPLE, BROWN = "#808080", "#CC79A7", "#8C510A"
CAPTION_LETTERS = 92  # a line of a caption, at its size
CAPTION_LINE = 0.095  # inches
RC: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 7,
    "axes.titlesize": 7,
    "axes.labelsize": 7,
    "xtick.labelsize": 6.5,
    "ytick.labelsize": 6.5,
    "legend.fontsize": 6,
    "legend.frameon": False,
    "legend.handlelength": 1.8,
    "legend.columnspacing": 1.0,
    "legend.borderpad": 0.1,
    "legend.labelspacing": 0.3,
    "axes.linewidth": 0.6,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "lines.linewidth": 1.0,
    "lines.markersize": 3.5,
    "lines.markeredgewidth": 0.7,
    "patch.linewidth": 0.5,
    "hatch.linewidth": 0.5,
    "grid.linewidth": 0.3,
    "grid.color": "#d0d0d0",
    "axes.grid": True,
    "axes.unicode_minus": False,
    "pdf.fonttype": 42,
    "ps.fonttype": 42,
    "svg.fonttype": "path",
    "svg.hashsalt": "mondeq_ref",
    "path.simplify": True,
}


def styled(draw: "Callable[[Table], Figure]") -> "Callable[[Table], Figure]":
    """The function `draw` with the style RC instead of the caller's settings."""

    @wraps(draw)
    def drawn(table: "Table") -> "Figure":
        import matplotlib as mpl

        with mpl.rc_context(RC):
            return draw(table)

    return drawn


def page(heights: Sequence[float]) -> "tuple[Figure, list[SubFigure]]":
    """A column of panels, `heights` inches each; every panel has its own legend below it."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, sum(heights)), dpi=DOTS_PER_INCH, layout="constrained")
    panels = figure.subfigures(len(heights), 1, height_ratios=list(heights), squeeze=False)
    return figure, list(panels[:, 0])


def legend(panel: "Figure | SubFigure", axes: "Axes", columns: int) -> None:
    """Draw the legend below the panel, outside the data, with each name once."""
    handles, names = axes.get_legend_handles_labels()
    kept = dict(zip(names, handles, strict=True))
    panel.legend(list(kept.values()), list(kept), loc="outside lower center", ncols=columns)


def captioned(figure: "Figure", text: str) -> "Figure":
    """The caption below the picture, which grows by its lines."""
    lines = wrap(text, CAPTION_LETTERS)
    width, height = figure.get_size_inches()
    figure.set_size_inches(width, height + CAPTION_LINE * len(lines) + 0.05)
    figure.supxlabel("\n".join(lines), x=0.01, ha="left", fontsize=5)
    return figure


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


def note(axes: "Axes", text: str, at: tuple[float, float], offset: tuple[float, float]) -> None:
    """A few letters beside a point, on white, so that lines do not cross them."""
    axes.annotate(
        text,
        at,
        offset,
        textcoords="offset points",
        ha="center",
        fontsize=5.5,
        bbox={"boxstyle": "square,pad=0.1", "fc": "white", "ec": "none", "alpha": 0.8},
    )


def rendered(figure: "Figure", kind: str, title: str) -> bytes:
    """The picture as PNG, PDF or SVG bytes: the same bytes for the same drawing."""
    import matplotlib as mpl

    undated: dict[str, dict[str, Any]] = {
        "png": {"Software": None, "Title": title},
        "pdf": {"CreationDate": None, "Title": title},
        "svg": {"Date": None, "Title": title},
    }
    out = BytesIO()
    with mpl.rc_context(RC):
        packed: Any = {"pil_kwargs": {"optimize": True}} if kind == "png" else {}
        figure.savefig(out, format=kind, dpi=DOTS_PER_INCH, metadata=undated[kind], **packed)
    return out.getvalue()
