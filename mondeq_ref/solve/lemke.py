"""Lemke's complementary pivoting for z >= 0, w = M z - c >= 0, z_i w_i = 0.

Finite when no ties occur, and it ends in a solution for every P-matrix (Cottle, Pang and
Stone, The Linear Complementarity Problem, chapter 4).  Plain float arithmetic: what it
returns is a proposal, to be certified by somebody else.
"""

import numpy as np

from mondeq_ref.arrays import Matrix, Vector

PIVOT_FLOOR = 1e-11  # smaller entries of the normalized column are taken for rounding


def lemke(M: Matrix, c: Vector, max_pivots: int) -> tuple[Vector | None, int]:
    """A solution (None on a ray, a lost pivot or an ended budget) and the pivots taken."""
    n = len(c)
    if (c <= 0).all():
        return np.zeros(n), 0
    artificial, right = 2 * n, 2 * n + 1
    # Columns: w (n), z (n), the artificial variable, the right-hand side of w - M z - e t = -c.
    tableau = np.concatenate([np.eye(n), -M, -np.ones((n, 1)), -c[:, None]], axis=1)
    basis = np.arange(n)
    row, entering = int(np.argmin(tableau[:, right])), artificial
    for pivots in range(1, max_pivots + 1):
        _pivot(tableau, row, entering)
        leaving, basis[row] = int(basis[row]), entering
        if leaving == artificial:
            return _read(tableau, basis, n), pivots
        entering = leaving + n if leaving < n else leaving - n
        column = tableau[:, entering]
        usable = column > PIVOT_FLOOR * max(1.0, float(np.abs(column).max()))
        if not usable.any():
            return None, pivots
        ratios = np.full(n, np.inf)
        ratios[usable] = tableau[usable, right] / column[usable]
        tied = ratios <= ratios.min() * (1 + PIVOT_FLOOR)
        # Among ties the artificial variable leaves first: that ends the search.
        row = int(np.argmax(tied & (basis == artificial)))
        if not (tied[row] and basis[row] == artificial):
            row = int(np.argmin(ratios))
    return None, max_pivots


def _pivot(tableau: Matrix, row: int, column: int) -> None:
    tableau[row] /= tableau[row, column]
    others = tableau[:, column].copy()
    others[row] = 0.0
    tableau -= others[:, None] * tableau[row]


def _read(tableau: Matrix, basis: np.ndarray, n: int) -> Vector:
    z = np.zeros(n)
    is_z = (basis >= n) & (basis < 2 * n)
    z[basis[is_z] - n] = np.maximum(tableau[is_z, -1], 0.0)
    return z
