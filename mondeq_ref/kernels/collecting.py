"""The two products with images while training, and what a batch says of every parameter.

An image is stored as its differences from the number that most of its pixels hold, the background,
and so U x costs a fifth of the dense product.  U lies here pixel by pixel, in lanes, as its
gradient does: a pixel's numbers of all units are added in registers.  All sums are float32, but for
that of the background over all pixels, which is float64.
"""

import numpy as np
from numpy.typing import NDArray

from mondeq_ref.arrays import Integers, Matrix, Places
from mondeq_ref.kernels.jit import compiled
from mondeq_ref.kernels.others import others
from mondeq_ref.kernels.vectors import LANES, add_rows, add_to_rows, fetch

Float32 = NDArray[np.float32]

LINE = 16  # numbers of four bytes in a line of the cache


@compiled
def differing(X: Float32, usual: np.float32, ends: Integers, places: Places, values: Float32):
    """Where rows differ from `usual`, and by how much, one row after another; `ends[k + 1]` is
    where row k ends.  `places` has room for LANES more than are found."""
    found = 0
    for k in range(len(X)):
        first, found = found, others(X, k, usual, places, found)
        for at in range(np.uint64(first), np.uint64(found)):
            values[at] = X[np.uint64(k), np.uint64(places[at])] - usual
        ends[k + 1] = found


@compiled
def whole_product(m: float, A: Matrix, S: Float32) -> Matrix:
    """(1 - m) I - A'A + S - S', in float64."""
    rank, n = A.shape
    stride = (n + LANES - 1) // LANES * LANES
    rows, factors = np.zeros(rank * stride), np.empty(rank)
    every, total = np.arange(rank), np.zeros(stride)
    for r in range(np.uint64(rank)):
        for i in range(np.uint64(n)):
            rows[r * np.uint64(stride) + i] = A[r, i]
    W = np.empty((n, n))
    for i in range(np.uint64(n)):
        for j in range(np.uint64(n)):
            total[j] = np.float64(S[i, j]) - np.float64(S[j, i])
        for r in range(np.uint64(rank)):
            factors[r] = -A[r, i]
        add_rows(total, rows, stride, every, factors, rank)
        for j in range(np.uint64(n)):
            W[i, j] = total[j]
        W[i, i] += 1.0 - m
    return W


@compiled
def injected_rows(
    U: Float32,
    b: Float32,
    usual: float,
    ends: Integers,
    places: Places,
    values: Float32,
    rows: Integers,
    C: Matrix,
) -> None:
    """C = U x + b for these rows x, which are anywhere in memory: what a row needs is called for
    two rows ahead."""
    stride, n = np.uint64(len(b)), np.uint64(C.shape[1])
    start, total = np.zeros(len(b)), np.zeros(len(b), dtype=np.float32)
    for at in range(np.uint64(0), np.uint64(len(U)), stride):
        for i in range(stride):
            start[i] += U[at + i]
    for i in range(stride):
        start[i] = b[i] + usual * start[i]
    for k in range(np.uint64(len(rows))):
        if k + 2 < len(rows):
            later = rows[k + 2]
            for e in range(ends[later], ends[later + 1], LINE):
                fetch(places, e)
                fetch(values, e)
        first, last = ends[rows[k]], ends[rows[k] + 1]
        for i in range(stride):
            total[i] = 0.0
        add_rows(total, U, len(b), places[first:last], values[first:last], last - first)
        for i in range(n):
            C[k, i] = start[i] + total[i]


@compiled
def collect_rows(
    Z: Matrix,
    Lam: Matrix,
    G: Matrix,
    A: Matrix,
    slope: float,
    usual: float,
    ends: Integers,
    places: Places,
    values: Float32,
    rows: Integers,
    of_A: Float32,
    of_S: Float32,
    of_t: Float32,
    of_U: Float32,
    of_b: Float32,
    of_V: Float32,
    of_d: Float32,
) -> None:
    """The gradient of the mean loss over the rows, in lanes: `train.weights` has the formulas."""
    (batch, n), classes, stride = Z.shape, G.shape[1], len(of_b)
    share = 1.0 / batch
    z = np.zeros(batch * stride, dtype=np.float32)
    lam = np.zeros(batch * stride, dtype=np.float32)
    for k in range(np.uint64(batch)):
        for i in range(np.uint64(n)):
            z[k * np.uint64(stride) + i] = Z[k, i]
            lam[k * np.uint64(stride) + i] = share * Lam[k, i]
    some = np.empty(max(batch, n) + 1, dtype=np.int32)
    factors = np.empty(max(batch, n) + 1, dtype=np.float32)
    H, both = np.zeros(n * stride, dtype=np.float32), np.zeros(n * stride, dtype=np.float32)
    background = np.zeros(stride, dtype=np.float32)
    for i in range(np.uint64(n)):
        count = np.uint64(0)
        for k in range(np.uint64(batch)):  # a zero is written over
            some[count] = k
            factors[count] = lam[k * np.uint64(stride) + i]
            count += np.uint64(factors[count] != 0)
        add_rows(H[i * stride : (i + 1) * stride], z, stride, some, factors, int(count))
    trace = 0.0
    for i in range(np.uint64(n)):
        trace += H[i * np.uint64(stride) + i]
        for j in range(np.uint64(n)):
            one, other = H[i * np.uint64(stride) + j], H[j * np.uint64(stride) + i]
            both[i * np.uint64(stride) + j] = one + other
            of_S[i * np.uint64(stride) + j] = one - other
    of_t[0] = -trace * slope
    for i in range(max(batch, n)):
        some[i] = i
    for r in range(A.shape[0]):
        for i in range(n):
            factors[i] = -A[r, i]
            of_A[r * stride + i] = 0.0
        add_rows(of_A[r * stride : (r + 1) * stride], both, stride, some, factors, n)
    for j in range(classes):
        total = 0.0
        for k in range(batch):
            factors[k] = share * G[k, j]
            total += factors[k]
        of_d[j] = total
        for i in range(n):
            of_V[j * stride + i] = 0.0
        add_rows(of_V[j * stride : (j + 1) * stride], z, stride, some, factors, batch)
    for k in range(batch):
        factors[k] = 1.0
    for i in range(n):
        of_b[i] = 0.0
    add_rows(of_b, lam, stride, some, factors, batch)
    for i in range(np.uint64(n)):
        background[i] = usual * of_b[i]
    for at in range(np.uint64(0), np.uint64(len(of_U)), np.uint64(stride)):
        for i in range(np.uint64(stride)):
            of_U[at + i] = background[i]
    for k in range(batch):
        first, last = ends[rows[k]], ends[rows[k] + 1]
        own = lam[k * stride : (k + 1) * stride]
        add_to_rows(own, of_U, stride, places[first:last], values[first:last], last - first)
