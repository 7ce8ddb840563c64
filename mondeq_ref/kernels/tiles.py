"""Products of which a tile stays in registers from the first term to the last.

A processor adds two products of vectors in a turn and loads two vectors; so a tile is as large as
its registers allow, and each term is loaded once for many sums.  Sixteen registers of four doubles
are what there is on most machines.  Without the JIT the same functions are products in NumPy.
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from mondeq_ref.arrays import Integers, Matrix, Places, Tiles, Vector
from mondeq_ref.kernels.vectors import (
    DOUBLE,
    INTERPRETED,
    LANES,
    aligned,
    in_registers,
    item,
    lanewise,
    spread,
    vector_at,
)

FOUR = 4  # doubles in a register
MOST = 14  # sums of a tile of columns: with a factor and an entry they fill the registers
LEAST = 8  # as few as more than one tile ever has; each number of sums is compiled on its own
ROWS = 12  # of states that are multiplied together
SUMS = 8  # registers in which `add_products` adds: as many as additions are under way at once
PANEL = 2 * LANES  # columns of a matrix in float32 that six rows are multiplied with


def in_columns(A: Matrix) -> Tiles:
    """The rows of a matrix cut into tiles, which come one after another, the last filled with
    zeros: as few as there can be, as narrow as so many can be.  Each lies within the cache for as
    long as it is used."""
    rows, numbers = A.shape
    vectors = max(LEAST, -(-numbers // FOUR))
    tiles = -(-vectors // MOST)
    width = -(-vectors // tiles) * FOUR
    wide = np.zeros((rows, tiles * width))
    wide[:, :numbers] = A
    return aligned(wide.reshape(rows, tiles, width).transpose(1, 0, 2)).reshape(tiles, rows, width)


def in_panels(A: Any) -> Any:
    """The columns of a square matrix in panels of PANEL, the last of half as many where that
    is enough; a panel holds its part of the first row, then of the second, and so on."""
    n = len(A)
    wide = np.zeros((n, -(-n // LANES) * LANES), dtype=np.float32)
    wide[:, :n] = A
    cuts = range(PANEL, wide.shape[1], PANEL)
    return aligned(np.concatenate([part.ravel() for part in np.split(wide, cuts, axis=1)]))


def _compiled_columns(
    typing: Any, target: Any, at: Any, tiles: Any, tile: Any,
    places: Any, factors: Any, first: Any, last: Any,
) -> Any:  # fmt: skip
    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        target, at, tiles, tile, places, factors, first, last = args
        kinds, fused = signature.args, lanewise(builder, "fmuladd", 3, DOUBLE, FOUR)
        zero = ir.Constant(fused.ftype.return_type, [0.0] * FOUR)
        shape = context.make_array(kinds[2])(context, builder, value=tiles).shape
        _, rows, width = cgutils.unpack_tuple(builder, shape)
        start = builder.mul(tile, builder.mul(rows, width))

        def add(offsets: list[Any]) -> None:
            sums = in_registers(builder, [zero for _ in offsets])
            with cgutils.for_range_slice(builder, first, last, at.type(1), at.type) as (term, _):
                place = builder.zext(item(context, builder, kinds[4], places, term), at.type)
                column = builder.add(start, builder.mul(place, width))
                factor = spread(builder, item(context, builder, kinds[5], factors, term), FOUR)
                for offset, total in zip(offsets, sums, strict=True):
                    here = builder.add(column, offset)
                    entry = vector_at(context, builder, kinds[2], tiles, here, FOUR)
                    terms = [factor, builder.load(entry, align=8), builder.load(total)]
                    builder.store(builder.call(fused, terms), total)
            for offset, total in zip(offsets, sums, strict=True):
                here = builder.add(at, offset)
                place = vector_at(context, builder, kinds[0], target, here, FOUR)
                whole = builder.fadd(builder.load(place, align=8), builder.load(total))
                builder.store(whole, place, align=8)

        for vectors in range(LEAST, MOST + 1):
            with builder.if_then(builder.icmp_signed("==", width, at.type(vectors * FOUR))):
                add([at.type(vector * FOUR) for vector in range(vectors)])
        return context.get_dummy_value()

    number = types.intp
    return types.void(target, number, tiles, number, places, factors, number, number), code


def _compiled_products(
    typing: Any, target: Any, places: Any, many: Any, source: Any,
    width: Any, rows: Any, factors: Any, length: Any, count: Any,
) -> Any:  # fmt: skip
    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        target, places, many, source, width, rows, factors, length, count = args
        kinds = signature.args
        element = context.get_data_type(kinds[0].dtype)
        fused = lanewise(builder, "fmuladd", 3, element)
        together = SUMS // 2 if element == DOUBLE else SUMS  # eight doubles are two registers
        last = builder.sub(many, many.type(1))

        def vector(array: Any, kind: Any, place: Any) -> Any:
            return vector_at(context, builder, kind, array, place)

        def tile(at: Any, first: Any) -> None:
            heads, starts = [], []
            for number in range(together):
                row = builder.add(first, many.type(number))
                row = builder.select(builder.icmp_signed("<", row, many), row, last)
                place = item(context, builder, kinds[1], places, row)
                place = builder.add(builder.mul(place, width), at)
                heads.append(vector(target, kinds[0], place))
                starts.append(builder.mul(row, length))
            sums = in_registers(builder, [builder.load(head, align=4) for head in heads])
            with cgutils.for_range(builder, count) as loop:
                row = item(context, builder, kinds[5], rows, loop.index)
                place = builder.add(builder.mul(row, width), at)
                term = builder.load(vector(source, kinds[3], place), align=4)
                for start, total in zip(starts, sums, strict=True):
                    here = builder.add(start, loop.index)
                    factor = spread(builder, item(context, builder, kinds[6], factors, here))
                    builder.store(builder.call(fused, [factor, term, builder.load(total)]), total)
            for head, total in zip(heads, sums, strict=True):
                builder.store(builder.load(total), head, align=4)

        zero, group, step = many.type(0), many.type(LANES), many.type(together)
        with (
            cgutils.for_range_slice(builder, zero, width, group, many.type) as (at, _),
            cgutils.for_range_slice(builder, zero, many, step, many.type) as (first, _),
        ):
            tile(at, first)
        return context.get_dummy_value()

    number = types.intp
    return types.void(target, places, number, source, number, rows, factors, number, number), code


def _compiled_product(rows: int, vectors: int) -> Any:
    def typed(
        typing: Any, target: Any, start: Any, source: Any, stride: Any, first: Any, at: Any,
        panels: Any, panel: Any, count: Any,
    ) -> Any:  # fmt: skip
        def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            target, start, source, stride, first, at, panels, panel, count = args
            kinds, fused = signature.args, lanewise(builder, "fmuladd", 3, ir.FloatType())
            heads = [builder.mul(builder.add(first, at.type(row)), stride) for row in range(rows)]
            groups = [at.type(group * LANES) for group in range(vectors)]
            places = [
                builder.add(builder.add(head, at), group) for head in heads for group in groups
            ]

            def vector(array: Any, kind: Any, place: Any) -> Any:
                return vector_at(context, builder, kind, array, place)

            sums = in_registers(
                builder, [builder.load(vector(start, kinds[1], place), align=4) for place in places]
            )
            with cgutils.for_range(builder, count) as loop:
                term = builder.add(panel, builder.mul(loop.index, at.type(vectors * LANES)))
                entries = [
                    builder.load(vector(panels, kinds[6], builder.add(term, group)), align=4)
                    for group in groups
                ]
                for row, head in enumerate(heads):
                    here = builder.add(head, loop.index)
                    factor = spread(builder, item(context, builder, kinds[2], source, here))
                    for group, entry in enumerate(entries):
                        total = sums[row * vectors + group]
                        builder.store(
                            builder.call(fused, [factor, entry, builder.load(total)]), total
                        )
            for place, total in zip(places, sums, strict=True):
                builder.store(builder.load(total), vector(target, kinds[0], place), align=4)
            return context.get_dummy_value()

        number = types.intp
        return types.void(
            target, start, source, number, number, number, panels, number, number
        ), code

    return typed


def plain_add_columns(
    target: Vector, at: int, tiles: Tiles, tile: int,
    places: Places, factors: Vector, first: int, last: int,
) -> None:  # fmt: skip
    """The part of `target` from `at` on that is as wide as a tile += the sum of factors[k] * row
    places[k] of this tile, for k from `first` up to `last`."""
    part = factors[first:last] @ tiles[tile, places[first:last]]
    target[at : at + len(part)] += part


def plain_add_products(
    target: Any, places: Integers, many: int, source: Any,
    width: int, rows: Integers, factors: Any, length: int, count: int,
) -> None:  # fmt: skip
    """Row places[q] of `target` += the sum of factors[q * length + r] * row rows[r] of `source`
    over the first `count`, for the first `many` q; rows that are added to are not added."""
    some = np.arange(many)[:, None] * length + np.arange(count)
    terms = source.reshape(-1, width)[rows[:count]]
    target.reshape(-1, width)[places[:many]] += factors[some] @ terms


def _plain_product(rows: int, vectors: int) -> Any:
    def product(
        target: Any, start: Any, source: Any, stride: int, first: int, at: int,
        panels: Any, panel: int, count: int,
    ) -> None:  # fmt: skip
        """The panel's columns of target = start + source P, for some rows from `first` on; `at` is
        the panel's first column."""
        some, width = slice(first, first + rows), vectors * LANES
        states = source.reshape(-1, stride)[some, :count]
        columns = slice(at, at + width)
        image = states @ panels[panel : panel + count * width].reshape(count, width)
        image += start.reshape(-1, stride)[some, columns]
        target.reshape(-1, stride)[some, columns] = image

    return product


def _product(rows: int, vectors: int) -> Any:
    if INTERPRETED:
        return _plain_product(rows, vectors)
    return intrinsic(_compiled_product(rows, vectors))


add_columns: Any = plain_add_columns if INTERPRETED else intrinsic(_compiled_columns)
add_products: Any = plain_add_products if INTERPRETED else intrinsic(_compiled_products)
# Twelve sums of eight floats each: six rows and a panel, or twelve rows and half a panel.
multiply, multiply_half = _product(ROWS // 2, 2), _product(ROWS, 1)
