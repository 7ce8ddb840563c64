"""The change of the loss <g, z> when one parameter changes, and its prediction by the gradient.

A parameter changes by a difference of float arrays, so both operators, both equilibria and the
predicted change are rational.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat

from mondeq_ref.arrays import Matrix
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.dyadic import exact
from mondeq_ref.rigor.rational import fmpq_of, fraction_of
from proofs_checks.instance import Instance
from proofs_checks.quantities.adjoints import ExactAdjoint, adjoints
from proofs_checks.quantities.comparison import Cases
from proofs_checks.quantities.constants import Constants
from proofs_checks.quantities.eigenvalues import MOST_UNITS
from proofs_checks.quantities.factors import exactly_from, factors_of, some_factors
from proofs_checks.quantities.rational_points import (
    block,
    column,
    matrix,
    squared_length,
    where_known,
)

PARAMETERS = ("W", "c", "A", "S", "m")
OFTEN = (0.15, 0.15, 0.25, 0.25, 0.2)  # the probability that each parameter changes


@dataclass(frozen=True)
class MeasuredSlope:
    """The change of l = <g, z>, its prediction by the gradient, and the second-order terms."""

    change: Fraction
    predicted: Fraction
    moved: Fraction  # ||(dW' lambda)_a||^2 ||z~ - z*||^2
    curvature: Fraction  # |<dA lambda, dA z*>|: W is quadratic in A


def parameter(instance: Instance) -> str | None:
    """The name of the parameter that changed; None for a perturbation of W of any size."""
    index = int(instance.numbers["moved"])
    return None if index < 0 else PARAMETERS[index]


@lru_cache(maxsize=2)
def slopes(instance: Instance) -> list[MeasuredSlope | None]:
    """The slope of every row; None where the equilibria are unknown or their active sets differ."""
    name = parameter(instance)
    if name is None:
        return [None] * len(instance.c)

    def slope(row: int, adjoint: ExactAdjoint) -> MeasuredSlope | None:
        after = instance.moved.exactly(row)
        if after is None or signs(after) != adjoint.active:
            return None
        return _slope(instance, row, name, adjoint, after)

    return where_known(adjoints(instance), slope)


def signs(z: fmpq_mat) -> list[bool]:
    return [x > 0 for x in z.entries()]


def _slope(
    instance: Instance, row: int, name: str, at: ExactAdjoint, after: fmpq_mat
) -> MeasuredSlope:
    predicted, curvature = along(instance, row, name, at)
    dW = matrix(instance.after.exact_W - instance.operator.exact_W)
    seen = block(dW.transpose() * at.lam, at.units, [0])
    return MeasuredSlope(
        fraction_of(inner(at.g, after - at.z)),
        fraction_of(predicted),
        squared_length(seen) * squared_length(after - at.z),
        fraction_of(abs(curvature)),
    )


def inner(v: fmpq_mat, w: fmpq_mat) -> fmpq:
    """<v, w>, of columns or of matrices."""
    return sum((x * y for x, y in zip(v.entries(), w.entries(), strict=True)), fmpq(0))


def gradient(name: str) -> Cases[MeasuredSlope]:
    """The squared error of the prediction, for instances in which this parameter changed."""

    def missed(instance: Instance) -> list[tuple[Fraction, MeasuredSlope] | None]:
        found = slopes(instance) if parameter(instance) == name else [None] * len(instance.c)
        return [
            None if slope is None else ((slope.change - slope.predicted) ** 2, slope)
            for slope in found
        ]

    return missed


def second_order(k: Constants, slope: MeasuredSlope) -> Any:
    """||(dW' lambda)_a|| ||z~ - z*|| + |<dA lambda, dA z*>|."""
    return k.kind.root(k.kind.number(slope.moved)) + k.kind.number(slope.curvature)


def along(instance: Instance, row: int, name: str, at: ExactAdjoint) -> tuple[fmpq, fmpq]:
    """<gradient, change> by the formulas of the claim, and the term quadratic in the change."""
    before, after, none = instance.operator, instance.after, fmpq(0)
    if name == "W":
        return inner(at.lam, matrix(after.exact_W - before.exact_W) * at.z), none
    if name == "c":
        moved = instance.c if instance.c_perturbed is None else instance.c_perturbed
        return inner(at.lam, column(moved[row]) - column(instance.c[row])), none
    H, old, new = at.lam * at.z.transpose(), factors_of(before), factors_of(after)
    if name == "m":
        trace = sum((H[i, i] for i in range(H.nrows())), none)
        return -trace * (fmpq_of(float(new.m)) - fmpq_of(float(old.m))), none
    if name == "S":
        return inner(H - H.transpose(), matrix(exact(new.S) - exact(old.S))), none
    A, dA = matrix(exact(old.A)), matrix(exact(new.A) - exact(old.A))
    return inner(-A * (H + H.transpose()), dA), inner(dA * at.lam, dA * at.z)


def nudged(
    rng: np.random.Generator, operator: Operator, c: Matrix
) -> tuple[int, Operator, Operator, Matrix]:
    """The index of the changed parameter, the operator before and after, the injections after.

    Where A, S or m changes, an operator without factors is replaced by one with random factors.
    Above MOST_UNITS units only W or c changes."""
    index = int(rng.choice(5, p=OFTEN) if operator.n <= MOST_UNITS else rng.integers(2))
    name, size = PARAMETERS[index], 2.0 ** -float(rng.uniform(8, 40))
    if name == "W":
        return index, operator, operator.with_weights(_nudge(rng, operator.W, size)), c
    if name == "c":
        return index, operator, operator, _nudge(rng, c, size)
    held = operator.factors or some_factors(rng, operator.n)
    moved = {
        "A": lambda: replace(held, A=_nudge(rng, held.A, size)),
        "S": lambda: replace(held, S=_nudge(rng, held.S, size)),
        "m": lambda: replace(held, m=held.m * (1 + size)),
    }[name]()
    return index, exactly_from(held, operator), exactly_from(moved, operator), c


def _nudge(rng: np.random.Generator, array: Matrix, size: float) -> Matrix:
    scale = float(np.abs(array).max(initial=0.0)) or 1.0
    return array + rng.normal(size=array.shape) * (scale * size)
