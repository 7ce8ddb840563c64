"""Smoothed objective of a search for codes: an eigenvalue of the error.

With E = W~ - W, and the eigenvalues s_1 >= s_2 >= ... of a symmetric matrix X(E),

    f(E) = log(sum_k exp(beta (s_k - s_1))) / beta + s_1,        s_1 <= f <= s_1 + log(n)/beta

is smooth also where s_1 is not.  Its gradient averages over all directions in which X is nearly
largest, so that successive changes do not undo each other.  All values are floats for proposals;
the ladder decides about the codes that are found.
"""

from dataclasses import dataclass

import numpy as np

from mondeq_ref.arrays import Matrix, Vector

CLOSE = 1e-6  # of beta (s_k - s_l), below which a divided difference is a derivative


@dataclass(frozen=True, eq=False)
class CeilingSlope:
    """At some E: s_1, f, its gradient G, and h_ij, its curvature along an entry of E."""

    value: float
    smooth: float
    gradient: Matrix
    curvature: Matrix


@dataclass(frozen=True, eq=False)
class MarginCeiling:
    """-m~ = lambda_max(sym(E) - sym(I - W)): the margin is kept where this is negative."""

    symmetric: Matrix  # sym(I - W)
    limit: float
    scale: float  # the size of a relevant change

    def slope(self, E: Matrix, beta: float) -> CeilingSlope:
        values, V = np.linalg.eigh((E + E.T) / 2 - self.symmetric)
        weights, smooth = _weights(values, beta)
        phi = _divided(values, weights, beta)
        squares = V * V
        G = (V * weights) @ V.T
        bend = squares @ phi @ squares.T / 2
        np.fill_diagonal(bend, 2 * np.diag(bend))
        return CeilingSlope(float(values[-1]), smooth, G, bend)


def _weights(values: Vector, beta: float) -> tuple[Vector, float]:
    """The shares exp(beta s_k), which are the derivatives of f in the s_k, and f."""
    shares = np.exp(beta * (values - values.max()))
    return shares / shares.sum(), float(values.max() + np.log(shares.sum()) / beta)


def _divided(values: Vector, weights: Vector, beta: float) -> Matrix:
    """(w_k - w_l) / (s_k - s_l), and beta w_k where the two are equal."""
    gaps = values[:, None] - values[None, :]
    near = np.abs(gaps) * beta < CLOSE
    means = beta * (weights[:, None] + weights[None, :]) / 2
    return np.where(near, means, (weights[:, None] - weights[None, :]) / np.where(near, 1.0, gaps))
