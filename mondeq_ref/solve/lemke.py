"""Lemke's complementary pivoting for z >= 0, w = M z - c >= 0, z_i w_i = 0.

Finite when no ties occur, and it ends in a solution for every P-matrix (Cottle, Pang and
Stone, The Linear Complementarity Problem, chapter 4).  Plain float arithmetic: what it
returns is a proposal, to be certified by somebody else.
"""

import numpy as np

from mondeq_ref.arrays import Integers, Matrix, Vector

PIVOT_FLOOR = 1e-11  # smaller entries of the normalized column are taken for rounding


def lemke(
    M: Matrix, c: Vector, max_pivots: int, *, compiled: bool = False
) -> tuple[Vector | None, int]:
    """A solution (None on a ray, a lost pivot or an ended budget) and the pivots taken."""
    n = len(c)
    if (c <= 0).all():
        return np.zeros(n), 0
    # w - M z - e t = -c, solved for the basic variables: a column for each other variable (first
    # z, then t), and the right-hand side.  Basic columns would only be columns of the identity.
    tableau = np.concatenate([-M, -np.ones((n, 1)), -c[:, None]], axis=1)
    basis, others = np.arange(n), np.arange(n, 2 * n + 1)
    if compiled:
        from mondeq_ref.kernels.lemke import pivots

        found, taken = pivots(tableau, basis, others, max_pivots, PIVOT_FLOOR)
    else:
        found, taken = pivoted(tableau, basis, others, max_pivots)
    return (_read(tableau[:, -1], basis, n) if found else None), taken


def pivoted(
    tableau: Matrix, basis: Integers, others: Integers, max_pivots: int
) -> tuple[bool, int]:
    """Whether the artificial variable left, and the pivots taken; all arrays change in place."""
    n = len(basis)
    artificial, scratch = 2 * n, np.empty_like(tableau)
    row, place = int(np.argmin(tableau[:, -1])), n
    for pivots in range(1, max_pivots + 1):
        _exchange(tableau, row, place, scratch)
        leaving = int(basis[row])
        basis[row], others[place] = others[place], leaving
        if leaving == artificial:
            return True, pivots
        place = int(np.argmax(others == (leaving + n if leaving < n else leaving - n)))
        column = tableau[:, place]
        usable = column > PIVOT_FLOOR * max(1.0, float(np.abs(column).max()))
        if not usable.any():
            return False, pivots
        ratios = np.full(n, np.inf)
        ratios[usable] = tableau[usable, -1] / column[usable]
        tied = ratios <= ratios.min() * (1 + PIVOT_FLOOR)
        # Among ties the artificial variable leaves first: that ends the search.
        row = int(np.argmax(tied & (basis == artificial)))
        if not (tied[row] and basis[row] == artificial):
            row = int(np.argmin(ratios))
    return False, max_pivots


def _exchange(tableau: Matrix, row: int, place: int, scratch: Matrix) -> None:
    """The basic variable of the row and the other one of the column change places."""
    column = tableau[:, place].copy()
    tableau[:, place] = 0.0
    tableau[row, place] = 1.0
    tableau[row] /= column[row]
    column[row] = 0.0
    np.multiply(column[:, None], tableau[row], out=scratch)
    tableau -= scratch


def _read(values: Vector, basis: np.ndarray, n: int) -> Vector:
    z = np.zeros(n)
    is_z = (basis >= n) & (basis < 2 * n)
    z[basis[is_z] - n] = np.maximum(values[is_z], 0.0)
    return z
