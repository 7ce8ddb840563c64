"""Linear algebra over the integers: solutions, kernels and signs of leading minors."""

from typing import cast

from flint import fmpq_mat, fmpz, fmpz_mat


def solve(K: fmpz_mat, b: fmpz_mat) -> tuple[fmpz_mat, fmpz] | None:
    """The x and the d > 0 with K x = d b, or None when the square matrix K is singular."""
    try:
        solution = K.solve(b)
    except ZeroDivisionError:
        return None
    return cast(fmpq_mat, solution).numer_denom()


def nonpositive_step(K: fmpz_mat) -> fmpz_mat | None:
    """An integer column x != 0 with x_k (Kx)_k <= 0 at its last nonzero entry k and
    (Kx)_i = 0 before it; None exactly when all leading principal minors are positive.

    At the first minor det_k <= 0 the leading block B before it is nonsingular: x = (-y, 1, 0)
    with B y = K_{<k,k} has (Kx)_k = det_k / det_{k-1}.  Without row swaps the pivots of the
    fraction-free elimination are the minors (a swap happens only at a zero one).
    """
    n = K.nrows()
    P, _, _, pivots = K.fflu()
    k = next((k for k in range(n) if P[k, k] != 1 or pivots[k, k] <= 0), None)
    if k is None:
        return None
    if k == 0:
        return fmpz_mat(n, 1, [1] + [0] * (n - 1))
    B = fmpz_mat(k, k, [K[i, j] for i in range(k) for j in range(k)])
    solution = solve(B, fmpz_mat(k, 1, [K[i, k] for i in range(k)]))
    if solution is None:
        raise ArithmeticError("the block before the first minor <= 0 must be nonsingular")
    y, denominator = solution
    return fmpz_mat(n, 1, [-entry for entry in y.entries()] + [denominator] + [0] * (n - k - 1))


def kernel_vector(K: fmpz_mat) -> fmpz_mat | None:
    """An integer column x != 0 with Kx = 0, or None exactly when K is nonsingular."""
    basis, nullity = K.nullspace()
    if nullity == 0:
        return None
    column = [row[0] for row in basis.table()]
    content = column[0]
    for entry in column[1:]:
        content = content.gcd(entry)
    return fmpz_mat(len(column), 1, [entry // content for entry in column])
