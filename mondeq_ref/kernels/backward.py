"""Compiled adjoint on given active sets: the twin of `adjoint.exact_row`, over a batch."""

import numpy as np

from mondeq_ref.arrays import Booleans, Matrix, Vector
from mondeq_ref.kernels.elimination import eliminate, gather, substitute
from mondeq_ref.kernels.jit import compiled
from mondeq_ref.kernels.vectors import LANES


@compiled
def adjoint_rows(columns: Vector, active: Booleans, G: Matrix) -> Matrix:
    """Rows lambda with M_aa' lambda_a = g_a and lambda = 0 outside a; `columns` is M' in lanes."""
    batch, n = G.shape
    stride = len(columns) // n
    Lam = np.zeros((batch, n))
    A = np.empty(n * (n + LANES))
    L = np.empty(n * (n + LANES))
    inverse = np.empty(n)
    y = np.empty(n)
    units = np.empty(n, dtype=np.int64)
    for k in range(batch):
        p = int(np.int64(0))
        for i in range(n):
            if active[k, i]:
                units[p] = i
                y[p] = G[k, i]
                p += 1
        width = (p // LANES + 1) * LANES
        gather(columns, stride, units, p, y, A, width)
        eliminate(A, width, p, L, inverse)
        substitute(A, width, p, inverse, y)
        for r in range(p):
            Lam[k, units[r]] = y[r]
    return Lam
