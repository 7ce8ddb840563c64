"""Steps, adjoint steps and rungs that are each wrong in one line, and the mistake in each."""

from itertools import combinations

import numpy as np
from scipy.optimize import linprog

from mondeq_ref.oracle.names import Mistake
from tests.support.wrong_bounds import Bounded


class Stepped(Bounded):
    """The right ones, from the definitions."""

    def steps(self, W, c, start, method, alpha, count, cell):
        M, n, state = np.eye(len(W)) - W, len(W), start.copy()
        inverse = np.linalg.inv(np.eye(n) + alpha * M).T
        mirror = self.mirrored(state, c, alpha, inverse)
        for _ in range(self.count(count)):
            if method == "forward-backward":
                state = np.maximum(state - alpha * (state @ M.T - c), 0)
            elif method == "peaceman-rachford":
                state = np.abs(mirror)
            else:
                state = (state + np.abs(mirror)) / 2
            state = np.rint(state / cell) * cell if cell > 0 else state
            mirror = self.mirrored(state, c, alpha, inverse)
        return state, state if method == "forward-backward" else np.maximum(mirror, 0)

    def mirrored(self, state, c, alpha, inverse):
        return 2 * (state + alpha * c) @ inverse - state

    def count(self, count):
        return count

    def adjoint_steps(self, W, Z, dZ, alpha, count):
        lam, M = np.zeros_like(dZ), np.eye(len(W)) - W
        for _ in range(self.count(count)):
            lam = self.masked(Z, lam - alpha * self.slope(M, lam, dZ, alpha))
        return lam

    def masked(self, Z, lam):
        return (Z > 0) * lam

    def slope(self, M, lam, dZ, alpha):
        return lam @ M - dZ

    def rungs(self, W, X):
        M = np.eye(len(W)) - W
        return {
            "diagonal": self.weights(M),
            "p_matrix": self.p_matrix(M),
            "semimonotone": self.semimonotone(M),
            "equilibria": all(self.solvable(M, c) for c in X),
        }

    def weights(self, M):
        """A diagonal D > 0 with D M + M'D > 0, on a grid of logarithms."""
        n = len(M)
        grid = np.meshgrid(*[2.0 ** np.arange(-8, 9, 0.5)] * min(n - 1, 2), indexing="ij")
        rows = np.array([one.ravel() for one in grid]).T if n > 1 else np.ones((1, 0))
        for row in rows:
            D = np.diag([1.0, *row, *[1.0] * (n - 1 - len(row))])
            if np.linalg.eigvalsh(D @ M + M.T @ D)[0] > 1e-9:
                return True
        return False

    def p_matrix(self, M):
        return all(minor > 1e-9 for minor in self.minors(M))

    def minors(self, M):
        sets = [s for k in range(1, len(M) + 1) for s in combinations(range(len(M)), k)]
        return [np.linalg.det(M[np.ix_(s, s)]) for s in sets]

    def semimonotone(self, M):
        """No block M_aa has an x >= 0, x != 0 with M_aa x <= 0."""
        sets = [s for k in range(1, len(M) + 1) for s in combinations(range(len(M)), k)]
        blocks = [M[np.ix_(s, s)] for s in sets]
        return all(
            linprog(np.zeros(len(B)), B, np.full(len(B), 1e-9), np.ones((1, len(B))), [1.0]).status
            == 2
            for B in blocks
        )

    def solvable(self, M, c):
        for k in range(len(M) + 1):
            for s in combinations(range(len(M)), k):
                z = np.zeros(len(M))
                block = M[np.ix_(s, s)]
                if k and abs(np.linalg.det(block)) < 1e-9:
                    continue
                z[list(s)] = np.linalg.solve(block, c[list(s)]) if k else 0.0
                if (z >= 0).all() and (M @ z >= c - 1e-12).all():
                    return True
        return False


class TransposedStep(Stepped):
    """The resolvent and the step of W'."""

    def steps(self, W, c, start, method, alpha, count, cell):
        return super().steps(W.T, c, start, method, alpha, count, cell)


class TransposedResolvent(Stepped):
    """In Peaceman-Rachford and Douglas-Rachford alone."""

    def mirrored(self, state, c, alpha, inverse):
        return super().mirrored(state, c, alpha, inverse.T)


class PeacemanForDouglas(Stepped):
    def steps(self, W, c, start, method, alpha, count, cell):
        method = method.replace("douglas", "peaceman")
        return super().steps(W, c, start, method, alpha, count, cell)


class OneStepFewer(Stepped):
    def count(self, count):
        return count - 1


class StartAtZero(Stepped):
    def steps(self, W, c, start, method, alpha, count, cell):
        return super().steps(W, c, 0 * start, method, alpha, count, cell)


class UnitStep(Stepped):
    def steps(self, W, c, start, method, alpha, count, cell):
        return super().steps(W, c, start, method, 1.0, count, cell)


class StateOfSteps(Stepped):
    def steps(self, W, c, start, method, alpha, count, cell):
        state, _ = super().steps(W, c, start, method, alpha, count, cell)
        return state, state


class Converged(Stepped):
    def count(self, count):
        return 2000


class TransposedTrace(Stepped):
    def slope(self, M, lam, dZ, alpha):
        return lam @ M.T - dZ


class UnmaskedTrace(Stepped):
    def masked(self, Z, lam):
        return lam


class AlphaLost(Stepped):
    """dz is not multiplied by alpha: lambda / alpha."""

    def slope(self, M, lam, dZ, alpha):
        return lam @ M - dZ / alpha


class AlphaTwice(Stepped):
    def slope(self, M, lam, dZ, alpha):
        return lam @ M - dZ * alpha


class ConvergedAdjoint(Stepped):
    def adjoint_steps(self, W, Z, dZ, alpha, count):
        return np.array([self.adjoint(W, z, g) for z, g in zip(Z, dZ, strict=True)])


class RungsOffByOne(Stepped):
    def rungs(self, W, X):
        found = super().rungs(W, X)
        said = [*found.values()]
        return dict(zip(found, [*said[1:], said[-1]], strict=True))


class AlwaysSolvable(Stepped):
    """An equilibrium is claimed without the hypothesis that promises it."""

    def solvable(self, M, c):
        return True


class LeadingMinors(Stepped):
    def p_matrix(self, M):
        return all(np.linalg.det(M[:k, :k]) > 0 for k in range(1, len(M) + 1))


class PositiveDiagonal(Stepped):
    def semimonotone(self, M):
        return bool((np.diag(M) > 0).all())


class UnweightedRung(Stepped):
    """D = I: positive definite, which is not needed."""

    def weights(self, M):
        return bool(np.linalg.eigvalsh(M + M.T)[0] > 1e-9)


class WeakMinors(Stepped):
    """Minors in integers, which is exact, and >= for >."""

    def p_matrix(self, M):
        from fractions import Fraction

        exact = [[Fraction(entry) for entry in row] for row in M.tolist()]
        sets = [s for k in range(1, len(M) + 1) for s in combinations(range(len(M)), k)]
        return all(_determinant([[exact[i][j] for j in s] for i in s]) >= 0 for s in sets)


def _determinant(rows):
    if not rows:
        return 1
    return sum(
        (-1) ** j * entry * _determinant([row[:j] + row[j + 1 :] for row in rows[1:]])
        for j, entry in enumerate(rows[0])
    )


WRONG = (
    (TransposedStep, "steps", Mistake.TRANSPOSED),
    (TransposedResolvent, "steps", Mistake.TRANSPOSED),
    (PeacemanForDouglas, "steps", Mistake.OTHER_METHOD),
    (OneStepFewer, "steps", Mistake.OTHER_COUNT),
    (StartAtZero, "steps", Mistake.NO_START),
    (UnitStep, "steps", Mistake.OTHER_ALPHA),
    (StateOfSteps, "steps", Mistake.STATE),
    (Converged, "steps", Mistake.LIMIT),
    (TransposedTrace, "adjoint_steps", Mistake.TRANSPOSED),
    (UnmaskedTrace, "adjoint_steps", Mistake.NO_MASK),
    (AlphaLost, "adjoint_steps", Mistake.FACTOR),
    (AlphaTwice, "adjoint_steps", Mistake.FACTOR),
    (OneStepFewer, "adjoint_steps", Mistake.OTHER_COUNT),
    (ConvergedAdjoint, "adjoint_steps", Mistake.LIMIT),
    (RungsOffByOne, "rungs", Mistake.OTHER_RUNG),
    (AlwaysSolvable, "rungs", Mistake.UNSOUND),
    (LeadingMinors, "rungs", Mistake.LEADING),
    (PositiveDiagonal, "rungs", Mistake.LEADING),
    (UnweightedRung, "rungs", Mistake.DEFINITE),
    (WeakMinors, "rungs", Mistake.NOT_STRICT),
)
