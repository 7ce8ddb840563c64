"""Gradients of factors, displacement bounds and certificates that are each wrong in one line."""

import numpy as np

from mondeq_ref.oracle.names import Mistake
from tests.support.wrong_solvers import Right

SAFE = 1 + 1e-12  # larger than all rounding errors of a norm


class Bounded(Right):
    """The right ones, in floats with a small reserve."""

    def factor_gradients(self, A, S, m, U, b, X, dZ):
        W = (1 - m) * np.eye(len(S)) - A.T @ A + S - S.T
        return self.of_factors(A, self.gradients(W, U, b, X, dZ)["W"])

    def of_factors(self, A, H):
        return {"A": -A @ (H + H.T), "S": H - H.T, "m": -np.trace(H)}

    def displacement(self, W, W_after, U, b, X):
        Z = self.solve(self.base(W, W_after), U, b, X)
        top = self.norm(W - W_after) * np.linalg.norm(Z, axis=1)
        return top * (1 + 1e-12) / self.below(W, W_after)

    def certificate(self, W, W_after):
        dW, m = W - W_after, self.below(W, W_after)
        return {
            "frobenius": self.less(np.linalg.norm(dW), m),
            "norm": self.less(self.norm(dW), m),
            "one_sided": self.less(self.side(W_after - W), m),
            "margin": self.less(0.0, self.margin(W_after)),
        }

    def base(self, W, W_after):
        return W_after

    def below(self, W, W_after):
        return self.margin(W)

    def margin(self, W):
        M = np.eye(len(W)) - W
        return np.linalg.eigvalsh((M + M.T) / 2)[0]

    def lipschitz(self, W):
        return self.norm(np.eye(len(W)) - W)

    def norm(self, dW):
        return np.linalg.norm(dW, 2)

    def side(self, moved):
        return np.linalg.eigvalsh((moved + moved.T) / 2)[-1]

    def less(self, left, right):
        return left * SAFE < right


class OneTermOfA(Bounded):
    def of_factors(self, A, H):
        return {**super().of_factors(A, H), "A": -2 * A @ H}


class OneTermOfS(Bounded):
    def of_factors(self, A, H):
        return {**super().of_factors(A, H), "S": H}


class SignOfMargin(Bounded):
    def of_factors(self, A, H):
        return {**super().of_factors(A, H), "m": np.trace(H)}


class TransposedSkew(Bounded):
    def of_factors(self, A, H):
        return {**super().of_factors(A, H), "S": H.T - H}


class AlphaInFactors(Bounded):
    def of_factors(self, A, H):
        return super().of_factors(A, 0.2 * H)


class NoMaskOfFactors(Bounded):
    def adjoint(self, W, z, g):
        return super().adjoint(W, np.ones_like(z), g)


class BaseBefore(Bounded):
    """The equilibria of W, where those of W_after are meant."""

    def base(self, W, W_after):
        return W


class DisplacementWithoutMargin(Bounded):
    def below(self, W, W_after):
        return 1.0


class FrobeniusNorm(Bounded):
    def norm(self, dW):
        return np.linalg.norm(dW)


class OtherMargin(Bounded):
    def below(self, W, W_after):
        return self.margin(W_after)


class OtherSide(Bounded):
    def side(self, moved):
        return super().side(-moved)


class TwoSided(Bounded):
    def side(self, moved):
        return np.linalg.norm((moved + moved.T) / 2, 2)


class SpectralRadius(Bounded):
    def norm(self, dW):
        return np.abs(np.linalg.eigvals(dW)).max()


class SingularMargin(Bounded):
    def margin(self, W):
        return np.linalg.svd(np.eye(len(W)) - W, compute_uv=False)[-1]


class EigenvalueMargin(Bounded):
    def margin(self, W):
        return np.linalg.eigvals(np.eye(len(W)) - W).real.min()


class NormOfW(Bounded):
    def lipschitz(self, W):
        return self.norm(W)


class NotStrict(Bounded):
    """<= where both sides are known exactly, as one entry of a diagonal matrix is."""

    def certificate(self, W, W_after):
        found = super().certificate(W, W_after)
        equal = np.abs(W_after - W).max() == 1 - W[0, 0]
        return {name: claim or (equal and name != "margin") for name, claim in found.items()}


WRONG = (
    (EigenvalueMargin, "margin", Mistake.EIGENVALUES),
    (SingularMargin, "margin", Mistake.SINGULAR),
    (FrobeniusNorm, "lipschitz", Mistake.FROBENIUS),
    (NormOfW, "lipschitz", Mistake.OF_W),
    (OneTermOfA, "factor_gradients", Mistake.ONE_TERM),
    (OneTermOfS, "factor_gradients", Mistake.ONE_TERM),
    (SignOfMargin, "factor_gradients", Mistake.FACTOR),
    (TransposedSkew, "factor_gradients", Mistake.FACTOR),
    (AlphaInFactors, "factor_gradients", Mistake.FACTOR),
    (NoMaskOfFactors, "factor_gradients", Mistake.NO_MASK),
    (BaseBefore, "displacement", Mistake.OTHER_BASE),
    (DisplacementWithoutMargin, "displacement", Mistake.NO_MARGIN),
    (FrobeniusNorm, "displacement", Mistake.FROBENIUS),
    (OtherMargin, "displacement", Mistake.OTHER_MARGIN),
    (OtherMargin, "certificate", Mistake.OTHER_MARGIN),
    (OtherSide, "certificate", Mistake.OTHER_SIDE),
    (TwoSided, "certificate", Mistake.TWO_SIDED),
    (SpectralRadius, "certificate", Mistake.EIGENVALUES),
    (SingularMargin, "certificate", Mistake.SINGULAR),
    (FrobeniusNorm, "certificate", Mistake.FROBENIUS),
    (NotStrict, "certificate", Mistake.NOT_STRICT),
)
