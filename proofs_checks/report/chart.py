"""Parts of small charts in inline SVG: a frame with a logarithmic axis, texts and the picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10

from markupsafe import Markup

LEFT, RIGHT, TOP, BOTTOM = 46.0, 12.0, 12.0, 40.0


@dataclass(frozen=True)
class Frame:
    """Positions in a picture: x in equal columns, y on a log scale."""

    width: float
    height: float
    low: float
    high: float
    left: float = LEFT

    def y(self, value: float) -> float:
        share = (log10(value) - log10(self.low)) / (log10(self.high) - log10(self.low))
        return self.height - BOTTOM - share * (self.height - TOP - BOTTOM)

    def column(self, number: int, count: int) -> float:
        wide = (self.width - self.left - RIGHT) / count
        return self.left + (number + 0.5) * wide

    def axis(self, ticks: Sequence[tuple[float, str]]) -> Markup:
        """Horizontal lines with their numbers."""
        parts = [
            Markup('<path class="grid-line" d="M{:.1f} {:.1f}H{:.1f}"></path>').format(
                self.left, self.y(value), self.width - RIGHT
            )
            + text(self.left - 6, self.y(value) + 4, words, "end")
            for value, words in ticks
        ]
        return Markup().join(parts)


def decades(values: Sequence[float]) -> tuple[float, float]:
    """Powers of ten around positive values."""
    lowest, highest = min(values), max(values)
    high = 10.0 ** (floor(log10(highest)) + 1)
    return 10.0 ** floor(log10(lowest)), high


def text(x: float, y: float, words: str, anchor: str = "middle", kind: str = "") -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}" class="{}">{}</text>').format(
        x, y, anchor, kind, words
    )


def picture(width: float, height: float, title: str, description: str, inside: Markup) -> Markup:
    """The picture, with a description in words."""
    return Markup(
        '<svg class="chart" viewBox="0 0 {:.0f} {:.0f}" role="img" aria-label="{}">'
        "<title>{}</title>{}</svg>"
    ).format(width, height, f"{title}. {description}", title, inside)
