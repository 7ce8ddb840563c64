"""Gradients of factors, displacement bounds and certificates that are each wrong in one line."""

from functools import partial

import numpy as np

from mondeq_ref.oracle.names import Mistake
from tests.support.wrong_solvers import Right, changed, wrong

SAFE = 1 + 1e-12  # larger than all rounding errors of a norm


class Bounded(Right):
    """The right ones, in floats with a small reserve."""

    def factor_gradients(self, A, S, m, U, b, X, dZ):
        W = (1 - m) * np.eye(len(S)) - A.T @ A + S - S.T
        return self.of_factors(A, self.gradients(W, U, b, X, dZ)["W"])

    def of_factors(self, A, H):
        return {"A": -A @ (H + H.T), "S": H - H.T, "m": -np.trace(H)}

    def displacement(self, W, W_after, U, b, X):
        Z = self.solve(self.of(W, W_after), U, b, X)
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

    def of(self, W, W_after):
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


def not_strict(up, W, W_after):
    """<= where both sides are known exactly, as one entry of a diagonal matrix is."""
    equal = np.abs(W_after - W).max() == 1 - W[0, 0]
    return {name: claim or (equal and name != "margin") for name, claim in up(W, W_after).items()}


def smallest_singular(up, W):
    return np.linalg.svd(np.eye(len(W)) - W, compute_uv=False)[-1]


def eigenvalue(up, W):
    return np.linalg.eigvals(np.eye(len(W)) - W).real.min()


class NormOfW(Bounded):
    def lipschitz(self, W):
        return self.norm(W)


class OtherMargin(Bounded):
    def below(self, W, W_after):
        return self.margin(W_after)


def factors(mistake, name, **how):
    return wrong("factor_gradients", mistake, name, Bounded, **how)


def bounded(operation, mistake, name, base=Bounded, **how):
    return wrong(operation, mistake, name, base, **how)


def term(name, of):
    """One of the three gradients, from A and H."""
    return {"of_factors": lambda up, A, H: up(A, H) | {name: of(A, H)}}


Frobenius = changed("Frobenius", Bounded, norm=lambda up, dW: np.linalg.norm(dW))
Singular = changed("singular value", Bounded, margin=smallest_singular)
certificate = partial(bounded, "certificate")
M = Mistake
WRONG = (
    bounded("margin", M.EIGENVALUES, "eigenvalue", margin=eigenvalue),
    bounded("margin", M.SINGULAR, "singular value", Singular),
    bounded("lipschitz", M.FROBENIUS, "Frobenius", Frobenius),
    bounded("lipschitz", M.OF_W, "norm of W", NormOfW),
    factors(M.ONE_TERM, "one term of A", **term("A", lambda A, H: -2 * A @ H)),
    factors(M.ONE_TERM, "one term of S", **term("S", lambda A, H: H)),
    factors(M.FACTOR, "sign of m", **term("m", lambda A, H: np.trace(H))),
    factors(M.FACTOR, "S' - S", **term("S", lambda A, H: H.T - H)),
    factors(M.FACTOR, "alpha", of_factors=lambda up, A, H: up(A, 0.2 * H)),
    factors(M.NO_MASK, "no mask", adjoint=lambda up, W, z, g: up(W, np.ones_like(z), g)),
    # The equilibria of W, where those of W_after are meant.
    bounded("displacement", M.OTHER_BASE, "base", of=lambda up, W, W_after: W),
    bounded("displacement", M.NO_MARGIN, "no margin", below=lambda up, *given: 1.0),
    bounded("displacement", M.FROBENIUS, "Frobenius", Frobenius),
    bounded("displacement", M.OTHER_MARGIN, "other margin", OtherMargin),
    certificate(M.OTHER_MARGIN, "other margin", OtherMargin),
    certificate(M.OTHER_SIDE, "other side", side=lambda up, moved: up(-moved)),
    certificate(
        *(M.TWO_SIDED, "two-sided"),
        side=lambda up, moved: np.linalg.norm((moved + moved.T) / 2, 2),
    ),
    certificate(
        *(M.EIGENVALUES, "spectral radius"),
        norm=lambda up, dW: np.abs(np.linalg.eigvals(dW)).max(),
    ),
    certificate(M.SINGULAR, "singular value", Singular),
    certificate(M.FROBENIUS, "Frobenius", Frobenius),
    certificate(M.NOT_STRICT, "not strict", certificate=not_strict),
)
