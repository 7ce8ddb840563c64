"""Forward, loss and backward of a batch with exact equilibria and exact adjoints.

The compiled kernel sees every row from a base, the units that most rows of its label have active:
Newton's method has little left to find there, and its systems are small.  Its factors serve the
adjoint.  What comes out does not depend on how many threads share the rows.  On the base it depends
by rounding alone where there is a margin; where there is none, and there are several equilibria,
the base may decide which one is found.
"""

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from mondeq_ref.arrays import Booleans, Integers, Matrix, Vector
from mondeq_ref.kernels.bases import agreed, follow, grouped
from mondeq_ref.kernels.training import totals, training_rows
from mondeq_ref.operator import Head
from mondeq_ref.rigor.process import one_thread
from mondeq_ref.solve.active_set import newton_row
from mondeq_ref.solve.lemke import lemke

FADING = 0.8  # of what was seen in batches before, with every batch
FEW = 4  # rows: a base of their own takes as long as a few rows
AGREED = 0.2  # of a label's rows: a majority that is less may be that of all rows instead
NEWTON_STEPS = 30  # Newton settles in two or three; more is a cycle
PIVOTS = 2000  # of the finite fallback


@dataclass(frozen=True, eq=False)
class Passes:
    """Each row's equilibrium, adjoint, dl/dlogits and loss; no mean is taken here."""

    Z: Matrix
    Lam: Matrix
    G: Matrix
    loss: Vector
    found: Booleans  # a row without an equilibrium is zero and teaches nothing

    def totals(self, labels: Integers) -> tuple[float, int, int]:
        """The sum of the losses, the rows whose label has the largest softmax, and those found."""
        loss, right, found = totals(self.loss, self.G, labels, self.found)
        return float(loss), int(right), int(found)


class Readout(NamedTuple):
    """The numbers of a head in float64, for a batch; a `Head` checks them each time."""

    V: Matrix
    d: Vector


AnyHead = Head | Readout
Engine = Callable[[Matrix, Matrix, AnyHead, Integers], Passes]  # W, rows c, head, labels


class Bases:
    """Units that most rows have active: of all rows (the first), and of those of each label.

    They are followed from batch to batch, and are part of the arithmetic: z and lambda depend on
    them, with a margin by rounding alone.  So a run forgets them wherever it may be resumed.
    """

    def __init__(self, n: int, classes: int) -> None:
        self._active = np.zeros((1 + classes, n))
        self._rows = np.zeros(1 + classes)

    @staticmethod
    def guessed(active: Booleans, labels: Integers, classes: int) -> "Bases":
        """As if these sets had been seen in a batch before."""
        bases = Bases(active.shape[1], classes)
        counts = [active[labels == label].sum(axis=0) for label in range(classes)]
        bases.follow(np.array(counts, dtype=np.float64), labels)
        return bases

    def now(self) -> Booleans:
        """Where a label's rows are of two minds, they have the base of all rows: to pivot costs as
        much as it saves."""
        return agreed(self._active, self._rows, AGREED)

    def groups(self, labels: Integers) -> tuple[Integers, Integers]:
        """The base of each row: that of its label, if it pays for a few rows to have one; and an
        order of the rows that has those of one base together."""
        return grouped(labels, len(self._rows), FEW)

    def follow(self, counts: Matrix, labels: Integers) -> None:
        """How many rows of each label have a unit active; rows before count less every time."""
        follow(self._active, self._rows, FADING, counts, labels)


@contextmanager
def exact_engine(workers: int) -> Generator[Engine]:
    """Exact passes on `workers` threads, each with a BLAS of one thread."""
    bases: Bases | None = None
    with one_thread(), ThreadPoolExecutor(workers) as pool:

        def passes(W: Matrix, C: Matrix, head: AnyHead, labels: Integers) -> Passes:
            nonlocal bases
            if bases is None:  # signs of c, until there are signs of z
                bases = Bases.guessed(C > 0, labels, len(head.d))
            M = np.negative(W)
            np.fill_diagonal(M, 1 - W.diagonal())
            return exact_passes(M, C, head, labels, bases, workers, pool.map)

        yield passes


def exact_passes(
    M: Matrix,
    C: Matrix,
    head: AnyHead,
    labels: Integers,
    bases: Bases | None = None,
    parts: int = 1,
    each: Callable[..., Iterable[None]] = map,
) -> Passes:
    """Both passes of every row, which the bases follow; rows that Newton does not settle are tried
    one by one."""
    (batch, n), classes = C.shape, len(head.d)
    parts = min(parts, batch)
    bases = bases or Bases(n, classes)
    groups, order = bases.groups(labels)
    shared = groups, bases.now(), np.array(head.V), np.array(head.d), labels, NEWTON_STEPS
    Z, Lam, G = np.zeros((batch, n)), np.zeros((batch, n)), np.zeros((batch, classes))
    loss, settled = np.zeros(batch), np.zeros(batch, dtype=np.bool_)

    counts = np.zeros((parts, classes, n))

    def some(rows: Integers, counted: Matrix) -> None:
        training_rows(M, C, rows, *shared, Z, Lam, G, loss, settled, counted)

    if parts == 1:
        some(order, counts[0])
    else:
        list(each(some, np.array_split(order, parts), counts))
    of_labels = counts[0] if parts == 1 else counts.sum(axis=0)
    for row in np.flatnonzero(~settled):
        found = exact_row(M, C[row], head, int(labels[row]))
        if found is not None:
            settled[row] = True
            Z[row], Lam[row], G[row], loss[row] = found
            of_labels[labels[row]] += Z[row] > 0
    bases.follow(of_labels, labels)
    return Passes(Z, Lam, G, loss, settled)


def exact_row(
    M: Matrix, c: Vector, head: AnyHead, label: int
) -> tuple[Vector, Vector, Vector, float] | None:
    """z, lambda, dl/dlogits and l of one sample with LAPACK; None when no equilibrium is found."""
    z, _, settled = newton_row(M, c, c > 0, NEWTON_STEPS)
    if not settled:
        pivoted, _ = lemke(M, c, PIVOTS)
        if pivoted is None:
            return None
        z = pivoted
    units = np.flatnonzero(z > 0)
    logits = head.V @ z + head.d
    softmax = np.exp(logits - logits.max())
    softmax /= softmax.sum()
    loss = float(-np.log(softmax[label]))
    G = softmax - (np.arange(len(softmax)) == label)
    lam = np.zeros_like(z)
    try:
        lam[units] = np.linalg.solve(M[np.ix_(units, units)].T, (head.V.T @ G)[units])
    except np.linalg.LinAlgError:
        return None
    return z, lam, G, loss
