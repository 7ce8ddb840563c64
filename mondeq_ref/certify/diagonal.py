"""Looking for diagonal weights D with sym(D M) positive definite, or for the proof of none.

    maximize t   subject to   sum_i d_i x_i (M x)_i >= t  for all unit x,   d >= 0,  sum d = 1

by cutting planes: each round adds the eigenvectors of sym(D M) that d violates most.  Floats
and HiGHS propose; integers decide.  t > 0 at some d gives weights, t < 0 for the cuts gives,
by linear programming duality, multipliers y >= 0 with X = sum_k y_k x_k x_k' the refutation.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from flint import fmpz, fmpz_mat

from mondeq_ref.arrays import Matrix, Vector
from mondeq_ref.rigor.diagonal import refutes_weights, weights_hold
from mondeq_ref.rigor.dyadic import Dyadic
from mondeq_ref.rigor.proposals import on_grid, unit_scaled
from mondeq_ref.rigor.spectrum import diagonal_matrix
from mondeq_ref.rigor.verdict import Outcome

WEIGHT_BITS = 20  # weights of one block are integers up to this size
VECTOR_BITS = 40  # the vectors of a refutation lie on this grid
CUTS_A_ROUND = 4
SWEEPS = 10
GOOD_ENOUGH = 0.5  # weights this close to the best level are taken: a margin, not just a proof
COUPLING = 0.25  # what a coupling between blocks may use of the room for it, squared
ROUNDS = 200


@dataclass(frozen=True, eq=False)
class DiagonalWeights:
    """PROVED by weights, REFUTED by a factor Y of X = Y Y', or neither found."""

    outcome: Outcome
    weights: tuple[int, ...] | None = None
    refutation: Dyadic | None = None


UNDECIDED = DiagonalWeights(Outcome.UNDECIDED)


def diagonal_weights(M: Dyadic, rounds: int = ROUNDS) -> DiagonalWeights:
    """Decide whether diagonal weights exist, when the search finds either proof.

    The search runs on the strongly connected blocks: units that nothing depends on, or that
    depend on nothing, only blur it.  M is block triangular in them, so weights of the blocks
    combine when each block is scaled down against those it depends on; and a refutation of
    one block, filled with zeros, refutes all of M.
    """
    F, _ = unit_scaled(M)
    weights = np.zeros(len(F))
    done: list[int] = []
    for block in dependency_order(M):
        d, Y = _decide_block(M.block(block, block), rounds)
        if Y is not None:
            return _refuted(M, block, Y)
        if d is None:
            return UNDECIDED
        weights[block] = d * _room(F, weights, done, block, d)
        done += block
    return _proved(M, weights)


def dependency_order(M: Dyadic) -> list[list[int]]:
    """The strongly connected blocks, each after all those that its rows refer to."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    pattern = np.array([[entry != 0 for entry in row] for row in M.integers.table()])
    count, label = connected_components(csr_matrix(pattern), directed=True, connection="strong")
    blocks = [np.flatnonzero(label == k).tolist() for k in range(count)]
    links = np.zeros((count, count), dtype=np.bool_)
    rows, columns = np.nonzero(pattern)
    links[label[rows], label[columns]] = True
    np.fill_diagonal(links, False)
    order: list[int] = []
    remaining = list(range(count))
    while remaining:
        ready = next(k for k in remaining if not links[k, remaining].any())
        order.append(ready)
        remaining.remove(ready)
    return [blocks[k] for k in order]


def _decide_block(block: Dyadic, rounds: int) -> tuple[Vector | None, Dyadic | None]:
    """Weights in floats, or a refutation that holds, or neither."""
    n = block.shape[0]
    for i in range(n):
        if block.integers[i, i] <= 0:
            return None, Dyadic(fmpz_mat(n, 1, [int(i == j) for j in range(n)]), 0)
    balanced = _balanced(unit_scaled(block)[0])
    if balanced is None:
        return None, None
    K, row, column = balanced
    d = best = np.ones(n)
    least_best = -np.inf
    vectors, cuts = np.zeros((0, n)), np.zeros((0, n))
    for k in range(rounds):
        values, Q = np.linalg.eigh(_weighted_symmetric(K, d))
        if values[0] > least_best:
            least_best, best = float(values[0]), d
        X = Q[:, :CUTS_A_ROUND].T
        vectors, cuts = np.vstack([vectors, X]), np.vstack([cuts, X * (X @ K.T)])
        level, proposed, multipliers = _program(cuts)
        if least_best > _room_for_rounding(K, best) and least_best >= GOOD_ENOUGH * level:
            return best * row / column, None
        if level <= 0:
            Y = _factor(vectors, multipliers, column)
            if refutes_weights(block, Y):
                return None, Y
        # Staying near the best weights so far keeps the cuts relevant.
        d = (best + proposed) / 2 if k % 2 else 0.8 * best + 0.2 * proposed
    found = least_best > _room_for_rounding(K, best)
    return (best * row / column if found else None), None


def _balanced(F: Matrix) -> tuple[Matrix, Vector, Vector] | None:
    """K = diag(row) F diag(column) with diagonal 1 and balanced rows and columns.

    Weights d of K are weights d row / column of F, because sym(D R F C) = C sym(C^-1 D R F) C;
    and a refutation X of K is C X C for F.
    """
    diagonal = np.diagonal(F)
    if (diagonal <= 0).any():  # positive in truth, but lost to underflow
        return None
    with np.errstate(all="ignore"):
        K = F / diagonal[:, None]
    if not np.isfinite(K).all():
        return None
    scale = _balancing(K)
    K = K * scale / scale[:, None]
    return (K, 1 / (diagonal * scale), scale) if np.isfinite(K).all() else None


def _balancing(K: Matrix) -> Vector:
    """Powers of two s such that K_ij s_j / s_i has rows and columns of like size (Osborne)."""
    A = np.abs(K)
    np.fill_diagonal(A, 0.0)
    scale = np.ones(len(A))
    for _ in range(SWEEPS):
        for i in range(len(A)):
            row, column = A[i].max(), A[:, i].max()
            if row > 0 and column > 0:
                power = 2.0 ** np.rint((np.log2(row) - np.log2(column)) / 2)
                A[:, i] *= power
                A[i] /= power
                scale[i] *= power
    return scale


def _factor(vectors: Matrix, multipliers: Vector, column: Vector) -> Dyadic:
    """Y with Y Y' = C (sum_k y_k x_k x_k') C, its rows kept to VECTOR_BITS relative bits."""
    used = multipliers > 0
    Y = (vectors[used] * np.sqrt(multipliers[used])[:, None]).T
    largest = np.abs(Y).max(initial=0.0)
    codes = on_grid(Y / largest if largest > 0 else Y, VECTOR_BITS)
    scale = np.frexp(column)[1].tolist()  # powers of two
    least = min(scale)
    return diagonal_matrix([1 << (k - least) for k in scale], 0) @ codes


def _weighted_symmetric(K: Matrix, d: Vector) -> Matrix:
    B = d[:, None] * K
    return (B + B.T) / 2


def _room_for_rounding(K: Matrix, d: Vector) -> float:
    """Rounding the weights to WEIGHT_BITS moves an eigenvalue by about this much."""
    return float(len(K) * np.abs(K).max() * d.max() * 2.0**-WEIGHT_BITS)


def _program(cuts: Matrix) -> tuple[float, Vector, Vector]:
    """max t: cuts d >= t, d >= 0, sum d = n.  The level, the weights, the multipliers."""
    from scipy.optimize import linprog

    count, n = cuts.shape
    result = linprog(
        np.append(np.zeros(n), -1.0),
        A_ub=np.hstack([-cuts, np.ones((count, 1))]),
        b_ub=np.zeros(count),
        A_eq=np.append(np.ones(n), 0.0)[None],
        b_eq=[n],
        bounds=[(0, None)] * n + [(None, None)],
        method="highs",
    )
    if result.status != 0 or result.x is None or result.fun is None:
        return np.inf, np.ones(n), np.zeros(count)
    return float(-result.fun), result.x[:n], -result.ineqlin.marginals


def _room(F: Matrix, weights: Vector, done: list[int], block: list[int], d: Vector) -> float:
    """A power of two s <= 1 such that weights s d on the block keep everything definite.

    With P = sym(D M) on the blocks before, Q = sym(D M) on this one, C its rows on those
    before: [[P, s C'D/2], [s D C/2, s Q]] is positive definite when s g < 1 for
    g = ||Q^-1/2 D C P^-1/2||^2 / 4.
    """
    coupling = d[:, None] * F[np.ix_(block, done)] / 2  # empty for the first block
    if not coupling.any():
        return 1.0
    P = _weighted_symmetric(F[np.ix_(done, done)], weights[done])
    Q = _weighted_symmetric(F[np.ix_(block, block)], d)
    try:
        left = np.linalg.solve(np.linalg.cholesky(Q), coupling)
        both = np.linalg.solve(np.linalg.cholesky(P), left.T)
    except np.linalg.LinAlgError:
        return 1.0
    g = float(np.linalg.norm(both, 2)) ** 2
    return min(1.0, 2.0 ** np.floor(np.log2(COUPLING / g))) if 0 < g < np.inf else 1.0


def _proved(M: Dyadic, weights: Vector) -> DiagonalWeights:
    codes = _integers(weights)
    return DiagonalWeights(Outcome.PROVED, codes) if weights_hold(M, codes) else UNDECIDED


def _integers(weights: Vector) -> tuple[int, ...]:
    """Positive integers in the ratio of the weights, each to WEIGHT_BITS bits, however uneven."""
    mantissas, exponents = np.frexp(weights)
    codes = np.rint(np.ldexp(mantissas, WEIGHT_BITS)).astype(np.int64)
    shifts = exponents - exponents.min()
    return tuple(int(c) << int(s) for c, s in zip(codes, shifts, strict=True))


def _refuted(M: Dyadic, block: Sequence[int], Y: Dyadic) -> DiagonalWeights:
    """The refutation of a block, filled with zeros."""
    position = {i: k for k, i in enumerate(block)}
    table, zeros = Y.integers.table(), [fmpz(0)] * Y.shape[1]
    rows = [table[position[i]] if i in position else zeros for i in range(M.shape[0])]
    full = Dyadic(fmpz_mat(rows), Y.exponent)
    return DiagonalWeights(Outcome.REFUTED, refutation=full)
