"""Gaussian elimination of four systems at once, one in each lane of a vector.

Systems of 25 units are too small for vectors along a row: a third of every row is padding, and
pivots, multipliers and the substitution are single numbers that wait for each other.  Four systems
side by side have none of that.  Entry (r, q) of the four lies at 4 (r width + q), the right-hand
sides in the last column; a smaller system is filled up with rows of the identity.

No pivoting: with a margin every leading block is nonsingular, and a caller certifies what comes
out.  Four pivots are taken from two rows at a time, so that there are more products than loads.
Without the JIT the same functions are slices in NumPy.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from mondeq_ref.arrays import Vector
from mondeq_ref.kernels.jit import compiled
from mondeq_ref.kernels.vectors import DOUBLE, INTERPRETED, lanewise, vector_at

SYSTEMS = 4


@compiled
def eliminate_four(A: Vector, p: int, inverse: Vector) -> None:
    """The last columns become the solutions; the rest of A and `inverse` are spoiled."""
    width = p + 1
    for k in range(0, p, 4):
        after = min(k + 4, p)
        for r in range(k, after):
            for q in range(k, r):
                subtract(A, r, q, width, inverse)
            invert(A, r, width, inverse)
        for r in range(after, p - 1, 2):
            subtract_four_twice(A, r, k, width, inverse)
        if after < p and (p - after) % 2 == 1:
            subtract_four(A, p - 1, k, width, inverse)
    for k in range(p - 1, -1, -1):
        substitute_one(A, k, width, inverse)


def plain_invert(A: Vector, row: int, width: int, inverse: Vector) -> None:
    """inverse[row] = 1 / A[row, row]."""
    with np.errstate(all="ignore"):
        _lanes(inverse, 1)[row] = 1 / _lanes(A, width)[row, row]


def plain_subtract(
    rows: int, pivots: int, A: Vector, row: int, pivot: int, width: int, inverse: Vector
) -> None:
    """Some rows, from `row` on, less what makes them zero below some pivots, from `pivot` on."""
    systems = _lanes(A, width)
    for r in range(row, row + rows):
        for k in range(pivot, pivot + pivots):
            factor = systems[r, k] * _lanes(inverse, 1)[k, 0]
            systems[r, k + 1 :] -= factor * systems[k, k + 1 :]


def plain_substitute(A: Vector, row: int, width: int, inverse: Vector) -> None:
    """The solution's entry of a row, and what it takes from the rows above."""
    systems = _lanes(A, width)
    systems[row, -1] *= _lanes(inverse, 1)[row, 0]
    systems[:row, -1] -= systems[:row, row] * systems[row, -1]


def _lanes(A: Vector, width: int) -> Vector:
    rows = len(A) // (width * SYSTEMS)
    return A[: rows * width * SYSTEMS].reshape(rows, width, SYSTEMS)


class _Code:
    """Instructions on vectors of four at entries of A and of `inverse`."""

    def __init__(self, context: Any, builder: Any, kind: Any, args: Any) -> None:
        self.context, self.builder, self.kind = context, builder, kind
        self.A, self.row, *self.pivot, self.width, self.inverse = args
        self.fused = lanewise(builder, "fmuladd", 3, DOUBLE, SYSTEMS)

    def number(self, value: int) -> Any:
        return self.width.type(value)

    def at(self, array: Any, index: Any) -> Any:
        place = self.builder.mul(index, self.number(SYSTEMS))
        return vector_at(self.context, self.builder, self.kind, array, place, SYSTEMS)

    def entry(self, r: Any, q: Any) -> Any:
        return self.at(self.A, self.builder.add(self.builder.mul(r, self.width), q))

    def load(self, place: Any) -> Any:
        return self.builder.load(place, align=8)

    def store(self, vector: Any, place: Any) -> None:
        self.builder.store(vector, place, align=8)


def _invert(code: _Code) -> None:
    one = ir.Constant(code.fused.ftype.return_type, [1.0] * SYSTEMS)
    pivot = code.load(code.entry(code.row, code.row))
    code.store(code.builder.fdiv(one, pivot), code.at(code.inverse, code.row))


def _subtract(rows: int, pivots: int, code: _Code) -> None:
    builder = code.builder
    own = [builder.add(code.row, code.number(i)) for i in range(rows)]
    these = [builder.add(code.pivot[0], code.number(i)) for i in range(pivots)]
    factors: list[list[Any]] = []
    for r in own:
        found: list[Any] = []
        for i, k in enumerate(these):
            rest = code.load(code.entry(r, k))
            for factor, above in zip(found, these[:i], strict=True):
                rest = builder.call(code.fused, [factor, code.load(code.entry(above, k)), rest])
            found.append(builder.fneg(builder.fmul(rest, code.load(code.at(code.inverse, k)))))
        factors.append(found)
    after = builder.add(code.pivot[0], code.number(pivots))
    one = code.number(1)
    with cgutils.for_range_slice(builder, after, code.width, one, one.type) as (q, _):
        terms = [code.load(code.entry(k, q)) for k in these]
        for r, found in zip(own, factors, strict=True):
            place = code.entry(r, q)
            total = code.load(place)
            for factor, term in zip(found, terms, strict=True):
                total = builder.call(code.fused, [factor, term, total])
            code.store(total, place)


def _substitute(code: _Code) -> None:
    builder, last = code.builder, code.builder.sub(code.width, code.number(1))
    place = code.entry(code.row, last)
    value = builder.fmul(code.load(place), code.load(code.at(code.inverse, code.row)))
    code.store(value, place)
    less = builder.fneg(value)
    with cgutils.for_range(builder, code.row) as loop:
        place = code.entry(loop.index, last)
        term = code.load(code.entry(loop.index, code.row))
        code.store(builder.call(code.fused, [less, term, code.load(place)]), place)


def _compiled(write: Callable[[_Code], None], pivoted: bool) -> Any:
    number = types.intp

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        write(_Code(context, builder, signature.args[0], args))
        return context.get_dummy_value()

    def of_row(typing: Any, A: Any, row: Any, width: Any, inverse: Any) -> Any:
        return types.void(A, number, number, inverse), code

    def of_pivots(typing: Any, A: Any, row: Any, pivot: Any, width: Any, inverse: Any) -> Any:
        return types.void(A, number, number, number, inverse), code

    return intrinsic(of_pivots if pivoted else of_row)


def _subtraction(rows: int, pivots: int) -> Any:
    if INTERPRETED:
        return partial(plain_subtract, rows, pivots)
    return _compiled(partial(_subtract, rows, pivots), True)


invert: Any = plain_invert if INTERPRETED else _compiled(_invert, False)
substitute_one: Any = plain_substitute if INTERPRETED else _compiled(_substitute, False)
subtract, subtract_four = _subtraction(1, 1), _subtraction(1, 4)
subtract_four_twice = _subtraction(2, 4)
