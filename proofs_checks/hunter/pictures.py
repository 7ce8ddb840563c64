"""Two kinds of pictures of a case of two units, and when they can be read.

A disc holds every point that the bound allows around another one; where the bound is attained,
the point that was found lies on its edge.  The field of values {x'Mx : ||x|| = 1, x complex} of a
real 2 x 2 matrix is an ellipse whose left end is the margin; a line says where the bound puts it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from mondeq_ref.operator import Operator

Point = tuple[float, float]

MOST = 16.0  # of any coordinate
CLOSER = 0.9
VISIBLE = 1 / 8  # of a picture's extent; of a length that is seen, its smaller coordinate


@dataclass(frozen=True)
class Disc:
    points: Mapping[str, Point]
    center: str
    reached: str  # the point that the bound keeps in the disc
    radius: float
    arrows: tuple[tuple[str, str], ...] = ()
    orthant: bool = True  # are these points of the layer, which are not negative?
    grid: Point | None = None  # the steps that coordinates were rounded to
    kind: str = field(default="disc", init=False)

    def is_legible(self) -> bool:
        """Can both coordinates of what is measured be seen, and what the arrows and grid say?"""
        points, center = np.array(list(self.points.values())), np.array(self.points[self.center])
        seen = np.vstack([points, center - self.radius, center + self.radius])
        if self.orthant:
            seen = np.vstack([seen, np.zeros(2)])
        extent = max(float(np.ptp(seen, axis=0).max()), 1.0)
        measured = np.abs(np.subtract(self.points[self.reached], center))
        lengths = [self.radius, float(measured.min()) / VISIBLE]
        lengths += [2 * self._length(*arrow) for arrow in self.arrows]
        lengths += [] if self.grid is None else [2 * step for step in self.grid]
        large = min(lengths) >= VISIBLE * extent
        return float(np.abs(seen).max()) <= MOST and large and self._comes_closer()

    def _comes_closer(self) -> bool:
        """Where two points go to two others: visibly, too."""
        if len(self.arrows) != 2:
            return True
        (u, Tu), (v, Tv) = self.arrows
        return self._length(Tu, Tv) <= CLOSER * self._length(u, v)

    def _length(self, start: str, end: str) -> float:
        return float(np.linalg.norm(np.subtract(self.points[end], self.points[start])))


@dataclass(frozen=True)
class Ellipse:
    """Of a field of values: its real ends, and half its height."""

    name: str
    left: float
    right: float
    half_height: float

    @staticmethod
    def of(name: str, operator: Operator) -> "Ellipse":
        """With sym M = Q diag(l, r) Q' and M - M' = 2 k J its axes are r - l and 2 |k|."""
        M = np.eye(2) - operator.W
        left, right = np.linalg.eigvalsh((M + M.T) / 2).tolist()
        return Ellipse(name, left, right, abs(float(M[0, 1] - M[1, 0])) / 2)


@dataclass(frozen=True)
class Range:
    ellipses: tuple[Ellipse, ...]
    lines: Mapping[str, float]  # where left ends are, and last where the bound puts one
    kind: str = field(default="range", init=False)

    def is_legible(self) -> bool:
        """Can the ellipses be seen, and the lines told apart that are not next to each other?"""
        ends = [end for one in self.ellipses for end in (one.left, one.right, *self.lines.values())]
        extent = max(max(ends) - min(ends), 1.0)
        lengths = [one.right - one.left for one in self.ellipses]
        lengths += [2 * one.half_height for one in self.ellipses]
        if len(self.lines) > 1:
            lengths.append(max(self.lines.values()) - min(self.lines.values()))
        return max(map(abs, ends)) <= MOST and min(lengths) >= VISIBLE * extent


Picture = Disc | Range
