"""Forward, loss and adjoint of a batch in one pass: the twin of `train.passes.exact_row`.

Rows of one group are seen from one base, a set of units most of them have active: what is solved
for a row is where it differs (see `kernels.pivoting`).  One sweep of projected Gauss-Seidel guesses
where, which leaves Newton's method a step or two, and its last factors serve the adjoint.  That is
M_aa' lambda_a = g_a, g = dl/dz, or seen from the base, with T_b the rows of T in b and e where the
row differs,

    T_ee' v = h_e,   h = (0 on b, else g) + T_b' g_b,

lambda being v on e without b, h - T_e' v on b without e, and zero elsewhere.
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
from mondeq_ref.kernels.newton import room
from mondeq_ref.kernels.pivoting import LEAST_PIVOT, exchange, transpose
from mondeq_ref.kernels.tiles import add_products
from mondeq_ref.kernels.vectors import LANES, add1, add_rows

ROWS = 16  # of a group that are multiplied together


@compiled
def training_rows(
    M: Matrix,
    C: Matrix,
    order: Integers,
    groups: Integers,
    bases: Booleans,
    V: Matrix,
    d: Vector,
    labels: Integers,
    max_steps: int,
    Z: Matrix,
    Lam: Matrix,
    G: Matrix,
    loss: Vector,
    settled: Booleans,
    counts: Matrix,
) -> None:
    """For the rows in this order: z, lambda, dl/dlogits and l, and whether z settled.

    `order` has the rows of a group together; the first base is that of which the others are
    variations.  A row that does not settle stays as it is.  `counts` grows by the
    number of rows of each label in which a unit is active.
    """
    n, classes = C.shape[1], len(d)
    end = np.uint64(n)  # unsigned in the loops of every row: no index is asked for its sign
    stride = (n + LANES - 1) // LANES * LANES
    stride_of_classes = (classes + LANES - 1) // LANES * LANES
    V_rows, V_columns = np.zeros(classes * stride), np.zeros(n * stride_of_classes)
    for j in range(classes):
        for i in range(n):
            V_rows[j * stride + i] = V_columns[i * stride_of_classes + j] = V[j, i]
    largest = n * (n + LANES)
    A, L, inverse = np.empty(ROWS * largest), np.empty(ROWS * largest), np.empty((ROWS, n))
    units, y = np.empty((ROWS, n + 1), dtype=np.int64), np.empty(n + 1)  # where a row differs
    sizes, ends = np.zeros(ROWS, dtype=np.int64), np.zeros(ROWS + 1, dtype=np.int64)
    in_base, of_base = np.empty(n + 1, dtype=np.int64), np.empty(ROWS * n)
    c, z = lanes(ROWS, stride), lanes(ROWS, stride)
    F, g = np.zeros(stride), lanes(ROWS, stride_of_classes)
    guess, steps, every = np.zeros(n), np.zeros(n), np.arange(max(n, classes, ROWS))
    differs, base = np.zeros(n, dtype=np.bool_), np.zeros(n, dtype=np.bool_)
    nowhere, in_common = np.zeros(n, dtype=np.bool_), np.zeros(n, dtype=np.bool_)
    whole, columns = lanes(n, stride), lanes(n, stride)
    common, T = room(n * stride), room(n * stride)
    for i in range(end):
        for j in range(end):
            whole[i * np.uint64(stride) + j] = M[i, j]
    rebase(common, stride, in_common, whole, nowhere, bases, 0, in_base)
    at, group, b = 0, -1, 0
    while at < len(order):
        if groups[order[at]] != group:
            group = int(groups[order[at]])
            rebase(T, stride, base, common, in_common, bases, group, in_base)
            transpose(T, stride, columns)
            b = 0
            for i in range(n):
                in_base[b] = i
                b += base[i]
                value = T[i * stride + i]
                steps[i] = 1.0 / value if value > LEAST_PIVOT else 0.0
        first = at
        while at < len(order) and at < first + ROWS and groups[order[at]] == group:
            at += 1
        rows = order[first:at]
        many = len(rows)
        for r in range(np.uint64(many)):
            for i in range(end):
                c[r * np.uint64(stride) + i] = C[rows[r], i]
        multiply_base(c, stride, many, -1.0, columns, in_base, b, of_base, every)
        for r in range(many):
            own = c[r * stride : (r + 1) * stride]
            for i in range(end):
                F[i] = -own[i]
            for i in range(n):
                guess[i] = max(-F[i] * steps[i], 0.0)
                if guess[i] > 0.0:
                    for j in range(0, stride, LANES):
                        add1(F, j, columns, i * stride + j, guess[i])
            for i in range(end):
                differs[i] = guess[i] - F[i] * steps[i] > 0.0
            k, p, width = int(rows[r]), 0, LANES
            for _ in range(max_steps):
                count = np.uint64(0)
                for i in range(end):  # what does not differ is written over
                    units[r, count] = i
                    y[count] = own[i]
                    count += np.uint64(differs[i])
                for i in range(end):
                    F[i] = -own[i]
                p = int(count)
                width = (p // LANES + 1) * LANES
                block = A[ends[r] : ends[r] + p * width]
                gather(T, stride, units[r], p, y, block, width)
                eliminate(block, width, p, L[ends[r] : ends[r] + p * width], inverse[r])
                substitute(block, width, p, inverse[r], y)
                add_rows(F, columns, stride, units[r], y, p)
                for s in range(np.uint64(p)):
                    F[units[r, s]] = -y[s]
                changed = 0
                for i in range(end):
                    new = F[i] < 0.0
                    changed += new != differs[i]
                    differs[i] = new
                if changed == 0:
                    settled[k] = True
                    break
            sizes[r] = p
            ends[r + 1] = ends[r] + p * width
            for i in range(end):
                value = F[i] if base[i] else -F[i]
                z[r * np.uint64(stride) + i] = max(value, 0.0) if settled[k] else 0.0
            for j in range(classes):
                g[r * stride_of_classes + j] = d[j]
        add_products(g, every, many, V_columns, stride_of_classes, every, z, stride, n)
        for r in range(many):
            k, of_row = int(rows[r]), g[r * stride_of_classes : (r + 1) * stride_of_classes]
            value = cross_entropy(of_row, classes, int(labels[k]))
            if settled[k]:
                loss[k] = value
                for j in range(classes):
                    G[k, j] = of_row[j]
                for i in range(end):
                    Z[k, i] = z[r * np.uint64(stride) + i]
                    counts[labels[k], i] += Z[k, i] > 0.0
        c[:] = 0.0
        add_products(c, every, many, V_rows, stride, every, g, stride_of_classes, classes)
        multiply_base(c, stride, many, 1.0, T, in_base, b, of_base, every)
        for r in range(many):
            k, p, own = int(rows[r]), int(sizes[r]), c[r * stride : (r + 1) * stride]
            if not settled[k]:
                continue
            width = (p // LANES + 1) * LANES
            for s in range(np.uint64(p)):
                y[s] = own[units[r, s]]
            block = A[ends[r] : ends[r + 1]]
            substitute_transposed(block, width, p, L[ends[r] : ends[r + 1]], inverse[r], y)
            for s in range(np.uint64(p)):
                y[s] = -y[s]
            add_rows(own, T, stride, units[r], y, p)
            for s in range(b):
                Lam[k, in_base[s]] = own[in_base[s]]
            for s in range(np.uint64(p)):
                i = units[r, s]
                Lam[k, i] = 0.0 if base[i] else -y[s]


@compiled
def lanes(rows: int, stride: int) -> Vector:
    """Zeros, from the beginning of a line of the cache on."""
    zeros = room(rows * stride)
    zeros[:] = 0.0
    return zeros


@compiled
def multiply_base(
    c: Vector,
    stride: int,
    many: int,
    sign: float,
    T: Vector,
    in_base: Integers,
    b: int,
    of_base: Vector,
    every: Integers,
) -> None:
    """The first rows c become (0 on the base, else c) + sign * c_b T_b."""
    for r in range(np.uint64(many)):
        for s in range(np.uint64(b)):
            at = r * np.uint64(stride) + np.uint64(in_base[s])
            of_base[r * np.uint64(b) + s] = sign * c[at]
            c[at] = 0.0
    add_products(c, every, many, T, stride, in_base, of_base, b, b)


@compiled
def rebase(
    T: Vector,
    stride: int,
    base: Booleans,
    start: Vector,
    start_base: Booleans,
    bases: Booleans,
    group: int,
    units: Integers,
) -> None:
    """T and its base become those of the group, by pivots of `start`; the start, if they fail."""
    n, count = len(base), 0
    for i in range(n):
        units[count] = i
        base[i] = bases[group, i]
        count += base[i] != start_base[i]
    for i in range(len(T)):  # a slice would take a second to compile
        T[i] = start[i]
    if not exchange(T, stride, units, count):
        for i in range(len(T)):
            T[i] = start[i]
        for i in range(n):
            base[i] = start_base[i]


@compiled
def cross_entropy(g: Vector, classes: int, label: int) -> float:
    """The loss of logits g, which become its gradient: softmax minus the label's indicator."""
    largest, own, total = g[0], g[label], 0.0
    for j in range(1, classes):
        largest = max(largest, g[j])
    for j in range(classes):
        g[j] = math.exp(g[j] - largest)
        total += g[j]
    for j in range(classes):
        g[j] /= total
    g[label] -= 1.0
    return math.log(total) + largest - own


@compiled
def totals(loss: Vector, G: Matrix, labels: Integers, found: Booleans) -> tuple[float, int, int]:
    """The sum of the losses, how many rows have the largest softmax at their label, and how many
    were found: softmax is G plus the label's indicator."""
    total, correct, count = 0.0, 0, 0
    for k in range(len(labels)):
        own = G[k, labels[k]] + 1.0
        is_largest = found[k]
        for j in range(G.shape[1]):
            is_largest &= own >= G[k, j]
        total += loss[k]
        correct += is_largest
        count += found[k]
    return total, correct, count
