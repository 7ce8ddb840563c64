"""Compiled active-set Newton: the twin of `solve.active_set.newton_row`, over a batch.

Gaussian elimination without pivoting: with a margin every leading block is nonsingular, and
whatever the elimination does otherwise is seen by the caller, who certifies every point.
The block of one row of a batch, 25 active units of 100, fits into the first-level cache.
"""

import numpy as np

from mondeq_ref.arrays import Booleans, Integers, Matrix, Vector
from mondeq_ref.kernels.elimination import eliminate, gather, substitute
from mondeq_ref.kernels.jit import compiled
from mondeq_ref.kernels.vectors import LANES, add_rows


@compiled
def newton_rows(
    M: Vector, columns: Vector, C: Matrix, active: Booleans, max_steps: int
) -> tuple[Matrix, Integers, Booleans]:
    """Points, linear solves taken, and whether the active set repeated, for every row.

    `M` and `columns` are M and its transpose, in lanes (see `vectors.in_lanes`).
    """
    batch, n = C.shape
    stride = len(M) // n
    Z = np.zeros((batch, n))
    steps = np.zeros(batch, dtype=np.int64)
    settled = np.zeros(batch, dtype=np.bool_)
    A = np.empty(n * (n + LANES))
    L = np.empty(n * (n + LANES))
    inverse = np.empty(n)
    y = np.empty(n + 1)
    units = np.empty(n + 1, dtype=np.int64)
    F = np.zeros(stride)
    is_active = np.empty(n, dtype=np.bool_)
    for k in range(batch):
        for i in range(n):  # a slice would take a second to compile
            is_active[i] = active[k, i]
        for step in range(max_steps):
            p = 0
            for i in range(n):  # what is not active is written over
                units[p] = i
                y[p] = C[k, i]
                p += is_active[i]
            width = (p // LANES + 1) * LANES
            gather(M, stride, units, p, y, A, width)
            eliminate(A, width, p, L, inverse)
            substitute(A, width, p, inverse, y)
            for i in range(n):
                F[i] = -C[k, i]
            add_rows(F, columns, stride, units, y, p)
            for r in range(p):
                # A solution that is no positive number leaves; what is active has no slack.
                F[units[r]] = -1.0 if 0.0 < y[r] < np.inf else 1.0
            changed = 0
            for i in range(n):
                new = F[i] < 0.0
                changed += new != is_active[i]
                is_active[i] = new
            steps[k] = step + 1
            if changed == 0:
                for r in range(p):
                    Z[k, units[r]] = y[r]
                settled[k] = True
                break
    return Z, steps, settled
