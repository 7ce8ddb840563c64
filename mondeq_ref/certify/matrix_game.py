"""Matrix games in floats, by the simplex method: strategies that integers may verify.

    max over d >= 0, sum d = 1, of min_k (A d)_k   =   min over y >= 0, sum y = 1, of max_i (y'A)_i

Where a positive matrix B = A/s + 2 takes the place of A, its value v is positive, and x = y/v and
w = d/v solve the linear programs

    max sum x,  x >= 0,  B'x <= 1        and        min sum w,  w >= 0,  B w >= 1,

of which the first begins at x = 0.  A row that is added to A adds a variable to it, and where the
pivots stopped before is still a place to begin.
"""

import numpy as np

from mondeq_ref.arrays import Matrix, Vector

ROUNDING = 1e-14  # entries this small, beside those of B between 1 and 3, are taken for zeros
PIVOTS = 10  # maximum number in one solve, for each column; most solves take one or two


class MatrixGame:
    """A game of n columns and growing rows, whose entries are at most `bound` in size.

    Without a bound every row is divided by its largest entry.  That is another game, whose value
    has the same sign, and in which short rows do not vanish beside the longest.

    The table holds the program solved for the basic variables, its last column their values, its
    last row the prices.  Variables are numbered: the slacks of the n columns of A, then its rows.
    """

    def __init__(self, n: int, bound: float | None) -> None:
        self._bound = bound
        self._rows, self._sizes = np.zeros((0, n)), np.zeros(0)
        self._table = np.append(np.ones(n), 0.0)[:, None]
        self._basic = np.arange(n)
        self._others = np.arange(0)

    def add(self, rows: Matrix) -> None:
        n, first = len(self._basic), len(self._basic) + len(self._rows)
        slacks = np.zeros((n + 1, n))  # their columns: a new variable's are combinations
        within, outside = np.flatnonzero(self._basic < n), np.flatnonzero(self._others < n)
        slacks[within, self._basic[within]] = 1.0
        slacks[:, self._others[outside]] = self._table[:, outside]
        sizes = np.abs(rows).max(axis=1) if self._bound is None else np.full(len(rows), self._bound)
        sizes[sizes == 0] = 1.0
        columns = slacks @ (rows / sizes[:, None] + 2).T
        columns[n] -= 1.0
        self._table = np.hstack([self._table[:, :-1], columns, self._table[:, -1:]])
        self._others = np.append(self._others, np.arange(first, first + len(rows)))
        self._rows, self._sizes = np.vstack([self._rows, rows]), np.append(self._sizes, sizes)

    def solved(self) -> tuple[float, Vector, Vector]:
        """max_i (y'A)_i, d and y, each with sum 1.  The first is at least the value of A."""
        n = len(self._basic)
        for _ in range(PIVOTS * n):
            enters = int(self._table[n, :-1].argmin())
            if self._table[n, enters] >= -ROUNDING:
                break
            column = self._table[:n, enters]
            above = np.flatnonzero(column > ROUNDING)
            if not len(above):
                break
            self._pivot(int(above[(self._table[above, -1] / column[above]).argmin()]), enters)
        x, w = np.zeros(n + len(self._rows)), np.zeros(n + len(self._rows))
        x[self._basic], w[self._others] = self._table[:n, -1], self._table[n, :-1]
        x, w = np.maximum(x[n:], 0.0) / self._sizes, np.maximum(w[:n], 0.0)
        y, d = x / x.sum(), w / w.sum()
        return float((y @ self._rows).max()), d, y

    def _pivot(self, leaves: int, enters: int) -> None:
        """Exchange a basic variable for another one."""
        table = self._table
        pivot, column = table[leaves, enters], table[:, enters].copy()
        row = table[leaves] / pivot
        table -= column[:, None] * row
        table[leaves], table[:, enters] = row, -column / pivot
        table[leaves, enters] = 1 / pivot
        basic, other = self._basic[leaves], self._others[enters]
        self._basic[leaves], self._others[enters] = other, basic
