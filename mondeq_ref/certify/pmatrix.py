"""Looking for a principal minor <= 0: pivoting in floats proposes, a determinant decides.

The principal pivot transform T of M on a set a has T_ii = det M_(a+i) / det M_aa for i
outside a (and det M_(a-i) / det M_aa inside), so a diagonal entry <= 0 anywhere on a walk
over index sets is a change of sign between two principal minors.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from mondeq_ref.arrays import Booleans, Matrix, Vector
from mondeq_ref.rigor.dyadic import Dyadic
from mondeq_ref.rigor.pmatrix import principal_minor, reverses_signs, sign_reversal
from mondeq_ref.rigor.proposals import on_grid, unit_scaled

REFRESH = 50  # pivots after which the transform is computed anew, against rounding
TABU = (5, 20)  # a flipped index rests for a random number of pivots in this range
DENSITIES = (0.1, 0.25, 0.5, 0.75, 0.9, 1.0)
VECTOR_BITS = 40  # a rounded eigenvector; a short proof is worth more than an accurate one


@np.errstate(all="ignore")  # of what is not finite nothing is read
def search_nonpositive_minor(
    M: Dyadic,
    rng: np.random.Generator,
    *,
    proposals: Sequence[Booleans] = (),
    starts: int = 24,
    pivots: int = 250,
) -> tuple[int, ...] | None:
    """An index set whose principal minor is <= 0, exactly, or None when the search found none.

    Each walk flips the index after which the smallest diagonal entry is smallest, at most
    `pivots` times and twice for each unit.  It starts from the empty set, the proposed sets
    (active sets of inputs, say) and random ones.
    """
    F, _ = unit_scaled(M)
    pivots = min(pivots, 2 * len(F))
    for start in _starts(M.shape[0], rng, proposals, starts):
        for a, i in _walk(F, start, rng, pivots):
            flipped = a.copy()
            flipped[i] ^= True
            for candidate in sorted((a, flipped), key=np.count_nonzero):
                subset = tuple(np.flatnonzero(candidate).tolist())
                if subset and principal_minor(M, subset) <= 0:
                    return subset
    return None


def reversed_vector(M: Dyadic, subset: Sequence[int]) -> Dyadic | None:
    """A column x != 0 with x_i (Mx)_i <= 0 for all i, when the minor of `subset` is <= 0.

    A negative minor means a real negative eigenvalue of the block; its eigenvector, rounded,
    with the entries that fail set to zero, is short.  The exact solution is always there.
    """
    F, _ = unit_scaled(M)
    x = _eigenvector(F, np.array(subset, dtype=np.intp))
    if x is not None:
        for _ in range(M.shape[0]):
            candidate = on_grid(x[:, None], VECTOR_BITS)
            if reverses_signs(M, candidate):
                return candidate
            images = (M @ candidate).integers.entries()
            failing = [p * q > 0 for p, q in zip(candidate.integers.entries(), images, strict=True)]
            if not any(failing):
                break
            x = np.where(failing, 0.0, x)
    candidate = sign_reversal(M, subset)
    return candidate if candidate is not None and reverses_signs(M, candidate) else None


def _eigenvector(F: Matrix, subset: np.ndarray) -> Vector | None:
    """The eigenvector of the block for its most negative real eigenvalue, zero elsewhere."""
    try:
        pairs = np.linalg.eig(F[np.ix_(subset, subset)])
    except np.linalg.LinAlgError:
        return None
    values, vectors = np.asarray(pairs[0]), np.real(pairs[1])
    real = np.real(values)
    candidates = np.where((np.imag(values) == 0) & (real < 0), real, np.inf)
    k = int(candidates.argmin())
    if candidates[k] == np.inf:
        return None
    x = np.zeros(len(F))
    x[subset] = vectors[:, k]
    return x / np.abs(x).max()


def _starts(
    n: int, rng: np.random.Generator, proposals: Sequence[Booleans], starts: int
) -> Iterator[Booleans]:
    yield np.zeros(n, dtype=np.bool_)
    yield from proposals
    for k in range(starts):
        yield rng.random(n) < DENSITIES[k % len(DENSITIES)]


def _walk(
    F: Matrix, start: Booleans, rng: np.random.Generator, pivots: int
) -> Iterator[tuple[Booleans, int]]:
    """Sets a and indices i at which floats see a change of sign; ends after the first few."""
    n = len(F)
    a, T = start.copy(), pivot_transform(F, start)
    resting, rests = np.zeros(n, dtype=np.int64), rng.integers(*TABU, pivots).tolist()
    for k in range(pivots):
        if not np.isfinite(T).all():  # the block of a is singular, or nearly
            yield a.copy(), 0
            return
        diagonal = T.diagonal()
        least = int(diagonal.argmin())
        if diagonal[least] <= 0:
            yield a.copy(), least
            return
        after = diagonal[:, None] - T * T.T / diagonal
        after.flat[:: n + 1] = 1 / diagonal
        scores = after.min(axis=0)
        scores[resting > k] = np.inf
        j = int(scores.argmin())
        resting[j] = k + rests[k]
        a[j] ^= True
        T = pivot_transform(F, a) if k % REFRESH == REFRESH - 1 else _flipped(T, j)


def pivot_transform(F: Matrix, a: Booleans) -> Matrix:
    """The principal pivot transform of F on the set a: z_a and w_a change places in w = F z.

    Full of NaN where the block of a is singular.
    """
    T = np.full_like(F, np.nan)
    i, o = np.flatnonzero(a), np.flatnonzero(~a)
    try:
        inverse = np.linalg.inv(F[np.ix_(i, i)])
    except np.linalg.LinAlgError:
        return T
    with np.errstate(all="ignore"):
        T[np.ix_(i, i)] = inverse
        T[np.ix_(i, o)] = -inverse @ F[np.ix_(i, o)]
        T[np.ix_(o, i)] = F[np.ix_(o, i)] @ inverse
        T[np.ix_(o, o)] = F[np.ix_(o, o)] + F[np.ix_(o, i)] @ T[np.ix_(i, o)]
    return T


def _flipped(T: Matrix, j: int) -> Matrix:
    """One more pivot, on the single index j."""
    pivot, row = T[j, j], T[j]
    column = T[:, j] / pivot
    out = T - column[:, None] * row
    out[:, j] = column
    out[j] = row / -pivot
    out[j, j] = 1 / pivot
    return out
