"""What a change of the weights does to the equilibria of some inputs, as a quadratic form.

To first order in E = W~ - W, z~ - z* = J E z*, with J = D (I - D W)^-1 D and D the indicator of the
active units.  With J and z* taken as unrelated,

    mean ||J E z*||^2 = tr(P E S E'),      P = mean J'J,    S = mean z* z*'                 (1)

and with a head V, whose logits decide, V J stands beside J, each in units of its own mean square.
Inputs that were given as vectors x also say what a change of U does.
"""

from dataclasses import dataclass

import numpy as np

from mondeq_ref.arrays import InputError, Matrix
from mondeq_ref.files.load import Inputs
from mondeq_ref.operator import Operator
from mondeq_ref.quantize.descent import Loss
from mondeq_ref.solve import ActiveSet, solve

MOST_ROWS = 2000  # of the inputs; more change little
MOST_JACOBIANS = 300
LOGITS = 4.0  # how much more they count than the equilibria, as they decide the class
LEAST_SHARE = 0.01  # of the identity in P and S: directions that no input showed matter a little


@dataclass(frozen=True, eq=False)
class Calibration:
    """The loss (1); the equilibria, and the inputs x where they are known."""

    loss: Loss
    Z: Matrix
    X: Matrix | None


def calibration(operator: Operator, inputs: Inputs) -> Calibration:
    """Solve the first inputs for the original operator, and look at what moves them."""
    which = slice(0, min(len(inputs), MOST_ROWS))
    solution = solve(operator, inputs.injections(operator, which), ActiveSet())
    kept = np.isfinite(solution.z).all(axis=1)
    Z = solution.z[kept]
    if not Z.any():
        raise InputError("the equilibria of these inputs are all zero: they say nothing about W")
    X = inputs.numbers(which).astype(np.float64)[kept] if inputs.kind == "x" else None
    return Calibration(Loss(_sensitivity(operator, Z[:MOST_JACOBIANS]), _filled(Z.T @ Z)), Z, X)


def _sensitivity(operator: Operator, Z: Matrix) -> Matrix:
    """The P of (1)."""
    n, M = operator.n, np.eye(operator.n) - operator.W
    V = None if operator.head is None else operator.head.V - operator.head.V.mean(axis=0)
    moved, seen = np.zeros((n, n)), np.zeros((n, n))
    for z in Z:
        active = np.flatnonzero(z > 0)
        J = np.zeros((n, n))
        J[np.ix_(active, active)] = np.linalg.pinv(M[np.ix_(active, active)])
        moved += J.T @ J
        if V is not None:
            seen += (V @ J).T @ (V @ J)
    return _filled(moved if V is None or not seen.any() else _unit(moved) + LOGITS * _unit(seen))


def _unit(P: Matrix) -> Matrix:
    return P / np.trace(P)


def _filled(P: Matrix) -> Matrix:
    n = len(P)
    return _unit(P) * n + LEAST_SHARE * np.eye(n)
