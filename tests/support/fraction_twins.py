"""Slow twins on Python fractions, written from the definitions."""

from fractions import Fraction
from itertools import combinations, pairwise

Table = list[list[Fraction]]


def determinant(A: Table) -> Fraction:
    """By elimination with row exchanges."""
    A, det = [row[:] for row in A], Fraction(1)
    for k in range(len(A)):
        pivot = next((i for i in range(k, len(A)) if A[i][k] != 0), None)
        if pivot is None:
            return Fraction(0)
        if pivot != k:
            A[k], A[pivot], det = A[pivot], A[k], -det
        det *= A[k][k]
        for i in range(k + 1, len(A)):
            factor = A[i][k] / A[k][k]
            A[i] = [x - factor * y for x, y in zip(A[i], A[k], strict=True)]
    return det


def product(A: Table, B: Table) -> Table:
    columns = list(zip(*B, strict=True))
    return [[sum(x * y for x, y in zip(row, col, strict=True)) for col in columns] for row in A]


def transpose(A: Table) -> Table:
    return [list(column) for column in zip(*A, strict=True)]


def characteristic_polynomial(A: Table) -> list[Fraction]:
    """Coefficients of det(x I - A), highest power first (Faddeev and LeVerrier)."""
    n, coefficients = len(A), [Fraction(1)]
    N = [[Fraction(0)] * n for _ in range(n)]
    for k in range(1, n + 1):
        N = product(A, N)
        for i in range(n):
            N[i][i] += coefficients[-1]
        trace = sum((product(A, N)[i][i] for i in range(n)), Fraction(0))
        coefficients.append(-trace / k)
    return coefficients


def inertia(S: Table) -> tuple[int, int, int]:
    """How many eigenvalues of a symmetric matrix are negative, zero, positive.

    All roots are real, so Descartes' rule of signs counts the positive ones exactly.
    """
    n, coefficients = len(S), characteristic_polynomial(S)
    zeros = 0
    while coefficients[-1] == 0:
        coefficients.pop()
        zeros += 1
    signs = [x > 0 for x in coefficients if x != 0]
    positive = sum(a != b for a, b in pairwise(signs))
    return n - zeros - positive, zeros, positive


def shifted(S: Table, t: Fraction) -> Table:
    return [[x - t * (i == j) for j, x in enumerate(row)] for i, row in enumerate(S)]


def solution(A: Table, b: list[Fraction]) -> list[Fraction] | None:
    """Cramer's rule."""
    det = determinant(A)
    if det == 0:
        return None
    n = len(A)
    replaced = [
        [[b[i] if j == k else A[i][j] for j in range(n)] for i in range(n)] for k in range(n)
    ]
    return [determinant(B) / det for B in replaced]


def subsets(n: int) -> list[tuple[int, ...]]:
    return [a for k in range(n + 1) for a in combinations(range(n), k)]


def principal_block(A: Table, a: tuple[int, ...]) -> Table:
    return [[A[i][j] for j in a] for i in a]


def is_p_matrix(M: Table) -> bool:
    return all(determinant(principal_block(M, a)) > 0 for a in subsets(len(M)))


def equilibria(M: Table, c: list[Fraction]) -> list[list[Fraction]]:
    """Every equilibrium whose active block is nonsingular, by trying all index sets."""
    n, found = len(M), []
    for a in subsets(n):
        z_a = solution(principal_block(M, a), [c[i] for i in a])
        if z_a is None:
            continue
        z = [Fraction(0)] * n
        for i, value in zip(a, z_a, strict=True):
            z[i] = value
        w = [
            sum(x * y for x, y in zip(row, z, strict=True)) - q for row, q in zip(M, c, strict=True)
        ]
        if min(z + w) >= 0 and z not in found:
            found.append(z)
    return found
