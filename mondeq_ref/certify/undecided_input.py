"""Has this input an equilibrium at all?  Decided one way or the other, without any margin.

Branch and bound in floats proposes a support or a tree of contradictory cases; rationals decide
whether the support is that of an equilibrium, integers whether the tree proves that there is none.
Linear contradictions come first: one is a thousand times cheaper and says far less than a
quadratic one.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from flint import fmpz

from mondeq_ref.arrays import Integers, Vector
from mondeq_ref.certificates.branches import Conditions, Linear, Tree, pruned
from mondeq_ref.certify.prove import Equilibria, rounded
from mondeq_ref.certify.quadratic_search import QuadraticSearch, Supported
from mondeq_ref.inputs import Injections
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.dyadic import Dyadic
from mondeq_ref.rigor.equilibria import ExactEquilibrium, ExactOperator
from mondeq_ref.rigor.process import one_thread

SMALL = 1e-9  # below it a coefficient of a proposed contradiction counts as zero
LINEAR = 50  # cases by linear contradictions for each one by quadratic ones: some 5 % of its time
PREFER_SMALL = 0.1  # spread of the costs of z, which keep ties out of the dual simplex


class Decider:
    """One matrix, prepared."""

    def __init__(self, M: Dyadic) -> None:
        self.exact = ExactOperator(M)
        self._conditions = Conditions(M.integers, [fmpz(0)] * M.shape[0])
        self._M = M.rounded()
        off = np.minimum(self._M, 0.0)
        off[np.diag_indices_from(off)] = np.diagonal(self._M)
        self._R = np.concatenate([self._M, -off])
        spread = np.linspace(0.0, PREFER_SMALL, len(self._M), endpoint=False)
        self._cost = np.append(1.0 + spread, 0.0)

    def decide(self, c: Dyadic, most: int) -> ExactEquilibrium | Tree | None:
        """An equilibrium for the column c, a proof that there is none, or neither found in this
        many cases."""
        with one_thread():
            found = self._linear(c, most * LINEAR)
            return self._quadratic(c, most) if found is None else found

    def _quadratic(self, c: Dyadic, most: int) -> ExactEquilibrium | Tree | None:
        found = QuadraticSearch(self.exact.M, c, most).run()
        if isinstance(found, Supported):
            settled = self.exact.equilibrium(c, np.flatnonzero(found.active).tolist())
            return settled if isinstance(settled, ExactEquilibrium) else None
        return found

    def _linear(self, c: Dyadic, most: int) -> ExactEquilibrium | Tree | None:
        from mondeq_ref.kernels.branching import FOUND, NONE, branch  # loads numba

        floats = c.rounded()[:, 0]
        right = np.concatenate([-floats, np.maximum(floats, 0.0)])
        scale = float(np.abs(right).max(initial=0.0)) or 1.0
        T = np.column_stack([self._R, right / scale])
        with np.errstate(all="ignore"):
            found = branch(T, self._cost, most)
        status, z, tree, leaves, slopes, root = found
        if status == FOUND:
            settled = self.exact.equilibrium(c, np.flatnonzero(z > SMALL).tolist())
            return settled if isinstance(settled, ExactEquilibrium) else None
        if status != NONE:
            return None
        conditions = self._conditions.of_input(c.integers.entries())
        proof = pruned(
            tree.tolist(),
            lambda k: self._contradiction(conditions, leaves[k], slopes[k]),
            root,
        )
        return proof if proof is not None and conditions.refuted_by(proof) else None

    def _contradiction(
        self, conditions: Conditions, leaf: Integers, slopes: Vector
    ) -> Linear | None:
        """The contradiction that a row of the simplex method shows, by the rows with a slope alone
        where those suffice."""
        n = conditions.n
        used = np.abs(slopes) > SMALL
        rows, y = leaf[leaf >= n] - n, slopes[leaf >= n]
        if len(rows) == 0:
            return None
        row = int(rows[np.abs(y).argmax()])
        columns = np.setdiff1d(np.arange(n), leaf)
        support = np.sort(leaf[used & (leaf >= n)] - n)
        rows, few = np.sort(rows[rows != row]), support[support != row]
        expected = {(int(k) % n, k >= n) for k in leaf[slopes < -SMALL] if k < 2 * n}
        reduced = Linear(row, tuple(few.tolist()), self._independent(few, columns))
        full = Linear(row, tuple(rows.tolist()), tuple(columns.tolist()))
        for one in (reduced, full):
            needed = conditions.needs(one)
            if needed is not None and needed <= expected:
                return one
        return None

    def _independent(self, rows: Integers, columns: Integers) -> tuple[int, ...]:
        """As many columns as there are rows, chosen by elimination with pivoting."""
        import scipy.linalg

        if len(rows) == 0:
            return ()
        factored = scipy.linalg.qr(self._R[np.ix_(rows, columns)], mode="r", pivoting=True)
        order = np.asarray(factored[-1], dtype=np.int64)
        return tuple(sorted(columns[order[: len(rows)]].tolist()))


@dataclass(frozen=True)
class Search:
    """What is spent on inputs that nothing else decides."""

    cases: int = 0  # of one input
    watched: Callable[[Sequence[int]], Iterable[int]] = iter  # yields the inputs; shows progress


NO_SEARCH = Search()


def decide_rest(
    operator: Operator, injections: Injections, found: Equilibria, search: Search
) -> tuple[Equilibria, dict[int, Tree]]:
    """The same with the equilibria that a search adds, and the inputs shown to have none."""
    trees, settled = dict[int, Tree](), dict[int, ExactEquilibrium]()
    undecided = np.flatnonzero(~found.proved).tolist()
    if injections.exact is None or not undecided:
        return found, trees
    decider, everything = Decider(operator.exact_M), list(range(operator.n))
    for row in search.watched(undecided):
        answer = decider.decide(injections.exact.block([row], everything).T, search.cases)
        if isinstance(answer, Tree):
            trees[row] = answer
        elif answer is not None:
            settled[row] = answer
    rows = np.array(list(settled), dtype=np.int64)
    added = rounded(dict(enumerate(settled.values())), found.z[rows])
    return found.with_rows(rows, added), trees
