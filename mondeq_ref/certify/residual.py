"""F(z) = z - W z - c for a batch of points, with an error bound for every entry.

Two ways to the same thing.  The plain product costs one GEMM and errs by gamma_n times the
sum of magnitudes; the compensated one (Ogita, Rump and Oishi 2005, Dot2) adds up the exact
errors of every product and sum, and errs by u |F| + gamma_n^2 times the sum of magnitudes.
"""

from dataclasses import dataclass
from functools import cache

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
    value = (Z - Z @ W.T) - C
    magnitude = np.abs(Z) @ np.abs(W.T) + np.abs(Z) + np.abs(C)
    relative, absolute = error_constants(W.shape[0])
    return _residual(value, relative * magnitude + absolute)


@cache
def error_constants(n: int) -> tuple[float, float]:
    """r and a with |computed - exact| <= r x + a, as this is computed, for a sum of n products
    and two more terms, in any order, with x the computed sum of the terms' magnitudes.

    Proof.  Write g = gamma_{n+2}.  By (1) of `rigor.fast` the error is at most g X + n eta, X the
    exact sum, and X <= (x + n eta)(1 + 2g).  Computing r x loses a factor 1 - u and eta, adding
    a another 1 - u; r carries (1 + 8u) >= (1 - u)^-2 and the roundings of its own making, and a
    is at least n eta (1 + g (1 + 2g)) + eta over (1 - u)^2; floats below 2^-1022 add exactly.
    """
    g = gamma(n + 2)
    relative = up(up(g * up(1 + up(2 * g))) * (1 + 8 * UNIT_ROUNDOFF))
    return float(relative), 2 * (n + 2) * SMALLEST


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
