"""Forward-backward, Peaceman-Rachford and Douglas-Rachford as one would write them in NumPy.

Each starts from the inputs x, computes the injection in its own precision, and stops where the
relative step of the whole batch falls below a tolerance, which certifies nothing.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from mondeq_ref.operator import Operator

MOST_STEPS = 10_000
Floats = NDArray[np.floating]
Rival = Callable[[Floats], Floats]  # rows x -> rows z


def forward_backward(operator: Operator, dtype: type[np.floating], tol: float) -> Rival:
    """z <- ReLU(z - alpha F(z)) at the step m / L^2 that the paper's theorem likes best."""
    W, U, b = _arrays(operator, dtype)
    alpha = dtype(operator.margin.lo / operator.lipschitz.hi**2)

    def solve(X: Floats) -> Floats:
        c = X @ U.T + b
        return _iterated(lambda z: np.maximum(z - alpha * (z - z @ W.T - c), 0), c, tol)

    return solve


def peaceman_rachford(operator: Operator, dtype: type[np.floating], tol: float) -> Rival:
    """Winston and Kolter's loop: u <- 2 V(2z - u + alpha c) - (2z - u), z = ReLU(u)."""
    return _reflecting(operator, dtype, tol, averaged=False)


def douglas_rachford(operator: Operator, dtype: type[np.floating], tol: float) -> Rival:
    """The same, averaged with the identity."""
    return _reflecting(operator, dtype, tol, averaged=True)


def best_step(operator: Operator) -> float:
    """1/sqrt(m L): on trained operators it takes fewer steps than 1/L, which is to the rivals'
    advantage."""
    return float(1 / np.sqrt(operator.margin.lo * operator.lipschitz.hi))


def _reflecting(operator: Operator, dtype: type[np.floating], tol: float, averaged: bool) -> Rival:
    _, U, b = _arrays(operator, dtype)
    alpha, identity = best_step(operator), np.eye(operator.n)
    resolvent = np.linalg.inv(identity + alpha * (identity - operator.W)).T.astype(dtype)

    def solve(X: Floats) -> Floats:
        scaled = dtype(alpha) * (X @ U.T + b)
        z, u = np.zeros_like(scaled), np.zeros_like(scaled)
        for _ in range(MOST_STEPS):
            half = 2 * z - u
            reflected = 2 * ((half + scaled) @ resolvent) - half
            u = (u + reflected) / 2 if averaged else reflected
            new = np.maximum(u, 0)
            moved, size = np.linalg.norm(new - z), np.linalg.norm(new)
            z = new
            if moved <= tol * size:
                break
        return z

    return solve


def _iterated(step: Callable[[Floats], Floats], start: Floats, tol: float) -> Floats:
    z = np.zeros_like(start)
    for _ in range(MOST_STEPS):
        new = step(z)
        moved, size = np.linalg.norm(new - z), np.linalg.norm(new)
        z = new
        if moved <= tol * size:
            break
    return z


def _arrays(operator: Operator, dtype: type[np.floating]) -> tuple[Floats, Floats, Floats]:
    return operator.W.astype(dtype), operator.U.astype(dtype), operator.b.astype(dtype)
