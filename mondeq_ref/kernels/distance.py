"""Compiled residuals of points: the twin of `certify.distance.squares`, one pass a row.

An equilibrium has few active units, so F(z) and the magnitudes of its terms are sums of a few
columns.  They stay in the first-level cache, and so does what is made of them: of a row only
two sums of squares are left.
"""

import numpy as np

from mondeq_ref.arrays import Matrix, Vector
from mondeq_ref.kernels.elimination import add_columns
from mondeq_ref.kernels.jit import compiled


@compiled
def squares_rows(
    columns: Vector, sizes: Vector, Z: Matrix, C: Matrix, relative: float, absolute: float
) -> tuple[Vector, Vector]:
    """Row by row, the sums of v_i^2 and of e_i^2.

    `columns` and `sizes` are W' and |W'| in lanes; e_i = relative magnitude_i + absolute.
    """
    batch, n = Z.shape
    stride = len(columns) // n
    of_v, of_e = np.zeros(batch), np.zeros(batch)
    units = np.empty(n + 3, dtype=np.int64)
    minus_z = np.empty(n + 3)
    z = np.empty(n + 3)
    F, magnitude = np.zeros(stride), np.zeros(stride)
    for k in range(batch):
        p = 0
        for i in range(n):
            value, c = Z[k, i], C[k, i]
            F[i] = value - c
            magnitude[i] = value + abs(c)
            if value != 0.0:
                units[p] = i
                z[p] = value
                minus_z[p] = -value
                p += 1
        add_columns(columns, stride, units, p, minus_z, F)
        add_columns(sizes, stride, units, p, z, magnitude)
        v_squared = e_squared = 0.0
        for i in range(n):
            value, error = F[i], relative * magnitude[i] + absolute
            if not (-np.inf < value < np.inf and error < np.inf):
                v_squared = e_squared = np.inf
                break
            e_squared += error * error
            if Z[k, i] == 0.0:
                if value >= error:
                    continue
                value = max(-value, 0.0)
            size = abs(value) + error
            v_squared += size * size
        of_v[k], of_e[k] = v_squared, e_squared
    return of_v, of_e
