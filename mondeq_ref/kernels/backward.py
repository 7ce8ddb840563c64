"""Compiled adjoint on given active sets: the twin of `adjoint.exact_row`, over a batch."""

import numpy as np

from mondeq_ref.arrays import Booleans, Matrix
from mondeq_ref.kernels.elimination import factor, gather, solve_transposed
from mondeq_ref.kernels.jit import compiled


@compiled
def adjoint_rows(M: Matrix, active: Booleans, G: Matrix) -> Matrix:
    """Rows lambda with M_aa' lambda_a = g_a and lambda = 0 outside a."""
    batch, n = G.shape
    Lam = np.zeros((batch, n))
    A = np.empty((n, n))
    units = np.empty(n, dtype=np.int64)
    y = np.empty(n)
    for k in range(batch):
        p = 0
        for i in range(n):
            if active[k, i]:
                units[p] = i
                y[p] = G[k, i]
                p += 1
        gather(M, units, p, A)
        factor(A, p)
        solve_transposed(A, p, y)
        for r in range(p):
            Lam[k, units[r]] = y[r]
    return Lam
