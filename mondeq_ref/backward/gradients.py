"""The gradient of every parameter from the adjoint, summed over the rows of a batch.

With lambda = dl/dc and H = dl/dW = sum lambda z', by the chain rule through c = U x + b and
W = (1 - m) I - A'A + S - S', m = softplus(t) + const:

    dl/dU = sum lambda x'    dl/db = sum lambda         dl/dx = U'lambda, row by row
    dl/dA = -A (H + H')      dl/dS = H - H'             dl/dm = -tr H
    dl/dt = dl/dm softplus'(t),   softplus'(t) = 1/(1 + e^-t)

The gradients are sums, not means: the factor of a mean loss is part of its g.
"""

from dataclasses import dataclass

import numpy as np

from mondeq_ref.arrays import InputError, Matrix, Vector
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.process import one_thread


@dataclass(frozen=True, eq=False)
class Gradients:
    """Derivatives of l; those of the factors only for an operator that has them."""

    W: Matrix
    b: Vector
    U: Matrix | None  # needs x
    x: Matrix | None
    A: Matrix | None
    S: Matrix | None
    m: float | None
    t: float | None  # needs t


@one_thread()
def gradients(
    operator: Operator, Z: Matrix, Lam: Matrix, X: Matrix | None = None, t: float | None = None
) -> Gradients:
    """The gradients at equilibria Z with adjoints Lam; X are the inputs, t stands for m."""
    H = Lam.T @ Z
    A = S = m = slope = None
    if operator.factors is not None:
        A = -operator.factors.A @ (H + H.T)
        S = H - H.T
        m = -float(np.trace(H))
        slope = None if t is None else m * softplus_slope(t)
    elif t is not None:
        raise InputError("t needs an operator with factors, whose m it determines")
    U = None if X is None else Lam.T @ X
    x = None if X is None else Lam @ operator.U
    return Gradients(H, Lam.sum(axis=0), U, x, A, S, m, slope)


def softplus_slope(t: float) -> float:
    """The derivative of log(1 + e^t), without overflow."""
    return float(np.exp(-np.logaddexp(0.0, -t)))
