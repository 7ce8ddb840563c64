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
from mondeq_ref.kernels.pivoting import LEAST_PIVOT, exchange, transpose
from mondeq_ref.kernels.vectors import LANES, add1, add_rows


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
    """Row by row in this order: z, lambda, dl/dlogits and l, and whether z settled.

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
    A, L = np.empty(n * (n + LANES)), np.empty(n * (n + LANES))
    inverse = np.empty(n)
    units, y = np.empty(n + 1, dtype=np.int64), np.empty(n + 1)  # where the row differs
    in_base, of_base = np.empty(n + 1, dtype=np.int64), np.empty(n + 1)
    positive, z = np.empty(n + 1, dtype=np.int64), np.empty(n + 1)
    c, F, g = np.zeros(stride), np.zeros(stride), np.zeros(stride_of_classes)
    guess, steps = np.zeros(n), np.zeros(n)
    differs, base = np.zeros(n, dtype=np.bool_), np.zeros(n, dtype=np.bool_)
    nowhere, in_common = np.zeros(n, dtype=np.bool_), np.zeros(n, dtype=np.bool_)
    whole, common = np.zeros(n * stride), np.empty(n * stride)
    T, columns = np.empty(n * stride), np.zeros(n * stride)
    every_class = np.empty(classes, dtype=np.int64)
    for j in range(classes):
        every_class[j] = j
    for i in range(end):
        for j in range(end):
            whole[i * np.uint64(stride) + j] = M[i, j]
    rebase(common, stride, in_common, whole, nowhere, bases, 0, units)
    group, b = -1, 0
    for at in range(len(order)):
        k = int(order[at])
        if groups[k] != group:
            group = int(groups[k])
            rebase(T, stride, base, common, in_common, bases, group, units)
            transpose(T, stride, columns)
            b = 0
            for i in range(n):
                in_base[b] = i
                b += base[i]
                value = T[i * stride + i]
                steps[i] = 1.0 / value if value > LEAST_PIVOT else 0.0
        for i in range(end):
            c[i] = C[k, i]
        for r in range(b):
            of_base[r] = -c[in_base[r]]
            c[in_base[r]] = 0.0
        add_rows(c, columns, stride, in_base, of_base, b)
        for i in range(end):
            F[i] = -c[i]
        for i in range(n):
            guess[i] = max(-F[i] * steps[i], 0.0)
            if guess[i] > 0.0:
                for j in range(0, stride, LANES):
                    add1(F, j, columns, i * stride + j, guess[i])
        for i in range(end):
            differs[i] = guess[i] - F[i] * steps[i] > 0.0
        p, width = 0, LANES
        for _ in range(max_steps):
            count = np.uint64(0)
            for i in range(end):  # what does not differ is written over
                units[count] = i
                y[count] = c[i]
                count += np.uint64(differs[i])
            for i in range(end):
                F[i] = -c[i]
            p = int(count)
            width = (p // LANES + 1) * LANES
            gather(T, stride, units, p, y, A, width)
            eliminate(A, width, p, L, inverse)
            substitute(A, width, p, inverse, y)
            add_rows(F, columns, stride, units, y, p)
            for r in range(np.uint64(p)):
                F[units[r]] = -y[r]
            changed = 0
            for i in range(end):
                new = F[i] < 0.0
                changed += new != differs[i]
                differs[i] = new
            if changed == 0:
                settled[k] = True
                break
        if not settled[k]:
            continue
        for i in range(end):
            value = F[i]
            F[i] = max(value if base[i] else -value, 0.0)
        count = np.uint64(0)
        for i in range(end):
            counts[labels[k], i] += F[i] > 0.0
            Z[k, i] = F[i]
            positive[count] = i
            z[count] = F[i]
            count += np.uint64(F[i] > 0.0)
        for j in range(classes):
            g[j] = d[j]
        for j in range(classes, stride_of_classes):
            g[j] = 0.0
        add_rows(g, V_columns, stride_of_classes, positive, z, int(count))
        loss[k] = cross_entropy(g, classes, int(labels[k]))
        for j in range(classes):
            G[k, j] = g[j]
        for i in range(stride):
            c[i] = 0.0
        add_rows(c, V_rows, stride, every_class, g, classes)
        for r in range(b):
            of_base[r] = c[in_base[r]]
            c[in_base[r]] = 0.0
        add_rows(c, T, stride, in_base, of_base, b)
        for r in range(np.uint64(p)):
            y[r] = c[units[r]]
        substitute_transposed(A, width, p, L, inverse, y)
        for r in range(np.uint64(p)):
            Lam[k, units[r]] = y[r]
            y[r] = -y[r]
        add_rows(c, T, stride, units, y, p)
        for r in range(b):
            i = in_base[r]
            Lam[k, i] = 0.0 if differs[i] else c[i]


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
def grouped(labels: Integers, bases: int, few: int) -> tuple[Integers, Integers]:
    """Group 1 + label, or 0 if not even `few` rows have it; and the rows in the order of groups."""
    rows, starts = np.zeros(bases, dtype=np.int64), np.zeros(bases + 1, dtype=np.int64)
    for label in labels:
        rows[1 + label] += 1
    groups, order = np.empty(len(labels), dtype=np.int64), np.empty(len(labels), dtype=np.int64)
    for k in range(len(labels)):
        groups[k] = 0 if rows[1 + labels[k]] < few else 1 + labels[k]
        starts[1 + groups[k]] += 1
    for group in range(bases):
        starts[group + 1] += starts[group]
    for k in range(len(labels)):
        order[starts[groups[k]]] = k
        starts[groups[k]] += 1
    return groups, order


@compiled
def follow(active: Matrix, rows: Vector, fading: float, counts: Matrix, labels: Integers) -> None:
    """In how many rows a unit was active, of all rows (first) and of those of each label, and how
    many rows there were, what was seen before times `fading`."""
    for group in range(len(rows)):
        rows[group] *= fading
        for i in range(active.shape[1]):
            active[group, i] *= fading
    for label in range(len(counts)):
        for i in range(active.shape[1]):
            active[0, i] += counts[label, i]
            active[1 + label, i] += counts[label, i]
    rows[0] += len(labels)
    for label in labels:
        rows[1 + label] += 1.0
