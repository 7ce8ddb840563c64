"""Backward passes that are each wrong in one line, and the mistake each of them makes."""

from functools import partial

import numpy as np

from mondeq_ref.oracle.names import Mistake
from tests.support.wrong_solvers import Right, changed, wrong


class AlphaInParameters(Right):
    """The step size that was asked for stays in all gradients but dl/dX."""

    capabilities = {"alpha": True}  # noqa: RUF012

    def gradients(self, W, U, b, X, dZ, alpha):
        found = super().gradients(W, U, b, X, dZ)
        return {name: one if name == "X" else alpha * one for name, one in found.items()}


def few_steps(up, W, z, g):
    """lambda <- D (W'lambda + g), a few times: as the released code does it, without alpha."""
    lam = np.zeros_like(g)
    for _ in range(4):
        lam = (z > 0) * (W.T @ lam + g)
    return lam


def few_steps_times_alpha(up, W, z, g):
    lam = np.zeros_like(g)
    for _ in range(8):
        lam = (z > 0) * (lam - 0.2 * (lam - W.T @ lam - g))
    return 0.2 * lam


def conjugate_gradients(up, W, z, g):
    """On the normal equations, to one percent."""
    units = np.flatnonzero(z > 0)
    K, wanted = (np.eye(len(W)) - W)[np.ix_(units, units)].T, g[units]
    y, rest = np.zeros(len(units)), wanted.copy()
    s = K.T @ rest
    p = s.copy()
    while units.size and np.linalg.norm(rest) > 1e-2 * np.linalg.norm(wanted):
        q = K @ p
        step = (s @ s) / (q @ q)
        y, rest = y + step * p, rest - step * q
        new = K.T @ rest
        p, s = new + (new @ new) / (s @ s) * p, new
    lam = np.zeros_like(g)
    lam[units] = y
    return lam


def mean_of_parameters(up, Z, *given):
    """A mean for a sum: what belongs to one row alone, dl/dX, is right."""
    return {name: one if name == "X" else one / len(Z) for name, one in up(Z, *given).items()}


def of_lambda(times):
    return {"parameters": lambda up, Z, Lam, *given: up(Z, times(Z) * Lam, *given)}


AlphaInGradient = changed("alpha", **of_lambda(lambda Z: 0.2))
gradients = partial(wrong, "gradients")
M = Mistake
WRONG = (
    gradients(M.FACTOR, "alpha", AlphaInGradient),
    gradients(M.FACTOR, "sign", **of_lambda(lambda Z: -1)),
    gradients(M.FACTOR, "mean", **of_lambda(lambda Z: 1 / len(Z))),
    gradients(M.FACTOR, "mean of parameters", parameters=mean_of_parameters),
    gradients(
        *(M.FACTOR, "mean in dl/db alone"),
        parameters=lambda up, Z, Lam, *given: up(Z, Lam, *given) | {"b": Lam.mean(axis=0)},
    ),
    gradients(M.FACTOR, "alpha in parameters", AlphaInParameters),
    gradients(M.TRANSPOSED, "W'", adjoint=lambda up, W, z, g: up(W.T, z, g)),
    gradients(M.SKEW_DROPPED, "symmetric", adjoint=lambda up, W, z, g: up((W + W.T) / 2, z, g)),
    gradients(
        *(M.TRANSPOSED_GRADIENT, "transposed"),
        parameters=lambda up, Z, Lam, *given: up(Z, Lam, *given) | {"W": Z.T @ Lam},
    ),
    gradients(M.NO_MASK, "no mask", adjoint=lambda up, W, z, g: up(W, np.ones_like(z), g)),
    gradients(M.DEAD_ZONE, "threshold", adjoint=lambda up, W, z, g: up(W, z * (z > 1e-2), g)),
    gradients(M.NO_ADJOINT, "no adjoint", adjoint=lambda up, W, z, g: (z > 0) * g),
    gradients(M.NO_ADJOINT, "dl/dc = dl/dz", adjoint=lambda up, W, z, g: g),
    gradients(M.K_STEPS, "few steps", adjoint=few_steps),
    gradients(M.K_STEPS, "few steps times alpha", adjoint=few_steps_times_alpha),
    gradients(M.LOOSE_SOLVER, "loose conjugate gradients", adjoint=conjugate_gradients),
    gradients(M.NO_INPUT, "no input", injections=lambda up, U, b, X: 0 * (X @ U.T) + b),
    gradients(
        *(M.SQUEEZED, "squeezed"),
        gradients=lambda up, *given: {name: one.squeeze() for name, one in up(*given).items()},
    ),
)
