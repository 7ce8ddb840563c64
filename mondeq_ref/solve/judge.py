"""Which rows of a candidate batch are done, and what may be said of them.

The certified distance alone decides.  It is taken in plain float64 first; where rounding
makes up most of it and it misses `tol`, F is evaluated again in twice the precision.
"""

from dataclasses import dataclass

import numpy as np

from mondeq_ref.arrays import Booleans, Integers, Matrix, Vector
from mondeq_ref.certify.distance import distance
from mondeq_ref.inputs import Injections
from mondeq_ref.operator import Operator
from mondeq_ref.solve.solution import Status, code

OPEN = -1  # not a status: the row is still under way


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
    finite: Booleans = np.asarray(np.isfinite(Z).all(axis=1))
    z = np.where(finite[:, None], Z, 0.0)
    found = distance(operator, injections, z)
    residual, radius = found.residual.copy(), found.radius.copy()
    has_margin = operator.margin.lo > 0
    reached = radius if has_margin else residual
    blurred = np.flatnonzero(finite & (reached > tol) & (residual <= 8 * found.floor))
    if len(blurred):
        again = distance(operator, injections.rows(blurred), z[blurred], compensate=True)
        residual[blurred] = np.minimum(residual[blurred], again.residual)
        radius[blurred] = np.minimum(radius[blurred], again.radius)
    codes = np.full(len(z), OPEN)
    done = Status.CERTIFIED if has_margin else Status.RESIDUAL_ONLY
    codes[(radius if has_margin else residual) <= tol] = code(done)
    codes[~finite] = code(Status.NONFINITE)
    residual[~finite] = radius[~finite] = np.inf
    return Judged(z, codes, residual, radius, found.floor)
