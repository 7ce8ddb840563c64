"""Injections c = U x + b, with bounds on their rounding errors.

An injection given as c is exact.  An injection computed from x has a bound on its rounding error,
so that later bounds hold for the exact U x + b.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from mondeq_ref.arrays import InputError, Matrix, Vector, floats, frozen, kept
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.dyadic import Dyadic, exact
from mondeq_ref.rigor.fast import above, gamma, up
from mondeq_ref.rigor.machine import SMALLEST
from mondeq_ref.rigor.process import one_thread

CHUNK = 112  # columns summed at a time: the error constant is that of the longest chain of adds
ROWS = 512  # summed at a time


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


@one_thread()
@np.errstate(over="ignore", invalid="ignore")
def inject(operator: Operator, X: ArrayLike) -> Injections:
    """c = U x + b for every row x.

    Summed in chunks of k columns, q of them: |c_i - exact| <= gamma_{k+q+1} (|U_i|.|x| + |b_i|)
    + (d + 2) eta, and |U_i|.|x| <= ||U_i|| ||x||.
    """
    rows = floats("x", X, (None, operator.d))
    if not rows.flags.c_contiguous:
        rows = np.ascontiguousarray(rows)
    c, squared = _summed(operator, rows)
    # A sum of squares is finite only where every number is.
    if not np.isfinite(squared).all() and not np.isfinite(rows).all():
        raise InputError("x must be finite, got a NaN or an infinity")
    if not np.isfinite(c).all():
        raise InputError("U x + b overflows the floats")
    chunks = -(-operator.d // CHUNK)
    constant = gamma(min(CHUNK, operator.d) + chunks + 1)
    # In the 2-norm: || ||U_i|| ||x|| + |b_i| ||_i <= ||U||_F ||x|| + ||b||.
    U, b = operator.input_norms
    size = up(up(U * up(np.sqrt(above(squared, operator.d + 1)))) + b)
    underflow = up((operator.d + 2) * operator.n * SMALLEST)
    error = np.asarray(up(up(constant * size) + underflow))
    return Injections(c, error, (kept(rows, X), operator.U, operator.b))


def _summed(operator: Operator, rows: Matrix) -> tuple[Matrix, Vector]:
    """U x + b and ||x||^2 for every row, a few rows at a time, which are then still in cache."""
    c, squared = np.empty((len(rows), operator.n)), np.empty(len(rows))
    image = np.empty((min(ROWS, len(rows)), operator.n))
    for start in range(0, len(rows), ROWS):
        x = rows[start : start + ROWS]
        total, part = c[start : start + ROWS], image[: len(x)]
        total[:] = operator.b
        for at in range(0, operator.d, CHUNK):
            np.matmul(x[:, at : at + CHUNK], operator.U[:, at : at + CHUNK].T, out=part)
            total += part
        np.einsum("ij,ij->i", x, x, out=squared[start : start + ROWS])
    return c, squared
