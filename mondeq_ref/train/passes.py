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
from numpy.typing import NDArray

from mondeq_ref.arrays import Booleans, Integers, Matrix, Vector
from mondeq_ref.kernels.training import training_rows
from mondeq_ref.kernels.vectors import in_lanes
from mondeq_ref.operator import Head
from mondeq_ref.rigor.process import one_thread
from mondeq_ref.solve.active_set import newton_row
from mondeq_ref.solve.lemke import lemke

Float32 = NDArray[np.float32]

SWEEPS = 8
SWEEP_STEP = 1.4  # admissible with any margin; trained operators guess best from 1.3 to 1.6
NEAR = 0.1  # in Frobenius norm: one Newton-Schulz step leaves the square of what is missing
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
    resolvent = Resolvent()
    with one_thread(), ThreadPoolExecutor(workers) as pool:

        def passes(W: Matrix, C: Matrix, head: Head, labels: Integers) -> Passes:
            M = np.eye(len(W)) - W
            V = resolvent.of(M)
            ends = np.linspace(0, len(C), min(workers, len(C)) + 1).astype(int)
            shares = [slice(a, b) for a, b in pairwise(ends.tolist())]
            if len(shares) == 1:
                return exact_passes(M, C, head, labels, V)
            parts = pool.map(lambda rows: exact_passes(M, C[rows], head, labels[rows], V), shares)
            return _joined(list(parts))

        yield passes


def exact_passes(
    M: Matrix, C: Matrix, head: Head, labels: Integers, V: Float32 | None = None
) -> Passes:
    """Both passes of every row; rows that Newton does not settle are tried one by one.

    V is the resolvent in float32, for the guess, where the caller has it.
    """
    given = in_lanes(M), in_lanes(M.T)
    Z, Lam, G, loss, settled = training_rows(
        *given, C, _predicted(M, C, V), head.V, head.d, labels, NEWTON_STEPS
    )
    for row in np.flatnonzero(~settled):
        found = exact_row(M, C[row], head, int(labels[row]))
        if found is None:
            continue
        settled[row] = True
        Z[row], Lam[row], G[row], loss[row] = found
        # Where rounding does not forbid it, the bits are those of a row with a better guess.
        at, active = slice(row, row + 1), found[0][None] > 0
        *same, agreed = training_rows(*given, C[at], active, head.V, head.d, labels[at], 1)
        if agreed[0]:
            Z[at], Lam[at], G[at], loss[at] = same
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


class Resolvent:
    """V = (I + alpha M)^-1 in float32, followed from batch to batch: training moves M little."""

    def __init__(self) -> None:
        self._last: Float32 | None = None

    def of(self, M: Matrix) -> Float32:
        """One Newton-Schulz step V + V (I - B V) from a V that is near, else the inverse of B."""
        eye = np.eye(len(M), dtype=np.float32)
        B = (eye + SWEEP_STEP * M).astype(np.float32)
        if self._last is not None:
            defect = eye - B @ self._last
            if np.linalg.norm(defect) < NEAR:
                self._last = (self._last + self._last @ defect).astype(np.float32, copy=False)
                return self._last
        self._last = _inverse(B)
        return self._last


def _inverse(B: Float32) -> Float32:
    """Of a singular matrix the identity, with which `_predicted` says c > 0."""
    try:
        return np.linalg.inv(B)
    except np.linalg.LinAlgError:
        return np.eye(len(B), dtype=np.float32)


def _predicted(M: Matrix, C: Matrix, V: Float32 | None = None) -> Booleans:
    """The signs after a few sweeps s <- |P s + q|, P = 2 V - I, q = 2 alpha V c, in float32."""
    V = Resolvent().of(M) if V is None else V
    P = np.ascontiguousarray(2 * V.T - np.eye(len(V), dtype=np.float32))
    q = C.astype(np.float32) @ (np.float32(2 * SWEEP_STEP) * V.T)
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
