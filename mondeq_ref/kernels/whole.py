"""Compiled: everything from inputs x to certified equilibria, in one call.

For a few rows the way through Python takes longer than the numbers: ten times as long for one.
The parts are the kernels that `solve` calls.  The bounds are those of `inputs._sparse` and
`certify.distance`, written for one row; tests hold them together to the bit.
"""

from typing import NamedTuple

import numpy as np

from mondeq_ref.arrays import Integers, Matrix, Singles, Tiles, Vector
from mondeq_ref.kernels.bounds import above, sum_of_squares, up
from mondeq_ref.kernels.distance import squares_rows
from mondeq_ref.kernels.injection import PIXELS, inject_rows
from mondeq_ref.kernels.jit import compiled
from mondeq_ref.kernels.newton import newton_rows
from mondeq_ref.kernels.sweeps import sweep_rows
from mondeq_ref.rigor.machine import UNIT_ROUNDOFF


class Ready(NamedTuple):
    """What the kernel needs of an operator.  A pair (lost, inflation) is that of `rigor.fast.above`
    for the roundings of one sum of squares."""

    tiles: Tiles  # U' (see `tiles.in_columns`)
    sums: Vector  # of the rows of U
    b: Vector
    U_norm: float  # ||U||_F, ||sums||, ||b|| from above
    sums_norm: float
    b_norm: float
    of_x: tuple[float, float]  # roundings of ||x||^2
    underflow: float  # of U x + b
    P: Singles  # of the sweeps, in panels
    Q: Singles
    sweeps: int
    M: Vector  # M, M' and W' in lanes
    M_columns: Vector
    W_columns: Vector
    most_steps: int
    relative: float  # the constants of `certify.residual.error_constants`
    absolute: float
    of_v: tuple[float, float]  # roundings of ||v||^2
    of_z: tuple[float, float]  # roundings of ||z||^2
    W_radius: float  # how far W is from the exact matrix
    margin: float  # from below


@compiled
def solve_rows(
    ready: Ready, X: Matrix, usual_from: float, tol: float
) -> tuple[bool, Matrix, Integers, Vector, Vector]:
    """Whether every distance is at most `tol`; points, linear solves taken, and bounds of the
    residual and of the distance to the equilibrium; where the signs did not settle, those of zero.

    Where at least this share of the first row is one number, it is taken for the background of all.
    """
    (batch, d), n = X.shape, len(ready.b)
    usual = most_common(X[0], usual_from)
    start = np.zeros(len(ready.tiles) * ready.tiles.shape[2])
    for i in range(n):
        start[i] = usual * ready.sums[i] + ready.b[i]
    C = np.empty((batch, n))
    squared, longest = inject_rows(ready.tiles, start, X, usual, C)
    fixed = up(ready.b_norm + up(abs(usual) * ready.sums_norm))
    active = np.empty((batch, n), dtype=np.bool_)
    sweep_rows(ready.P, ready.Q, C, ready.sweeps, active)
    Z, steps, _, _ = newton_rows(ready.M, ready.M_columns, C, active, ready.most_steps)
    v_squared, _ = squares_rows(ready.W_columns, Z, C, ready.relative, ready.absolute)
    residual, radius, all_within = np.empty(batch), np.empty(batch), True
    for k in range(batch):
        unit = (longest[k] + (d + PIXELS - 1) // PIXELS + 6) * UNIT_ROUNDOFF
        x_norm = up(np.sqrt(above(squared[k], ready.of_x)))
        size = up(up(ready.U_norm * x_norm) + fixed)
        unseen = up(up(up(unit / (1 - unit)) * size) + ready.underflow)
        if ready.W_radius > 0:
            z_norm = up(np.sqrt(above(sum_of_squares(Z[k], 0, n), ready.of_z)))
            unseen = up(unseen + up(ready.W_radius * z_norm))
        residual[k] = up(up(np.sqrt(above(v_squared[k], ready.of_v))) + unseen)
        radius[k] = up(residual[k] / ready.margin)
        all_within &= radius[k] <= tol
    return all_within, Z, steps, residual, radius


@compiled
def most_common(x: Vector, usual_from: float) -> float:
    """The number that at least this share, more than half, of a row's numbers are; otherwise zero.

    A number that most are outlives all others where unequal ones are struck out in pairs.
    """
    candidate, count = 0.0, 0
    for value in x:
        if count == 0:
            candidate = value
        count += 1 if value == candidate else -1
    count = 0
    for value in x:
        count += value == candidate
    return candidate if count >= usual_from * len(x) else 0.0
