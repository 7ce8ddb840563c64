"""That an input has no equilibrium: a tree of cases, each of them contradictory, in integers.

At an equilibrium z >= 0, w = M z - c >= 0 and z_i w_i = 0, and therefore also

    u_i = max(c_i, 0) - M_ii z_i - sum_{j != i} min(M_ij, 0) z_j >= 0:

where z_i = 0 all that is left is >= 0, and where w_i = 0 it is max(c_i, 0) - c_i plus the
positive M_ij z_j, j != i.  With R = [M; -B] for the rows of w and u, and r = [-c; max(c, 0)], a
row vector y with y r < 0 contradicts

    y_i >= 0 on every row but those of w_i = 0,
    (y R)_j <= 0 in every column but those of z_j = 0,

since then 0 <= y (R z + r) < 0.  What a contradiction needs are those w_i = 0 and z_j = 0.  A
branch on unit i joins a tree for z_i = 0 with one for w_i = 0, and needs what they need besides;
the whole tree must need nothing.  `quadratics` describes the other kind of contradiction.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from flint import fmpq_mat, fmpz, fmpz_mat

from mondeq_ref.certificates.integers import LIMITED, require
from mondeq_ref.certificates.quadratics import Quadratic, contradicts, read_quadratic
from mondeq_ref.documents.encoding import Json, integer, members, sequence
from mondeq_ref.documents.size import Limits
from mondeq_ref.rigor.dyadic import Dyadic

MOST_BRANCHES = 1 << 16

Needs = frozenset[tuple[int, bool]]  # (i, True): w_i = 0; (j, False): z_j = 0


@dataclass(frozen=True)
class Linear:
    """y is 1 on `row` and, on `rows`, what makes y R vanish in `columns`; or minus that."""

    row: int
    rows: tuple[int, ...]
    columns: tuple[int, ...]

    @property
    def size(self) -> int:
        return 1 + len(self.rows) + len(self.columns)


Contradiction = Linear | Quadratic


@dataclass(frozen=True)
class Tree:
    """Branches (i, p, q): z_i = 0 in branch p, w_i = 0 in branch q, both earlier ones; -1 - k is
    contradiction k.  The last branch is the whole tree, or without any the last contradiction."""

    contradictions: tuple[Contradiction, ...]
    branches: tuple[tuple[int, int, int], ...]

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        return sum(one.size for one in self.contradictions) + 3 * len(self.branches)


class Conditions:
    """R and r for the integers of one M and one c; powers of two do not change a sign."""

    def __init__(self, K: fmpz_mat, c: Sequence[fmpz], limits: Limits = LIMITED) -> None:
        n, zero = K.nrows(), fmpz(0)
        self.n, self.limits = n, limits
        self.K, self.c = Dyadic(K, 0), Dyadic(fmpz_mat(n, 1, list(c)), 0)
        self.right = [*(-x for x in c), *(max(x, zero) for x in c)]
        self._known: dict[Contradiction, int | None] = {}  # a search looks first, then proves

    @cached_property
    def rows(self) -> list[list[fmpz]]:
        table, zero = self.K.integers.table(), fmpz(0)
        below = [
            [-x if i == j else -min(x, zero) for j, x in enumerate(row)]
            for i, row in enumerate(table)
        ]
        return [*(list(row) for row in table), *below]

    def of_input(self, c: Sequence[fmpz]) -> "Conditions":
        """The same M, whose rows are made once, with another c."""
        other = Conditions(self.K.integers, c, self.limits)
        other.rows = self.rows
        return other

    def needs(self, of: Contradiction) -> Needs | None:
        """What the contradiction needs; None where it is none."""
        bits = self._bits(of)
        if bits is None:
            return None
        return frozenset((k % self.n, k >= self.n) for k in range(2 * self.n) if bits >> k & 1)

    def _bits(self, of: Contradiction) -> int | None:
        """The needs as bits of one number, j for z_j = 0 and n + i for w_i = 0: a tree has so many
        branches that sets of thousands of needs would not fit into the memory."""
        if of not in self._known:
            needs = self._needs(of)
            self._known[of] = (
                None if needs is None else sum(1 << i + self.n * within for i, within in needs)
            )
        return self._known[of]

    def _needs(self, of: Contradiction) -> Needs | None:
        if isinstance(of, Quadratic):
            holds = contradicts(self.K, self.c, of, self.limits)
            return frozenset((p % self.n, p >= self.n) for p in of.zeros) if holds else None
        y = self._vector(of)
        if y is None:
            return None
        support = [of.row, *of.rows]
        value = sum((y[i] * self.right[i] for i in support), fmpz(0))
        sign = -1 if value > 0 else 1
        if value == 0 or any(sign * y[i] < 0 for i in support if i >= self.n):
            return None
        needed = {(i, True) for i in support if sign * y[i] < 0}
        weights = fmpz_mat(1, len(support), [sign * y[i] for i in support])
        block = fmpz_mat(len(support), self.n, [x for i in support for x in self.rows[i]])
        needed |= {(j, False) for j, x in enumerate((weights * block).entries()) if x > 0}
        return frozenset(needed)

    def _vector(self, of: Linear) -> dict[int, fmpz] | None:
        """Integers y; None where the equations have no solution or several."""
        k, rows = len(of.rows), self.rows
        if k == 0:
            return {of.row: fmpz(1)}
        transposed = fmpz_mat(k, k, [rows[i][j] for j in of.columns for i in of.rows])
        right = fmpz_mat(k, 1, [-rows[of.row][j] for j in of.columns])
        try:
            solved = cast(fmpq_mat, transposed.solve(right))
        except ZeroDivisionError:
            return None
        solution, d = solved.numer_denom()
        return dict(zip(of.rows, solution.entries(), strict=True)) | {of.row: d}

    def refuted_by(self, tree: Tree) -> bool:
        """Does the tree show that there is no equilibrium?"""
        leaves = [self._bits(one) for one in tree.contradictions]
        found: list[int] = []

        def at(reference: int) -> int | None:
            return found[reference] if reference >= 0 else leaves[-1 - reference]

        for unit, without, within in tree.branches:
            inactive, active = at(without), at(within)
            if inactive is None or active is None:
                return False
            found.append(inactive & ~(1 << unit) | active & ~(1 << (self.n + unit)))
        whole = found[-1] if found else leaves[-1] if leaves else None
        return whole is not None and not whole


def pruned(
    branches: Sequence[Sequence[int]],
    contradiction: Callable[[int], Contradiction | None],
    root: int,
) -> Tree | None:
    """The tree of what the root reaches, numbered anew; None where a contradiction cannot be made.

    `contradiction` makes the one with a number."""
    made: dict[Contradiction, int] = {}
    kept: list[tuple[int, int, int]] = []
    renamed: dict[int, int] = {}
    waiting = [root]
    while waiting:
        node = waiting[-1]
        below = [] if node < 0 else [k for k in branches[node][1:] if k not in renamed]
        if below:
            waiting += below
            continue
        waiting.pop()
        if node in renamed:
            continue
        if node < 0:
            one = contradiction(-1 - node)
            if one is None:
                return None
            renamed[node] = -1 - made.setdefault(one, len(made))
        else:
            unit, without, within = branches[node]
            kept.append((unit, renamed[without], renamed[within]))
            renamed[node] = len(kept) - 1
    return Tree(tuple(made), tuple(kept))


def read_tree(value: Json, n: int) -> Tree:
    """The tree of one input as it is stored, with every reference in its place."""
    held = members(value, "proof", ("contradictions", "branches"))
    stored = sequence(held["contradictions"], "contradictions")
    branches = sequence(held["branches"], "branches")
    require(max(len(stored), len(branches)) <= MOST_BRANCHES, "too many branches")
    return Tree(
        tuple(_contradiction(one, n) for one in stored),
        tuple(_branch(one, n, at, len(stored)) for at, one in enumerate(branches)),
    )


def _contradiction(value: Json, n: int) -> Contradiction:
    if isinstance(value, dict):
        return read_quadratic(value, n)
    row, rows, columns = sequence(value, "contradictions", 3)
    rows = [integer(i, "rows", 0, 2 * n - 1) for i in sequence(rows, "rows")]
    columns = [integer(j, "columns", 0, n - 1) for j in sequence(columns, "columns")]
    row = integer(row, "row", 0, 2 * n - 1)
    square = len(rows) == len(columns) and row not in rows
    require(square and rows == sorted(set(rows)), "rows must ascend, one for each column")
    require(columns == sorted(set(columns)), "columns must ascend")
    return Linear(row, tuple(rows), tuple(columns))


def _branch(value: Json, n: int, at: int, leaves: int) -> tuple[int, int, int]:
    unit, without, within = sequence(value, "branches", 3)
    without, within = (integer(k, "branches", -leaves, at - 1) for k in (without, within))
    return integer(unit, "branches", 0, n - 1), without, within
