"""Strictly semimonotone matrices: an equilibrium for every c, perhaps several.

M is strictly semimonotone when every x >= 0, x != 0 has an i with x_i (Mx)_i > 0.  Then every c
has an equilibrium (Cottle, Pang and Stone, chapter 3); `proofs_checks/claims/existence.py`
has the proof.  One c may have several equilibria, unlike for a P-matrix.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, compress

import numpy as np
from flint import fmpz, fmpz_mat

from mondeq_ref.arrays import Booleans, Matrix
from mondeq_ref.rigor.definite import is_positive_definite
from mondeq_ref.rigor.dyadic import Dyadic
from mondeq_ref.rigor.integers import solve
from mondeq_ref.rigor.pmatrix import reverses_signs
from mondeq_ref.rigor.spectrum import diagonal_matrix, symmetric_part_twice

FEW = 3  # units up to which integers take no longer than floats
RELATIVE = 2.0**-40  # above (k + 3) 2^-52 for blocks of at most 4,000 units


@dataclass(frozen=True, eq=False)
class Copositive:
    """Positive weights D and N >= 0 with sym(D M) - N positive definite."""

    D: tuple[int, ...]
    N: Dyadic

    def holds_for(self, M: Dyadic) -> bool:
        """Whether D and N have these properties for M, exactly.

        Then x'D M x > x'N x >= 0, so some x_i (Mx)_i > 0, for every x >= 0, x != 0."""
        n = M.shape[0]
        if len(self.D) != n or self.N.shape != (n, n) or min(self.D, default=1) <= 0:
            return False
        if any(entry < 0 for entry in self.N.integers.entries()):
            return False
        return is_positive_definite(self.twice(M))

    def twice(self, M: Dyadic) -> Dyadic:
        """2 (sym(D M) - sym N)."""
        weighted = symmetric_part_twice(diagonal_matrix(list(self.D), 0) @ M)
        return weighted - symmetric_part_twice(self.N)


def refutes_semimonotone(M: Dyadic, x: Dyadic) -> bool:
    """Whether x >= 0, x != 0 and x_i (Mx)_i <= 0 for every i, exactly.

    Then M is not strictly semimonotone."""
    return all(entry >= 0 for entry in x.integers.entries()) and reverses_signs(M, x)


def first_failing_vector(M: Dyadic) -> Dyadic | None:
    """A column x >= 0, x != 0 with x_i (Mx)_i <= 0 for all i; None exactly when there is none.

    All 2^n - 1 principal blocks B are visited, small ones first, so that when B is reached its
    proper blocks have no such vector.  Then each y >= 0, y != 0 with By <= 0 is positive, and
    those with sum y = 1 form a polytope inside the simplex.  At a vertex of it all entries of By
    but one are 0: y is a kernel vector or a column of -B^-1, up to scale.  If B is singular, y
    plus a multiple of a kernel vector that is not y's would reach the boundary: y is in the kernel.
    Of most blocks floats show that there is no such column; integers decide the others.
    """
    n, table = M.shape[0], M.integers.table()
    for size in range(1, n + 1):
        subsets = list(combinations(range(n), size))
        if size > 1 and n > FEW:
            subsets = list(compress(subsets, ~_surely_none(M.rounded(), subsets)))
        for subset in subsets:
            B = fmpz_mat(size, size, [table[i][j] for i in subset for j in subset])
            y = _failing_vector_of_block(B)
            if y is not None:
                return placed(subset, y, n)
    return None


@np.errstate(all="ignore")  # what is not finite decides nothing
def _surely_none(F: Matrix, subsets: Sequence[tuple[int, ...]]) -> Booleans:
    """For principal blocks B of one size k of a matrix whose entries F are rounded to nearest:
    whether floats show that B is regular and every column of B^-1 has an entry > 0, so that no
    column of -B^-1 is >= 0.

    With X near B^-1 and R = I - X B, B^-1 = X + R B^-1: where r = max_i sum_j |R_ij| < 1/4, B is
    regular, and column j of X errs by at most r/(1 - r) <= 4r/3 times max_i |X_ij|; 2r leaves room
    for roundings.  The computed I - X F errs from R by less than 2^-53 of itself, (k + 3) 2^-52 of
    the computed |X| |F|, and (1 + sum_j |X_ij|) 2^-1000."""
    units = np.array(subsets)
    B = F[units[:, :, None], units[:, None, :]]
    found = np.linalg.slogdet(B)[0] != 0  # regular as LAPACK sees it, which inverts no others
    B = B[found]
    X = np.linalg.inv(B)
    sizes = np.abs(X)
    R = np.abs(np.eye(units.shape[1]) - X @ B) + sizes @ np.abs(B) * RELATIVE
    R += (1 + sizes.sum(axis=2, keepdims=True)) * 2.0**-1000
    r = R.sum(axis=2).max(axis=1, keepdims=True)
    error = 2 * r * sizes.max(axis=1) + 2.0**-1000
    found[found] = ((r < 1 / 4) & (X.max(axis=1) > error)).all(axis=1)
    return found


def failing_vector_on(M: Dyadic, subset: Sequence[int]) -> Dyadic | None:
    """A column x >= 0, x != 0 with x_i (Mx)_i <= 0 for all i and support in `subset`, from the
    inverse or the kernel of its block."""
    y = _failing_vector_of_block(M.block(subset, subset).integers)
    return None if y is None else placed(subset, y, M.shape[0])


def placed(subset: Sequence[int], y: Sequence[fmpz], n: int) -> Dyadic:
    """The column of length n with the entries y on `subset` and 0 elsewhere."""
    entries: list[fmpz | int] = [0] * n
    for i, entry in zip(subset, y, strict=True):
        entries[i] = entry
    return Dyadic(fmpz_mat(n, 1, entries), 0)


def _failing_vector_of_block(B: fmpz_mat) -> list[fmpz] | None:
    """y >= 0, y != 0 with By <= 0 among the kernel vector and the columns of -B^-1."""
    n = B.nrows()
    if n == 1:
        return [fmpz(1)] if B[0, 0] <= 0 else None
    solution = solve(B, fmpz_mat(n, n, [-int(i == j) for i in range(n) for j in range(n)]))
    if solution is not None:
        inverse, _ = solution
        columns = ([row[j] for row in inverse.table()] for j in range(n))
        return next((y for y in columns if all(entry >= 0 for entry in y)), None)
    kernel, nullity = B.nullspace()
    if nullity != 1:
        return None
    y = [row[0] for row in kernel.table()]
    if all(entry >= 0 for entry in y):
        return y
    return [-entry for entry in y] if all(entry <= 0 for entry in y) else None
