"""How often is the class at the equilibrium the right one, and of how many inputs is it proved?

The point is the exact equilibrium up to a certified distance, not the end of some iteration.
With a margin every input has exactly one equilibrium, so all of them count as proved.  Without
a margin no distance is certified; there, the active set found is verified in rationals for the
exact injection U x + b, which proves that input's equilibrium, if not that it is the only one.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mondeq_ref.arrays import InputError, Integers, Matrix
from mondeq_ref.inputs import Injections, given, inject
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.dyadic import exact, identity
from mondeq_ref.rigor.equilibria import ExactEquilibrium, ExactOperator
from mondeq_ref.solve import solve
from mondeq_ref.solve.active_set import ActiveSet
from mondeq_ref.solve.solution import UNSOLVED, code

ROWS = 512  # proved together: what FLINT holds at a time


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


def evaluate_images(
    operator: Operator, X: Matrix, labels: Integers, *, prove: bool = True, workers: int | None = 1
) -> Evaluation:
    """Accuracy of the classes at the equilibria of U x + b."""
    return _evaluate(operator, inject(operator, X), X, labels, prove, workers)


def evaluate_injections(
    operator: Operator, C: Matrix, labels: Integers, *, prove: bool = True, workers: int | None = 1
) -> Evaluation:
    """The same for injections that are meant exactly as they are."""
    return _evaluate(operator, given(C, operator.n), None, labels, prove, workers)


def _evaluate(
    operator: Operator,
    injections: Injections,
    X: Matrix | None,
    labels: Integers,
    prove: bool,
    workers: int | None,
) -> Evaluation:
    if operator.head is None:
        raise InputError("an accuracy needs a classifier head, which this operator does not have")
    if len(labels) != len(injections) or len(labels) == 0:
        raise InputError(f"{len(injections)} inputs need as many labels, got {len(labels)}")
    solution = solve(operator, injections, ActiveSet(), workers=workers)
    unsolved = np.isin(solution.codes, [code(status) for status in UNSOLVED])
    right = (operator.head.logits(solution.z).argmax(axis=1) == labels) & ~unsolved
    proved: int | None = len(labels)
    if not operator.margin.lo > 0:
        proved = sum(_proved_rows(operator, injections, X, solution.z)) if prove else None
    counts = len(labels), int(right.sum()), int(unsolved.sum())
    return Evaluation(*counts, proved, float(solution.radius.max()))


def _proved_rows(
    operator: Operator, injections: Injections, X: Matrix | None, Z: Matrix
) -> Iterator[bool]:
    """Row by row: is the active set of z that of an equilibrium, in rationals?"""
    layer = ExactOperator(identity(operator.n) - operator.exact_W)
    U_transposed, b = exact(operator.U).T, exact(operator.b).T
    for start in range(0, len(Z), ROWS):
        rows = slice(start, start + ROWS)
        if X is None:
            C = exact(injections.c[rows])
        else:
            ones = np.ones((len(Z[rows]), 1))
            C = exact(X[rows]) @ U_transposed + exact(ones) @ b
        for answer in layer.equilibria(C, np.asarray(Z[rows] > 0)):
            yield isinstance(answer, ExactEquilibrium)
