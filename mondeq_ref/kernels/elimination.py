"""Gaussian elimination on small blocks: A x = y with the right-hand side as one more column.

No pivoting: with a margin every leading block is nonsingular, and a caller certifies what comes
out.  A block of p units lies row after row in a flat array, every row `width` long, a multiple
of LANES.  Four pivots at a time, so that each row below is read and written a quarter as often,
and two such rows together, so that the pivots are loaded half as often.  What stands left of the
pivots in a block of eight is overwritten with what nobody reads, and so the multipliers of L are
kept apart, for those who solve with the transpose.

Where single numbers are moved, indices are unsigned: a signed one would be asked each time
whether it counts from the end.  A count that is handed on starts as `int(np.int64(0))`: for the
literal 0 Numba would compile what it is handed to once more.
"""

import numpy as np

from mondeq_ref.arrays import Integers, Vector
from mondeq_ref.kernels.jit import compiled
from mondeq_ref.kernels.vectors import LANES, add1, add4, add4_to2


@compiled
def gather(M: Vector, stride: int, units: Integers, p: int, y: Vector, A: Vector, width: int):
    """A = (M[units, units] | y), the rest of every row zero."""
    end, row_length, after = np.uint64(p), np.uint64(width), np.uint64(p + 1)
    for r in range(end):
        row, at = np.uint64(units[r]) * np.uint64(stride), r * row_length
        for q in range(end):
            A[at + q] = M[row + np.uint64(units[q])]
        A[at + end] = y[r]
        for q in range(after, row_length):
            A[at + q] = 0.0


@compiled
def eliminate(A: Vector, width: int, p: int, L: Vector, inverse: Vector) -> None:
    """A becomes U, and its last column L^-1 y; -L goes to L, and 1/U_kk to `inverse`."""
    k = int(np.int64(0))
    while k + 3 < p:
        first = k // LANES * LANES
        for r in range(k, k + 4):
            for q in range(k, r):
                factor = -A[r * width + q] * inverse[q]
                L[r * width + q] = factor
                for j in range(first, width, LANES):
                    add1(A, r * width + j, A, q * width + j, factor)
            inverse[r] = 1.0 / A[r * width + r]
        at0 = k * width
        at1, at2, at3 = at0 + width, at0 + 2 * width, at0 + 3 * width
        for r in range(k + 4, p - 1, 2):
            at, below = r * width, (r + 1) * width
            one, two, three, four = multipliers(A, at, at0, width, k, inverse, L)
            five, six, seven, eight = multipliers(A, below, at0, width, k, inverse, L)
            for j in range(first, width, LANES):
                add4_to2(
                    A, at + j, below + j, A, at0 + j, at1 + j, at2 + j, at3 + j,
                    one, two, three, four, five, six, seven, eight,
                )  # fmt: skip
        if (p - k) % 2 == 1:
            at = (p - 1) * width
            one, two, three, four = multipliers(A, at, at0, width, k, inverse, L)
            for j in range(first, width, LANES):
                add4(A, at + j, A, at0 + j, at1 + j, at2 + j, at3 + j, one, two, three, four)
        k += 4
    while k < p:
        inverse[k] = 1.0 / A[k * width + k]
        first = k // LANES * LANES
        for r in range(k + 1, p):
            factor = -A[r * width + k] * inverse[k]
            L[r * width + k] = factor
            for j in range(first, width, LANES):
                add1(A, r * width + j, A, k * width + j, factor)
        k += 1


@compiled
def multipliers(
    A: Vector, at: int, pivots: int, width: int, k: int, inverse: Vector, L: Vector
) -> tuple[float, float, float, float]:
    """How often the four pivots k to k + 3 go into the row at `at`; kept in L."""
    second, third = pivots + width, pivots + 2 * width
    one = -A[at + k] * inverse[k]
    two = -(A[at + k + 1] + one * A[pivots + k + 1]) * inverse[k + 1]
    three = A[at + k + 2] + one * A[pivots + k + 2] + two * A[second + k + 2]
    three = -three * inverse[k + 2]
    four = A[at + k + 3] + one * A[pivots + k + 3] + two * A[second + k + 3]
    four = -(four + three * A[third + k + 3]) * inverse[k + 3]
    L[at + k], L[at + k + 1], L[at + k + 2], L[at + k + 3] = one, two, three, four
    return one, two, three, four


@compiled
def substitute(A: Vector, width: int, p: int, inverse: Vector, y: Vector) -> None:
    """y[:p] becomes U^-1 times the last column."""
    end, row_length = np.uint64(p), np.uint64(width)
    for r in range(end):
        y[r] = A[r * row_length + end]
    for done in range(end):
        r = end - np.uint64(1) - done
        value = y[r] * inverse[r]
        y[r] = value
        for q in range(r):
            y[q] -= A[q * row_length + r] * value


@compiled
def substitute_transposed(
    A: Vector, width: int, p: int, L: Vector, inverse: Vector, y: Vector
) -> None:
    """y[:p] becomes (U' L')^-1 y."""
    end, row_length = np.uint64(p), np.uint64(width)
    for r in range(end):
        value = y[r] * inverse[r]
        y[r] = value
        for q in range(r + np.uint64(1), end):
            y[q] -= A[r * row_length + q] * value
    for done in range(end):
        r = end - np.uint64(1) - done
        value = y[r]
        for q in range(r):
            y[q] += L[r * row_length + q] * value
