"""Strictly semimonotone matrices: an equilibrium for every c, perhaps several.

M is strictly semimonotone when every x >= 0, x != 0 has an i with x_i (Mx)_i > 0.  Then every c
has an equilibrium (Cottle, Pang and Stone, chapter 3); `proofs_checks/claims/existence.py`
has the proof.  One c may have several equilibria, unlike for a P-matrix.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from flint import fmpz, fmpz_mat

from mondeq_ref.arrays import Booleans, Matrix
from mondeq_ref.rigor.definite import is_positive_definite
from mondeq_ref.rigor.dyadic import Dyadic
from mondeq_ref.rigor.integers import solve
from mondeq_ref.rigor.pmatrix import reverses_signs
from mondeq_ref.rigor.spectrum import diagonal_matrix, symmetric_part_twice

RELATIVE = 2.0**-40  # above (k + 2) 2^-52 for blocks of at most 4,000 units


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
    """
    n, table = M.shape[0], M.integers.table()
    for size in range(1, n + 1):
        subsets = list(combinations(range(n), size))
        for subset, surely_none in zip(subsets, _surely_none(M.rounded(), subsets), strict=True):
            if surely_none:
                continue
            B = fmpz_mat(size, size, [table[i][j] for i in subset for j in subset])
            y = _failing_vector_of_block(B)
            if y is not None:
                return placed(subset, y, n)
    return None


@np.errstate(all="ignore")  # what is not finite decides nothing
def _surely_none(F: Matrix, subsets: Sequence[tuple[int, ...]]) -> Booleans:
    """For principal blocks B of one size k of a matrix whose entries F are rounded to nearest:
    whether floats show that no y >= 0, y != 0 has By <= 0.

    It is so if an x >= 0 has B'x > 0, since then x'By > 0 >= x'(By) otherwise (Ville).  Entry j of
    the computed B'x errs by less than (k + 2) 2^-52 of its |B|'x, and (k + sum x) 2^-1073."""
    units = np.array(subsets)
    B = F[units[:, :, None], units[:, None, :]]
    ones = np.ones(units.shape)
    try:
        solved = np.linalg.solve(B.swapaxes(1, 2), ones[:, :, None])[:, :, 0]
    except np.linalg.LinAlgError:
        solved = ones
    found = np.zeros(len(units), np.bool_)
    for x in (ones, np.maximum(solved, 0.0)):
        image, sizes = (np.einsum("sij,si->sj", A, x) for A in (B, np.abs(B)))
        least = sizes * RELATIVE + (1 + x.sum(axis=1, keepdims=True)) * 2.0**-1000
        found |= (image > least).all(axis=1)
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
