"""Vector instructions, spelled out: eight neighbors of an array at a time.

Loops over 25 active units are too short for a compiler's own vectors: it peels a remainder and
checks for overlap at every turn, which took four times as long.  With widths that are multiples
of eight there is no remainder, and nothing to check.  `fmuladd` becomes one instruction where
the machine has it; the bounds of `rigor.fast` hold with and without.

The functions of rows take float32, too.

Without the JIT the same functions are slices in NumPy.
"""

from typing import Any, TypeVar

import numpy as np
from llvmlite import ir
from numba import config, types
from numba.core import cgutils
from numba.extending import intrinsic
from numpy.typing import NDArray

from mondeq_ref.arrays import Integers, Vector

F = TypeVar("F", np.float64, np.float32)

DOUBLE = ir.DoubleType()
LANES = 8
TILE = 7  # vectors of doubles that stay in registers while rows are added: 14 of AVX2's 16


def padded(n: int) -> int:
    """The least multiple of LANES that holds n numbers."""
    return -(-n // LANES) * LANES


def in_lanes(A: NDArray[F]) -> NDArray[F]:
    """The rows of a matrix, each followed by zeros up to a multiple of LANES, as one array."""
    wide = np.zeros((A.shape[0], padded(A.shape[1])), A.dtype)
    wide[:, : A.shape[1]] = A
    return aligned(wide)


def aligned(A: NDArray[F]) -> NDArray[F]:
    """A flat copy that begins where a line of the cache does, so that no vector lies on two of
    them, which costs a third of the time of `add_rows`."""
    memory = np.zeros(A.size + 64 // A.itemsize, dtype=A.dtype)
    start = -memory.ctypes.data % 64 // A.itemsize
    memory[start : start + A.size] = A.ravel()
    return memory[start : start + A.size]


def vector_at(
    context: Any, builder: Any, kind: Any, array: Any, index: Any, lanes: int = LANES
) -> Any:
    """A pointer to as many numbers of an array, from one on."""
    data = context.make_array(kind)(context, builder, value=array).data
    vector = ir.VectorType(context.get_data_type(kind.dtype), lanes)
    return builder.bitcast(builder.gep(data, [index]), vector.as_pointer())


def item(context: Any, builder: Any, kind: Any, array: Any, index: Any) -> Any:
    """A number of an array."""
    data = context.make_array(kind)(context, builder, value=array).data
    return builder.load(builder.gep(data, [index]))


def spread(builder: Any, scalar: Any, lanes: int = LANES) -> Any:
    """A vector that has this number in every lane."""
    vector = ir.VectorType(scalar.type, lanes)
    undefined = ir.Constant(vector, ir.Undefined)
    one = builder.insert_element(undefined, scalar, ir.Constant(ir.IntType(32), 0))
    zeros = ir.Constant(ir.VectorType(ir.IntType(32), lanes), [0] * lanes)
    return builder.shuffle_vector(one, undefined, zeros)


def lanewise(builder: Any, name: str, terms: int, element: Any = DOUBLE, lanes: int = LANES) -> Any:
    """LLVM's function of this name on vectors."""
    vector = ir.VectorType(element, lanes)
    full = f"llvm.{name}.v{lanes}f{64 if element == DOUBLE else 32}"
    kind = ir.FunctionType(vector, [vector] * terms)
    return builder.module.globals.get(full) or ir.Function(builder.module, kind, full)


def in_registers(builder: Any, starts: list[Any]) -> list[Any]:
    """Sums that begin with these vectors."""
    sums = [cgutils.alloca_once(builder, start.type) for start in starts]
    for total, start in zip(sums, starts, strict=True):
        builder.store(start, total)
    return sums


def _add(context: Any, builder: Any, signature: Any, args: Any, places: int, terms: int) -> Any:
    """target[at:] += sum of factor * source[offset:] over `terms` offsets and as many factors, for
    each of `places` places of the target with factors of its own; a source is loaded once."""
    fused = lanewise(builder, "fmuladd", 3)
    target, source = args[0], args[1 + places]
    offsets, factors = args[2 + places : 2 + places + terms], args[2 + places + terms :]
    at = [
        vector_at(context, builder, signature.args[0], target, place)
        for place in args[1 : 1 + places]
    ]
    totals = [builder.load(place, align=8) for place in at]
    for term, offset in enumerate(offsets):
        kind = signature.args[1 + places]
        row = builder.load(vector_at(context, builder, kind, source, offset), align=8)
        for place in range(places):
            factor = spread(builder, factors[place * terms + term])
            totals[place] = builder.call(fused, [factor, row, totals[place]])
    for place, total in zip(at, totals, strict=True):
        builder.store(total, place, align=8)
    return context.get_dummy_value()


def _in_tiles(builder: Any, width: Any, most: int, tile: Any) -> None:
    """tile(at, vectors) until `width` numbers are done, at most so many vectors at once."""
    step = width.type(most * LANES)
    tiles = builder.sdiv(width, step)
    with cgutils.for_range(builder, tiles) as loop:
        tile(builder.mul(loop.index, step), most)
    rest = builder.mul(tiles, step)
    left = builder.sdiv(builder.sub(width, rest), width.type(LANES))
    for vectors in range(1, most):
        with builder.if_then(builder.icmp_signed("==", left, left.type(vectors))):
            tile(rest, vectors)


def _add_rows(context: Any, builder: Any, kinds: Any, args: Any, way: str) -> Any:
    """Vectors, kept in registers, and rows[r] of a matrix of this width, for r < count.

    "to vector": the vector += factors[r] * row.  "to rows": the row += factors[r] * vector.
    "from vector": the vector -= factors[r] * row, and another += factors[r] * |row|.
    """
    *targets, matrix, width, rows, factors, count = args
    of_matrix, _, of_rows, of_factors, _ = kinds[len(targets) :]
    element = context.get_data_type(of_matrix.dtype)
    fused, size = lanewise(builder, "fmuladd", 3, element), lanewise(builder, "fabs", 1, element)

    def tile(at: Any, vectors: int) -> None:
        here = [builder.add(at, at.type(number * LANES)) for number in range(vectors)]
        places = [
            vector_at(context, builder, kind, target, place)
            for target, kind in zip(targets, kinds, strict=False)
            for place in here
        ]
        sums = in_registers(builder, [builder.load(place, align=4) for place in places])
        with cgutils.for_range(builder, count) as loop:
            row = builder.zext(item(context, builder, of_rows, rows, loop.index), width.type)
            start = builder.mul(row, width)
            factor = spread(builder, item(context, builder, of_factors, factors, loop.index))
            for number, place in enumerate(here):
                there = vector_at(context, builder, of_matrix, matrix, builder.add(start, place))
                term, own = builder.load(there, align=4), sums[number]
                if way == "to rows":
                    builder.store(
                        builder.call(fused, [factor, builder.load(own), term]), there, align=4
                    )
                    continue
                first = builder.fneg(factor) if way == "from vector" else factor
                builder.store(builder.call(fused, [first, term, builder.load(own)]), own)
                if way == "from vector":
                    term, own = builder.call(size, [term]), sums[vectors + number]
                    builder.store(builder.call(fused, [factor, term, builder.load(own)]), own)
        if way != "to rows":
            for place, total in zip(places, sums, strict=True):
                builder.store(builder.load(total), place, align=4)

    registers = TILE if element == DOUBLE else 2 * TILE
    _in_tiles(builder, width, registers // len(targets), tile)
    return context.get_dummy_value()


def _compiled_rows(way: str) -> Any:
    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return _add_rows(context, builder, signature.args, args, way)

    def typed(
        typing: Any, vector: Any, matrix: Any, width: Any, rows: Any, factors: Any, count: Any
    ) -> Any:
        return types.void(vector, matrix, types.intp, rows, factors, types.intp), code

    def typed_of_two(
        typing: Any, vector: Any, sizes: Any, matrix: Any,
        width: Any, rows: Any, factors: Any, count: Any,
    ) -> Any:  # fmt: skip
        return types.void(vector, sizes, matrix, types.intp, rows, factors, types.intp), code

    return intrinsic(typed_of_two if way == "from vector" else typed)


def _compiled_fetch(typing: Any, array: Any, index: Any) -> Any:
    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, value=args[0]).data
        byte, int32 = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, int32, int32, int32])
        name = "llvm.prefetch.p0i8"
        fetched = builder.module.globals.get(name) or ir.Function(builder.module, kind, name)
        place = builder.bitcast(builder.gep(data, [args[1]]), byte)
        builder.call(fetched, [place, int32(0), int32(3), int32(1)])  # to read, soon, as data
        return context.get_dummy_value()

    return types.void(array, types.intp), code


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


def plain_subtract_rows(
    target: Vector, sizes: Vector, source: Vector,
    width: int, rows: Integers, factors: Vector, count: int,
) -> None:  # fmt: skip
    """target -= this sum, and sizes += the same sum for the absolute values of `source`."""
    plain_add_rows(target, -source, width, rows, factors, count)
    plain_add_rows(sizes, np.abs(source), width, rows, factors, count)


def plain_add_to_rows(
    source: Vector, target: Vector, width: int, rows: Integers, factors: Vector, count: int
) -> None:
    """Row rows[r] of `target` += factors[r] * source, over the first `count`, which differ."""
    target.reshape(-1, width)[rows[:count]] += factors[:count, None] * source


def plain_fetch(array: NDArray[Any], index: int) -> None:
    """Bring the line of 64 bytes in which this number lies into the cache: it is needed soon."""


INTERPRETED = bool(getattr(config, "DISABLE_JIT", False))
add1: Any = plain_add1 if INTERPRETED else intrinsic(_compiled_add1)
add4: Any = plain_add4 if INTERPRETED else intrinsic(_compiled_add4)
add4_to2: Any = plain_add4_to2 if INTERPRETED else intrinsic(_compiled_add4_to2)
add_rows: Any = plain_add_rows if INTERPRETED else _compiled_rows("to vector")
subtract_rows: Any = plain_subtract_rows if INTERPRETED else _compiled_rows("from vector")
add_to_rows: Any = plain_add_to_rows if INTERPRETED else _compiled_rows("to rows")
fetch: Any = plain_fetch if INTERPRETED else intrinsic(_compiled_fetch)
