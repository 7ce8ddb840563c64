"""Principal pivots: the same complementarity problem, seen from another active set.

With w = M z - c, exchanging z_b and w_b gives a problem (T, q) of the same kind,

    T = ( B          -B M_bd             )     q_b = -B c_b,
        ( M_db B     M_dd - M_db B M_bd  )     q_d = c_d - M_db B c_b,

B = M_bb^-1, d the other units.  A row whose active set is a has the active set e = a xor b there.
Where b is close to a, e is small, and a linear system on e costs |e|^3 where one on a costs |a|^3.
A positive margin stays positive: z'Mz is a sum over the pairs (z_i, (M z)_i), exchanged or not.
"""

import numpy as np

from mondeq_ref.arrays import Integers, Vector
from mondeq_ref.kernels.jit import compiled
from mondeq_ref.kernels.vectors import LANES, add1, add4, add4_to2

LEAST_PIVOT = 1e-3  # below it a group keeps the base it starts from: digits would be lost


@compiled
def exchange(T: Vector, stride: int, units: Integers, count: int) -> bool:
    """Pivot on `units[:count]`; False, and T is spoiled, at a pivot too small to divide by.

    The rows of four units are finished first; then all other rows take the four in one pass.
    """
    for done in range(0, count, 4):
        end = min(done + 4, count)
        for s in range(done, end):
            u, row = units[s], units[s] * stride
            if not T[row + u] > LEAST_PIVOT:
                return False
            inverse = 1.0 / T[row + u]
            for j in range(row, row + stride):
                T[j] *= -inverse
            T[row + u] = inverse
            for r in range(done, end):
                if r != s:
                    at = units[r] * stride
                    factor = taken(T, at + u)
                    for j in range(0, stride, LANES):
                        add1(T, at + j, T, row + j, factor)
        last = end - 1
        a, b = units[done], units[min(done + 1, last)]
        c, d = units[min(done + 2, last)], units[min(done + 3, last)]
        add_four_rows(T, stride, a, b, c, d)
    return True


@compiled
def add_four_rows(T: Vector, stride: int, a: int, b: int, c: int, d: int) -> None:
    """All other rows take the finished rows of these units, two at once; the same unit once."""
    n = len(T) // stride
    at0, at1, at2, at3 = a * stride, b * stride, c * stride, d * stride
    above = -1
    for i in range(n):
        if i in (a, b, c, d):
            continue
        if above < 0:
            above = i
            continue
        at, below, above = above * stride, i * stride, -1
        one, two = taken(T, at + a), taken(T, at + b)
        three, four = taken(T, at + c), taken(T, at + d)
        five, six = taken(T, below + a), taken(T, below + b)
        seven, eight = taken(T, below + c), taken(T, below + d)
        for j in range(0, stride, LANES):
            add4_to2(
                T, at + j, below + j, T, at0 + j, at1 + j, at2 + j, at3 + j,
                one, two, three, four, five, six, seven, eight,
            )  # fmt: skip
    if above >= 0:
        at = above * stride
        one, two = taken(T, at + a), taken(T, at + b)
        three, four = taken(T, at + c), taken(T, at + d)
        for j in range(0, stride, LANES):
            add4(T, at + j, T, at0 + j, at1 + j, at2 + j, at3 + j, one, two, three, four)


@compiled
def taken(T: Vector, at: int) -> float:
    """The entry, which is then zero."""
    value = T[at]
    T[at] = 0.0
    return value


@compiled
def transpose(T: Vector, stride: int, columns: Vector) -> None:
    """`columns` becomes the transpose of T, both in lanes."""
    n = len(T) // stride
    for i in range(np.uint64(n)):
        row = i * np.uint64(stride)
        for j in range(np.uint64(n)):
            columns[j * np.uint64(stride) + i] = T[row + j]
