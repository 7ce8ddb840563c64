"""Forward, loss and backward of a batch with exact equilibria and exact adjoints.

A few float32 Peaceman-Rachford sweeps predict the active sets, the compiled kernel settles them
and reuses its factors for the adjoint.  With a margin, what comes out depends on the final
active sets alone: not on how they were predicted, nor on how many threads shared the rows.
"""

from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from threadpoolctl import threadpool_limits

from mondeq_ref.arrays import Booleans, Integers, Matrix, Vector
from mondeq_ref.kernels.training import training_rows
from mondeq_ref.operator import Head
from mondeq_ref.solve.active_set import newton_row
from mondeq_ref.solve.lemke import lemke

SWEEPS = 8
SWEEP_STEP = 1.0  # admissible with any margin, and near the best for trained operators
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

    def correct(self, labels: Integers) -> Booleans:
        """Rows whose label has the largest softmax, which is G plus the label's indicator."""
        softmax = self.G.copy()
        softmax[np.arange(len(labels)), labels] += 1.0
        return np.asarray((softmax.argmax(axis=1) == labels) & self.found)


Engine = Callable[[Matrix, Matrix, Head, Integers], Passes]  # W, rows c, head, labels


@contextmanager
def exact_engine(workers: int) -> Generator[Engine]:
    """Exact passes on `workers` threads, each with a BLAS of one thread."""
    with threadpool_limits(1), ThreadPoolExecutor(workers) as pool:

        def passes(W: Matrix, C: Matrix, head: Head, labels: Integers) -> Passes:
            M = np.eye(len(W)) - W
            ends = np.linspace(0, len(C), min(workers, len(C)) + 1).astype(int)
            shares = [slice(a, b) for a, b in pairwise(ends.tolist())]
            if len(shares) == 1:
                return exact_passes(M, C, head, labels)
            parts = pool.map(lambda rows: exact_passes(M, C[rows], head, labels[rows]), shares)
            return _joined(list(parts))

        yield passes


def exact_passes(M: Matrix, C: Matrix, head: Head, labels: Integers) -> Passes:
    """Both passes of every row; rows that Newton does not settle are tried one by one."""
    Z, Lam, G, loss, settled = training_rows(
        M, np.ascontiguousarray(M.T), C, _predicted(M, C), head.V, head.d, labels, NEWTON_STEPS
    )
    for row in np.flatnonzero(~settled):
        found = exact_row(M, C[row], head, int(labels[row]))
        if found is not None:
            Z[row], Lam[row], G[row], loss[row] = found
            settled[row] = True
    return Passes(Z, Lam, G, loss, settled)


def exact_row(
    M: Matrix, c: Vector, head: Head, label: int
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


def _predicted(M: Matrix, C: Matrix) -> Booleans:
    """The signs after a few sweeps s <- |P s + q|, P = 2 (I + alpha M)^-1 - I, in float32."""
    try:
        resolvent = np.linalg.inv(np.eye(len(M)) + SWEEP_STEP * M)
    except np.linalg.LinAlgError:
        return C > 0
    P = np.ascontiguousarray((2 * resolvent - np.eye(len(M))).T, dtype=np.float32)
    q = C.astype(np.float32) @ (2 * SWEEP_STEP * resolvent).T.astype(np.float32)
    s, reflected = np.abs(q), np.empty_like(q)
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(SWEEPS):
            np.matmul(s, P, out=reflected)
            reflected += q
            np.abs(reflected, out=s)
    return reflected > 0


def _joined(parts: list[Passes]) -> Passes:
    return Passes(
        np.concatenate([part.Z for part in parts]),
        np.concatenate([part.Lam for part in parts]),
        np.concatenate([part.G for part in parts]),
        np.concatenate([part.loss for part in parts]),
        np.concatenate([part.found for part in parts]),
    )
