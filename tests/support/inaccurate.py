"""Implementations that are right, or right but inaccurate: nothing is to be called a mistake."""

import numpy as np

from tests.support.plain import Plain
from tests.support.wrong_solvers import ForwardBackward, Right, changed


class Half(Plain):
    """float16 in and out, computed in float32."""

    def solve(self, W, U, b, X):
        with np.errstate(all="ignore"):
            cast = [array.astype(np.float16) for array in (W, U, b, X)]
            return super().solve(*cast).astype(np.float16)

    def gradients(self, W, U, b, X, dZ):
        cast = [array.astype(np.float16) for array in (W, U, b, X, dZ)]
        return {k: v.astype(np.float16) for k, v in super().gradients(*cast).items()}


class Noisy(Right):
    """Every answer with a relative error of its own in every entry."""

    size = 1e-6

    def __init__(self):
        self.rng = np.random.default_rng(0)

    def noise(self, array):
        seed = np.frombuffer(np.ascontiguousarray(array).tobytes()[:8], np.uint64)[0]
        rng = np.random.default_rng(int(seed))
        return array * (1 + self.size * rng.uniform(-1, 1, np.shape(array)))

    def solve(self, W, U, b, X):
        return self.noise(super().solve(W, U, b, X))

    def gradients(self, W, U, b, X, dZ):
        found = super().gradients(W, U, b, X, dZ)
        return {name: self.noise(one) for name, one in found.items()}

    def operator(self, A, S, m):
        return self.noise(super().operator(A, S, m))


class Pivoting(Right):
    """An active-set method: guess, solve, and correct the worst sign (n is small)."""

    def equilibria(self, W, C):
        return np.array([self.one(np.eye(len(W)) - W, c) for c in C])

    def one(self, M, c):
        z = np.zeros_like(c)
        active = np.zeros(len(c), bool)
        for _ in range(10 * len(c)):
            z = np.zeros_like(c)
            units = np.flatnonzero(active)
            z[units] = np.linalg.solve(M[np.ix_(units, units)], c[units])
            w = M @ z - c
            wrong = (active & (z < 0)) | (~active & (w < -1e-13))
            if not wrong.any():
                return z
            active[np.flatnonzero(wrong).max()] ^= True  # Murty's least-index rule
        return z


class Reused(Right):
    """Every answer is written into the same memory."""

    def solve(self, W, U, b, X):
        Z = super().solve(W, U, b, X)
        if not hasattr(self, "memory") or self.memory.shape != Z.shape:
            self.memory = np.empty_like(Z)
        self.memory[:] = Z
        return self.memory


class OnlySolves:
    def solve(self, W, U, b, X):
        return Right().solve(W, U, b, X)


class Columnwise(Right):
    """A batch is (d, B) here, and says so."""

    capabilities = {"batch": "columns"}  # noqa: RUF012

    def solve(self, W, U, b, X):
        return super().solve(W, U, b, X.T).T

    def gradients(self, W, U, b, X, dZ):
        found = super().gradients(W, U, b, X.T, dZ.T)
        return {**found, "X": found["X"].T}


class Values(Right):
    """The quantized array, and says so."""

    capabilities = {"quantizer": "values"}  # noqa: RUF012

    def quantize(self, W, spec):
        return super().quantize(W, spec) * self.step(W, spec)


class StepOfZeros(Right):
    """The step of an all-zero array is 1, where any is right."""

    def quantize(self, W, spec):
        step = self.step(W, spec).squeeze()
        return super().quantize(W, spec), np.where(step > 0, step, 1.0)


def seven_digits(up, *given):
    """As from a text file."""
    return np.array([[float(f"{z:.6e}") for z in row] for row in up(*given)])


def overwriting(up, W, U, b, X):
    Z = up(W, U, b, X)
    W[:], X[:] = np.nan, np.nan
    return Z


def offset(up, W, spec):
    """Unsigned codes around a zero point of their own."""
    zero = 2 ** spec["bits"]
    return {"codes": up(W, spec) + zero, "zero_point": float(zero)}


EXACT = (
    *(Right, Pivoting, Reused, OnlySolves, Columnwise, Values, StepOfZeros),
    changed("PerRow", equilibria=lambda up, W, C: np.concatenate([up(W, c[None]) for c in C])),
    changed("Lists", solve=lambda up, *given: up(*given).tolist()),
    changed("OnlyInputs", gradients=lambda up, *given: {"X": up(*given)["X"]}),
    changed("FloatCodes", quantize=lambda up, W, spec: up(W, spec).astype(np.float32)),
    changed("Overwriting", solve=overwriting),
    changed("Offset", quantize=offset),
)
INACCURATE = (
    *(Half, Noisy, Plain, ForwardBackward),
    changed("SmallAlpha", alpha=0.05),
    changed("SingleAnswers", solve=lambda up, *given: up(*given).astype(np.float32)),
    changed("RoundedAnswers", solve=seven_digits),
    changed("Fast", ForwardBackward, step=1.5),
)
