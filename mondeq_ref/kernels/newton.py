"""Compiled active-set Newton: the twin of `solve.active_set.newton_row`, over a batch.

Gaussian elimination without pivoting: with a margin every leading block is nonsingular, and
whatever the elimination does otherwise is seen by the caller, who certifies every point.
"""

import numpy as np

from mondeq_ref.arrays import Booleans, Integers, Matrix
from mondeq_ref.kernels.jit import compiled


@compiled
def newton_rows(
    M: Matrix, M_transposed: Matrix, C: Matrix, active: Booleans, max_steps: int
) -> tuple[Matrix, Integers, Booleans]:
    """Points, linear solves taken, and whether the active set repeated, for every row."""
    batch, n = C.shape
    Z = np.zeros((batch, n))
    steps = np.zeros(batch, dtype=np.int64)
    settled = np.zeros(batch, dtype=np.bool_)
    A = np.empty((n, n + 1))
    F = np.empty(n)
    is_active = np.empty(n, dtype=np.bool_)
    units = np.empty(n, dtype=np.int64)
    for k in range(batch):
        is_active[:] = active[k]
        for step in range(max_steps):
            p = 0
            for i in range(n):
                if is_active[i]:
                    units[p] = i
                    p += 1
            for r in range(p):
                for q in range(p):
                    A[r, q] = M[units[r], units[q]]
                A[r, p] = C[k, units[r]]
            for pivot in range(p):
                scale = 1.0 / A[pivot, pivot]
                for r in range(pivot + 1, p):
                    factor = A[r, pivot] * scale
                    for q in range(pivot + 1, p + 1):
                        A[r, q] -= factor * A[pivot, q]
            for r in range(p - 1, -1, -1):
                value = A[r, p]
                for q in range(r + 1, p):
                    value -= A[r, q] * A[q, p]
                A[r, p] = value / A[r, r]
            for i in range(n):
                F[i] = -C[k, i]
            for r in range(p):
                value = A[r, p]
                column = M_transposed[units[r]]
                for i in range(n):
                    F[i] += column[i] * value
            changed = False
            r = 0
            for i in range(n):
                if is_active[i]:
                    keep = 0.0 < A[r, p] < np.inf
                    r += 1
                    changed = changed or not keep
                    is_active[i] = keep
                elif F[i] < 0.0:
                    is_active[i] = True
                    changed = True
            steps[k] = step + 1
            if not changed:
                for q in range(p):
                    Z[k, units[q]] = A[q, p]
                settled[k] = True
                break
    return Z, steps, settled
