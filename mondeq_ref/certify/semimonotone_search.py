"""Floats that propose a proof of rung 7, or a vector that refutes it.

The proof: weights d > 0 and N >= 0 with the largest possible least eigenvalue of sym(D K) - N, a
concave maximization.  The least eigenvalue is smoothed (minus a softmax of the eigenvalues) and
climbed by projected gradients with momentum, at a smoothing that falls.

The refutation: x >= 0, x != 0 with x_i (Kx)_i <= 0 for all i, that is, a principal block B with
some y >= 0, y != 0, By <= 0.  Such a block is looked for among all small ones, and among those
on which the climb that failed has put its weight: its gradient X is, at the optimum, a positive
semidefinite X >= 0 with (K X)_ii <= 0, and a rank-one X is a refutation.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from math import comb, sqrt

import numpy as np

from mondeq_ref.arrays import Integers, Matrix, Vector

SMOOTHINGS = (0.05, 0.02, 0.008, 0.003)
STEPS, FEWEST_STEPS = 400, 12  # gradient steps at each smoothing, for n <= 100 and for large n
STEP = 0.5  # times the smoothing: the gradient's Lipschitz constant is its inverse
EARLY = 60  # steps after which a refutation is looked for, where a proof is far
COARSE, HOPELESS = 0.02, -0.05  # the smoothing from which on a level this low ends the climb
LEAST_WEIGHT = 0.02  # of a mean of 1
GOOD_ENOUGH = 2e-3  # a least eigenvalue at which the climb ends: a margin, not just a proof
MOST_BLOCKS = 4_200_000  # of one size that are looked at: size 4 at n = 100, 3 at n = 290
LARGEST_BLOCK = 4
CHUNK = 100_000
NEARLY = 1e-9  # how far below 0 an entry may be for integers to be asked


@dataclass(frozen=True, eq=False)
class Climb:
    """The best level found, its weights and N, and the gradient X where the climb ended."""

    level: float
    d: Vector
    N: Matrix
    X: Matrix


def climb_level(K: Matrix) -> Iterator[Climb]:
    """Maximize lambda_min(sym(D K) - N) over d >= LEAST_WEIGHT of mean 1 and N >= 0; diag K = 1.

    Yields its last state; and before that, once, its state after EARLY steps, if the level is then
    below HOPELESS.
    """
    n = len(K)
    d, N = np.ones(n), np.zeros((n, n))
    best = Climb(-np.inf, d, N, N)
    X = N
    steps = max(FEWEST_STEPS, min(STEPS, STEPS * 100**2 // n**2))
    with np.errstate(over="ignore"):
        reach = 2 * n / float((K * K).sum(axis=1).mean())  # what a weight's step may be longer by
    if reach == 0:  # no step of a gradient reaches entries that overflow when squared
        yield best
        return
    for smoothing in SMOOTHINGS:
        ahead_d, ahead_N, momentum, before = d, N, 1.0, -np.inf
        for step in range(steps):
            if step == EARLY and smoothing == SMOOTHINGS[0] and best.level < HOPELESS:
                yield Climb(best.level, best.d, best.N, X)
            weighted = ahead_d[:, None] * K
            values, Q = np.linalg.eigh((weighted + weighted.T) / 2 - ahead_N)
            shares = np.exp((values[0] - values) / smoothing)
            smooth = float(values[0] - smoothing * np.log(shares.sum()))
            X = (Q * (shares / shares.sum())) @ Q.T
            if values[0] > best.level:
                best = Climb(float(values[0]), ahead_d, ahead_N, X)
                if best.level >= GOOD_ENOUGH:
                    yield best
                    return
            slope = np.einsum("ij,ji->i", K, X)
            next_d = on_simplex(ahead_d + STEP * smoothing * reach * slope, LEAST_WEIGHT)
            next_N = np.maximum(ahead_N - 2 * STEP * smoothing * X, 0)
            next_N.flat[:: n + 1] = 0
            momentum = 1.0 if smooth < before else momentum
            before = smooth
            following = (1 + sqrt(1 + 4 * momentum * momentum)) / 2
            push = (momentum - 1) / following
            ahead_d = np.maximum(next_d + push * (next_d - d), LEAST_WEIGHT / 2)
            ahead_N = np.maximum(next_N + push * (next_N - N), 0)
            d, N, momentum = next_d, next_N, following
        if smoothing <= COARSE and best.level < HOPELESS:
            break
    yield Climb(best.level, best.d, best.N, X)


def on_simplex(v: Vector, least: float) -> Vector:
    """The nearest vector with entries >= least and mean 1."""
    n = len(v)
    above, total = v - least, n * (1 - least)
    falling = np.sort(above)[::-1]
    excess = (np.cumsum(falling) - total) / np.arange(1, n + 1)
    last = int(np.flatnonzero(falling > excess)[-1])
    return np.maximum(above - excess[last], 0) + least


def small_blocks(K: Matrix, sizes: range) -> Iterator[tuple[int, ...]]:
    """Index sets of these sizes on which floats see a y >= 0 with By <= 0, small ones first."""
    for size in sizes:
        if comb(len(K), size) > MOST_BLOCKS:
            return
        for subsets in _chunks(len(K), size):
            yield from map(tuple, subsets[_failing(K, subsets)].tolist())


def heavy_blocks(K: Matrix, X: Matrix) -> Iterator[tuple[int, ...]]:
    """Index sets to which X gives most weight, by its top eigenvectors and its rows."""
    vectors = np.linalg.eigh(X)[1][:, ::-1][:, :4].T
    for x in chain(vectors, -vectors, X):
        order = np.argsort(-x)
        for size in range(2, int((x > 0).sum()) + 1):
            subset = np.sort(order[:size])
            if _failing(K, subset[None])[0]:
                yield tuple(subset.tolist())
                break


def _chunks(n: int, size: int) -> Iterator[Integers]:
    """All index sets of one size in their order, in blocks of at least CHUNK rows but the last."""
    if size == 1:
        yield np.arange(n)[:, None]
        return
    rest = np.concatenate([np.empty((0, size - 1), np.int64), *_chunks(n, size - 1)])
    ends = np.searchsorted(rest[:, 0], np.arange(n), side="right")  # those of larger units follow
    held: list[Integers] = []
    for unit, end in enumerate(ends.tolist()):
        held.append(np.hstack([np.full((len(rest) - end, 1), unit), rest[end:]]))
        if sum(map(len, held)) >= CHUNK or unit == n - 1:
            yield np.concatenate(held)
            held = []


def _failing(K: Matrix, subsets: Integers) -> np.ndarray:
    """Which blocks B are singular or have a column of -B^-1 that is >= 0, as floats see it."""
    with np.errstate(all="ignore"):
        determinants = _determinants(K, subsets)
        found = np.abs(determinants) <= NEARLY
        turned = np.flatnonzero(determinants < -NEARLY)
        blocks = _blocks(K, subsets[turned])
        regular = np.linalg.det(blocks) != 0  # as LAPACK sees it, which inverts no others
        greatest = np.linalg.inv(blocks[regular]).max(axis=1, initial=-np.inf)  # of each column
    found[turned[~regular]] = True
    found[turned[regular]] = greatest.min(axis=-1, initial=np.inf) <= NEARLY
    return found


def _determinants(K: Matrix, subsets: Integers) -> Vector:
    """By their formula up to size 3: LAPACK takes several times as long for each."""
    if subsets.shape[1] > 3:
        return np.linalg.det(_blocks(K, subsets))

    units = np.ascontiguousarray(subsets.T)
    entries = [[K[i, j] for j in units] for i in units]

    def minor(first: int, columns: list[int]) -> Vector:
        if len(columns) == 1:
            return entries[first][columns[0]]
        total = np.zeros(len(subsets))
        for j, column in enumerate(columns):
            part = entries[first][column] * minor(first + 1, columns[:j] + columns[j + 1 :])
            total += part if j % 2 == 0 else -part
        return total

    return minor(0, list(range(len(units))))


def _blocks(K: Matrix, subsets: Integers) -> np.ndarray:
    return K[subsets[:, :, None], subsets[:, None, :]]
