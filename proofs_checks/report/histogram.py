"""Histograms of measured/bound; the bound is at 1."""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from mondeq_ref.report.digits import is_enclosure, text
from proofs_checks.report.chart import text as words

SVG = Markup(
    '<svg class="{kind}" viewBox="0 0 {width} {height}" role="img" aria-label="{label}">'
    "{inside}</svg>"
)


def histogram(form: dict[str, Any], edges: Sequence[float]) -> Markup:
    """The histogram with an axis and a mark at the greatest ratio."""
    left, right, top, base = 44.0, 436.0, 22.0, 150.0
    counts = form["histogram"]
    parts = [_bars(counts, edges, left, right, top, base)]
    for at, label in ((0.0, "0"), (0.5, "0.5"), (1.0, "1")):
        x = left + at * (right - left)
        parts.append(_line(x, base, x, base + 4, "axis"))
        parts.append(words(x, base + 16, label, "middle"))
    parts.append(_line(left, base, right, base, "axis"))
    parts.append(_line(right, top - 10, right, base, "bound"))
    parts.append(words(right - 4, top - 12, "the bound", "end"))
    parts.append(words((left + right) / 2, base + 30, "measured / bound", "middle"))
    tallest = max(counts)
    parts.append(words(left - 6, top + 4, text(tallest), "end"))
    parts.append(_line(left - 3, top, left, top, "axis"))
    if is_enclosure(form["tightest"]) and form["tightest"][0] is not None:
        at = min(max(form["tightest"][0], 0.0), 1.0)
        x = left + at * (right - left)
        parts.append(
            Markup('<path class="tightest" d="M{:.1f} {:.1f}l-4.5 -8h9z"></path>').format(x, base)
        )
    return SVG.format(
        kind="histogram", width=460, height=186, label=_label(form), inside=Markup().join(parts)
    )


def sparkline(form: dict[str, Any], edges: Sequence[float]) -> Markup:
    """The histogram in the size of a word."""
    bars = _bars(form["histogram"], edges, 0.5, 119.5, 2.0, 27.0)
    inside = bars + _line(0.5, 27.0, 119.5, 27.0, "axis")
    return SVG.format(kind="sparkline", width=120, height=28, label=_label(form), inside=inside)


def _label(form: dict[str, Any]) -> str:
    return (
        f"Histogram of measured/bound for {form['name']}; the greatest is {text(form['tightest'])}"
    )


def _bars(
    counts: Sequence[int],
    edges: Sequence[float],
    left: float,
    right: float,
    top: float,
    base: float,
) -> Markup:
    """The bars; a bin that is not empty has at least a visible height.  They are made of numbers
    alone, so nothing is escaped: that would take most of the time of the page."""
    tallest = max(counts)
    wide = (right - left) / len(counts)
    return Markup().join(
        Markup(
            f'<rect x="{left + k * wide + wide * 0.08:.1f}" y="{base - high:.1f}" '
            f'width="{wide * 0.84:.1f}" height="{high:.1f}"><title>{text(edges[k])} to '
            f"{text(edges[k + 1])}: {text(count)} case{'' if count == 1 else 's'}</title></rect>"
        )
        for k, count in enumerate(counts)
        if count > 0
        for high in [max((base - top) * count / tallest, 1.5)]
    )


def _line(x: float, y: float, to_x: float, to_y: float, kind: str) -> Markup:
    return Markup('<path class="{}" d="M{:.1f} {:.1f}L{:.1f} {:.1f}"></path>').format(
        kind, x, y, to_x, to_y
    )
