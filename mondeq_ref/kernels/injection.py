"""U x + b where most numbers of x are one number: the rest of x times columns of U.

Where the numbers of x differ is written down first, for a few rows.  Then these rows take U tile by
tile, some units and some pixels at a time, so that a tile is read from the first-level cache and
its sums stay in registers: 20 % of the numbers take half the time of the product of matrices.
The sums of a few pixels are sums of their own, which keeps the bound on the rounding error small:
it counts the longest chain of sums.
"""

import numpy as np

from mondeq_ref.arrays import Integers, Matrix, Tiles, Vector
from mondeq_ref.kernels.bounds import sum_of_squares
from mondeq_ref.kernels.jit import compiled
from mondeq_ref.kernels.others import others
from mondeq_ref.kernels.tiles import add_columns
from mondeq_ref.kernels.vectors import LANES

ROWS = 64  # that take a tile together
PIXELS = 112  # of a tile


@compiled
def inject_rows(
    tiles: Tiles, start: Vector, X: Matrix, usual: float, C: Matrix
) -> tuple[Vector, Integers]:
    """C = start + U (X - usual); row by row, the sum of the squares of the differences and the
    largest number of differences among the pixels of one tile.

    `tiles` is U' (see `tiles.in_columns`), `start` as long as its rows there.
    """
    (batch, d), n, stride = X.shape, C.shape[1], len(start)
    groups = (d + PIXELS - 1) // PIXELS
    squared, longest = np.zeros(batch), np.zeros(batch, dtype=np.int64)
    most = min(ROWS, batch)
    places = np.empty(most * d + LANES, dtype=np.int32)
    differences = np.empty(most * d)
    ends = np.zeros((most, groups + 1), dtype=np.int64)
    total = np.empty(most * stride)
    for block in range(0, batch, ROWS):
        rows, p = min(ROWS, batch - block), 0
        for r in range(rows):
            first, at, row = p, np.uint64(p), np.uint64(block + r)
            p = others(X, block + r, usual, places, first)
            places[p] = d  # a place that no group has
            ends[r, 0] = first
            for group in range(groups):
                while places[at] < min(d, (group + 1) * PIXELS):
                    differences[at] = X[row, np.uint64(places[at])] - usual
                    at += np.uint64(1)
                ends[r, group + 1] = at
                longest[block + r] = max(longest[block + r], ends[r, group + 1] - ends[r, group])
            squared[block + r] = sum_of_squares(differences, first, p)
            for i in range(stride):
                total[r * stride + i] = start[i]
        for tile in range(len(tiles)):
            at = tile * tiles.shape[2]
            for group in range(groups):
                for r in range(rows):
                    first, last = ends[r, group], ends[r, group + 1]
                    if first < last:
                        here = r * stride + at
                        add_columns(total, here, tiles, tile, places, differences, first, last)
        for r in range(rows):
            for i in range(n):
                C[block + r, i] = total[r * stride + i]
    return squared, longest
