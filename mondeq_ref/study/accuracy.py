"""How often is the class at the equilibrium the right one, and of how many inputs is it proved?

The point is the exact equilibrium up to a certified distance, not the end of some iteration.
With a margin every input has exactly one equilibrium, so all of them count as proved.  Without
a margin no distance is certified; there, the active set found is verified in rationals for the
exact injection U x + b, which proves that input's equilibrium, if not that it is the only one.
"""

from dataclasses import dataclass

import numpy as np

from mondeq_ref.arrays import InputError, Integers
from mondeq_ref.certify.prove import prove as proved_equilibria
from mondeq_ref.inputs import Injections
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.verdict import Guarantee
from mondeq_ref.solve import solve
from mondeq_ref.solve.active_set import ActiveSet
from mondeq_ref.solve.solution import UNSOLVED, code


@dataclass(frozen=True)
class Evaluation:
    """`correct` counts rows whose equilibrium was found; a row without one is wrong."""

    inputs: int
    correct: int
    unsolved: int  # no equilibrium was found; this does not prove that there is none
    proved: int | None  # inputs whose equilibrium is proved to exist; None where nobody asked
    max_radius: float  # no point is farther from its equilibrium; infinite without a margin

    @property
    def accuracy(self) -> float:
        return self.correct / self.inputs


def evaluate(
    operator: Operator,
    injections: Injections,
    labels: Integers,
    *,
    prove: bool = True,
    workers: int | None = 1,
) -> Evaluation:
    """Accuracy of the classes at the equilibria of the injections."""
    if operator.head is None:
        raise InputError("an accuracy needs a classifier head, which this operator does not have")
    if len(labels) != len(injections) or len(labels) == 0:
        raise InputError(f"{len(injections)} inputs need as many labels, got {len(labels)}")
    solution = solve(operator, injections, ActiveSet(), workers=workers)
    unsolved = np.isin(solution.codes, [code(status) for status in UNSOLVED])
    right = (operator.head.logits(solution.z).argmax(axis=1) == labels) & ~unsolved
    proved: int | None = len(labels)
    if not operator.margin.lo > 0:
        proved = None
        if prove:
            found = proved_equilibria(operator, injections, solution.z, Guarantee.EXACT)
            proved = int(found.proved.sum())
    counts = len(labels), int(right.sum()), int(unsolved.sum())
    return Evaluation(*counts, proved, float(solution.radius.max()))
