"""What is proved about one network at one bit-width, as words, a mark and a color; and the map of
it, with a row for each network and a column for each bit-width.

Marks differ in shape and in color: filled shapes mean convergence for every input, open shapes an
equilibrium, and a bar or a cross that nothing is proved for every input.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from mondeq_ref.certificates.rungs import CONVERGENT

PUBLISHED, UNIQUE, EXISTS = 2, 6, 7  # the last rung of the paper's condition, and two others


@dataclass(frozen=True)
class Standing:
    key: str
    words: str
    tone: str  # the class that colors it


CONDITION = Standing("condition", "the paper's condition holds: solvers converge", "good")
ANOTHER = Standing("another", "another condition holds: solvers converge", "good")
ONE = Standing("one", "one equilibrium for every input; solvers may miss it", "open")
EVERY = Standing("every", "every input has an equilibrium; solvers may miss it", "open")
TRIED = Standing("tried", "every input tried has an equilibrium", "open")
SOME = Standing("some", "only some of the inputs tried are proved to have an equilibrium", "bad")
OPEN = Standing("undecided", "nothing is proved", "bad")
STANDINGS = (CONDITION, ANOTHER, ONE, EVERY, TRIED, SOME, OPEN)


def standing(row: Mapping[str, Any]) -> Standing:
    """The strongest statement that a row of the ladder proves."""
    rung, proved, inputs = row["rung"], row["equilibria_proved"], row["inputs"]
    if rung is not None and rung <= PUBLISHED:
        return CONDITION
    if rung is not None and rung <= CONVERGENT:
        return ANOTHER
    if rung == UNIQUE:
        return ONE
    if rung == EXISTS:
        return EVERY
    if inputs and proved == inputs:
        return TRIED
    return SOME if proved else OPEN


def mark(key: str, x: float, y: float) -> Markup:
    """The mark of a standing, centered at (x, y), inside a picture."""
    shapes = {
        "condition": '<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}"></circle>',
        "another": '<path d="M{x:.1f} {top:.1f}L{right:.1f} {y:.1f}L{x:.1f} {low:.1f}'
        'L{left:.1f} {y:.1f}z"></path>',
        "one": '<path class="hollow" d="M{x:.1f} {top:.1f}L{right:.1f} {y:.1f}L{x:.1f} {low:.1f}'
        'L{left:.1f} {y:.1f}z"></path>',
        "every": '<circle class="hollow" cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}"></circle>',
        "tried": '<circle class="hollow dotted" cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}"></circle>',
        "some": '<path class="hollow" d="M{left:.1f} {y:.1f}H{right:.1f}"></path>',
        "undecided": '<path class="hollow" d="M{left:.1f} {top:.1f}L{right:.1f} {low:.1f}'
        'M{left:.1f} {low:.1f}L{right:.1f} {top:.1f}"></path>',
    }
    r = 6.0
    return Markup(shapes[key]).format(
        x=x, y=y, r=r, left=x - 1.2 * r, right=x + 1.2 * r, top=y - 1.2 * r, low=y + 1.2 * r
    )


def icon(one: Standing) -> Markup:
    """The mark alone, in the size of a letter."""
    return Markup(
        '<svg class="mark {}" viewBox="0 0 20 20" aria-hidden="true" focusable="false">{}</svg>'
    ).format(one.tone, mark(one.key, 10.0, 10.0))


@dataclass(frozen=True)
class MapLine:
    """A network, and its standing at each bit-width of the map (None: not examined)."""

    name: str
    anchor: str  # of its table of proofs
    cells: tuple[Standing | None, ...]


@dataclass(frozen=True)
class BitMap:
    bits: tuple[int, ...]
    lines: tuple[MapLine, ...]
    legend: tuple[Standing, ...]


def bit_map(ladder: Sequence[Mapping[str, Any]]) -> BitMap:
    """The map with bit-widths in descending order; the legend has the standings that occur."""
    bits = sorted({row["bits"] for entry in ladder for row in entry["rows"]}, reverse=True)
    lines: list[MapLine] = []
    for number, entry in enumerate(ladder, 1):
        found = {row["bits"]: standing(row) for row in entry["rows"]}
        name = f"{entry['operator']}, {entry['what']}"
        lines.append(MapLine(name, f"proofs-{number}", tuple(found.get(width) for width in bits)))
    shown = {cell for line in lines for cell in line.cells}
    return BitMap(tuple(bits), tuple(lines), tuple(one for one in STANDINGS if one in shown))
