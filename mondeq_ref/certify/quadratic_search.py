"""The search for contradictions by quadratic forms, and for branches where one is not enough.

The symmetric L of `certificates.quadratics` form a convex cone, and so do those with T'LT
negative definite; Douglas-Rachford's method looks for a point of both.  With v scaled to
orthonormal columns Q of T, the projections cut off negative entries and positive eigenvalues.  If
the two sets have no common point the difference of the projections tends to a matrix Y which
stands for v v' and satisfies all that the products of an equilibrium's variables do; its last
column proposes an equilibrium, and the unit to branch on.
"""

from dataclasses import dataclass

import numpy as np

from mondeq_ref.arrays import Booleans, Matrix, Vector
from mondeq_ref.certificates.branches import Conditions, Needs, Tree, pruned
from mondeq_ref.certificates.quadratics import Quadratic, at_most_one
from mondeq_ref.documents.size import Limits
from mondeq_ref.rigor.dyadic import Dyadic

DEFINITE = 1e-3  # the largest eigenvalue of T'LT that is aimed at, where L_11 = 1
ENOUGH = 1e-5  # below it, rounding L to LEAST_STEP does not change the sign
LEAST_STEP = 2.0**-20  # of the entries of L, which would else be small and many
RELAXED = 1.5  # factor of a step; two would be Peaceman-Rachford's method
STEPS = 1500  # of one case
LOOKED_AT = 20  # steps between two looks at the eigenvalues
PATIENCE = 100  # steps in which the difference must shrink
SHRINKS = 0.99
CORRECTIONS = 60  # of a proposed support, by changing the units with a wrong sign
ALL_AT_ONCE = 30  # corrections that change every such unit; after them only the last is changed
SIGN = 1e-10  # below it a sign is not taken to be wrong


@dataclass(frozen=True, eq=False)
class Supported:
    """An equilibrium is proposed: the units that are positive."""

    active: Booleans


class OpenCaseError(Exception):
    """The cases ended, or there was nothing to branch on."""


class SupportFoundError(Exception):
    def __init__(self, active: Booleans) -> None:
        self.active = active


class QuadraticSearch:
    """One input of one matrix."""

    def __init__(self, M: Dyadic, c: Dyadic, most: int) -> None:
        self.n, self.left = M.shape[0], most
        self.M, self.c = at_most_one(M).rounded(), at_most_one(c).rounded()[:, 0]
        self.conditions = Conditions(M.integers, c.integers.entries(), Limits(trusted=True))
        n = self.n
        T = np.zeros((2 * n + 1, n + 1))
        T[:n, :n], T[n : 2 * n, :n], T[n : 2 * n, n], T[2 * n, n] = np.eye(n), self.M, -self.c, 1.0
        self.Q: Matrix = np.linalg.qr(T)[0]
        self.units = np.arange(n)
        self.contradictions: list[Quadratic] = []
        self.branches: list[tuple[int, int, int]] = []

    def run(self) -> Tree | Supported | None:
        """A proof that there is no equilibrium, or a proposed one, or neither."""
        start = np.zeros((2 * self.n + 1, 2 * self.n + 1))
        start[-1, -1] = 1.0
        try:
            with np.errstate(all="ignore"):
                root, needs = self._settle(start, ())
        except SupportFoundError as found:
            return Supported(found.active)
        except (OpenCaseError, np.linalg.LinAlgError):
            return None
        if needs:
            return None
        proof = pruned(self.branches, self.contradictions.__getitem__, root)
        return proof if proof is not None and self.conditions.refuted_by(proof) else None

    def _settle(self, X: Matrix, zeros: tuple[int, ...]) -> tuple[int, Needs]:
        """A reference into the tree that shows this case to be contradictory, and its needs."""
        if self.left == 0:
            raise OpenCaseError
        self.left -= 1
        n = self.n
        L, X, y = self._iterate(X, zeros)
        if L is not None:
            return self._leaf(L, zeros)
        self._propose(y[:n] > y[n : 2 * n])
        both = np.minimum(y[:n], y[n : 2 * n])
        both[[p % n for p in zeros]] = -np.inf
        unit = int(np.argmax(both))
        if not both[unit] > -np.inf:
            raise OpenCaseError
        first = unit if y[unit] < y[n + unit] else unit + n
        sides: dict[int, int] = {}
        together: Needs = frozenset()
        for variable in (first, (first + n) % (2 * n)):
            decided = (unit, variable >= n)
            sides[variable], needs = self._settle(X.copy(), (*zeros, variable))
            if decided not in needs:  # contradictory whatever was decided last
                return sides[variable], needs
            together |= needs - {decided}
        self.branches.append((unit, sides[unit], sides[unit + n]))
        return len(self.branches) - 1, together

    def _iterate(self, X: Matrix, zeros: tuple[int, ...]) -> tuple[Matrix | None, Matrix, Vector]:
        """L, if the sets meet; where the iteration stands; and else a column like v."""
        before, G = np.inf, X
        for step in range(1, STEPS + 1):
            L = self._allowed(X, zeros)
            G = L - self._definite(2 * L - X)
            X -= RELAXED * G
            if step % LOOKED_AT == 0:
                rounded = np.round(L / LEAST_STEP) * LEAST_STEP
                if self._greatest(rounded) < -ENOUGH:
                    return rounded, X, X[-1]
            if step % PATIENCE == 0:
                size = float(np.linalg.norm(G))
                if size > SHRINKS * before and G[-1, -1] > 0:
                    break
                before = size
        if not G[-1, -1] > 0:
            raise OpenCaseError
        return None, X, G[-1] / G[-1, -1]

    def _allowed(self, X: Matrix, zeros: tuple[int, ...]) -> Matrix:
        """The nearest matrix whose signs are those of an L."""
        X, n = (X + X.T) / 2, self.n
        L, free = np.maximum(X, 0.0), list(zeros)
        z, w = self.units, self.units + n
        L[z, w] = L[w, z] = X[z, w]
        L[free], L[:, free] = X[free], X[:, free]
        L[-1, -1] = 1.0
        return L

    def _definite(self, X: Matrix) -> Matrix:
        """The nearest matrix X with Q'XQ <= -DEFINITE I."""
        values, vectors = np.linalg.eigh(self.Q.T @ X @ self.Q)
        over = values > -DEFINITE
        kept = self.Q @ vectors[:, over]
        return X - (kept * (values[over] + DEFINITE)) @ kept.T

    def _greatest(self, L: Matrix) -> float:
        import scipy.linalg

        n = self.n
        form = self.Q.T @ L @ self.Q
        return float(scipy.linalg.eigvalsh(form, subset_by_index=[n, n])[0])

    def _leaf(self, L: Matrix, zeros: tuple[int, ...]) -> tuple[int, Needs]:
        n = self.n
        wrong = L < 0.0
        wrong[self.units, self.units + n] = wrong[self.units + n, self.units] = False
        used = tuple(sorted(p for p in zeros if wrong[p].any()))
        one = Quadratic(used, tuple(L[np.triu_indices(2 * n + 1)].tolist()))
        needs = self.conditions.needs(one)
        if needs is None:
            raise OpenCaseError
        self.contradictions.append(one)
        return -len(self.contradictions), needs

    def _propose(self, active: Booleans) -> None:
        """Raise what is found from this support."""
        for step in range(CORRECTIONS):
            z, on = np.zeros(self.n), np.flatnonzero(active)
            try:
                z[on] = np.linalg.solve(self.M[np.ix_(on, on)], self.c[on])
            except np.linalg.LinAlgError:
                return
            wrong = np.where(active, z, self.M @ z - self.c) < -SIGN
            if not wrong.any():
                raise SupportFoundError(active)
            if step >= ALL_AT_ONCE:
                wrong[: np.flatnonzero(wrong)[-1]] = False
            active = active ^ wrong
