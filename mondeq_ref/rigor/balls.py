"""Balls of matrices in the spectral norm, with rigorous bounds on eigenvalues and norms.

`MatrixBall(C, r)` stands for one matrix at spectral distance at most r from the array C, such as
an exact matrix whose entries were rounded.  LAPACK proposes eigenvectors and singular vectors; the
bounds come from residuals and hold for every proposal.
"""

from dataclasses import dataclass
from math import frexp, isfinite, ldexp

import numpy as np

from mondeq_ref.arrays import Matrix
from mondeq_ref.rigor.dyadic import FEW, SMALLEST_NORMAL, Dyadic, exact
from mondeq_ref.rigor.enclosure import WHOLE_LINE, Enclosure
from mondeq_ref.rigor.fast import (
    above,
    down,
    length_above,
    length_below,
    norm_above,
    product_error_of_sizes,
    row_sums_above,
    up,
)
from mondeq_ref.rigor.machine import SMALLEST, UNIT_ROUNDOFF, require_ieee
from mondeq_ref.rigor.process import one_thread


@dataclass(frozen=True, eq=False)
class MatrixBall:
    """One matrix K with ||K - center||_2 <= radius."""

    center: Matrix
    radius: float = 0.0

    @np.errstate(over="ignore", invalid="ignore")
    def __sub__(self, other: "MatrixBall") -> "MatrixBall":
        """Each entry of the difference is rounded once: an error of at most u |result|."""
        center = self.center - other.center
        rounding = norm_above(center * UNIT_ROUNDOFF)
        return MatrixBall(center, _total(self.radius, other.radius, rounding, _underflow(center)))

    @property
    @np.errstate(over="ignore", invalid="ignore")
    def symmetric_part(self) -> "MatrixBall":
        """(K + K')/2; the center is exactly symmetric, and the norm does not increase."""
        center = (self.center + self.center.T) / 2
        rounding = float(row_sums_above(center * UNIT_ROUNDOFF).max(initial=0.0))
        return MatrixBall(center, _total(self.radius, rounding, _underflow(center)))


def of_exact(A: Dyadic) -> MatrixBall:
    """An exact matrix as its nearest floats and a bound on what they miss; of many entries, as
    floats that are nearly the nearest."""
    found = _of_words(A) if A.shape[0] * A.shape[1] > FEW else None
    if found is not None:
        return found
    center = A.rounded()
    missed = A - exact(center)
    if missed.integers.is_zero():
        return MatrixBall(center)
    return MatrixBall(center, norm_above(up(np.abs(missed.rounded()))))


@np.errstate(over="ignore", under="ignore")
def _of_words(A: Dyadic) -> MatrixBall | None:
    """Entries are in [q, q + 1) 2^e, and what the float nearest to q misses of q is a short
    integer.  None where the factor 2^e overflows, or would round again."""
    words, exponent, whole = A.words()
    near = words.astype(np.float64)
    center = np.ldexp(near, exponent)
    if not (np.isfinite(center) & ((np.abs(center) > SMALLEST_NORMAL) | (near == 0))).all():
        return None
    missed = np.abs(words - near.astype(np.int64)) + (0 if whole else 1)
    if not missed.any():
        return MatrixBall(center)
    radius = np.ldexp(length_above(missed.astype(np.float64)), exponent)
    return MatrixBall(center, float(up(radius)))


@np.errstate(over="ignore", invalid="ignore")
def identity_minus(W: MatrixBall) -> MatrixBall:
    """I - W: only the diagonal is rounded, so the error is a diagonal matrix."""
    center = -W.center
    diagonal = 1.0 - np.diagonal(W.center)
    np.fill_diagonal(center, diagonal)
    rounding = float(up(np.abs(diagonal).max(initial=0.0) * UNIT_ROUNDOFF))
    return MatrixBall(center, _total(W.radius, rounding, SMALLEST))


@one_thread()
@np.errstate(over="ignore", invalid="ignore")
def eigenvalue_range(S: MatrixBall) -> tuple[Enclosure, Enclosure]:
    """Enclosures of the least and the greatest eigenvalue of a symmetric matrix.

    With square Q, D = diag(d) sorted, R = C Q - Q D and a >= ||I - Q'Q||, a < 1,

        |lambda_k - d_k| <= ||R|| / sqrt(1 - a)      for every k

    (Kahan; Cao, Xie and Li 1996; proof in `rigor.spectrum`).  Multiplicities do not matter.
    """
    require_ieee()
    C, scale = _scaled(S.center)
    if not np.isfinite(C).all() or not np.isfinite(S.radius):
        return WHOLE_LINE, WHOLE_LINE
    try:
        d, Q = np.linalg.eigh(C)
    except np.linalg.LinAlgError:
        return WHOLE_LINE, WHOLE_LINE
    scaled_columns = Q * d
    R = C @ Q - scaled_columns
    n, q, rest = len(C), length_above(Q), length_above(R)
    of_product = product_error_of_sizes((n, n, n), norm_above(C), q)
    of_columns_and_R = _share(_total(length_above(scaled_columns), rest))
    error = _total(rest, of_product, of_columns_and_R, _underflow(R))
    defect = _orthogonality_defect(Q, q)
    if not (defect < 1 and isfinite(error)) or (d[1:] < d[:-1]).any():
        return WHOLE_LINE, WHOLE_LINE
    radius = float(up(error / down(np.sqrt(down(1 - defect)))))
    # Scaling by a power of two may have lost subnormal entries.
    radius = _total(radius, _underflow(C))
    ends = (Enclosure.of(float(d[k])).widened(radius) for k in (0, -1))
    least, greatest = ((end * scale).widened(S.radius) for end in ends)
    return least, greatest


@one_thread()
@np.errstate(over="ignore", invalid="ignore")
def spectral_norm(A: MatrixBall) -> Enclosure:
    """||A||_2: with square V and B = C V, lo = ||B x||/||x|| for a column, hi^2 =
    ||B'B||/(1 - ||I - V'V||), since ||C|| <= ||C V|| ||V^-1||."""
    require_ieee()
    C, scale = _scaled(A.center if A.center.shape[0] >= A.center.shape[1] else A.center.T)
    if not np.isfinite(C).all() or not np.isfinite(A.radius):
        return Enclosure(0.0, np.inf)
    if not C.any():
        return Enclosure(0.0, A.radius)
    try:
        V = np.ascontiguousarray(np.linalg.svd(C, full_matrices=False)[2].T)
    except np.linalg.LinAlgError:
        V = np.eye(C.shape[1])
    B = C @ V
    (m, n), c, v, b = C.shape, norm_above(C), length_above(V), length_above(B)
    square = up(norm_above(B.T @ B) + product_error_of_sizes((n, m, n), b, b))
    defect = _orthogonality_defect(V, v)
    if not defect < 1:
        return Enclosure(0.0, np.inf)
    image = _total(float(up(np.sqrt(square))), product_error_of_sizes((m, n, n), c, v))
    hi = float(up(image / down(np.sqrt(down(1 - defect)))))
    x = length_above(V[:, 0])
    image_below = down(length_below(B[:, 0]) - product_error_of_sizes((m, n, 1), c, x))
    lo = max(float(down(image_below / x)), 0.0)
    error = _underflow(C)
    scaled = Enclosure(max(down(lo - error), 0.0), _total(hi, error)) * scale
    return Enclosure(max(float(down(scaled.lo - A.radius)), 0.0), _total(scaled.hi, A.radius))


def _orthogonality_defect(Q: Matrix, q: float) -> float:
    """An upper bound of ||I - Q'Q||_2 from ||Q||_F <= q."""
    rows, columns = Q.shape
    gram = Q.T @ Q
    diagonal = np.einsum("ii->i", gram)  # a view
    diagonal -= 1.0  # rounded once: an error of at most u |result|
    defect = length_above(gram)
    return _total(defect, product_error_of_sizes((columns, rows, columns), q, q), _share(defect))


def _scaled(A: Matrix) -> tuple[Matrix, float]:
    """A / s and the power of two s near max|A|, so that squares neither overflow nor vanish.

    Exact, except for entries that become subnormal: an error of at most eta per entry.
    """
    largest = float(np.abs(A).max(initial=0.0))
    if largest == 0 or not isfinite(largest):
        return A, 1.0
    exponent = min(max(frexp(largest)[1], -1020), 1020)
    return np.ldexp(A, -exponent), ldexp(1.0, exponent)


def _underflow(A: Matrix) -> float:
    """The spectral norm of an error of eta in every entry."""
    return float(above(SMALLEST * max(A.shape, default=0), 1))


def _share(size: float) -> float:
    """What was lost where the entries of a matrix of this norm were rounded once: each at most u
    times the result."""
    return float(up(size * UNIT_ROUNDOFF))


def _total(*errors: float) -> float:
    """An upper bound of a sum of nonnegative numbers."""
    return float(above(sum(errors), len(errors)))
