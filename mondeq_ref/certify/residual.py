"""F(z) = z - W z - c for a batch of points, with an error bound for every entry.

Two ways to the same thing.  The plain product costs one GEMM and errs by gamma_n times the
sum of magnitudes; the compensated one (Ogita, Rump and Oishi 2005, Dot2) adds up the exact
errors of every product and sum, and errs by u |F| + gamma_n^2 times the sum of magnitudes.
"""

from dataclasses import dataclass

import numpy as np

from mondeq_ref.arrays import Matrix
from mondeq_ref.rigor.fast import above, gamma, up
from mondeq_ref.rigor.machine import SMALLEST, UNIT_ROUNDOFF

SPLITTER = 2.0**27 + 1  # Veltkamp: splits 53 bits into 26 and 26 plus a sign
COMPILED_FROM = 200_000  # multiplications below which compiling is not worth the wait


@dataclass(frozen=True, eq=False)
class Residual:
    """|value - F(z)| <= error, entry by entry, with F taken for the float arrays W and c."""

    value: Matrix
    error: Matrix


def plain(W: Matrix, Z: Matrix, C: Matrix) -> Residual:
    """Higham's bound for the sum z_i - w_i.z - c_i of n + 2 terms."""
    n = W.shape[0]
    value = (Z - Z @ W.T) - C
    magnitude = np.abs(Z) @ np.abs(W.T) + np.abs(Z) + np.abs(C)
    return _residual(value, _bound(gamma(n + 2), magnitude, n))


def compensated(W: Matrix, Z: Matrix, C: Matrix) -> Residual:
    """Dot2 over the n + 2 terms of z_i - w_i.z - c_i."""
    n = W.shape[0]
    if Z.size * n >= COMPILED_FROM:
        from mondeq_ref.kernels.residual import dot2_rows

        value, magnitude = dot2_rows(W, Z, C)
    else:
        value, magnitude = _dot2_columns(W, Z, C)
    second_order = _bound(up(gamma(n + 2) ** 2), magnitude, 5 * n)
    return _residual(value, up(up(np.abs(value) * UNIT_ROUNDOFF) + second_order))


def _residual(value: Matrix, error: Matrix) -> Residual:
    """Where the value overflowed nothing is known of F, whatever the magnitudes add up to."""
    return Residual(value, np.where(np.isfinite(value), error, np.inf))


def _bound(constant: float, magnitude: Matrix, terms: int) -> Matrix:
    n = magnitude.shape[1]
    return up(up(constant * above(magnitude, n + 3)) + up((terms + 2) * SMALLEST))


def _dot2_columns(W: Matrix, Z: Matrix, C: Matrix) -> tuple[Matrix, Matrix]:
    """One column of W at a time for the whole batch; the compiled twin goes row by row."""
    total, carry = _two_sum(Z, -C)
    magnitude = np.abs(Z) + np.abs(C)
    for j in range(W.shape[0]):
        product, low = _two_product(-W[:, j][None, :], Z[:, j][:, None])
        total, error = _two_sum(total, product)
        carry = carry + (error + low)
        magnitude = magnitude + np.abs(product)
    return total + carry, magnitude


def _two_sum(a: Matrix, b: Matrix) -> tuple[Matrix, Matrix]:
    """a + b exactly, as a float and its rounding error (Knuth)."""
    total = a + b
    back = total - a
    return total, (a - (total - back)) + (b - back)


def _two_product(a: Matrix, b: Matrix) -> tuple[Matrix, Matrix]:
    """a b exactly, barring underflow, as a float and its rounding error (Dekker, Veltkamp)."""
    product = a * b
    a_high, a_low = _split(a)
    b_high, b_low = _split(b)
    return product, a_low * b_low - (
        ((product - a_high * b_high) - a_low * b_high) - a_high * b_low
    )


def _split(a: Matrix) -> tuple[Matrix, Matrix]:
    scaled = SPLITTER * a
    high = scaled - (scaled - a)
    return high, a - high
