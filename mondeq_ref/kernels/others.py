"""Where a row holds another number than the usual one: there is something to add, elsewhere not.

Eight neighbors are compared in one instruction, and a table says which of them differ.
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numpy.typing import NDArray

from mondeq_ref.arrays import Places
from mondeq_ref.kernels.jit import compiled
from mondeq_ref.kernels.vectors import INTERPRETED, LANES, spread, vector_at


@compiled
def others(rows: Any, k: int, usual: Any, places: Places, count: int) -> int:
    """Write the places where row k does not hold the usual number behind the first `count` places;
    how many there are then.  `places` has room for LANES more than are found."""
    d = rows.shape[1]
    row, whole = k * d, d // LANES * LANES
    for j in range(0, whole, LANES):
        count = note_others(places, count, rows, row + j, usual, j)
    for j in range(whole, d):
        places[count] = j  # of the usual number it is written over
        count += rows[k, j] != usual
    return count


def plain_note_others(
    places: Places, count: int, rows: NDArray[Any], at: int, usual: float, first: int
) -> int:
    """Which of eight neighbors in a matrix, from number `at` on, are not the usual one: written as
    `first` and more behind the first `count` places; how many there are then."""
    found = np.flatnonzero(rows.ravel()[at : at + LANES] != usual)
    places[count : count + len(found)] = first + found
    return count + len(found)


def _places() -> Any:
    """For each of the 256 ways in which eight numbers are or are not: which are, then zeros."""
    byte, rows = ir.IntType(8), []
    for way in range(1 << LANES):
        found = [lane for lane in range(LANES) if way >> lane & 1]
        rows.append(ir.Constant(ir.ArrayType(byte, LANES), found + [0] * (LANES - len(found))))
    return ir.Constant(ir.ArrayType(rows[0].type, len(rows)), rows)


def _compiled_others(
    typing: Any, places: Any, count: Any, rows: Any, at: Any, usual: Any, first: Any
) -> Any:
    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        places, count, rows, at, usual, first = args
        kinds, byte = signature.args, ir.IntType(8)
        eight = builder.load(vector_at(context, builder, kinds[2], rows, at), align=1)
        if kinds[2].dtype == types.boolean:
            usual = spread(builder, builder.zext(usual, byte))
            others = builder.icmp_unsigned("!=", eight, usual)
        else:
            others = builder.fcmp_unordered("!=", eight, spread(builder, usual))
        way = builder.bitcast(others, byte)  # the first number is the lowest bit
        table = cgutils.global_constant(builder.module, "which_of_eight", _places())
        which = builder.gep(table, [at.type(0), builder.zext(way, at.type)])
        which = builder.load(
            builder.bitcast(which, ir.VectorType(byte, LANES).as_pointer()), align=1
        )
        number = context.get_data_type(kinds[0].dtype)
        found = builder.zext(which, ir.VectorType(number, LANES))
        found = builder.add(found, spread(builder, builder.trunc(first, number)))
        builder.store(found, vector_at(context, builder, kinds[0], places, count), align=4)
        return builder.add(count, builder.zext(builder.ctpop(way), count.type))

    if not rows.is_c_contig:
        return None  # to Numba: there is no such function
    number = types.intp
    return number(places, number, rows, number, usual, number), code


note_others: Any = plain_note_others if INTERPRETED else intrinsic(_compiled_others)
