"""How much may W change before some input has no, or more than one, equilibrium?  Exactly R.

    R = min over nonempty index sets a of sigma_min(M_aa) >= m,      M a P-matrix

Every ||dW||_2 < R keeps one equilibrium for every input: no principal minor can reach zero on
the way, so M~ stays a P-matrix.  R is attained: subtracting sigma u v' from M_aa makes that
minor zero.  R = m when W is symmetric; in general R is larger, and there are 2^n sets.
"""

from itertools import combinations

import numpy as np

from mondeq_ref.arrays import Integers, Matrix
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.balls import MatrixBall, spectral_norm
from mondeq_ref.rigor.dyadic import identity
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.fast import (
    down,
    norm_above,
    norms_above,
    norms_below,
    product_error,
    up,
)
from mondeq_ref.rigor.machine import UNIT_ROUNDOFF, require_ieee
from mondeq_ref.rigor.pmatrix import first_nonpositive_minor
from mondeq_ref.rigor.process import one_thread

ENUMERATED = 10  # units up to which every index set is looked at
SAMPLES = 64  # random index sets looked at for larger operators
DESCENDED_UP_TO = 160  # units up to which the best set is improved unit by unit
SWEEPS = 2


@one_thread()
@np.errstate(over="ignore", invalid="ignore")  # an overflow makes a bound infinite
def uniqueness_radius(operator: Operator, rng: np.random.Generator) -> Enclosure | None:
    """R, exactly enclosed for few units and bracketed for many; None unless M is certainly a
    P-matrix."""
    require_ieee()
    M, n, m = operator.M, operator.n, operator.margin.lo
    if n > ENUMERATED:
        if not m > 0:
            return None
        candidate = _promising_set(M.center, rng)
        return Enclosure(m, max(m, _least_singular_value(M, candidate).hi))
    if not m > 0 and first_nonpositive_minor(identity(n) - operator.exact_W) is not None:
        return None
    sets = [a for k in range(1, n + 1) for a in combinations(range(n), k)]
    values = [_least_singular_value(M, np.array(a)) for a in sets]
    lo, hi = min(value.lo for value in values), min(value.hi for value in values)
    return Enclosure(min(max(lo, m), hi), hi)


def _least_singular_value(M: MatrixBall, a: Integers) -> Enclosure:
    """sigma_min(K) for the block K of a: from above ||Kv||/||v||, from below
    (1 - ||I - XK||)/||X|| with X near the inverse."""
    K = M.center[np.ix_(a, a)]
    try:
        v: Matrix = np.linalg.svd(K)[2][-1:].T
        X: Matrix = np.asarray(np.linalg.inv(K), dtype=np.float64)
    except np.linalg.LinAlgError:
        return Enclosure(0.0, float(up(norm_above(K) + M.radius)))
    image = up(norms_above((K @ v).T)[0] + product_error(K, v))
    hi = float(up(up(image / norms_below(v.T)[0]) + M.radius))
    residual: Matrix = X @ K
    residual[np.diag_indices_from(residual)] -= 1.0
    rounding = up(float(np.abs(np.diagonal(residual)).max()) * UNIT_ROUNDOFF)
    e = up(up(norm_above(residual) + product_error(X, K)) + rounding)
    size = spectral_norm(MatrixBall(X)).hi
    lo = float(down(down(down(1 - e) / size) - M.radius)) if e < 1 and size < np.inf else 0.0
    return Enclosure(min(max(lo, 0.0), hi), hi)


def _promising_set(F: Matrix, rng: np.random.Generator) -> Integers:
    """An index set with a small least singular value: the best pair, random sets, descent."""
    n = len(F)
    i, j = np.triu_indices(n)  # with i = j for single units
    pairs = np.stack([np.stack([F[i, i], F[i, j]], -1), np.stack([F[j, i], F[j, j]], -1)], 1)
    least = np.where(i == j, np.abs(F[i, i]), np.linalg.svd(pairs, compute_uv=False)[:, -1])
    k = int(least.argmin())
    best, value = np.isin(np.arange(n), [i[k], j[k]]), float(least[k])
    for density in rng.random(SAMPLES):
        chosen = rng.random(n) < density
        if chosen.any() and _sigma(F, chosen) < value:
            best, value = chosen, _sigma(F, chosen)
    for _ in range(SWEEPS if n <= DESCENDED_UP_TO else 0):
        for unit in rng.permutation(n):
            flipped = best.copy()
            flipped[unit] ^= True
            if flipped.any() and _sigma(F, flipped) < value:
                best, value = flipped, _sigma(F, flipped)
    return np.flatnonzero(best)


def _sigma(F: Matrix, chosen: np.ndarray) -> float:
    return float(np.linalg.svd(F[np.ix_(chosen, chosen)], compute_uv=False)[-1])
