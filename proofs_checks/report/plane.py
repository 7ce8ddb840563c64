"""A case of two units as a picture: what the bound allows is dashed, what is measured is solid.

A disc is drawn to scale, with the orthant shaded where points live in it.  A field of values is
drawn above the line of real parts, where margins can be read.
"""

from collections.abc import Mapping, Sequence
from itertools import product
from math import ceil, floor, hypot
from typing import Any, cast

from markupsafe import Markup

from proofs_checks.report.histogram import SVG

WIDE = 320.0
EDGE = 30.0  # for labels
CLOSEST, SPARSE = 12.0, 30.0  # dots of a grid: nearer ones are left out, farther ones are larger
HEAD = 6.0  # of an arrow
LINE = 17.0  # from one label to the next

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def plane(drawn: Mapping[str, Any], label: str) -> Markup:
    """The picture of what is drawn, by its kind."""
    parts, high = _disc(drawn) if drawn["kind"] == "disc" else _range(drawn)
    inside = Markup().join(parts)
    return SVG.format(kind="plane", width=int(WIDE), height=round(high), label=label, inside=inside)


class View:
    """From the plane to the picture: the same scale both ways, upward is up."""

    def __init__(self, xs: Sequence[float], ys: Sequence[float]) -> None:
        self.left, self.bottom = min(xs), min(ys)
        self.right, self.top = max(xs), max(ys)
        extent = max(self.right - self.left, (self.top - self.bottom)) or 1.0
        self.scale = (WIDE - 2 * EDGE) / extent
        self.high = 2 * EDGE + (self.top - self.bottom) * self.scale
        self.shift = (WIDE - (self.right - self.left) * self.scale) / 2

    def at(self, x: float, y: float) -> tuple[float, float]:
        return self.shift + (x - self.left) * self.scale, self.high - EDGE - (
            y - self.bottom
        ) * self.scale

    def seen(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """What of the plane is in the picture, to its edges."""
        aside, edge = self.shift / self.scale, EDGE / self.scale
        return (self.left - aside, self.right + aside), (self.bottom - edge, self.top + edge)


def _disc(drawn: Mapping[str, Any]) -> tuple[list[Markup], float]:
    points = cast(dict[str, list[float]], drawn["points"])
    center, radius = points[drawn["center"]], float(drawn["radius"])
    around = [(center[0] + dx * radius, center[1] + dy * radius) for dx, dy in _CORNERS]
    origin = [(0.0, 0.0)] if drawn["orthant"] else []
    xs, ys = zip(*[*points.values(), *around, *origin], strict=True)
    view = View(xs, ys)
    parts = _ground(view, orthant=drawn["orthant"])
    parts += _grid(view, drawn["grid"])
    x, y = view.at(*center)
    parts.append(
        Markup('<circle class="allowed" cx="{:.1f}" cy="{:.1f}" r="{:.1f}"></circle>').format(
            x, y, radius * view.scale
        )
    )
    for start, end in drawn["arrows"]:
        parts.append(_arrow(*view.at(*points[start]), *view.at(*points[end])))
    parts.append(_line(*view.at(*center), *view.at(*points[drawn["reached"]]), "measured"))
    ends = {drawn["center"], drawn["reached"]}
    for name, where in points.items():
        parts += _point(*view.at(*where), name, points, view, strong=name in ends)
    return parts, view.high


_CORNERS = ((-1, 0), (1, 0), (0, -1), (0, 1))


def _ground(view: View, *, orthant: bool) -> list[Markup]:
    """The axes where they can be seen; the orthant is shaded."""
    x, y = view.at(0.0, 0.0)
    parts: list[Markup] = []
    if orthant:
        left, base = max(x, 0.0), min(y, view.high)
        shape = '<path class="orthant" d="M{:.1f} {:.1f}V0H{:.1f}V{:.1f}z"></path>'
        parts.append(Markup(shape).format(left, base, WIDE, base))
    if 0 <= x <= WIDE:
        parts.append(_line(x, 0, x, view.high, "axis"))
    if 0 <= y <= view.high:
        parts.append(_line(0, y, WIDE, y, "axis"))
    return parts


def _grid(view: View, steps: Sequence[float] | None) -> list[Markup]:
    """The points that rounding leaves, if they can be told apart."""
    if steps is None or min(steps) * view.scale < CLOSEST:
        return []
    sides: list[list[float]] = []
    for (low, high), step in zip(view.seen(), steps, strict=True):
        sides.append([k * step for k in range(ceil(low / step), floor(high / step) + 1)])
    path = "".join("M{:.1f} {:.1f}h0".format(*view.at(x, y)) for x, y in product(*sides))
    kind = "grid sparse" if min(steps) * view.scale > SPARSE else "grid"
    return [Markup('<path class="{}" d="{}"></path>').format(kind, path)]


def _point(
    x: float, y: float, name: str, points: Mapping[str, Any], view: View, *, strong: bool
) -> list[Markup]:
    """A dot and its name, away from the middle of all points."""
    middle = view.at(*(sum(p[k] for p in points.values()) / len(points) for k in (0, 1)))
    dx, dy = x - middle[0], y - middle[1]
    far = hypot(dx, dy) or 1.0
    anchor = "middle" if abs(dx) < far / 2 else "start" if dx > 0 else "end"
    aside, away = x + 8 * dx / far, y + (15 if anchor == "middle" else 10) * dy / far
    kind, size = ("point strong", 4.5) if strong else ("point", 3.0)
    dot = Markup('<circle class="{}" cx="{:.1f}" cy="{:.1f}" r="{:.1f}"></circle>')
    return [
        dot.format(kind, x, y, size),
        _text(aside, away + 4, name, anchor),
    ]


def _range(drawn: Mapping[str, Any]) -> tuple[list[Markup], float]:
    ellipses = cast(list[dict[str, Any]], drawn["ellipses"])
    lines = cast(dict[str, float], drawn["lines"])
    tall = max(float(one["half_height"]) for one in ellipses)
    xs = [float(end) for one in ellipses for end in (one["left"], one["right"])]
    view = View([*xs, *lines.values()], [-tall, tall])
    x, y = view.at(0, 0)
    parts = [_line(0, y, WIDE, y, "axis")]
    if 0 <= x <= WIDE:
        parts.append(_line(x, 0, x, view.high, "axis"))
    for k, one in enumerate(ellipses):
        parts += _ellipse(view, one, last=k == len(ellipses) - 1)
    for k, (name, at) in enumerate(lines.items()):
        x, low = view.at(at, 0)[0], view.high - 8 + LINE * k
        promised = name == list(lines)[-1]
        parts.append(_line(x, 12, x, low, "bound" if promised else "measured"))
        parts.append(_text(x + 4, low, name, "start"))
    return parts, view.high + LINE * (len(lines) - 1)


def _ellipse(view: View, one: Mapping[str, Any], *, last: bool) -> list[Markup]:
    left, right, tall = (float(one[key]) for key in ("left", "right", "half_height"))
    x, y = view.at((left + right) / 2, 0)
    shape = '<ellipse class="{}" cx="{:.1f}" cy="{:.1f}" rx="{:.1f}" ry="{:.1f}"></ellipse>'
    across, up = (right - left) / 2 * view.scale, tall * view.scale
    kind = "values after" if last else "values"
    top = y - up - 5 if last else y - up * 0.6
    return [
        Markup(shape).format(kind, x, y, across, up),
        _text(x, top, str(one["name"]), "middle"),
    ]


def _arrow(x: float, y: float, to_x: float, to_y: float) -> Markup:
    long = hypot(to_x - x, to_y - y)
    if long < 2 * HEAD:
        return _line(x, y, to_x, to_y, "arrow")
    ux, uy = (to_x - x) / long * HEAD, (to_y - y) / long * HEAD
    sides = (to_x - ux - uy / 2, to_y - uy + ux / 2, to_x - ux + uy / 2, to_y - uy - ux / 2)
    shape = (
        '<path class="arrow" d="M{:.1f} {:.1f}L{:.1f} {:.1f}M{:.1f} {:.1f}L{:.1f} {:.1f}'
        'L{:.1f} {:.1f}"></path>'
    )
    return Markup(shape).format(x, y, to_x, to_y, *sides[:2], to_x, to_y, *sides[2:])


def _line(x: float, y: float, to_x: float, to_y: float, kind: str) -> Markup:
    return Markup('<path class="{}" d="M{:.1f} {:.1f}L{:.1f} {:.1f}"></path>').format(
        kind, x, y, to_x, to_y
    )


def _text(x: float, y: float, name: str, anchor: str) -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(
        x, y, anchor, signed(name)
    )


def signed(name: str) -> str:
    """A name in its usual signs, without markup."""
    found = name.replace("||", "‖").replace("~", "\u0303").replace(" - ", " − ").replace("dW", "ΔW")
    head, _, sub = found.partition("_")
    return head + sub.translate(SUBSCRIPTS)
