"""Rung 7 on many small integer matrices, held against brute force.

    python -m tests.stress.stress_semimonotone [count]

Brute force shares nothing with the search: for every index set it visits all vertices of
{y >= 0, sum y = 1, M_aa y <= 0}, each where all but one of these inequalities are tight.
"""

import sys
from itertools import chain, combinations

import numpy as np
from flint import fmpq_mat, fmpz_mat

from mondeq_ref.certify.semimonotone import strictly_semimonotone
from mondeq_ref.rigor.dyadic import exact
from mondeq_ref.rigor.semimonotone import refutes_semimonotone
from mondeq_ref.rigor.verdict import Outcome

COUNT = 100_000
UNITS = 4


def holds_by_vertices(M: np.ndarray) -> bool:
    n = len(M)
    sets = chain.from_iterable(combinations(range(n), k) for k in range(1, n + 1))
    return not any(_some_vertex(M[np.ix_(a, a)].astype(int).tolist()) for a in sets)


def _some_vertex(B: list[list[int]]) -> bool:
    n = len(B)
    below = [*B, *([-int(i == j) for j in range(n)] for i in range(n))]  # rows r with r y <= 0
    right = fmpz_mat(n, 1, [0] * (n - 1) + [1])
    for tight in combinations(below, n - 1):
        A = fmpz_mat([*tight, [1] * n])
        if A.det() != 0:
            y = A.solve(right)
            images = (fmpq_mat(fmpz_mat(below)) * y).entries()
            if all(value <= 0 for value in images):
                return True
    return False


def some_matrix(rng: np.random.Generator) -> np.ndarray:
    n = int(rng.integers(1, UNITS + 1))
    M = rng.integers(-3, 4, size=(n, n)).astype(float)
    M[np.diag_indices(n)] = rng.choice([-1.0, 0.0, 1.0, 2.0, 3.0, 4.0], size=n, p=P)
    return M


P = [0.03, 0.03, 0.34, 0.3, 0.2, 0.1]


def check(M: np.ndarray) -> bool:
    """Does it hold?  Raises where the search says something false, or nothing."""
    found, holds = strictly_semimonotone(exact(M)), holds_by_vertices(M)
    assert found.outcome is (Outcome.PROVED if holds else Outcome.REFUTED), M
    for one in found.blocks:
        block = exact(M[np.ix_(one.units, one.units)])
        assert one.weights is None or one.weights.holds_for(block), M
    assert found.x is None or refutes_semimonotone(exact(M), found.x), M
    return holds


def main(count: int) -> None:
    held = sum(check(some_matrix(np.random.default_rng([3, k]))) for k in range(count))
    print(f"{count} matrices: {held} strictly semimonotone, {count - held} not; no disagreement")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT)
