"""Compiled Dot2: the twin of `certify.residual._dot2_columns`."""

import numpy as np

from mondeq_ref.arrays import Matrix
from mondeq_ref.kernels.jit import compiled

SPLITTER = 134217729.0


@compiled
def dot2_rows(W: Matrix, Z: Matrix, C: Matrix) -> tuple[Matrix, Matrix]:
    """z_i - w_i.z - c_i for every row z and unit i, and the sum of the terms' magnitudes."""
    batch, n = Z.shape
    value = np.empty((batch, n))
    magnitude = np.empty((batch, n))
    for k in range(batch):
        for i in range(n):
            a, b = Z[k, i], -C[k, i]
            total = a + b
            back = total - a
            carry = (a - (total - back)) + (b - back)
            size = abs(a) + abs(b)
            for j in range(n):
                z = Z[k, j]
                if z != 0.0:
                    w = -W[i, j]
                    product = w * z
                    scaled = SPLITTER * w
                    w_high = scaled - (scaled - w)
                    w_low = w - w_high
                    scaled = SPLITTER * z
                    z_high = scaled - (scaled - z)
                    z_low = z - z_high
                    low = w_low * z_low - (
                        ((product - w_high * z_high) - w_low * z_high) - w_high * z_low
                    )
                    new = total + product
                    back = new - total
                    carry += ((total - (new - back)) + (product - back)) + low
                    total = new
                    size += abs(product)
            value[k, i] = total + carry
            magnitude[k, i] = size
    return value, magnitude
