"""Points in rational numbers: residuals, images and squared lengths, without rounding.

Vectors are columns (FLINT's rational matrices); M is I - W, exactly, and F(z) = M z - c.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import chain, combinations
from typing import TypeVar

import numpy as np
from flint import fmpq, fmpq_mat, fmpz, fmpz_mat

from mondeq_ref.arrays import Matrix, Vector
from mondeq_ref.operator import Operator, kept_with_operator
from mondeq_ref.rigor.dyadic import Dyadic, exact
from mondeq_ref.rigor.integers import solve
from mondeq_ref.rigor.rational import times_power
from proofs_checks.instance import Instance

Known = TypeVar("Known")
Found = TypeVar("Found")
ZERO, NOTHING = fmpq(0), fmpz(0)


def matrix(A: Dyadic) -> fmpq_mat:
    return fmpq_mat(A.integers) * times_power(1, A.exponent)


@kept_with_operator
def monotone(operator: Operator) -> fmpq_mat:
    """M = I - W."""
    return matrix(operator.exact_M)


@kept_with_operator
def cleared_monotone(operator: Operator) -> "Cleared":
    """M over one denominator."""
    return cleared(monotone(operator))


@dataclass(frozen=True, eq=False)
class Cleared:
    """A rational matrix over one denominator > 0: FLINT would reduce the entries of every result,
    which takes longer than the result."""

    numerators: fmpz_mat
    denominator: fmpz

    @property
    def value(self) -> fmpq_mat:
        return fmpq_mat(self.numerators) / self.denominator

    def __mul__(self, other: "Cleared | fmpq") -> "Cleared":
        """The product with a matrix, or with a number."""
        if isinstance(other, fmpq):
            return Cleared(self.numerators * other.p, self.denominator * other.q)
        return Cleared(self.numerators * other.numerators, self.denominator * other.denominator)

    def __add__(self, other: "Cleared") -> "Cleared":
        a, b, denominator = over_one(self, other)
        return Cleared(a + b, denominator)

    def __sub__(self, other: "Cleared") -> "Cleared":
        a, b, denominator = over_one(self, other)
        return Cleared(a - b, denominator)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Cleared):
            return NotImplemented
        a, b, _ = over_one(self, other)
        return a == b

    __hash__ = None  # type: ignore[assignment]

    def entrywise(self, of: Callable[[fmpz], fmpz]) -> "Cleared":
        """`of` the numerators."""
        entries, (rows, columns) = list(map(of, self.numerators.entries())), self.shape
        return Cleared(fmpz_mat(rows, columns, entries), self.denominator)

    @property
    def shape(self) -> tuple[int, int]:
        return self.numerators.nrows(), self.numerators.ncols()

    def column(self, k: int) -> "Cleared":
        count = self.numerators.ncols()
        unit = fmpz_mat(count, 1, [int(j == k) for j in range(count)])
        return Cleared(self.numerators * unit, self.denominator)


def over_one(a: Cleared, b: Cleared) -> tuple[fmpz_mat, fmpz_mat, fmpz]:
    """The numerators of both over their least common denominator."""
    common = a.denominator.gcd(b.denominator)
    p, q = b.denominator // common, a.denominator // common
    return a.numerators * p, b.numerators * q, a.denominator * p


def cleared(A: fmpq_mat) -> Cleared:
    return Cleared(*A.numer_denom())


@dataclass(frozen=True, eq=False)
class Affine:
    """x -> A x + b over one denominator, to be iterated."""

    A: fmpz_mat
    b: fmpz_mat
    denominator: fmpz

    def __call__(self, x: Cleared) -> Cleared:
        image = self.A * x.numerators + self.b * x.denominator
        return Cleared(image, self.denominator * x.denominator)


def columns(rows: Matrix) -> Cleared:
    """The rows of an array, exactly, as columns: FLINT takes as long for one as for a few."""
    held = exact(rows).T
    return Cleared(held.integers_at(min(held.exponent, 0)), fmpz(1) << max(-held.exponent, 0))


def positive(x: fmpz) -> fmpz:
    """ReLU, of a numerator."""
    return x if x > 0 else NOTHING


def column(v: Iterable[Fraction | fmpq] | Vector) -> fmpq_mat:
    if isinstance(v, np.ndarray):
        return column_of([fmpq(*entry.as_integer_ratio()) for entry in v.tolist()])
    return column_of([x if isinstance(x, fmpq) else fmpq(*x.as_integer_ratio()) for x in v])


def column_of(entries: Sequence[fmpq]) -> fmpq_mat:
    return fmpq_mat(len(entries), 1, entries)


def projected(v: fmpq_mat) -> fmpq_mat:
    """ReLU(v)."""
    return column_of([entry if entry > ZERO else ZERO for entry in v.entries()])


def least(v: fmpq_mat, w: fmpq_mat) -> fmpq_mat:
    """The entrywise minimum; z - ReLU(z - F(z)) is least(z, F(z))."""
    return column_of([min(x, y) for x, y in zip(v.entries(), w.entries(), strict=True)])


def is_equilibrium(M: fmpq_mat, c: fmpq_mat, z: fmpq_mat) -> bool:
    """Whether z >= 0, w = M z - c >= 0 and z_i w_i = 0 for all i."""
    pairs = zip(z.entries(), (M * z - c).entries(), strict=True)
    return all(x >= ZERO and y >= ZERO and not (x and y) for x, y in pairs)


def is_fixed(M: fmpq_mat, c: fmpq_mat, z: fmpq_mat, alpha: fmpq) -> bool:
    """Whether z = ReLU(z - alpha F(z))."""
    return projected(z - (M * z - c) * alpha) == z


def basic_solution(M: fmpq_mat, c: fmpq_mat, active: Sequence[int]) -> fmpq_mat | None:
    """The z with F_i(z) = 0 for active i and z_i = 0 for the others; None if M_aa is singular.

    z_i F_i(z) = 0 holds for all i; entries of z and F(z) may be negative."""
    entries = [fmpq(0)] * M.nrows()
    if active:
        try:
            solved = block(M, active, active).solve(block(c, active, [0]))
        except ZeroDivisionError:
            return None
        for i, entry in zip(active, solved.entries(), strict=True):
            entries[i] = entry
    return column_of(entries)


def of_all_sets(M: Cleared, C: Cleared) -> tuple[list[list[fmpq_mat]], list[tuple[int, ...]]]:
    """The equilibria of every column of C, from all active sets; and the sets a whose M_aa is
    singular, which give none.

    With integers K, Q and K_aa X = d Q_a, X = 0 for the other units, z and F(z) have the signs of X
    and K X - d Q, and their products vanish."""
    K, Q, n, inputs = M.numerators, C.numerators, M.shape[0], C.shape[1]
    left, right = K.table(), Q.table()
    found: list[list[fmpq_mat]] = [[] for _ in range(inputs)]
    singular: list[tuple[int, ...]] = []
    for active in chain.from_iterable(combinations(range(n), k) for k in range(n + 1)):
        k = len(active)
        K_aa = fmpz_mat(k, k, [left[i][j] for i in active for j in active])
        solved = solve(K_aa, fmpz_mat(k, inputs, [x for i in active for x in right[i]]))
        if solved is None:
            singular.append(active)
            continue
        rows, d = [[NOTHING] * inputs] * n, solved[1]
        for i, row in zip(active, solved[0].table(), strict=True):
            rows[i] = row
        F = (K * fmpz_mat(rows) - Q * d).table()
        for known, z, w in zip(found, zip(*rows, strict=True), zip(*F, strict=True), strict=True):
            if all(x >= 0 for x in z) and all(x >= 0 for x in w):
                known.append(fmpq_mat(fmpz_mat(n, 1, z)) * fmpq(M.denominator, d * C.denominator))
    return found, singular


def block(A: fmpq_mat, rows: Sequence[int], columns: Sequence[int]) -> fmpq_mat:
    return fmpq_mat(len(rows), len(columns), [A[i, j] for i in rows for j in columns])


def iterate(M: fmpq_mat, c: fmpq_mat, alpha: Fraction, steps: int) -> fmpq_mat:
    """The iterate of forward-backward after `steps` steps from 0, exactly."""
    z, step = fmpq_mat(M.nrows(), 1), fmpq(*alpha.as_integer_ratio())
    for _ in range(steps):
        z = projected(z - (M * z - c) * step)
    return z


def squared_length(v: fmpq_mat | Cleared) -> Fraction:
    """The sum of squares of the entries of a row, a column or a matrix.

    In integers over one denominator: a sum of fractions would be reduced at every term."""
    v = v if isinstance(v, Cleared) else cleared(v)
    if v.numerators.ncols() == 1:
        return squared_lengths(v)[0]
    square = sum((x * x for x in v.numerators.entries()), fmpz(0))
    return Fraction(int(square), int(v.denominator) ** 2)


def squared_lengths(v: Cleared) -> list[Fraction]:
    """The squared length of every column."""
    gram, unit = v.numerators.transpose() * v.numerators, int(v.denominator) ** 2
    return [Fraction(int(gram[k, k]), unit) for k in range(gram.ncols())]


@lru_cache(maxsize=2)
def equilibria(instance: Instance) -> list[fmpq_mat | None]:
    """z* in rationals for every injection; None where it is not known."""
    return [instance.before.exactly(row) for row in range(len(instance.c))]


def where_known(
    values: Iterable[Known | None], of: Callable[[int, Known], Found | None]
) -> list[Found | None]:
    """`of` every row and its value; None where the value is not known."""
    return [None if value is None else of(row, value) for row, value in enumerate(values)]
