"""Three vector instructions, spelled out: eight neighbors of an array at a time.

Loops over 25 active units are too short for a compiler's own vectors: it peels a remainder and
checks for overlap at every turn, which took four times as long.  With widths that are multiples
of eight there is no remainder, and nothing to check.  `fmuladd` becomes one instruction where
the machine has it; the bounds of `rigor.fast` hold with and without.

Without the JIT the same functions are slices in NumPy.
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import config, types
from numba.core import cgutils
from numba.extending import intrinsic

from mondeq_ref.arrays import Integers, Vector

LANES = 8
TILE = 4  # vectors: with as many sums under way, no sum waits for the one before it


def padded(n: int) -> int:
    """The least multiple of LANES that holds n numbers."""
    return -(-n // LANES) * LANES


def in_lanes(A: Any) -> Vector:
    """The rows of a matrix, each followed by zeros up to a multiple of LANES, as one array.

    It begins at a multiple of LANES numbers of memory, so that no vector lies on two lines of the
    cache, which costs a third of the time of `rows`."""
    width = padded(A.shape[1])
    memory = np.zeros(A.shape[0] * width + LANES)
    start = -memory.ctypes.data // memory.itemsize % LANES
    rows = memory[start : start + A.shape[0] * width]
    rows.reshape(A.shape[0], width)[:, : A.shape[1]] = A
    return rows


def _at(context: Any, builder: Any, kind: Any, array: Any, offset: Any) -> Any:
    vector = ir.VectorType(ir.DoubleType(), LANES)
    data = context.make_array(kind)(context, builder, value=array).data
    return builder.bitcast(builder.gep(data, [offset]), vector.as_pointer())


def _spread(builder: Any, scalar: Any) -> Any:
    vector = ir.VectorType(ir.DoubleType(), LANES)
    undefined = ir.Constant(vector, ir.Undefined)
    one = builder.insert_element(undefined, scalar, ir.Constant(ir.IntType(32), 0))
    zeros = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
    return builder.shuffle_vector(one, undefined, zeros)


def _lanewise(builder: Any, name: str, terms: int) -> Any:
    """LLVM's function of this name on vectors."""
    vector, full = ir.VectorType(ir.DoubleType(), LANES), f"llvm.{name}.v{LANES}f64"
    kind = ir.FunctionType(vector, [vector] * terms)
    return builder.module.globals.get(full) or ir.Function(builder.module, kind, full)


def _add(context: Any, builder: Any, signature: Any, args: Any, places: int, terms: int) -> Any:
    """target[at:] += sum of factor * source[offset:] over `terms` offsets and as many factors, for
    each of `places` places of the target with factors of its own; a source is loaded once."""
    fused = _lanewise(builder, "fmuladd", 3)
    target, source = args[0], args[1 + places]
    offsets, factors = args[2 + places : 2 + places + terms], args[2 + places + terms :]
    at = [_at(context, builder, signature.args[0], target, place) for place in args[1 : 1 + places]]
    totals = [builder.load(place, align=8) for place in at]
    for term, offset in enumerate(offsets):
        kind = signature.args[1 + places]
        row = builder.load(_at(context, builder, kind, source, offset), align=8)
        for place in range(places):
            factor = _spread(builder, factors[place * terms + term])
            totals[place] = builder.call(fused, [factor, row, totals[place]])
    for place, total in zip(at, totals, strict=True):
        builder.store(total, place, align=8)
    return context.get_dummy_value()


def _add_rows(context: Any, builder: Any, kinds: Any, args: Any, sizes: bool) -> Any:
    """target += sum of factor * row over some rows of `source`, or over their absolute values."""
    target, source, width, rows, factors, count = args

    def item(array: Any, kind: Any, index: Any) -> Any:
        data = context.make_array(kind)(context, builder, value=array).data
        return builder.load(builder.gep(data, [index]))

    def tile(at: Any, groups: int) -> None:
        """A few vectors, whose sums stay in registers from the first row to the last."""
        fused, size = _lanewise(builder, "fmuladd", 3), _lanewise(builder, "fabs", 1)
        here = [builder.add(at, at.type(group * LANES)) for group in range(groups)]
        places = [_at(context, builder, kinds[0], target, place) for place in here]
        sums = [cgutils.alloca_once(builder, fused.ftype.return_type) for _ in here]
        for place, total in zip(places, sums, strict=True):
            builder.store(builder.load(place, align=8), total)
        with cgutils.for_range(builder, count) as loop:
            start = builder.mul(item(rows, kinds[3], loop.index), width)
            factor = _spread(builder, item(factors, kinds[4], loop.index))
            for place, total in zip(here, sums, strict=True):
                row = _at(context, builder, kinds[1], source, builder.add(start, place))
                term = builder.load(row, align=8)
                term = builder.call(size, [term]) if sizes else term
                builder.store(builder.call(fused, [factor, term, builder.load(total)]), total)
        for place, total in zip(places, sums, strict=True):
            builder.store(builder.load(total), place, align=8)

    step = width.type(TILE * LANES)
    tiles = builder.sdiv(width, step)
    with cgutils.for_range(builder, tiles) as loop:
        tile(builder.mul(loop.index, step), TILE)
    rest = builder.mul(tiles, step)
    vectors = builder.sdiv(builder.sub(width, rest), width.type(LANES))
    with cgutils.for_range(builder, vectors) as loop:
        tile(builder.add(rest, builder.mul(loop.index, width.type(LANES))), 1)
    return context.get_dummy_value()


def _compiled_rows(sizes: bool) -> Any:
    def typed(
        typing: Any, target: Any, source: Any, width: Any, rows: Any, factors: Any, count: Any
    ) -> Any:
        def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            return _add_rows(context, builder, signature.args, args, sizes)

        return types.void(target, source, types.intp, rows, factors, types.intp), code

    return typed


def _signature(target: Any, source: Any, places: int, terms: int) -> Any:
    at, offsets = (types.intp,) * places, (types.intp,) * terms
    return types.void(target, *at, source, *offsets, *(types.float64,) * (places * terms))


def _compiled_add1(typing: Any, target: Any, at: Any, source: Any, o: Any, l: Any) -> Any:  # noqa: E741
    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return _add(context, builder, signature, args, 1, 1)

    return _signature(target, source, 1, 1), code


def _compiled_add4(
    typing: Any, target: Any, at: Any, source: Any,
    o0: Any, o1: Any, o2: Any, o3: Any, l0: Any, l1: Any, l2: Any, l3: Any,
) -> Any:  # fmt: skip
    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return _add(context, builder, signature, args, 1, 4)

    return _signature(target, source, 1, 4), code


def _compiled_add4_to2(
    typing: Any, target: Any, at: Any, below: Any, source: Any,
    o0: Any, o1: Any, o2: Any, o3: Any,
    l0: Any, l1: Any, l2: Any, l3: Any, m0: Any, m1: Any, m2: Any, m3: Any,
) -> Any:  # fmt: skip
    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return _add(context, builder, signature, args, 2, 4)

    return _signature(target, source, 2, 4), code


def plain_add1(target: Vector, at: int, source: Vector, offset: int, factor: float) -> None:
    """target[at : at + LANES] += factor * source[offset : offset + LANES]."""
    target[at : at + LANES] += factor * source[offset : offset + LANES]


def plain_add4(target: Vector, at: int, source: Vector, *places: Any) -> None:
    """The same for four offsets of `source` and four factors, added in their order."""
    for offset, factor in zip(places[:4], places[4:], strict=True):
        target[at : at + LANES] += factor * source[offset : offset + LANES]


def plain_add4_to2(target: Vector, at: int, below: int, source: Vector, *places: Any) -> None:
    """`add4` at two places of `target`, with the same offsets and four factors for each place."""
    plain_add4(target, at, source, *places[:8])
    plain_add4(target, below, source, *places[:4], *places[8:])


def plain_add_rows(
    target: Vector, source: Vector, width: int, rows: Integers, factors: Vector, count: int
) -> None:
    """target += the sum of factors[r] * row rows[r] of `source`, over the first `count`."""
    target += factors[:count] @ source.reshape(-1, width)[rows[:count]]


def plain_add_sizes(
    target: Vector, source: Vector, width: int, rows: Integers, factors: Vector, count: int
) -> None:
    """The same for absolute values of `source`."""
    plain_add_rows(target, np.abs(source), width, rows, factors, count)


_INTERPRETED = bool(getattr(config, "DISABLE_JIT", False))
add1: Any = plain_add1 if _INTERPRETED else intrinsic(_compiled_add1)
add4: Any = plain_add4 if _INTERPRETED else intrinsic(_compiled_add4)
add4_to2: Any = plain_add4_to2 if _INTERPRETED else intrinsic(_compiled_add4_to2)
add_rows: Any = plain_add_rows if _INTERPRETED else intrinsic(_compiled_rows(False))
add_sizes: Any = plain_add_sizes if _INTERPRETED else intrinsic(_compiled_rows(True))
