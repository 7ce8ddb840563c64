"""Gaussian elimination on small blocks in place: A = L U, solved with and without transposing.

No pivoting: with a margin every leading block is nonsingular, and a caller certifies what comes
out.  Where it matters inner loops run along rows: the compiler can use vector instructions.
"""

from mondeq_ref.arrays import Integers, Matrix, Vector
from mondeq_ref.kernels.jit import compiled


@compiled
def gather(M: Matrix, units: Integers, p: int, A: Matrix) -> None:
    """A[:p, :p] = M[units, units]."""
    for r in range(p):
        row = M[units[r]]
        for q in range(p):
            A[r, q] = row[units[q]]


@compiled
def factor(A: Matrix, p: int) -> None:
    """A[:p, :p] becomes U on and above its diagonal and the multipliers of L below it.

    Two pivots at a time, so that each row below is read and written half as often.
    """
    pivot = 0
    while pivot + 1 < p:
        first, second = A[pivot], A[pivot + 1]
        scale = 1.0 / first[pivot]
        between = second[pivot] * scale
        second[pivot] = between
        for q in range(pivot + 1, p):
            second[q] -= between * first[q]
        scale_second = 1.0 / second[pivot + 1]
        for r in range(pivot + 2, p):
            row = A[r]
            one = row[pivot] * scale
            two = (row[pivot + 1] - one * first[pivot + 1]) * scale_second
            row[pivot] = one
            row[pivot + 1] = two
            for q in range(pivot + 2, p):
                row[q] = (row[q] - one * first[q]) - two * second[q]
        pivot += 2


@compiled
def solve(A: Matrix, p: int, y: Vector) -> None:
    """y[:p] becomes (L U)^-1 y; by columns, since sums along a row would wait for each other."""
    for q in range(p):
        value = y[q]
        for r in range(q + 1, p):
            y[r] -= A[r, q] * value
    for q in range(p - 1, -1, -1):
        value = y[q] / A[q, q]
        y[q] = value
        for r in range(q):
            y[r] -= A[r, q] * value


@compiled
def solve_transposed(A: Matrix, p: int, y: Vector) -> None:
    """y[:p] becomes (U' L')^-1 y."""
    for r in range(p):
        value = y[r] / A[r, r]
        y[r] = value
        for q in range(r + 1, p):
            y[q] -= A[r, q] * value
    for r in range(p - 1, 0, -1):
        value = y[r]
        for q in range(r):
            y[q] -= A[r, q] * value
