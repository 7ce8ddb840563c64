"""Implementations that are right, or right but inaccurate: nothing is to be called a mistake."""

import numpy as np

from tests.support.plain import Plain
from tests.support.wrong_solvers import ForwardBackward, Right


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


class SmallAlpha(Right):
    alpha = 0.05


class Single(Plain):
    """float32 as it is."""


class SingleAnswers(Right):
    def solve(self, W, U, b, X):
        return super().solve(W, U, b, X).astype(np.float32)


class PerRow(Right):
    """One row at a time."""

    def equilibria(self, W, C):
        return np.concatenate([super(PerRow, self).equilibria(W, c[None]) for c in C])


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


class Lists(Right):
    """Answers as nested lists."""

    def solve(self, W, U, b, X):
        return super().solve(W, U, b, X).tolist()


class Reused(Right):
    """Every answer is written into the same memory."""

    def solve(self, W, U, b, X):
        Z = super().solve(W, U, b, X)
        if not hasattr(self, "memory") or self.memory.shape != Z.shape:
            self.memory = np.empty_like(Z)
        self.memory[:] = Z
        return self.memory


class OnlyInputs(Right):
    """Gradients of X alone."""

    def gradients(self, W, U, b, X, dZ):
        return {"X": super().gradients(W, U, b, X, dZ)["X"]}


class OnlySolves:
    def solve(self, W, U, b, X):
        return Right().solve(W, U, b, X)


class RoundedAnswers(Right):
    """Seven digits, as from a text file."""

    def solve(self, W, U, b, X):
        return np.array([[float(f"{z:.6e}") for z in row] for row in super().solve(W, U, b, X)])


class FloatCodes(Right):
    def quantize(self, W, spec):
        return super().quantize(W, spec).astype(np.float32)


class Overwriting(Right):
    def solve(self, W, U, b, X):
        Z = super().solve(W, U, b, X)
        W[:], X[:] = np.nan, np.nan
        return Z


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


class Offset(Right):
    """Unsigned codes around a zero point of their own."""

    def quantize(self, W, spec):
        return {
            "codes": super().quantize(W, spec) + 2 ** spec["bits"],
            "zero_point": 2.0 ** spec["bits"],
        }


class StepOfZeros(Right):
    """The step of an all-zero array is 1, where any is right."""

    def quantize(self, W, spec):
        step = self.step(W, spec).squeeze()
        return super().quantize(W, spec), np.where(step > 0, step, 1.0)


class Fast(ForwardBackward):
    step = 1.5


EXACT = (
    *(Right, PerRow, Pivoting, Lists, Reused, OnlyInputs, OnlySolves),
    *(FloatCodes, Overwriting, Columnwise, Values, Offset, StepOfZeros),
)
INACCURATE = (
    *(Half, Noisy, SmallAlpha, Single),
    *(SingleAnswers, RoundedAnswers, Fast, ForwardBackward),
)
