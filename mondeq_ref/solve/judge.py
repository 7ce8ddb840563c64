"""Which rows of a candidate batch are done, and what may be said of them.

The certified distance alone decides.  It is taken in plain float64 first; where rounding
makes up most of it and it misses `tol`, F is evaluated again in twice the precision.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from mondeq_ref.arrays import Booleans, Integers, Matrix, Vector
from mondeq_ref.certify.distance import Distance, distance
from mondeq_ref.inputs import Injections
from mondeq_ref.operator import Operator
from mondeq_ref.solve.solution import Status, code

OPEN = -1  # not a status: the row is still under way


class RowBounds(Protocol):
    """Row by row: the residual, the distance that it bounds, and how much of it is rounding."""

    @property
    def residual(self) -> Vector: ...
    @property
    def radius(self) -> Vector: ...
    @property
    def floor(self) -> Vector: ...


Rows = Integers | slice
Measure = Callable[[Rows, bool], RowBounds]  # of these rows, in twice the precision or not
EVERY = slice(None)  # looked at, not copied


@dataclass(frozen=True, eq=False)
class Judged:
    z: Matrix
    codes: Integers
    residual: Vector
    radius: Vector
    floor: Vector  # what rounding in float64 makes of the residual, at worst

    @property
    def open(self) -> Booleans:
        return self.codes == OPEN


def judge(operator: Operator, injections: Injections, Z: Matrix, tol: float) -> Judged:
    """CERTIFIED, RESIDUAL_ONLY, NONFINITE or OPEN for every row of Z >= 0."""
    finite: Booleans = np.ones(len(Z), dtype=np.bool_)
    z = Z
    if not np.isfinite(Z).all():
        finite = np.asarray(np.isfinite(Z).all(axis=1))
        z = np.where(finite[:, None], Z, 0.0)

    def measure(rows: Rows, compensate: bool) -> Distance:
        part = injections if rows is EVERY else injections.rows(rows)
        return distance(operator, part, z[rows], compensate=compensate)

    return Judged(z, *judged_rows(measure, finite, operator.margin.lo > 0, tol))


def judged_rows(
    measure: Measure, finite: Booleans, has_margin: bool, tol: float
) -> tuple[Integers, Vector, Vector, Vector]:
    """Status, residual, radius and floor of every row, whatever is measured."""
    found = measure(EVERY, False)
    residual, radius = found.residual.copy(), found.radius.copy()
    reached = radius if has_margin else residual
    blurred = np.flatnonzero(finite & (reached > tol) & (residual <= 8 * found.floor))
    if len(blurred):
        again = measure(blurred, True)
        residual[blurred] = np.minimum(residual[blurred], again.residual)
        radius[blurred] = np.minimum(radius[blurred], again.radius)
    codes = np.full(len(finite), OPEN)
    codes[reached <= tol] = code(Status.CERTIFIED if has_margin else Status.RESIDUAL_ONLY)
    codes[~finite] = code(Status.NONFINITE)
    residual[~finite] = radius[~finite] = np.inf
    return codes, residual, radius, found.floor
