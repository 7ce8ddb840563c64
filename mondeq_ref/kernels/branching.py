"""Compiled branch and bound on z >= 0, w = M z - c >= 0, z_i w_i = 0: it proposes, and no more.

A node has decided for some units that z_i = 0 or that w_i = 0; a dual simplex in dictionary form
then asks whether the linear conditions that are left have a solution.  Beside z, w >= 0 these are

    u_i = max(c_i, 0) - M_ii z_i - sum_{j != i} min(M_ij, 0) z_j >= 0,

which hold at every equilibrium: where z_i = 0 by sign, where w_i = 0 because positive M_ij only
lower z_i.  Variables are numbered z, w, u.
"""

import numpy as np

from mondeq_ref.arrays import Booleans, Integers, Matrix, Vector
from mondeq_ref.kernels.jit import compiled

FEASIBLE, INFEASIBLE, LOST = 0, 1, 2
FOUND, NONE, OPEN = 0, 1, 2

SMALL = 1e-9  # below it an entry of a dictionary counts as zero
MOST_PIVOTS = 3000  # of one node
PROBED = 8  # units for which both branches are looked at before one is chosen
PROBING_PIVOTS = 60
TRIED_OFTEN = 40  # after which the mean of what a branch cost stands for it
GROWTH = 1.01  # of the weight that a later contradiction has in choosing units


@compiled
def exchange(
    T: Matrix, cost: Vector, basic: Integers, others: Integers, row: int, column: int
) -> None:
    """Swap the basic variable of a row with the other variable of a column."""
    width = T.shape[1]
    pivot = T[row, column]
    T[row, column] = -1.0
    for k in range(width):
        T[row, k] = -T[row, k] / pivot
    for i in range(T.shape[0]):
        factor = T[i, column]
        if i != row and factor != 0.0:
            T[i, column] = 0.0
            for k in range(width):
                T[i, k] += factor * T[row, k]
    factor = cost[column]
    if factor != 0.0:
        cost[column] = 0.0
        for k in range(width):
            cost[k] += factor * T[row, k]
    basic[row], others[column] = others[column], basic[row]


@compiled
def relax(
    T: Matrix, cost: Vector, basic: Integers, others: Integers, zero: Booleans, most: int
) -> tuple[int, int, float]:
    """Is there a point with every variable >= 0, and = 0 where `zero`?  If not, by which row.

    Row i reads: basic[i] = T[i, :-1] others + T[i, -1]."""
    rows, n = T.shape[0], T.shape[1] - 1
    for _ in range(most):
        row, worst, sign = -1, SMALL, 0.0
        for i in range(rows):
            value = T[i, n]
            wrong = abs(value) if zero[basic[i]] else -value
            if wrong > worst:
                row, worst, sign = i, wrong, 1.0 if value < 0 else -1.0
        if row < 0:
            return FEASIBLE, -1, 0.0
        column, least, largest = -1, np.inf, 0.0
        for k in range(n):
            slope = sign * T[row, k]
            if slope > SMALL and not zero[others[k]]:
                ratio = max(cost[k], 0.0) / slope
                if ratio < least or (ratio == least and slope > largest):
                    column, least, largest = k, ratio, slope
        if column < 0:
            return INFEASIBLE, row, sign
        exchange(T, cost, basic, others, row, column)
    return LOST, -1, 0.0


@compiled
def choose(
    T: Matrix,
    cost: Vector,
    basic: Integers,
    others: Integers,
    zero: Booleans,
    open_units: Integers,
    learned: Matrix,
) -> tuple[int, bool]:
    """The unit whose two branches both cost much, among those of past contradictions, and
    whether z_i = 0 comes first.  What a branch costs is looked up where it was tried before."""
    n = T.shape[1] - 1
    order = np.argsort(-learned[0, open_units])
    best, unit, z_first = -1.0, int(open_units[order[0]]), True
    gain = np.empty(2)
    most = 1e3 * (1.0 + abs(cost[n]))
    for k in range(min(PROBED, len(order))):
        i = int(open_units[order[k]])
        for side in range(2):
            tries, total = 1 + 2 * side, 2 + 2 * side
            if learned[tries, i] < TRIED_OFTEN:
                tried, its_cost, its_zero = T.copy(), cost.copy(), zero.copy()
                its_zero[i + side * n] = True
                status, _, _ = relax(
                    tried, its_cost, basic.copy(), others.copy(), its_zero, PROBING_PIVOTS
                )
                rise = most if status == INFEASIBLE else min(its_cost[n] - cost[n], most)
                learned[tries, i] += 1.0
                learned[total, i] += np.log(max(rise, 1e-6))
                gain[side] = np.log(max(rise, 1e-6))
            else:
                gain[side] = learned[total, i] / learned[tries, i]
        if k == 0 or gain.sum() > best:
            best, unit, z_first = gain.sum(), i, gain[0] >= gain[1]
    return unit, z_first


@compiled
def branch(
    T0: Matrix, cost0: Vector, most_nodes: int
) -> tuple[int, Vector, Integers, Integers, Matrix, int]:
    """(FOUND, z, ...), (NONE, ..., tree, leaves, slopes, root), or (OPEN, ...).

    A row (i, p, q) of the tree stands for z_i = 0 in node p and w_i = 0 in node q; -1 - k is leaf
    k, a contradiction: sum_j slopes_j x_j = a number below zero, over the variables j that the
    row of `leaves` lists, the last of which is the basic one.
    Where a contradiction does not use what was decided last, the other branch is skipped.
    Learned is, for every unit, its part in contradictions so far and, for z_i = 0 and w_i = 0,
    how often that was tried and the sum of the logarithms of what it cost.
    """
    rows, n = T0.shape[0], T0.shape[1] - 1
    Ts, costs = np.empty((n + 1, rows, n + 1)), np.empty((n + 1, n + 1))  # one at each depth
    basics, otherss = np.empty((n + 1, rows), np.int64), np.empty((n + 1, n), np.int64)
    zeros, kept = np.zeros((n + 1, n + rows), np.bool_), np.zeros((n + 1, n + rows), np.bool_)
    units, literals = np.zeros(n + 1, np.int64), np.zeros(n + 1, np.int64)
    firsts, second = np.zeros(n + 1, np.int64), np.zeros(n + 1, np.bool_)
    Ts[0], costs[0], basics[0], otherss[0] = T0, cost0, np.arange(n, n + rows), np.arange(n)
    tree = np.empty((most_nodes, 3), np.int64)
    leaves, slopes = np.empty((most_nodes, n + 1), np.int64), np.empty((most_nodes, n + 1))
    inner = leaf_count = depth = 0
    values = np.zeros(n + rows)
    learned, weight = np.zeros((5, n)), 1.0
    for _ in range(most_nodes):
        T, cost, basic, others = Ts[depth], costs[depth], basics[depth], otherss[depth]
        zero = zeros[depth]
        status, row, sign = relax(T, cost, basic, others, zero, MOST_PIVOTS)
        if status == LOST:
            return OPEN, values[:n], tree[:0], leaves[:0], slopes[:0], 0
        if status == FEASIBLE:
            values[:] = 0.0
            values[basic] = T[:, n]
            open_units = np.flatnonzero(np.minimum(values[:n], values[n : 2 * n]) > SMALL)
            if len(open_units) == 0:
                return FOUND, values[:n], tree[:0], leaves[:0], slopes[:0], 0
            unit, z_first = choose(T, cost, basic, others, zero, open_units, learned)
            depth += 1
            units[depth], literals[depth] = unit, unit if z_first else unit + n
            second[depth] = False
        else:
            used = np.zeros(n + rows, np.bool_)
            for k in range(n):
                leaves[leaf_count, k], slopes[leaf_count, k] = others[k], -sign * T[row, k]
                used[others[k]] = zero[others[k]] and sign * T[row, k] > SMALL
            used[basic[row]] = sign < 0
            leaves[leaf_count, n], slopes[leaf_count, n] = basic[row], sign
            leaf_count += 1
            result = -leaf_count
            for k in range(2 * n):
                if used[k]:
                    learned[0, k % n] += weight
            weight *= GROWTH
            if weight > 1e100:
                learned[0] /= weight
                weight = 1.0
            while depth > 0:
                literal = literals[depth]
                if used[literal]:
                    used[literal] = False
                    if not second[depth]:
                        break
                    used |= kept[depth]
                    tree[inner, 0], tree[inner, 1], tree[inner, 2] = units[depth], result, result
                    tree[inner, 1 if literal >= n else 2] = firsts[depth]
                    result = inner
                    inner += 1
                depth -= 1
            if depth == 0:
                found = tree[:inner], leaves[:leaf_count], slopes[:leaf_count]
                return NONE, values[:n], found[0], found[1], found[2], result
            second[depth], firsts[depth], kept[depth] = True, result, used
            literals[depth] = units[depth] + (0 if literals[depth] >= n else n)
        Ts[depth], costs[depth] = Ts[depth - 1], costs[depth - 1]
        basics[depth], otherss[depth] = basics[depth - 1], otherss[depth - 1]
        zeros[depth] = zeros[depth - 1]
        zeros[depth, literals[depth]] = True
    return OPEN, values[:n], tree[:0], leaves[:0], slopes[:0], 0
