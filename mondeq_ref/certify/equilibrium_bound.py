"""How large can an equilibrium be?  A bound for every input, from the proof of rung 7.

With sym(D M) - N >= l I, N >= 0, l > 0, every equilibrium z of every c has
||z|| <= ||(D c)_+|| / l: for z >= 0 and z'D(Mz - c) = 0 give l z'z <= z'D M z = z'D c <=
||z|| ||(D c)_+||.  A block that refers to earlier ones is fed c less what they contribute.
"""

import numpy as np

from mondeq_ref.arrays import Matrix, Vector
from mondeq_ref.certify.semimonotone import BlockProof, Existence
from mondeq_ref.rigor.definite import is_positive_definite
from mondeq_ref.rigor.dyadic import Dyadic, identity
from mondeq_ref.rigor.fast import norms_above, up
from mondeq_ref.rigor.proposals import unit_scaled
from mondeq_ref.rigor.semimonotone import Copositive
from mondeq_ref.rigor.spectrum import diagonal_matrix
from mondeq_ref.rigor.verdict import Outcome

SHARES = (1 - 2.0**-12, 0.5, 2.0**-10)  # of the least eigenvalue that floats see


@np.errstate(over="ignore", invalid="ignore")  # an overflow makes a bound infinite
def equilibrium_bounds(M: Dyadic, found: Existence, C: Matrix) -> Vector | None:
    """For each row c of C a number that no equilibrium's length exceeds; None where the proof
    has no weights for some block."""
    if found.outcome is not Outcome.PROVED:
        return None
    lengths = np.zeros((len(C), 0))
    earlier: list[int] = []
    for block in found.blocks:
        bound = _of_block(M, block, earlier, C, np.asarray(norms_above(lengths)))
        if bound is None:
            return None
        lengths = np.column_stack([lengths, bound])
        earlier += block.units
    return np.asarray(norms_above(lengths), dtype=np.float64)


def least_eigenvalue_below(weights: Copositive, M: Dyadic) -> float:
    """l > 0 with sym(D M) - sym N - l I positive definite, exactly; 0 where none is found."""
    twice = weights.twice(M)
    F, shift = unit_scaled(twice)
    least = float(np.linalg.eigvalsh(F)[0])
    for share in SHARES if least > 0 else ():
        level = float(np.ldexp(least * share, shift))
        if 0 < level < np.inf and is_positive_definite(twice - identity(len(F)) * level):
            return level / 2
    return 0.0


def _of_block(
    M: Dyadic, block: BlockProof, earlier: list[int], C: Matrix, before: Vector
) -> Vector | None:
    """||z|| on one block, where `before` bounds the length of z on the earlier units."""
    if block.weights is None:
        return None
    units = list(block.units)
    level = least_eigenvalue_below(block.weights, M.block(units, units))
    if level == 0:
        return None
    D = np.array([float(d) for d in block.weights.D])
    scale = up(up(D) / level)
    own = np.asarray(norms_above(np.asarray(up(scale * np.maximum(C[:, units], 0)))))
    if not earlier:
        return own
    coupling = (diagonal_matrix(list(block.weights.D), 0) @ M.block(units, earlier)).rounded()
    size = up(norms_above(np.asarray(up(np.abs(coupling))).reshape(1, -1))[0] / level)
    return np.asarray(up(own + up(size * before)))
