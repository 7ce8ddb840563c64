"""Compiled sweeps s <- |P s + q| in float32: the twin of `solve.active_set.swept_signs`.

A sweep of a row needs no other row.  So twelve rows take all their sweeps one after another: they
stay in the first-level cache, P comes from the second, and q is where the sums begin.
"""

import numpy as np

from mondeq_ref.arrays import Booleans, Matrix, Singles
from mondeq_ref.kernels.jit import compiled
from mondeq_ref.kernels.tiles import PANEL, ROWS, multiply, multiply_half
from mondeq_ref.kernels.vectors import LANES


@compiled
def sweep_rows(P: Singles, Q: Singles, C: Matrix, sweeps: int, active: Booleans) -> None:
    """For every row c the signs of P s + q after some sweeps from zero, q = Q c.

    P and Q are matrices for rows, s P, in panels (see `tiles.in_panels`).
    """
    batch, n = C.shape
    stride = (n + LANES - 1) // LANES * LANES
    room = ROWS * stride
    zero, q = np.zeros(room, dtype=np.float32), np.zeros(room, dtype=np.float32)
    state, image = np.zeros(room, dtype=np.float32), np.zeros(room, dtype=np.float32)
    for start in range(0, batch, ROWS):
        rows = min(ROWS, batch - start)
        for r in range(rows):
            for i in range(n):
                state[r * stride + i] = C[start + r, i]
        product(q, zero, state, rows, n, Q)
        for i in range(room):
            image[i] = q[i]  # the first sweep starts from zero
        for _ in range(sweeps):
            for i in range(room):
                state[i] = abs(image[i])
            product(image, q, state, rows, n, P)
        for r in range(rows):
            for i in range(n):
                active[start + r, i] = image[r * stride + i] > 0


@compiled
def product(target: Singles, start: Singles, source: Singles, rows: int, n: int, P: Singles):
    """target = start + source P for these rows, in memory of ROWS."""
    stride = len(target) // ROWS
    whole = stride // PANEL * PANEL
    for at in range(0, whole, PANEL):
        for first in range(0, rows, ROWS // 2):
            multiply(target, start, source, stride, first, at, P, at * n, n)
    if whole < stride:
        multiply_half(target, start, source, stride, 0, whole, P, whole * n, n)
