"""Where a row holds another number than the usual one: there is something to add, elsewhere not."""

from typing import Any

from mondeq_ref.arrays import Places
from mondeq_ref.kernels.jit import compiled
from mondeq_ref.kernels.vectors import LANES, note_others


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
