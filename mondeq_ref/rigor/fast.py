"""Float64 arithmetic with proved error bounds.

Write u = 2^-53 and gamma_n = n u / (1 - n u).  Whatever the order of summation, and with or
without FMA, a computed dot product of length n errs by at most

    gamma_n |x|.|y| + n eta,        eta = 2^-1074 (underflow),                        (1)

provided nothing overflows (Higham, Accuracy and Stability, section 3.1).  The functions below
use (1), the monotonicity of rounding, and one step outward after each rounded operation.
An overflow shows as an infinity or a NaN in a bound, and becomes an infinite bound.
"""

from functools import cache
from math import inf, nextafter, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mondeq_ref.arrays import Matrix, Vector
from mondeq_ref.rigor.machine import SMALLEST, UNIT_ROUNDOFF

Floats = NDArray[np.float64]


def up(x: Any) -> Any:
    """The next float above, entry by entry; NaN (an overflow somewhere) becomes infinity."""
    if isinstance(x, float):
        return np.float64(nextafter(x if x == x else inf, inf))
    return np.nextafter(np.fmin(x, inf), inf)  # of NaN and infinity fmin takes the number


def down(x: Any) -> Any:
    """The next float below, entry by entry; NaN becomes minus infinity."""
    if isinstance(x, float):
        return np.float64(nextafter(x if x == x else -inf, -inf))
    return np.nextafter(np.fmax(x, -inf), -inf)


@cache
def gamma(n: int) -> float:
    """An upper bound of gamma_n."""
    return float(gammas(n))


def gammas(n: Any) -> Any:
    """The same for each of many n; n u and 1 - n u are exact for n < 2^50."""
    return up(n * UNIT_ROUNDOFF / (1 - n * UNIT_ROUNDOFF))


def above(computed: Any, roundings: int) -> Any:
    """An upper bound of a sum of products of nonnegative numbers, from its computed value.

    With k roundings on any path, computed >= exact (1 - gamma_k) - k eta, and
    1/(1 - g) <= 1 + 2g for g <= 1/2.
    """
    lost, larger = inflation(roundings)
    return up(up(computed + lost) * larger)


@cache
def inflation(roundings: int) -> tuple[float, float]:
    return up(roundings * SMALLEST), up(1 + 2 * gamma(roundings))


def below(computed: Any, roundings: int) -> Any:
    """A lower bound (at least 0) of a sum of products of nonnegative numbers."""
    deflation = down(1 - gamma(roundings))
    return np.maximum(down(down(computed - up(roundings * SMALLEST)) * deflation), 0.0)


def norms_above(V: Matrix) -> Vector:
    """Upper bounds of the Euclidean norms of the rows."""
    with np.errstate(over="ignore", invalid="ignore"):
        return up(np.sqrt(above(np.einsum("ij,ij->i", V, V), V.shape[1] + 1)))


def norms_below(V: Matrix) -> Vector:
    """Lower bounds of the Euclidean norms of the rows."""
    with np.errstate(over="ignore", invalid="ignore"):
        squares = np.einsum("ij,ij->i", V, V)
        finite = np.where(np.isfinite(squares), squares, 0.0)
        return np.maximum(down(np.sqrt(below(finite, V.shape[1] + 1))), 0.0)


def row_sums_above(A: Matrix) -> Vector:
    """Upper bounds of the sums of |entries| of each row."""
    return above(np.add.reduce(np.abs(A), axis=1), A.shape[1])


def norm_above(A: Matrix) -> float:
    """||A||_2 <= || |A| ||_2 <= sqrt(||A||_1 ||A||_inf): cheap, within a factor sqrt(n)."""
    if A.size == 0:
        return 0.0
    sizes = np.abs(A)
    rows, columns = (np.maximum.reduce(np.add.reduce(sizes, axis=axis)) for axis in (1, 0))
    return _geometric_mean_above(above(rows, A.shape[1]), above(columns, A.shape[0]))


def product_error(A: Matrix, B: Matrix) -> float:
    """A bound of ||fl(A B) - A B||_2, from (1) and norm_above, in O(n^2)."""
    inner = A.shape[1]
    rows = _most_of_absolute(A, row_sums_above(B))
    columns = _most_of_absolute(B.T, row_sums_above(A.T))
    underflow = up(inner * SMALLEST) * max(A.shape[0], B.shape[1])
    return float(up(up(gamma(inner) * _geometric_mean_above(rows, columns)) + up(underflow)))


def length_above(A: Matrix) -> float:
    """An upper bound of ||A||_F, the root of the sum of squares of all entries."""
    entries = A.ravel()
    return float(up(sqrt(above(float(entries @ entries), entries.size + 1))))


def length_below(A: Matrix) -> float:
    """A lower bound of ||A||_F, which for a column is ||A||_2."""
    entries = A.ravel()
    square = float(entries @ entries)
    return max(float(down(sqrt(below(square, entries.size + 1)))), 0.0) if square < inf else 0.0


def product_error_of_sizes(shape: tuple[int, int, int], a: float, b: float) -> float:
    """A bound of ||fl(A B) - A B||_2 from || |A| ||_2 <= a and ||B||_F <= b, for A (p x q) and
    B (q x r) with `shape` (p, q, r): by (1), since || |A| |B| ||_F <= a b.

    Cheaper than `product_error`, and about as good where B is nearly orthogonal."""
    rows, inner, columns = shape
    underflow = up(inner * SMALLEST) * max(rows, columns)
    return float(up(up(gamma(inner) * up(a * b)) + up(underflow)))


def _geometric_mean_above(a: float, b: float) -> float:
    """sqrt(a b) from above; the product itself could overflow, or vanish."""
    return float(up(up(np.sqrt(a)) * up(np.sqrt(b))))


def _most_of_absolute(A: Matrix, x: Vector) -> float:
    """An upper bound of the entries of |A| x, for x >= 0."""
    return above((np.abs(A) @ x).max(initial=0.0), A.shape[1])
