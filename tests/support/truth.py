"""What is true, from the definitions: Python fractions and enumeration, nothing of the library.

For up to eight units.  M = I - W, M~ = I - W~, dW = W - W~; an equilibrium of c is a z >= 0 with
w = M z - c >= 0 and z'w = 0.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import combinations, pairwise
from typing import Any

Row = list[Fraction]
Table = list[Row]
ZERO = Fraction(0)


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


def solution(A: Table, b: Row) -> Row | None:
    """A^-1 b by elimination; None where A is singular."""
    rows = [[*row, right] for row, right in zip(A, b, strict=True)]
    n = len(rows)
    for k in range(n):
        pivot = next((i for i in range(k, n) if rows[i][k]), None)
        if pivot is None:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        for i in range(n):
            if i != k and rows[i][k]:
                factor = rows[i][k] / rows[k][k]
                rows[i] = [x - factor * y for x, y in zip(rows[i], rows[k], strict=True)]
    return [row[n] / row[k] for k, row in enumerate(rows)]


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


# ---- the rungs of the ladder --------------------------------------------------------------


def identity(n: int) -> Table:
    return [[Fraction(int(i == j)) for j in range(n)] for i in range(n)]


def plus(A: Table, B: Table, factor: Fraction | int = 1) -> Table:
    """A + factor B."""
    return [[x + factor * y for x, y in zip(p, q, strict=True)] for p, q in zip(A, B, strict=True)]


def kronecker(A: Table, B: Table) -> Table:
    return [[x * y for x in p for y in q] for p in A for q in B]


def is_definite(S: Table) -> bool:
    """Symmetric elimination without exchanges meets positive pivots only."""
    A = [row[:] for row in S]
    for k, pivot in enumerate(A):
        if pivot[k] <= 0:
            return False
        for row in A[k + 1 :]:
            factor = row[k] / pivot[k]
            for j in range(k, len(A)):
                row[j] -= factor * pivot[j]
    return True


def twice_symmetric(A: Table) -> Table:
    return plus(A, transpose(A))


def is_strictly_semimonotone(M: Table) -> bool:
    """No x >= 0, x != 0 has M_aa x_a <= 0 on its support a.

    On a smallest support such x with sum 1 form a polytope whose vertices are positive, so that
    all rows of M_aa x = 0 but one are tight there."""
    for a in subsets(len(M))[1:]:
        block = principal_block(M, a)
        for k in range(len(a)):
            rows = [row for i, row in enumerate(block) if i != k] + [[Fraction(1)] * len(a)]
            x = solution(rows, [ZERO] * (len(a) - 1) + [Fraction(1)])
            if x is not None and min(x) >= 0 and times(block, x)[k] <= 0:
                return False
    return True


def times(A: Table, x: Row) -> Row:
    return [sum((p * q for p, q in zip(row, x, strict=True)), ZERO) for row in A]


def rung_holds(rung: int, W: Table, W_after: Table) -> bool | None:
    """Does the rung hold?  None for rung 5 above two units, which needs a search.

    Eigenvalues of S x I + I x T are all sums, so that a definite one compares them; the
    eigenvalues of dW'dW are the squares of the singular values of dW.
    """
    n, eye = len(W), identity(len(W))
    S, M_after = twice_symmetric(plus(eye, W, -1)), plus(eye, W_after, -1)
    dW = plus(W, W_after, -1)
    if rung == 1:
        gap = [[4 * sum((x * x for row in dW for x in row), ZERO) * x for x in row] for row in eye]
        return is_definite(S) and is_definite(plus(product(S, S), gap, -1))
    if rung == 2:
        gram = product(transpose(dW), dW)
        squares = plus(kronecker(product(S, S), eye), kronecker(eye, gram), -4)
        return is_definite(S) and is_definite(squares)
    if rung == 3:
        return is_definite(plus(kronecker(S, eye), kronecker(eye, twice_symmetric(dW))))
    if rung == 4:
        return is_definite(twice_symmetric(M_after))
    if rung == 5:  # of two units: exactly the P-matrices
        return is_p_matrix(M_after) if n <= 2 else None
    return is_p_matrix(M_after) if rung == 6 else is_strictly_semimonotone(M_after)


# ---- quantizers ---------------------------------------------------------------------------


def nearest(x: Fraction) -> Fraction:
    """The float64 nearest to x, ties to even; x itself must be in range."""
    if x < 0:
        return -nearest(-x)
    if x == 0:
        return ZERO
    exponent = x.numerator.bit_length() - x.denominator.bit_length()
    exponent -= x < Fraction(2) ** exponent
    unit = Fraction(2) ** max(exponent - 52, -1074)
    return round(x / unit) * unit  # round() is half-even


def _half_up(t: Fraction) -> int:
    return (t + Fraction(1, 2)).__floor__()


ROUNDED: Mapping[str, Callable[[Fraction], int]] = {
    "half-even": round,
    "half-up": _half_up,
    "half-away": lambda t: _half_up(t) if t >= 0 else -_half_up(-t),
    "toward-zero": int,
}


def step(group: Row, bits: int, reach: str | None) -> Fraction:
    q = 2 ** (bits - 1) - 1
    if reach == "full":
        ends = [(max([ZERO, *group]), Fraction(q)), (max([ZERO, *(-w for w in group)]), q + 1)]
    else:
        ends = [(max(map(abs, group), default=ZERO), q + (reach is None) * Fraction(1, 2))]
    steps: Row = []
    for largest, most in ends:
        s = nearest(largest / most)
        if s < Fraction(2) ** -1022 and s * most < largest * (1 - Fraction(1, 2**53)):
            s += Fraction(2) ** -1074
        steps.append(s)
    return max(steps)


def quantized(rows: Table, spec: Mapping[str, Any], *, floats: bool = True) -> Table:
    """fl(s k) of every entry, or s k."""
    bits, reach = spec["bits"], spec["range"]
    q = 2 ** (bits - 1) - 1
    least, most = -q - (reach != "narrow"), q + (reach is None)
    whole = step([w for row in rows for w in row], bits, reach)
    found: Table = []
    for row in rows:
        s = step(row, bits, reach) if spec["per"] == "row" else whole
        codes = [ROUNDED[spec["round"]](nearest(w / s)) if s else 0 for w in row]
        clipped = [s * min(max(k, least), most) for k in codes]
        found.append(list(map(nearest, clipped)) if floats else clipped)
    return found


def quantized_weights(
    W: Table, factors: tuple[Table, Table, Fraction] | None, spec: Mapping[str, Any]
) -> Table:
    """The matrix that is meant after the quantizer."""
    if spec["what"].startswith(("K", "offdiagonal")):
        t, kept = spec.get("offset"), identity(len(W))
        for i, row in enumerate(kept):
            row[i] = W[i][i] if t is None else Fraction(t)
        K = [list(map(nearest, row)) for row in plus(W, kept, -1)]
        return plus(kept, quantized(K, spec, floats=False))
    if not spec["what"].startswith("factors"):
        return quantized(W, spec)
    assert factors is not None
    A, S, m = factors
    skew = [list(map(nearest, row)) for row in plus(S, transpose(S), -1)]
    A, K = quantized(A, spec, floats=False), quantized(skew, spec, floats=False)
    scaled = [[(1 - m) * x for x in row] for row in identity(len(S))]
    return plus(plus(scaled, product(transpose(A), A), -1) if A else scaled, K)
