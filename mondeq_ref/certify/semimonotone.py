"""Rung 7: is M~ strictly semimonotone, so that every input has an equilibrium?

Proved by weights D > 0 and N >= 0 with sym(D M~) - N positive definite, or, where a block is
small, by looking at all its principal blocks; refuted by x >= 0, x != 0 with x_i (M~x)_i <= 0
for all i.  Floats propose (`semimonotone_search`), integers decide.

M~ is taken apart into its strongly connected blocks.  The rows of each refer to it and to
earlier blocks; so the first block on which x is not 0 sees x alone, and M~ is strictly
semimonotone exactly when all blocks are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log2

import numpy as np
from flint import fmpz, fmpz_mat

from mondeq_ref.arrays import Integers, Matrix
from mondeq_ref.certify.diagonal import Scaled, balanced, dependency_order, integer_weights
from mondeq_ref.certify.semimonotone_search import (
    LARGEST_BLOCK,
    Climb,
    climb_level,
    heavy_blocks,
    small_blocks,
)
from mondeq_ref.rigor.dyadic import Dyadic
from mondeq_ref.rigor.proposals import mantissas_and_exponents, on_grid, unit_scaled
from mondeq_ref.rigor.semimonotone import (
    Copositive,
    failing_vector_on,
    first_failing_vector,
    placed,
    refutes_semimonotone,
)
from mondeq_ref.rigor.verdict import Outcome

ENUMERATED = 12  # units of a block whose 2^12 principal blocks are all looked at
FIRST_LOOK = 3  # block size up to which a refutation is looked for before the climb
LIFT_BITS = 22  # after the binary point of an entry of N
VECTOR_BITS = (8, 16, 40)  # of a refuting vector, the fewest that do


@dataclass(frozen=True, eq=False)
class BlockProof:
    """One strongly connected block; without weights, all its principal blocks were looked at."""

    units: tuple[int, ...]
    weights: Copositive | None


@dataclass(frozen=True, eq=False)
class Existence:
    """PROVED by its blocks in dependency order, REFUTED by x, or neither found; then `level` is
    the largest least eigenvalue of sym(D M~) - N that was reached, for diag M~ scaled to 1."""

    outcome: Outcome
    blocks: tuple[BlockProof, ...] = ()
    x: Dyadic | None = None
    level: float | None = None


def strictly_semimonotone(M: Dyadic) -> Existence:
    """Decide, when the search finds either proof; up to 12 units a block it always does."""
    proofs: list[BlockProof] = []
    undecided: float | None = None
    order = dependency_order(M)
    for block in order:
        found = _decide_block(M.block(block, block))
        if found.x is not None:
            x = placed(block, found.x.integers.entries(), M.shape[0])
            return Existence(Outcome.REFUTED, x=x)
        if found.outcome is Outcome.UNDECIDED:
            undecided = found.level
        for one in found.blocks:
            proofs.append(BlockProof(tuple(block), one.weights))
    if len(proofs) < len(order):
        return Existence(Outcome.UNDECIDED, level=undecided)
    return Existence(Outcome.PROVED, tuple(proofs))


def _decide_block(B: Dyadic) -> Existence:
    """A strongly connected block on its own."""
    n = B.shape[0]
    for i in range(n):
        if B.integers[i, i] <= 0:
            return Existence(Outcome.REFUTED, x=placed([i], [fmpz(1)], n))
    F, e = mantissas_and_exponents(B)
    K, scale = balanced(F, e)
    best: Climb | None = None
    if np.isfinite(K).all():
        x = _refutation(B, small_blocks(K, range(1, FIRST_LOOK + 1)))
        if x is not None:
            return Existence(Outcome.REFUTED, x=x)
        for best in climb_level(K):
            d = best.d / np.diagonal(F), -np.diagonal(e) - 2 * scale
            weights = _exact_weights(d, best.N, scale) if best.level > 0 else None
            if weights is not None and weights.holds_for(B):
                return Existence(Outcome.PROVED, (BlockProof(tuple(range(n)), weights),))
            x = _refutation(B, heavy_blocks(K, best.X)) if n > ENUMERATED else None
            if x is not None:
                return Existence(Outcome.REFUTED, x=x)
    if n <= ENUMERATED:
        x = first_failing_vector(B)
        if x is None:
            return Existence(Outcome.PROVED, (BlockProof(tuple(range(n)), None),))
        return Existence(Outcome.REFUTED, x=x)
    if best is None:
        return Existence(Outcome.UNDECIDED)
    x = _refutation(B, small_blocks(K, range(FIRST_LOOK + 1, LARGEST_BLOCK + 1)))
    if x is not None:
        return Existence(Outcome.REFUTED, x=x)
    return Existence(Outcome.UNDECIDED, level=best.level)


def _refutation(B: Dyadic, proposed: Iterator[Sequence[int]]) -> Dyadic | None:
    """The first that integers confirm; short numbers where they do."""
    for subset in proposed:
        x = _short_vector(B, subset)
        x = failing_vector_on(B, subset) if x is None else x
        if x is not None and refutes_semimonotone(B, x):
            return x
    return None


def _short_vector(B: Dyadic, subset: Sequence[int]) -> Dyadic | None:
    """y = -B_aa^-1 r for an r > 0 near a unit vector or at (1, ..., 1), rounded to few bits:
    B_aa y < 0 has room for the rounding."""
    F = unit_scaled(B.block(subset, subset))[0]
    try:
        Y = -np.linalg.inv(F)
    except np.linalg.LinAlgError:
        return None
    total = Y.sum(axis=1)
    for y in (total, *Y.T):
        if not (np.isfinite(y).all() and (y > 0).all()):
            continue
        room = 0.5 * min((y[i] / -total[i] for i in np.flatnonzero(total < 0)), default=1.0)
        inner = y + min(room, 1.0) * total
        for bits in VECTOR_BITS:
            codes = on_grid((inner / inner.max())[:, None], bits).integers.entries()
            x = placed(subset, codes, B.shape[0])
            if refutes_semimonotone(B, x):
                return x
    return None


def _exact_weights(d: Scaled, N: Matrix, scale: Integers) -> Copositive | None:
    """Weights of the block itself, in integers, and N rounded down, on one scale.

    The climb saw K = C^-1 diag(B)^-1 B C, C = diag(2^scale), and sym(D K) - N is
    C (sym(D diag(B)^-1 C^-2 B) - C^-1 N C^-1) C."""
    codes = integer_weights(*d)
    if codes is None:
        return None
    power = round(log2(codes[0]) - log2(d[0][0]) - int(d[1][0]))  # the codes are d 2^power
    grid = np.floor(np.ldexp((N + N.T) / 2, LIFT_BITS)).astype(np.int64)
    shifts = (2 * int(scale.max()) - scale[:, None] - scale).tolist()
    entries = [
        code << shift
        for row, powers in zip(grid.tolist(), shifts, strict=True)
        for code, shift in zip(row, powers, strict=True)
    ]
    exponent = power - LIFT_BITS - 2 * int(scale.max())
    return Copositive(codes, Dyadic(fmpz_mat(len(N), len(N), entries), exponent))
