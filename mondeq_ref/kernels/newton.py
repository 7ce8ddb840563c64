"""Compiled active-set Newton: the twin of `solve.active_set.newton_row`, over a batch.

Rows with about as many active units are solved four at a time (see `kernels.lanes`); those whose
signs are not settled then go on together, step by step.  The four blocks, of 25 active units of
100, fit into the first-level cache.
"""

import numpy as np

from mondeq_ref.arrays import Booleans, Integers, Matrix, Vector
from mondeq_ref.kernels.jit import compiled
from mondeq_ref.kernels.lanes import SYSTEMS, eliminate_four
from mondeq_ref.kernels.others import others
from mondeq_ref.kernels.vectors import LANES, add_rows

ACCURATE = 1e-9  # of the largest |c_i|: how far an accurate solve may leave M_aa z_a from c_a


@compiled
def newton_rows(
    M: Vector, columns: Vector, C: Matrix, active: Booleans, max_steps: int
) -> tuple[Matrix, Integers, Booleans, Booleans]:
    """Points, linear solves taken, whether the active set repeated, and whether every solve was
    accurate, for every row.

    `M` and `columns` are M and its transpose, in lanes (see `vectors.in_lanes`).
    """
    batch, n = C.shape
    stride = len(M) // n
    Z, steps = np.zeros((batch, n)), np.zeros(batch, dtype=np.int64)
    settled, now = np.zeros(batch, dtype=np.bool_), active.copy()
    accurate, allowed = np.ones(batch, dtype=np.bool_), np.zeros(batch)
    sizes, waiting = np.zeros(batch, dtype=np.int64), np.empty(batch, dtype=np.int64)
    order = np.empty(batch, dtype=np.int64)
    units, A, inverse = np.empty(SYSTEMS * n, dtype=np.int64), np.empty(0), np.empty(0)
    own, y, F = np.empty(n + LANES, dtype=np.int32), np.empty(n), np.zeros(stride)
    for k in range(batch):
        waiting[k] = k
        for i in range(n):
            sizes[k] += now[k, i]
            allowed[k] = max(allowed[k], ACCURATE * abs(C[k, i]))
    count = batch
    for step in range(max_steps):
        by_size(waiting, count, sizes, n, order)
        largest = int(sizes[order[count - 1]]) if count else 0
        if len(inverse) < SYSTEMS * largest:
            A = room(SYSTEMS * largest * (largest + 1))
            inverse = room(SYSTEMS * largest)
        still = 0
        for first in range(0, count, SYSTEMS):
            last = min(first + SYSTEMS, count)
            p = int(sizes[order[last - 1]])
            for lane in range(SYSTEMS):
                k = order[min(first + lane, last - 1)]  # a lane too many repeats the last row
                others(now, k, False, own, 0)
                for r in range(p):
                    units[r * SYSTEMS + lane] = own[r] if r < sizes[k] else 0
                    A[(r * (p + 1) + p) * SYSTEMS + lane] = C[k, units[r * SYSTEMS + lane]]
            gather_four(M, stride, units, p, A)
            for lane in range(SYSTEMS):
                fill_up(A, p, int(sizes[order[min(first + lane, last - 1)]]), lane)
            eliminate_four(A, p, inverse)
            for lane in range(last - first):
                k, size = order[first + lane], 0
                for i in range(n):
                    F[i] = -C[k, i]
                at = np.uint64(p * SYSTEMS + lane)
                for r in range(np.uint64(sizes[k])):
                    own[r] = units[r * np.uint64(SYSTEMS) + np.uint64(lane)]
                    y[r] = A[at]
                    at += np.uint64((p + 1) * SYSTEMS)
                add_rows(F, columns, stride, own, y, sizes[k])
                for r in range(np.uint64(sizes[k])):
                    if not abs(F[np.uint64(own[r])]) <= allowed[k]:
                        accurate[k] = False
                    # A solution that is no positive number leaves; what is active has no slack.
                    F[np.uint64(own[r])] = -1.0 if 0.0 < y[r] < np.inf else 1.0
                changed = 0
                for i in range(n):
                    new = F[i] < 0.0
                    changed += new != now[k, i]
                    now[k, i] = new
                    size += new
                steps[k] = step + 1
                if changed == 0:
                    for r in range(size):
                        Z[k, own[r]] = y[r]
                    settled[k] = True
                else:
                    sizes[k] = size
                    waiting[still] = k
                    still += 1
        count = still
        if count == 0:
            break
    return Z, steps, settled, accurate


@compiled
def by_size(rows: Integers, count: int, sizes: Integers, n: int, order: Integers) -> None:
    """The first `count` rows, those of a size together, in `order`."""
    ends = np.zeros(n + 2, dtype=np.int64)
    for at in range(count):
        ends[sizes[rows[at]] + 1] += 1
    for size in range(n):
        ends[size + 1] += ends[size]
    for at in range(count):
        size = sizes[rows[at]]
        order[ends[size]] = rows[at]
        ends[size] += 1


@compiled
def gather_four(M: Vector, stride: int, units: Integers, p: int, A: Vector) -> None:
    """M_aa of four rows into the lanes of A."""
    at, size, four = np.uint64(0), np.uint64(SYSTEMS * p), np.uint64(SYSTEMS)
    one, two, three = np.uint64(1), np.uint64(2), np.uint64(3)
    for r in range(np.uint64(0), size, four):
        a, b = units[r] * stride, units[r + one] * stride
        c, d = units[r + two] * stride, units[r + three] * stride
        for q in range(np.uint64(0), size, four):
            A[at] = M[np.uint64(a + units[q])]
            A[at + one] = M[np.uint64(b + units[q + one])]
            A[at + two] = M[np.uint64(c + units[q + two])]
            A[at + three] = M[np.uint64(d + units[q + three])]
            at += four
        at += four


@compiled
def fill_up(A: Vector, p: int, size: int, lane: int) -> None:
    """The lane's system from row and column `size` on: the identity, and zero on the right."""
    for r in range(size, p):
        for q in range(p + 1):
            A[(r * (p + 1) + q) * SYSTEMS + lane] = 0.0
        for q in range(p):
            A[(q * (p + 1) + r) * SYSTEMS + lane] = 1.0 if q == r else 0.0


@compiled
def room(count: int) -> Vector:
    """Room for so many numbers, from the beginning of a line of the cache on."""
    memory = np.empty(count + 8)
    start = -memory.ctypes.data % 64 // 8
    return memory[start : start + count]
