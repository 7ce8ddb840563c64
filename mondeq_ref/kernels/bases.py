"""Which base a row is seen from while training, and what batches say of the bases."""

import numpy as np

from mondeq_ref.arrays import Booleans, Integers, Matrix, Vector
from mondeq_ref.kernels.jit import compiled


@compiled
def agreed(active: Matrix, rows: Vector, share: float) -> Booleans:
    """The units that more than half the rows of a label have active, or of all rows (the first),
    where no more than this share of the label's rows are in the majority."""
    bases = np.empty(active.shape, dtype=np.bool_)
    for group in range(len(rows)):
        for i in range(active.shape[1]):
            surplus = 2.0 * active[group, i] - rows[group]
            decided = abs(surplus) > share * rows[group]
            bases[group, i] = (surplus if decided else 2.0 * active[0, i] - rows[0]) > 0.0
    return bases


@compiled
def grouped(labels: Integers, bases: int, few: int) -> tuple[Integers, Integers]:
    """Group 1 + label, or 0 if not even `few` rows have it; and the rows in the order of groups."""
    rows, starts = np.zeros(bases, dtype=np.int64), np.zeros(bases + 1, dtype=np.int64)
    for label in labels:
        rows[1 + label] += 1
    groups, order = np.empty(len(labels), dtype=np.int64), np.empty(len(labels), dtype=np.int64)
    for k in range(len(labels)):
        groups[k] = 0 if rows[1 + labels[k]] < few else 1 + labels[k]
        starts[1 + groups[k]] += 1
    for group in range(bases):
        starts[group + 1] += starts[group]
    for k in range(len(labels)):
        order[starts[groups[k]]] = k
        starts[groups[k]] += 1
    return groups, order


@compiled
def follow(active: Matrix, rows: Vector, fading: float, counts: Matrix, labels: Integers) -> None:
    """In how many rows a unit was active, of all rows (first) and of those of each label, and how
    many rows there were, what was seen before times `fading`."""
    for group in range(len(rows)):
        rows[group] *= fading
        for i in range(active.shape[1]):
            active[group, i] *= fading
    for label in range(len(counts)):
        for i in range(active.shape[1]):
            active[0, i] += counts[label, i]
            active[1 + label, i] += counts[label, i]
    rows[0] += len(labels)
    for label in labels:
        rows[1 + label] += 1.0
