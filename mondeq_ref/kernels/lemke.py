"""The pivots of Lemke's method, compiled: the twin of `solve.lemke.pivoted`.

A pivot goes once through the tableau; in NumPy it goes twice, and a dozen calls choose it.
"""

import numpy as np

from mondeq_ref.arrays import Integers, Matrix
from mondeq_ref.kernels.jit import compiled


@compiled
def pivots(
    tableau: Matrix, basis: Integers, others: Integers, max_pivots: int, floor: float
) -> tuple[bool, int]:
    """Whether the artificial variable left, and the pivots taken; all arrays change in place.

    The columns are those of the variables in `others`, and the right-hand side.
    """
    n = len(basis)
    artificial = 2 * n
    last = n + 1
    row, place = 0, n
    for i in range(n):
        if tableau[i, last] < tableau[row, last]:
            row = i
    for taken in range(1, max_pivots + 1):
        pivot = tableau[row, place]
        for j in range(n + 2):
            tableau[row, j] = (1.0 if j == place else tableau[row, j]) / pivot
        for i in range(n):
            if i != row:
                factor = tableau[i, place]
                tableau[i, place] = 0.0
                for j in range(n + 2):
                    tableau[i, j] -= factor * tableau[row, j]
        leaving = basis[row]
        basis[row] = others[place]
        others[place] = leaving
        if leaving == artificial:
            return True, taken
        wanted = leaving + n if leaving < n else leaving - n
        place = 0
        while others[place] != wanted:
            place += 1
        largest = 1.0
        for i in range(n):
            largest = max(largest, abs(tableau[i, place]))
        row, end, least = -1, -1, np.inf
        for i in range(n):
            if tableau[i, place] > floor * largest:
                ratio = tableau[i, last] / tableau[i, place]
                if row < 0 or ratio < least:
                    row, least = i, ratio
                if basis[i] == artificial:
                    end = i
        if row < 0:
            return False, taken
        # Among ties the artificial variable leaves first: that ends the search.
        if end >= 0 and tableau[end, last] / tableau[end, place] <= least * (1 + floor):
            row = end
    return False, max_pivots
