"""Steps, adjoint steps and rungs that are each wrong in one line, and the mistake in each."""

from fractions import Fraction
from functools import partial
from itertools import combinations

import numpy as np
from scipy.optimize import linprog

from mondeq_ref.oracle.names import Mistake
from tests.support.wrong_bounds import Bounded
from tests.support.wrong_solvers import changed, wrong


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


def _determinant(rows):
    if not rows:
        return 1
    return sum(
        (-1) ** j * entry * _determinant([row[:j] + row[j + 1 :] for row in rows[1:]])
        for j, entry in enumerate(rows[0])
    )


def weak_minors(up, M):
    """Minors in integers, which is exact, and >= for >."""
    exact = [[Fraction(entry) for entry in row] for row in M.tolist()]
    sets = [s for k in range(1, len(M) + 1) for s in combinations(range(len(M)), k)]
    return all(_determinant([[exact[i][j] for j in s] for i in s]) >= 0 for s in sets)


def off_by_one(up, W, X):
    found = up(W, X)
    said = [*found.values()]
    return dict(zip(found, [*said[1:], said[-1]], strict=True))


class ConvergedAdjoint(Stepped):
    def adjoint_steps(self, W, Z, dZ, alpha, count):
        return np.array([self.adjoint(W, z, g) for z, g in zip(Z, dZ, strict=True)])


def one(operation, mistake, name, base=Stepped, **how):
    return wrong(operation, mistake, name, base, **how)


OneStepFewer = changed("one step fewer", Stepped, count=lambda up, count: count - 1)
steps, adjoint_steps, rungs = (partial(one, of) for of in ("steps", "adjoint_steps", "rungs"))
M = Mistake
WRONG = (
    steps(M.TRANSPOSED, "W'", steps=lambda up, W, *given: up(W.T, *given)),
    # In Peaceman-Rachford and Douglas-Rachford alone.
    steps(
        M.TRANSPOSED, "resolvent of W'", mirrored=lambda up, *given: up(*given[:-1], given[-1].T)
    ),
    steps(
        *(M.OTHER_METHOD, "Peaceman for Douglas"),
        steps=lambda up, W, c, start, method, *given: up(
            W, c, start, method.replace("douglas", "peaceman"), *given
        ),
    ),
    steps(M.OTHER_COUNT, "one step fewer", OneStepFewer),
    steps(M.NO_START, "zero", steps=lambda up, W, c, start, *given: up(W, c, 0 * start, *given)),
    steps(
        *(M.OTHER_ALPHA, "alpha 1"),
        steps=lambda up, W, c, start, method, alpha, *given: up(W, c, start, method, 1.0, *given),
    ),
    steps(M.STATE, "state", steps=lambda up, *given: up(*given)[:1] * 2),
    steps(M.LIMIT, "converged", count=lambda up, count: 2000),
    adjoint_steps(M.TRANSPOSED, "W'", slope=lambda up, M, *given: up(M.T, *given)),
    adjoint_steps(M.NO_MASK, "no mask", masked=lambda up, Z, lam: lam),
    # dz is not multiplied by alpha: lambda / alpha.
    adjoint_steps(
        *(M.FACTOR, "alpha lost"), slope=lambda up, M, lam, dZ, alpha: lam @ M - dZ / alpha
    ),
    adjoint_steps(
        *(M.FACTOR, "alpha twice"), slope=lambda up, M, lam, dZ, alpha: lam @ M - dZ * alpha
    ),
    adjoint_steps(M.OTHER_COUNT, "one step fewer", OneStepFewer),
    adjoint_steps(M.LIMIT, "converged", ConvergedAdjoint),
    rungs(M.OTHER_RUNG, "off by one", rungs=off_by_one),
    # An equilibrium is claimed without the hypothesis that promises it.
    rungs(M.UNSOUND, "always solvable", solvable=lambda up, M, c: True),
    rungs(
        *(M.LEADING, "leading minors"),
        p_matrix=lambda up, M: all(np.linalg.det(M[:k, :k]) > 0 for k in range(1, len(M) + 1)),
    ),
    rungs(*(M.LEADING, "diagonal"), semimonotone=lambda up, M: bool((np.diag(M) > 0).all())),
    # D = I: positive definite, which is not needed.
    rungs(
        *(M.DEFINITE, "unweighted"),
        weights=lambda up, M: bool(np.linalg.eigvalsh(M + M.T)[0] > 1e-9),
    ),
    rungs(M.NOT_STRICT, "weak minors", p_matrix=weak_minors),
)
