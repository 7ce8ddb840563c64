"""Gaussian elimination on small blocks: A x = y with the right-hand side as one more column.

No pivoting: with a margin every leading block is nonsingular, and a caller certifies what comes
out.  A block of p units lies row after row in a flat array, every row `width` long, a multiple
of LANES.  Four pivots at a time, so that each row below is read and written a quarter as often;
what stands left of the pivots in a block of eight is overwritten with what nobody reads, and so
the multipliers of L are kept apart, for those who solve with the transpose.
"""

from mondeq_ref.arrays import Integers, Vector
from mondeq_ref.kernels.jit import compiled
from mondeq_ref.kernels.vectors import LANES, add1, add4


@compiled
def gather(M: Vector, stride: int, units: Integers, p: int, y: Vector, A: Vector, width: int):
    """A = (M[units, units] | y), the rest of every row zero."""
    for r in range(p):
        row, at = units[r] * stride, r * width
        for q in range(p):
            A[at + q] = M[row + units[q]]
        A[at + p] = y[r]
        for q in range(p + 1, width):
            A[at + q] = 0.0


@compiled
def eliminate(A: Vector, width: int, p: int, L: Vector, inverse: Vector) -> None:
    """A becomes U, and its last column L^-1 y; -L goes to L, and 1/U_kk to `inverse`."""
    k = 0
    while k + 3 < p:
        first = k // LANES * LANES
        for r in range(k, k + 4):
            for q in range(k, r):
                factor = -A[r * width + q] * inverse[q]
                L[r * width + q] = factor
                for j in range(first, width, LANES):
                    add1(A, r * width + j, A, q * width + j, factor)
            inverse[r] = 1.0 / A[r * width + r]
        d0, d1, d2, d3 = inverse[k], inverse[k + 1], inverse[k + 2], inverse[k + 3]
        at0 = k * width
        at1, at2, at3 = at0 + width, at0 + 2 * width, at0 + 3 * width
        a01, a02, a03 = A[at0 + k + 1], A[at0 + k + 2], A[at0 + k + 3]
        a12, a13, a23 = A[at1 + k + 2], A[at1 + k + 3], A[at2 + k + 3]
        for r in range(k + 4, p):
            at = r * width
            one = -A[at + k] * d0
            two = -(A[at + k + 1] + one * a01) * d1
            three = -(A[at + k + 2] + one * a02 + two * a12) * d2
            four = -(A[at + k + 3] + one * a03 + two * a13 + three * a23) * d3
            L[at + k], L[at + k + 1], L[at + k + 2], L[at + k + 3] = one, two, three, four
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
def substitute(A: Vector, width: int, p: int, inverse: Vector, y: Vector) -> None:
    """y[:p] becomes U^-1 times the last column."""
    for r in range(p):
        y[r] = A[r * width + p]
    for r in range(p - 1, -1, -1):
        value = y[r] * inverse[r]
        y[r] = value
        for q in range(r):
            y[q] -= A[q * width + r] * value


@compiled
def substitute_transposed(
    A: Vector, width: int, p: int, L: Vector, inverse: Vector, y: Vector
) -> None:
    """y[:p] becomes (U' L')^-1 y."""
    for r in range(p):
        value = y[r] * inverse[r]
        y[r] = value
        for q in range(r + 1, p):
            y[q] -= A[r * width + q] * value
    for r in range(p - 1, 0, -1):
        value = y[r]
        for q in range(r):
            y[q] += L[r * width + q] * value


@compiled
def add_columns(columns: Vector, stride: int, units: Integers, p: int, y: Vector, F: Vector):
    """F += sum of y_r times column units[r]; units and y have room for three more."""
    for r in range(p, p + 3):
        units[r] = 0
        y[r] = 0.0
    for r in range(0, p, 4):
        at0, at1 = units[r] * stride, units[r + 1] * stride
        at2, at3 = units[r + 2] * stride, units[r + 3] * stride
        y0, y1, y2, y3 = y[r], y[r + 1], y[r + 2], y[r + 3]
        for j in range(0, stride, LANES):
            add4(F, j, columns, at0 + j, at1 + j, at2 + j, at3 + j, y0, y1, y2, y3)
