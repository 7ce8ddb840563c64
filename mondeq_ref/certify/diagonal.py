"""Looking for diagonal weights D with sym(D M) positive definite, or for the proof of none.

    maximize t   subject to   sum_i d_i x_i (M x)_i >= t  for all unit x,   d >= 0,  sum d = 1

by cutting planes: each round adds the eigenvectors of sym(D M) that d violates most, as rows of a
matrix game.  Floats propose; integers decide.  t > 0 at some d gives weights; t < 0 for the cuts
gives y >= 0, the other player's strategy, with X = sum_k y_k x_k x_k' the refutation.

Entries may differ by more powers of two than one float can hold, so scales are kept as integer
exponents beside the floats that they multiply.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from flint import fmpz, fmpz_mat

from mondeq_ref.arrays import Integers, Matrix, Vector
from mondeq_ref.certify.matrix_game import ROUNDING, MatrixGame
from mondeq_ref.rigor.diagonal import refutes_weights, weights_hold
from mondeq_ref.rigor.dyadic import Dyadic
from mondeq_ref.rigor.proposals import at_scale, mantissas_and_exponents, on_grid
from mondeq_ref.rigor.spectrum import diagonal_matrix
from mondeq_ref.rigor.verdict import Outcome

WEIGHT_BITS = 20  # weights of one block are integers up to this size
VECTOR_BITS = 40  # the vectors of a refutation lie on this grid
CUTS = 2  # of each weights that are looked at
SHARES = (0.2, 0.5, 1.0)  # of the way from the best weights to those of the program
SWEEPS = 10
GOOD_ENOUGH = 0.5  # weights this close to the best level are taken: a margin, not just a proof
COUPLING = 0.25  # what a coupling between blocks may use of the room for it, squared
ROUNDS = 200
UNEVEN = 1e2  # cuts longer than this may hide others, so a search that fails is made again
MOST_SPREAD = 20_000  # powers of two between the weights; beyond, integers take for ever

Scaled = tuple[Vector, Integers]  # weights d_i 2^(p_i)


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
    F, e = mantissas_and_exponents(M)
    d, p = np.zeros(len(F)), np.zeros(len(F), dtype=np.int64)
    done: list[int] = []
    for block in dependency_order(M):
        weights, Y = _decide_block(M.block(block, block), rounds)
        if Y is not None:
            return _refuted(M, block, Y)
        if weights is None:
            return UNDECIDED
        d[block], p[block] = weights
        p[block] += _room(F, e, (d, p), done, block)
        done += block
    return _proved(M, (d, p))


def dependency_order(M: Dyadic) -> list[list[int]]:
    """The strongly connected blocks, each after all those that its rows refer to."""
    n = M.shape[0]
    pattern = np.array([entry != 0 for entry in M.integers.entries()]).reshape(n, n)
    reach = pattern | np.eye(n, dtype=np.bool_)
    for _ in range(n.bit_length()):  # paths of up to 2, 4, ... steps
        paths = reach.astype(np.float32)
        reach = paths @ paths > 0
    first = (reach & reach.T).argmax(axis=1)  # unit of the block
    # a set, since np.unique imports numpy.ma, which takes longer than all of this
    blocks = [np.flatnonzero(first == k).tolist() for k in sorted(set(first.tolist()))]
    # a block reaches all that those it refers to reach, and itself
    return sorted(blocks, key=lambda block: int(reach[block[0]].sum()))


def _decide_block(block: Dyadic, rounds: int) -> tuple[Scaled | None, Dyadic | None]:
    """Weights in floats, or a refutation that holds, or neither."""
    n = block.shape[0]
    for i in range(n):
        if block.integers[i, i] <= 0:
            return None, Dyadic(fmpz_mat(n, 1, [int(i == j) for j in range(n)]), 0)
    F, e = mantissas_and_exponents(block)
    K, scale = balanced(F, e)
    bound = _greatest_row(K)  # of x_i (K x)_i
    if not bound < np.inf:
        return None, None

    def refutation(vectors: Matrix, multipliers: Vector) -> Dyadic | None:
        Y = _factor(vectors, multipliers, scale)
        return Y if refutes_weights(block, Y) else None

    for size in (bound, None) if bound > UNEVEN else (bound,):
        d, Y = _by_cuts(K, MatrixGame(n, size), rounds, refutation)
        if Y is not None or d is not None:
            return None if d is None else _unbalanced(d, F, e, scale), Y
    return None, None


def _by_cuts(
    K: Matrix,
    game: MatrixGame,
    rounds: int,
    refutation: Callable[[Matrix, Vector], Dyadic | None],
) -> tuple[Vector | None, Dyadic | None]:
    """Weights of K, whose diagonal is 1, or a refutation that holds, or neither.

    `game` has no rows yet; `refutation` makes one of vectors and multipliers, None if it fails."""
    n = len(K)
    best, least_best = np.ones(n), -np.inf
    looked_at = [best]
    vectors, level = np.eye(n), 1.0  # sum d = n
    blur = ROUNDING * _greatest_row(K)  # of a value that is 0
    game.add(vectors)
    for _ in range(rounds):
        for d in looked_at:
            values, Q = np.linalg.eigh(_weighted_symmetric(K, d))
            if values[0] > least_best:
                least_best, best = float(values[0]), d
            X = Q[:, :CUTS].T
            vectors = np.vstack([vectors, X])
            game.add(X * (X @ K.T))
        if least_best > _room_for_rounding(K, best) and least_best >= GOOD_ENOUGH * level:
            return best, None
        value, weights, y = game.solved()
        level = n * value
        Y = refutation(vectors, y) if value <= blur else None
        if Y is not None:
            return None, Y
        # Staying near the best weights so far keeps the cuts relevant.
        looked_at = [best + share * (n * weights - best) for share in SHARES]
    return (best if least_best > _room_for_rounding(K, best) else None), None


def _greatest_row(K: Matrix) -> float:
    return float(np.abs(K).sum(axis=1).max())


def balanced(F: Matrix, e: Integers) -> tuple[Matrix, Integers]:
    """K = C^-1 diag(F)^-1 F C with diagonal 1, and the exponents of the powers of two in C.

    Because sym(D R F C) = C sym(C^-1 D R F) C, weights of K become weights of F by dividing by
    its diagonal and by C^2; and a refutation X of K is C X C for F.
    """
    ratios, shifts = F / np.diagonal(F)[:, None], e - np.diagonal(e)[:, None]
    scale = _balancing(ratios, shifts)
    return at_scale(ratios, shifts + scale - scale[:, None]), scale


def _unbalanced(d: Vector, F: Matrix, e: Integers, scale: Integers) -> Scaled:
    return d / np.diagonal(F), -np.diagonal(e) - 2 * scale


def _balancing(ratios: Matrix, shifts: Integers) -> Integers:
    """Exponents s such that K_ij 2^(s_j - s_i) has rows and columns of like size (Osborne)."""
    with np.errstate(divide="ignore"):
        sizes = np.log2(np.abs(ratios)) + shifts
    np.fill_diagonal(sizes, -np.inf)
    scale = np.zeros(len(sizes), dtype=np.int64)
    for _ in range(SWEEPS):
        before = scale.copy()
        for i in range(len(sizes)):
            row, column = sizes[i].max(), sizes[:, i].max()
            if np.isfinite(row) and np.isfinite(column):
                power = int(np.rint((row - column) / 2))
                sizes[:, i] += power
                sizes[i] -= power
                scale[i] += power
        if (scale == before).all():
            break
    return scale


def _factor(vectors: Matrix, multipliers: Vector, scale: Integers) -> Dyadic:
    """Y with Y Y' = C (sum_k y_k x_k x_k') C, its rows kept to VECTOR_BITS relative bits."""
    used = multipliers > 0
    Y = (vectors[used] * np.sqrt(multipliers[used])[:, None]).T
    largest = np.abs(Y).max(initial=0.0)
    codes = on_grid(Y / largest if largest > 0 else Y, VECTOR_BITS)
    powers = (scale - scale.min()).tolist()
    return diagonal_matrix([1 << power for power in powers], 0) @ codes


def _weighted_symmetric(K: Matrix, d: Vector) -> Matrix:
    B = d[:, None] * K
    return (B + B.T) / 2


def _room_for_rounding(K: Matrix, d: Vector) -> float:
    """Rounding the weights to WEIGHT_BITS moves an eigenvalue by about this much."""
    return float(len(K) * np.abs(K).max() * d.max() * 2.0**-WEIGHT_BITS)


def _room(F: Matrix, e: Integers, weights: Scaled, done: list[int], block: list[int]) -> int:
    """An exponent s <= 0 such that weights 2^s d on the block keep everything definite.

    With P = sym(D M) on the blocks before, Q = sym(D M) on this one, C its rows on those
    before: [[P, 2^s C'D/2], [2^s D C/2, 2^s Q]] is positive definite when 2^s g < 1 for
    g = ||Q^-1/2 D C P^-1/2||^2 / 4.  Scaling P and Q to a diagonal near 1 changes no norm.
    """
    d, p = weights
    inner = np.ix_(block, done)
    coupling = d[block, None] * F[inner] / 2
    if not coupling.any():  # empty for the first block
        return 0
    P, first = _unit_diagonal(F, e, weights, done)
    Q, second = _unit_diagonal(F, e, weights, block)
    powers = e[inner] + (p[block] + second)[:, None] + first
    largest = int(powers[coupling != 0].max())
    try:
        left = np.linalg.solve(np.linalg.cholesky(Q), at_scale(coupling, powers - largest))
        norm = np.linalg.norm(np.linalg.solve(np.linalg.cholesky(P), left.T), 2)
    except np.linalg.LinAlgError:
        return 0
    if not 0 < norm < np.inf:
        return 0
    return min(0, int(np.floor(np.log2(COUPLING) - 2 * np.log2(norm))) - 2 * largest)


def _unit_diagonal(
    F: Matrix, e: Integers, weights: Scaled, units: list[int]
) -> tuple[Matrix, Integers]:
    """T sym(D M) T on the units, its diagonal near 1, and the exponents of the powers in T."""
    d, p = weights[0][units], weights[1][units]
    block = np.ix_(units, units)
    t = -((np.frexp(d)[1] + p + np.diagonal(e)[units]) // 2)
    B = at_scale(d[:, None] * F[block], e[block] + (p + t)[:, None] + t)
    return (B + B.T) / 2, t


def _proved(M: Dyadic, weights: Scaled) -> DiagonalWeights:
    codes = integer_weights(*weights)
    if codes is None or not weights_hold(M, codes):
        return UNDECIDED
    return DiagonalWeights(Outcome.PROVED, codes)


def integer_weights(d: Vector, p: Integers) -> tuple[int, ...] | None:
    """Positive integers in the ratio of the weights, each to WEIGHT_BITS bits, however uneven."""
    mantissas, exponents = np.frexp(d)
    codes = np.rint(np.ldexp(mantissas, WEIGHT_BITS)).astype(np.int64)
    shifts = exponents + p - (exponents + p).min()
    if shifts.max() > MOST_SPREAD:
        return None
    return tuple(c << s for c, s in zip(codes.tolist(), shifts.tolist(), strict=True))


def _refuted(M: Dyadic, block: Sequence[int], Y: Dyadic) -> DiagonalWeights:
    """The refutation of a block, filled with zeros."""
    position = {i: k for k, i in enumerate(block)}
    table, zeros = Y.integers.table(), [fmpz(0)] * Y.shape[1]
    rows = [table[position[i]] if i in position else zeros for i in range(M.shape[0])]
    full = Dyadic(fmpz_mat(rows), Y.exponent)
    return DiagonalWeights(Outcome.REFUTED, refutation=full)
