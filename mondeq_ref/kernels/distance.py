"""Compiled residuals of points: the twin of `certify.distance.squares`, one pass a row.

An equilibrium has few active units, so F(z) and the magnitudes of its terms are sums of a few
columns.  They stay in the first-level cache, and so does what is made of them: of a row only
two sums of squares are left.
"""

import numpy as np

from mondeq_ref.arrays import Matrix, Vector
from mondeq_ref.kernels.bounds import sum_of_squares
from mondeq_ref.kernels.jit import compiled
from mondeq_ref.kernels.others import others
from mondeq_ref.kernels.vectors import LANES, subtract_rows


@compiled
def squares_rows(
    columns: Vector, Z: Matrix, C: Matrix, relative: float, absolute: float
) -> tuple[Vector, Vector]:
    """Row by row, the sums of v_i^2 and of e_i^2.

    `columns` is W' in lanes; e_i = relative magnitude_i + absolute.
    """
    batch, n = Z.shape
    stride = len(columns) // n
    of_v, of_e = np.zeros(batch), np.zeros(batch)
    units = np.empty(n + LANES, dtype=np.int32)
    z, F, magnitude = np.empty(n), np.zeros(stride), np.zeros(stride)
    for k in range(batch):
        for i in range(n):
            value, c = Z[k, i], C[k, i]
            F[i] = value - c
            magnitude[i] = value + abs(c)
        p = others(Z, k, 0.0, units, 0)
        for q in range(np.uint64(p)):
            z[q] = Z[k, units[q]]
        subtract_rows(F, magnitude, columns, stride, units, z, p)
        overflow = False
        for i in range(n):
            value, error = F[i], relative * magnitude[i] + absolute
            overflow |= not (-np.inf < value < np.inf and error < np.inf)
            F[i] = max((abs(value) if Z[k, i] > 0.0 else -value) + error, 0.0)
            magnitude[i] = error
        of_v[k] = np.inf if overflow else sum_of_squares(F, 0, n)
        of_e[k] = np.inf if overflow else sum_of_squares(magnitude, 0, n)
    return of_v, of_e
