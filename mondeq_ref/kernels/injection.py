"""U x + b where most numbers of x are one number: the rest of x times columns of U.

A column of U is read where it lies and added in registers.  What limits the pass is the speed of
the second-level cache, from which the columns come, so that 20 % of the numbers take half the
time of the product of matrices.  A few columns are summed at a time, which keeps the bound on the
rounding error small: it counts the longest chain of sums.
"""

import numpy as np

from mondeq_ref.arrays import Integers, Matrix, Vector
from mondeq_ref.kernels.jit import compiled
from mondeq_ref.kernels.vectors import add_rows

TOGETHER = 32  # columns


@compiled
def inject_rows(
    columns: Vector, start: Vector, X: Matrix, usual: float, C: Matrix
) -> tuple[Vector, Integers]:
    """C = start + U (X - usual); row by row, the sum of the squares of the differences and how
    many are not zero.  `columns` is U' in lanes, `start` as long as one of them."""
    batch, d = X.shape
    n, stride = C.shape[1], len(start)
    squared = np.zeros(batch)
    counts = np.zeros(batch, dtype=np.int64)
    places = np.empty(d + 1, dtype=np.int64)
    differences = np.empty(d + 1)
    total, part = np.empty(stride), np.empty(stride)
    for k in range(batch):
        p = 0
        for j in range(d):  # a zero is written over
            difference = X[k, j] - usual
            places[p] = j
            differences[p] = difference
            p += difference != 0.0
        for i in range(stride):
            total[i] = start[i]
        for first in range(0, p, TOGETHER):
            for i in range(stride):
                part[i] = 0.0
            count = min(TOGETHER, p - first)
            add_rows(part, columns, stride, places[first:], differences[first:], count)
            for i in range(stride):
                total[i] += part[i]
        for i in range(n):
            C[k, i] = total[i]
        for r in range(p):
            squared[k] += differences[r] * differences[r]
        counts[k] = p
    return squared, counts
