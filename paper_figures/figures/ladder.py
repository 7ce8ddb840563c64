"""The first proved rung at each bit-width, for every shipped operator.

A row is one operator quantized at one bit-width: W of those trained in float or with a
quantized W, the factors of those trained with quantized factors.  The main one is quantized in
every way of `OF_THE_MAIN_ONE`, for comparison.  `rung` is the first that is proved; 8 means that
each of the given inputs has a proved equilibrium, and no rung is proved.  `open` is true where some
rung is undecided.  The value is m~ with its enclosure; a rung has no error.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from mondeq_ref.certificates.rungs import OF_INPUTS
from mondeq_ref.inputs import Injections
from mondeq_ref.operator import Operator
from mondeq_ref.quantize import Quantizer, What, quantize
from mondeq_ref.study.bit_table import undecided
from paper_figures.drawing import style
from paper_figures.numbers import certified, proved_ways
from paper_figures.numbers.subject import FigureSubject
from paper_figures.numbers.table import Row, Table, ends, tabulated

TITLE = "What can be proved at each bit-width"
CAPTION = (
    "Each cell names the first rung of the ladder that is proved (1 is the strongest). Rungs 1 to "
    "5 promise one equilibrium for every input and a convergent solver, 6 the equilibrium alone, "
    "7 an equilibrium for every input, perhaps several, 8 equilibria of the inputs given; a dash: "
    "nothing is proved for all of them; a dot: no inputs ship with that operator, so that only "
    "rungs 1 to 7 were asked. The paper's condition is rung 2. Framed: the width an operator was "
    "trained at. Read a row from right to left to see what each bit costs, and compare quantizing "
    "W of float-42 with keeping a multiple tI of the identity or the diagonal D exact, and with "
    "quantizing the factors A and S."
)
COLUMNS = ("operator", "what", "bits", "trained_at", "rung", "open", "ratio", "ratio_error")
COLUMNS = (*COLUMNS, "margin", "error", "inputs", "located")
OF_THE_MAIN_ONE: tuple[What, ...] = ("W", "K", "offdiagonal", "factors")
THINGS = {"W": "$W$", "K": "$W-tI$", "offdiagonal": "$W-D$", "factors": "$A, S$"}
NOTHING = 9  # the color of a cell without a rung
MEANINGS = {
    1: "$\\|dW\\|_F<m$",
    2: "$\\|dW\\|_2<m$ (the paper's)",
    3: "$\\lambda_{max}$(sym$(\\tilde W-W))<m$",
    4: "$\\tilde m>0$",
    5: "diagonal weights",
    6: "P-matrix",
    7: "strictly semimonotone",
    8: "all inputs given",
    NOTHING: "not all (· not asked)",
}
SHADES = (
    *("#08306B", "#08519C", "#2878B8", "#5FA6D1", "#9CCAE1", "#CFE1F2"),
    *("#E6E0F0", "#FDD9B5", "#FFFFFF"),
)


@dataclass(frozen=True)
class LadderSettings:
    bits: tuple[int, ...] = (2, 3, 4, 5, 6, 7, 8, 10, 12, 16)
    names: tuple[str, ...] | None = None  # all
    inputs: int = 64  # inputs for rung 8
    seed: int = 0


SETTINGS = LadderSettings()


@dataclass(frozen=True, eq=False)
class Line:
    """One operator and the part of it that is quantized."""

    name: str
    operator: Operator
    what: What
    trained_at: int | None
    c: Injections | None


@tabulated(COLUMNS, ("operator", "what", "bits"), "margin")
def compute(subject: FigureSubject, settings: LadderSettings = SETTINGS) -> Iterator[Row]:
    for line in lines(subject):
        if settings.names is not None and line.name not in settings.names:
            continue
        for bits in settings.bits:
            yield _row(line, bits, settings)


def lines(subject: FigureSubject) -> Iterator[Line]:
    for what in OF_THE_MAIN_ONE:
        if what != "factors" or subject.operator.factors is not None:
            yield Line(subject.name, subject.operator, what, None, subject.c)
    for member in subject.members:
        quantized = member.trained.quantized
        if member.name == subject.name:
            continue
        if quantized is not None and quantized.quantizer.name != "paper-code":
            continue  # at other widths nothing says what its own quantizer would be
        structured = quantized is not None and quantized.what.startswith("factors")
        width = None if quantized is None else quantized.quantizer.bits
        what: What = "factors" if structured else "W"
        yield Line(member.name, member.trained.factors, what, width, member.c)


def _row(line: Line, bits: int, settings: LadderSettings) -> Row:
    rng = np.random.default_rng([settings.seed, bits])
    row = proved_ways.proved(quantize(line.operator, Quantizer(bits), line.what, rng), rng)
    rung, located, inputs = row.rung, None, None
    if rung is None and line.c is not None:
        some = line.c.rows(slice(0, settings.inputs))
        found = certified.equilibria(row.quantized.operator, some)
        located, inputs = int(found.proved.sum()), len(some)
        rung = OF_INPUTS if located == inputs else None
    margin, error = ends(row.sides.margin_after)
    ratio, ratio_error = ends(row.sides.ratio)
    return {
        "operator": line.name,
        "what": line.what,
        "bits": bits,
        "trained_at": line.trained_at,
        "rung": rung,
        "open": undecided(row),
        "ratio": ratio,
        "ratio_error": ratio_error,
        "margin": margin,
        "error": error,
        "inputs": inputs,
        "located": located,
    }


@style.styled
def draw(table: Table) -> "style.Figure":
    from matplotlib.colors import ListedColormap
    from matplotlib.patches import Patch, Rectangle

    widths = sorted({int(bits) for bits in table.numbers("bits")})
    names = list(dict.fromkeys(zip(table.words("operator"), table.words("what"), strict=True)))
    cells, shades = table.named(), np.full((len(names), len(widths)), NOTHING)
    figure, panels = style.page((0.85 + 0.19 * len(names) + 0.25,))
    ax = panels[0].subplots()
    for i, (name, what) in enumerate(names):
        for j, bits in enumerate(widths):
            row = cells[name, what, bits]
            rung = row["rung"]
            shades[i, j] = NOTHING if rung is None else int(str(rung))
            asked = "·" if row["inputs"] is None else "–"
            text = asked if rung is None else f"{rung}"
            color = "white" if shades[i, j] <= 3 else "black"
            ax.text(j, i, text, ha="center", va="center", fontsize=6, color=color)
            if row["trained_at"] == bits:
                frame: dict[str, Any] = {"fill": False, "ec": style.VERMILLION, "lw": 1.2}
                ax.add_patch(Rectangle((j - 0.46, i - 0.44), 0.92, 0.88, zorder=3, **frame))
    ax.imshow(shades, cmap=ListedColormap(SHADES), vmin=0.5, vmax=NOTHING + 0.5, aspect="auto")
    ax.set_xticks(range(len(widths)), [str(bits) for bits in widths])
    ax.set_yticks(range(len(names)), [f"{n}, {THINGS[w]}" for n, w in names])
    ax.set_xticks(np.arange(len(widths)) + 0.5, minor=True)
    ax.set_yticks(np.arange(len(names)) + 0.5, minor=True)
    ax.grid(visible=False)
    ax.grid(which="minor", color="white", lw=0.8)
    ax.tick_params(which="both", length=0)
    ax.set(xlabel="bits")
    patches = [
        Patch(fc=shade, ec=style.BLACK, label=f"{'–' if rung == NOTHING else rung}  {meaning}")
        for (rung, meaning), shade in zip(MEANINGS.items(), SHADES, strict=True)
    ]
    panels[0].legend(handles=patches, loc="outside lower center", ncols=2)
    return figure
