"""Injections c = U x + b, with bounds on their rounding errors.

An injection given as c is exact.  An injection computed from x has a bound on its rounding error,
so that later bounds hold for the exact U x + b.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import fsum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from mondeq_ref.arrays import InputError, Matrix, Tiles, Vector, floats, frozen, kept
from mondeq_ref.operator import Operator, kept_with_operator
from mondeq_ref.rigor.dyadic import Dyadic, exact
from mondeq_ref.rigor.fast import above, gamma, gammas, norms_above, up
from mondeq_ref.rigor.machine import SMALLEST
from mondeq_ref.rigor.process import one_thread

CHUNK = 112  # columns summed at a time: the error constant is that of the longest chain of adds
ROWS = 128  # summed at a time
SPARSE_FROM = 64  # rows that are worth looking for a background
LOOKED_AT = 3  # rows in which a number is looked for that most of them hold
PART = 256  # of their numbers, whose median is quick to find
USUAL_FROM = 2 / 3  # of all numbers, from where a pass over the others beats the dense product


@dataclass(frozen=True, eq=False)
class Injections:
    """Rows c, and for each row a bound on ||c - c_exact||_2 (0: the row is exact)."""

    c: Matrix  # (B, n)
    error: Vector  # (B,)
    computed_from: tuple[Matrix, Matrix, Vector] | None = None  # X, U and b of c = U x + b

    def __post_init__(self) -> None:
        if self.error.shape != self.c.shape[:1] or not (self.error >= 0).all():
            raise InputError("each injection needs an error >= 0")
        for name in ("c", "error"):
            view = getattr(self, name).view()
            view.setflags(write=False)
            object.__setattr__(self, name, view)

    def __len__(self) -> int:
        return len(self.c)

    def now(self) -> "Injections":
        """With c and its error in memory."""
        return self

    def rows(self, which: slice | np.ndarray) -> "Injections":
        made = self.computed_from
        return Injections(
            self.c[which], self.error[which], None if made is None else (made[0][which], *made[1:])
        )

    def blocks(self, size: int) -> "Iterator[Injections]":
        """`size` rows at a time; one empty block where there is no row."""
        if len(self) <= size:
            yield self
            return
        for start in range(0, len(self), size):
            yield self.rows(slice(start, start + size))

    @cached_property
    def exact(self) -> Dyadic | None:
        """The exact injections, one per row: c as given, or U x + b; None if they are unknown."""
        if self.computed_from is None:
            return None if self.error.any() else exact(self.c)
        X, U, b = self.computed_from
        return exact(X) @ exact(U).T + exact(np.ones((len(X), 1))) @ exact(b).T


def given(c: ArrayLike, n: int | None = None) -> Injections:
    """The exact injections c."""
    array = frozen("c", c, (None, n))
    return Injections(array, np.zeros(len(array)))


class Later(Injections):
    """c = U x + b for every row x, computed when it is asked for: of a batch that is solved in
    blocks, only the c of the blocks under way are in memory, and none with the solution."""

    operator: Operator
    x: Matrix
    usual: float | None  # of all rows of the batch, so that its blocks have the same c
    name: str

    def __init__(self, operator: Operator, x: Matrix, usual: float | None, name: str) -> None:
        made = (x, operator.U, operator.b)
        self.__dict__.update(operator=operator, x=x, usual=usual, name=name, computed_from=made)

    def __getattr__(self, name: str) -> Any:
        """Called for what is not there yet."""
        if name not in ("c", "error"):
            raise AttributeError(name)
        found = self.now()
        self.__dict__.update(c=found.c, error=found.error)
        return getattr(self, name)

    def now(self) -> Injections:
        both = _injected(self.operator, self.x, self.usual, self.name)
        return Injections(*both, self.computed_from)

    def __len__(self) -> int:
        return len(self.x)

    def __reduce__(self) -> tuple[Any, ...]:
        """Copied or sent without the operator, and so with c."""
        return Injections, (self.c, self.error, self.computed_from)

    def rows(self, which: slice | np.ndarray) -> Injections:
        if isinstance(which, slice) and "c" not in self.__dict__:
            return Later(self.operator, self.x[which], self.usual, self.name)
        return super().rows(which)


def inject(operator: Operator, X: ArrayLike, name: str = "x") -> Injections:
    """c = U x + b for every row x, which messages call by this name."""
    return inject_later(operator, X, name).now()


def inject_later(operator: Operator, X: ArrayLike, name: str = "x") -> Later:
    """The same, not yet computed; whether x is finite is found out then."""
    rows = kept(floats(name, X, (None, operator.d)), X)
    return Later(operator, rows, _usual(rows) if len(rows) >= SPARSE_FROM else None, name)


@one_thread()
@np.errstate(over="ignore", invalid="ignore", under="ignore")
def _injected(
    operator: Operator, rows: Matrix, usual: float | None, name: str
) -> tuple[Matrix, Vector]:
    """c and its error.  Where most numbers of X are one number, as in images with a background,
    only the others are multiplied."""
    c, error = _dense(operator, rows) if usual is None else _sparse(operator, rows, usual)
    overflows = not np.isfinite(c).all()
    if overflows and usual is not None:
        # x - usual or the sums of U can overflow where U x + b does not
        c, error = _dense(operator, rows)
        overflows = not np.isfinite(c).all()
    # A NaN in x makes the error infinite, even where BLAS leaves it out with a zero of U.
    if not np.isfinite(error).all() and not np.isfinite(rows).all():
        raise InputError(f"{name} must be finite, got a NaN or an infinity")
    if overflows:
        raise InputError("U x + b overflows the floats")
    return c, error


def _dense(operator: Operator, rows: Matrix) -> tuple[Matrix, Vector]:
    """c and its error, summed in chunks of k columns, q of them:
    |c_i - exact| <= gamma_{k+q+1} (|U_i|.|x| + |b_i|) + (d + 2) eta."""
    c, squared = _summed(operator, rows)
    chunks = -(-operator.d // CHUNK)
    constant = gamma(min(CHUNK, operator.d) + chunks + 1)
    return c, _error(operator, constant, squared, 0.0, operator.d + 2)


def _sparse(operator: Operator, rows: Matrix, usual: float) -> tuple[Matrix, Vector]:
    """c and its error, as (usual s + b) + U (x - usual), with s the sums of the rows of U.

    Summed in q parts of at most k numbers that differ from `usual`, p <= d in all:
    |c_i - exact| <= gamma_{k+q+6} (|U_i|.|y| + |usual s_i| + |b_i|) + (p + 4) eta, y = x - usual as
    computed.  Proof.  A product and its sums make at most k + q + 1 roundings on any path, as in
    `_dense`.  s, rounded once, its product with `usual` and the sum with b make 3 more; one is that
    of a difference, and one because the bound uses the rounded s in place of the exact one.
    """
    from mondeq_ref.kernels.injection import PIXELS, inject_rows

    tiles, sums = tiles_and_sums(operator)
    start = np.zeros(len(tiles) * tiles.shape[2])
    start[: operator.n] = usual * sums + operator.b
    c = np.empty((len(rows), operator.n))
    rows = rows.view()
    rows.setflags(write=False)  # so that the kernel has one signature
    squared, longest = inject_rows(tiles, start, rows, usual, c)
    more = float(up(abs(usual) * norms_above(sums[None])[0]))
    chain = longest + -(-operator.d // PIXELS)
    return c, _error(operator, gammas(chain + 6), squared, more, operator.d + 4)


def _error(
    operator: Operator, constant: Vector | float, squared: Vector, more: float, underflows: int
) -> Vector:
    """constant (|U_i|.|x| + |b_i| + r_i) + underflows eta in the 2-norm, where
    || ||U_i|| ||x|| + |b_i| + r_i ||_i <= ||U||_F ||x|| + ||b|| + ||r||, and `more` >= ||r||."""
    U, b = operator.input_norms
    size = up(up(U * up(np.sqrt(above(squared, operator.d + 1)))) + up(b + more))
    return np.asarray(up(up(constant * size) + up(underflows * operator.n * SMALLEST)))


def _usual(rows: Matrix) -> float | None:
    """The number that most entries of some rows hold: it is the median of a part of them."""
    sample = rows[:: -(-len(rows) // LOOKED_AT)].ravel()
    if not len(sample):
        return None
    part = sample[:: 1 + len(sample) // PART]
    number = float(np.partition(part, len(part) // 2)[len(part) // 2])
    often = np.count_nonzero(sample == number) >= USUAL_FROM * len(sample)
    return number if often else None


@kept_with_operator
def tiles_and_sums(operator: Operator) -> tuple[Tiles, Vector]:
    """The columns of U in tiles, and the sums of its rows, rounded once."""
    from mondeq_ref.kernels.tiles import in_columns

    try:
        sums = [fsum(row) for row in operator.U.tolist()]
    except OverflowError:
        sums = [np.inf] * operator.n
    return in_columns(operator.U.T), np.array(sums)


def _summed(operator: Operator, rows: Matrix) -> tuple[Matrix, Vector]:
    """U x + b and ||x||^2 for every row, a few rows at a time, which are then still in cache."""
    n, d = operator.U.shape
    whole = d // CHUNK
    cut = whole * CHUNK
    chunks, rest = operator.U[:, :cut].reshape(n, whole, CHUNK), operator.U[:, cut:]
    c, squared = np.empty((len(rows), n)), np.empty(len(rows))
    for start in range(0, len(rows), ROWS):
        x, total = rows[start : start + ROWS], c[start : start + ROWS]
        parts = x[:, :cut].reshape(len(x), whole, CHUNK).transpose(1, 0, 2)
        np.add(operator.b, x[:, cut:] @ rest.T, out=total)
        for image in parts @ chunks.transpose(1, 2, 0):
            total += image
        np.einsum("ij,ij->i", x, x, out=squared[start : start + ROWS])
    return c, squared
