"""Forward, loss and adjoint of a batch in one pass: the twin of `train.passes.exact_row`.

The factors of M_aa with which Newton's method settles are still in the first-level cache when
the adjoint asks for them, so the backward pass costs two triangular solves and nothing else.
"""

import math

import numpy as np

from mondeq_ref.arrays import Booleans, Integers, Matrix, Vector
from mondeq_ref.kernels.elimination import (
    eliminate,
    gather,
    substitute,
    substitute_transposed,
)
from mondeq_ref.kernels.jit import compiled
from mondeq_ref.kernels.vectors import LANES, add_rows


@compiled
def training_rows(
    M: Vector,
    columns: Vector,
    C: Matrix,
    active: Booleans,
    V: Matrix,
    d: Vector,
    labels: Integers,
    max_steps: int,
) -> tuple[Matrix, Matrix, Matrix, Vector, Booleans]:
    """Row by row: z, lambda, dl/dlogits and l (no mean is taken here), and whether z settled."""
    batch, n = C.shape
    classes = V.shape[0]
    Z = np.zeros((batch, n))
    Lam = np.zeros((batch, n))
    G = np.zeros((batch, classes))
    loss = np.zeros(batch)
    settled = np.zeros(batch, dtype=np.bool_)
    stride = len(M) // n
    A = np.empty(n * (n + LANES))
    L = np.empty(n * (n + LANES))
    inverse = np.empty(n)
    y = np.empty(n + 1)
    units = np.empty(n + 1, dtype=np.int64)
    F = np.zeros(stride)
    is_active = np.empty(n, dtype=np.bool_)
    V_transposed = np.ascontiguousarray(V.T)
    for k in range(batch):
        for i in range(n):  # a slice would take a second to compile
            is_active[i] = active[k, i]
        p, width = 0, LANES
        for _ in range(max_steps):
            p = 0
            for i in range(n):
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
                F[units[r]] = -y[r]
            changed = 0
            for i in range(n):
                new = F[i] < 0.0
                changed += new != is_active[i]
                is_active[i] = new
            if changed == 0:
                settled[k] = True
                break
        if not settled[k]:
            continue
        g = G[k]
        for j in range(classes):
            g[j] = d[j]
        for r in range(p):
            column, value = V_transposed[units[r]], y[r]
            for j in range(classes):
                g[j] += column[j] * value
            Z[k, units[r]] = value
        loss[k] = cross_entropy(g, labels[k])
        for r in range(p):
            column, total = V_transposed[units[r]], 0.0
            for j in range(classes):
                total += g[j] * column[j]
            y[r] = total
        substitute_transposed(A, width, p, L, inverse, y)
        for r in range(p):
            Lam[k, units[r]] = y[r]
    return Z, Lam, G, loss, settled


@compiled
def cross_entropy(g: Vector, label: int) -> float:
    """The loss of logits g, which become its gradient: softmax minus the label's indicator."""
    largest, own = g.max(), g[label]
    total = 0.0
    for j in range(len(g)):
        g[j] = math.exp(g[j] - largest)
        total += g[j]
    for j in range(len(g)):
        g[j] /= total
    g[label] -= 1.0
    return math.log(total) + largest - own
