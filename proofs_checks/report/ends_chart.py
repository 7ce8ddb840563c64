"""Shares of the inputs for which forward-backward reaches an equilibrium, diverges, or neither."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from mondeq_ref.report.digits import text as number
from proofs_checks.report.chart import LEFT, picture, text

WIDTH = 420.0
STEPS = ("the published step", "a step of at most 0.1")
BAR, APART = 36.0, 188.0  # length of a bar, and from one column of bars to the next
TOP, LINE, THICK = 24.0, 20.0, 12.0
STRIPE = 4.0
TONES = {"reached": "good", "diverge": "bad", "undecided": "open"}


def ends_chart(figure: Mapping[str, Any]) -> Markup:
    """A line of bars for each bit-width, one for each step; beside it the three counts and
    the step alpha."""
    points = figure["points"]
    height = TOP + LINE * len(points) + 4
    parts = [text(LEFT + i * APART, 12, words, "start") for i, words in enumerate(STEPS)]
    for row, point in enumerate(points):
        y = TOP + LINE * row
        parts.append(text(LEFT - 8, y + THICK - 2, str(point["bits"]), "end", "strong"))
        for column, ends in enumerate(point["ends"]):
            parts.append(_bar(LEFT + column * APART, y, ends))
    said = " ".join(_sentence(point) for point in points)
    return picture(WIDTH, height, "How forward-backward ends", said, Markup().join(parts))


def _bar(x: float, y: float, ends: Mapping[str, Any]) -> Markup:
    parts: list[Markup] = []
    counts = [number(ends[name]) for name in TONES]
    end = x
    for name, tone in TONES.items():
        length = BAR * ends[name] / max(ends["inputs"], 1)
        if length > 0:
            shape = Markup('<g class="{}">{}</g>').format(tone, _shape(name, end, y, length))
            parts.append(shape)
        end += length
    said = f"{' + '.join(counts)}, α {ends['alpha']:.2g}"
    parts.append(text(x + BAR + 6, y + THICK - 2, said, "start"))
    return Markup().join(parts)


def _shape(name: str, x: float, y: float, length: float) -> Markup:
    """Full, striped or empty, so that no color is needed to tell them apart."""
    if name == "diverge":
        lines = [f"M{x + at:.1f} {y:.1f}v{THICK:.1f}" for at in _places(length)]
        return Markup('<path class="hollow" d="{}"></path>').format("".join(lines))
    kind = "hollow" if name == "undecided" else ""
    inside = 1.0 if name == "undecided" else 0.0  # its line is 2 wide
    return Markup(
        '<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"></rect>'
    ).format(kind, x + inside, y + inside, max(length - 2 * inside, 0.5), THICK - 2 * inside)


def _places(length: float) -> list[float]:
    count = max(1, int(length / STRIPE))
    return [(k + 0.5) * length / count for k in range(count)]


def _sentence(point: Mapping[str, Any]) -> str:
    said = [
        f"with alpha = {number(ends['alpha'])} {number(ends['reached'])} of "
        f"{number(ends['inputs'])} inputs reach an equilibrium, {number(ends['diverge'])} provably "
        f"diverge, {number(ends['undecided'])} are undecided"
        for ends in point["ends"]
    ]
    return f"{number(point['bits'])} bits: {'; '.join(said)}."
