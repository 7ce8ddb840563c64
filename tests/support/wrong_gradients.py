"""Backward passes that are each wrong in one line, and the mistake each of them makes."""

import numpy as np

from mondeq_ref.oracle.names import Mistake
from tests.support.wrong_solvers import Right


class AlphaInGradient(Right):
    def parameters(self, Z, Lam, U, X):
        return super().parameters(Z, 0.2 * Lam, U, X)


class WrongSign(Right):
    def parameters(self, Z, Lam, U, X):
        return super().parameters(Z, -Lam, U, X)


class MeanGradient(Right):
    def parameters(self, Z, Lam, U, X):
        return super().parameters(Z, Lam / len(Z), U, X)


class MeanOfParameters(Right):
    """A mean for a sum: what belongs to one row alone, dl/dX, is right."""

    def parameters(self, Z, Lam, U, X):
        found = super().parameters(Z, Lam, U, X)
        return {name: one if name == "X" else one / len(Z) for name, one in found.items()}


class MeanOfOne(Right):
    """A mean for a sum in dl/db alone."""

    def parameters(self, Z, Lam, U, X):
        return {**super().parameters(Z, Lam, U, X), "b": Lam.mean(axis=0)}


class AlphaInParameters(Right):
    """The step size that was asked for stays in all gradients but dl/dX."""

    capabilities = {"alpha": True}  # noqa: RUF012

    def gradients(self, W, U, b, X, dZ, alpha):
        found = super().gradients(W, U, b, X, dZ)
        return {name: one if name == "X" else alpha * one for name, one in found.items()}


class TransposedAdjoint(Right):
    def adjoint(self, W, z, g):
        return super().adjoint(W.T, z, g)


class SymmetricAdjoint(Right):
    def adjoint(self, W, z, g):
        return super().adjoint((W + W.T) / 2, z, g)


class TransposedGradient(Right):
    def parameters(self, Z, Lam, U, X):
        return {**super().parameters(Z, Lam, U, X), "W": Z.T @ Lam}


class NoMask(Right):
    def adjoint(self, W, z, g):
        return super().adjoint(W, np.ones_like(z), g)


class MaskAboveThreshold(Right):
    def adjoint(self, W, z, g):
        return super().adjoint(W, np.where(z > 1e-2, z, 0.0), g)


class NoAdjoint(Right):
    def adjoint(self, W, z, g):
        return (z > 0) * g


class StraightThrough(Right):
    """dl/dc = dl/dz."""

    def adjoint(self, W, z, g):
        return g


class FewSteps(Right):
    """lambda <- D (W'lambda + g), a few times: as the released code does it, without alpha."""

    def adjoint(self, W, z, g):
        lam = np.zeros_like(g)
        for _ in range(4):
            lam = (z > 0) * (W.T @ lam + g)
        return lam


class FewStepsTimesAlpha(Right):
    def adjoint(self, W, z, g):
        lam = np.zeros_like(g)
        for _ in range(8):
            lam = (z > 0) * (lam - 0.2 * (lam - W.T @ lam - g))
        return 0.2 * lam


class LooseConjugateGradients(Right):
    """Conjugate gradients on the normal equations, to one percent."""

    def adjoint(self, W, z, g):
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


class GradientsOfNoInput(Right):
    def gradients(self, W, U, b, X, dZ):
        Z = self.equilibria(W, 0 * (X @ U.T) + b)
        Lam = np.array([self.adjoint(W, z, g) for z, g in zip(Z, dZ, strict=True)])
        return self.parameters(Z, Lam, U, X)


class SqueezedGradients(Right):
    def gradients(self, W, U, b, X, dZ):
        found = super().gradients(W, U, b, X, dZ)
        return {name: one.squeeze() for name, one in found.items()}


WRONG = (
    (AlphaInGradient, "gradients", Mistake.FACTOR),
    (WrongSign, "gradients", Mistake.FACTOR),
    (MeanGradient, "gradients", Mistake.FACTOR),
    (MeanOfParameters, "gradients", Mistake.FACTOR),
    (MeanOfOne, "gradients", Mistake.FACTOR),
    (AlphaInParameters, "gradients", Mistake.FACTOR),
    (TransposedAdjoint, "gradients", Mistake.TRANSPOSED),
    (SymmetricAdjoint, "gradients", Mistake.SKEW_DROPPED),
    (TransposedGradient, "gradients", Mistake.TRANSPOSED_GRADIENT),
    (NoMask, "gradients", Mistake.NO_MASK),
    (MaskAboveThreshold, "gradients", Mistake.DEAD_ZONE),
    (NoAdjoint, "gradients", Mistake.NO_ADJOINT),
    (StraightThrough, "gradients", Mistake.NO_ADJOINT),
    (FewSteps, "gradients", Mistake.K_STEPS),
    (FewStepsTimesAlpha, "gradients", Mistake.K_STEPS),
    (LooseConjugateGradients, "gradients", Mistake.LOOSE_SOLVER),
    (GradientsOfNoInput, "gradients", Mistake.NO_INPUT),
    (SqueezedGradients, "gradients", Mistake.SQUEEZED),
)
