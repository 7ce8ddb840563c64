"""Gaussian elimination on small blocks in place: A = L U, solved with and without transposing.

No pivoting: with a margin every leading block is nonsingular, and a caller certifies what comes
out.  Inner loops run along rows, so that the compiler can use vector instructions.
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
    """A[:p, :p] becomes U on and above its diagonal and the multipliers of L below it."""
    for pivot in range(p):
        scale = 1.0 / A[pivot, pivot]
        for r in range(pivot + 1, p):
            multiplier = A[r, pivot] * scale
            A[r, pivot] = multiplier
            for q in range(pivot + 1, p):
                A[r, q] -= multiplier * A[pivot, q]


@compiled
def solve(A: Matrix, p: int, y: Vector) -> None:
    """y[:p] becomes (L U)^-1 y."""
    for r in range(p):
        value = y[r]
        for q in range(r):
            value -= A[r, q] * y[q]
        y[r] = value
    for r in range(p - 1, -1, -1):
        value = y[r]
        for q in range(r + 1, p):
            value -= A[r, q] * y[q]
        y[r] = value / A[r, r]


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
