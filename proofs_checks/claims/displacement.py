"""Theorem 3 (equilibrium displacement).

Statement.  Let I - W have a margin m > 0, let z* be the equilibrium of W, and let z~ be any
equilibrium of W~ for the same injection c.  Then

    ||z~ - z*|| <= (||W - W~||_2 / m) ||z~||.

Proof.  With r = (W~ - W) z~ we have r in (F + G)(z~), while 0 is in (F + G)(z*).  Strong
monotonicity gives m ||z~ - z*||^2 <= <r, z~ - z*>; apply Cauchy-Schwarz and
||r|| <= ||W - W~|| ||z~||.  W~ needs no property but the existence of z~.

Sharper.  ||r|| itself is a bound:   ||z~ - z*|| <= ||(W - W~) z~|| / m.

From the original.  For ||dW|| < m,   ||z~ - z*|| <= ||dW|| ||z*|| / (m - ||dW||), because
||z~|| <= ||z*|| + ||z~ - z*||.

Attained.  All three by W = (1 - m) I, W~ = W + d I, 0 < d < m, c > 0: z* = c/m, z~ = c/(m - d).
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
from flint import fmpq_mat

from mondeq_ref import bounds
from mondeq_ref.instances.families import injections
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.fast import norms_above, product_error
from mondeq_ref.rigor.verdict import ZERO, Guarantee, Outcome, Verdict
from proofs_checks.instance import Instance, gap, length
from proofs_checks.quantities.comparison import Inequality, compared
from proofs_checks.quantities.constants import Constants
from proofs_checks.quantities.hypotheses import has_margin, same_injection, smaller_than_margin
from proofs_checks.quantities.perturbations import perturbed
from proofs_checks.quantities.rational_points import matrix, squared_length
from proofs_checks.theorem import Form, Predicate, Theorem, Witness

INPUTS = 16

Bound = Callable[[Instance, int], Enclosure]
Square = Callable[[Constants, Instance, int], Any]  # of the bound, from exact equilibria


def verdicts(instance: Instance, bound: Bound) -> list[Verdict | None]:
    """||z~ - z*|| <= bound for every injection; None where z* or z~ is not known."""
    found: list[Verdict | None] = []
    for row, (moved, radius) in enumerate(moves(instance)):
        if moved is None:
            found.append(None)
            continue
        side = bound(instance, row)
        # The enclosure of the left side is 2 * radius wide because of the solver.
        found.append(Verdict(moved, side, Guarantee.RIGOROUS_FLOAT, solver=2 * radius))
    return found


@lru_cache(maxsize=2)
def moves(instance: Instance) -> list[tuple[Enclosure | None, float]]:
    """||z~ - z*|| and the sum of the two radii, for every injection."""
    before, after = instance.before, instance.moved
    found: list[tuple[Enclosure | None, float]] = []
    for row in range(len(instance.c)):
        radius = (Enclosure.of(float(before.radius[row])) + float(after.radius[row])).hi
        finite = np.isfinite(radius)
        found.append((gap(after.z[row], before.z[row], radius) if finite else None, radius))
    return found


def published(instance: Instance, row: int) -> Enclosure:
    size = instance.moved.lengths[row]
    return bounds.displacement(instance.dW_norm, instance.operator.margin, size)


def sharper(instance: Instance, row: int) -> Enclosure:
    """||dW z~||/m, from the product of the float arrays and bounds on its errors."""
    z, reach = instance.moved.z[row], float(instance.moved.radius[row])
    dW = instance.dW
    of_product = Enclosure.of(float(product_error(dW.center, z[:, None])))
    of_matrix = Enclosure.of(dW.radius) * float(norms_above(z[None])[0])
    error = of_product + of_matrix + instance.dW_norm * reach
    return length(dW.center @ z, error.hi) / instance.operator.margin


def from_original(instance: Instance, row: int) -> Enclosure:
    size = instance.before.lengths[row]
    return bounds.displacement_from_original(instance.dW_norm, instance.operator.margin, size)


def published_square(k: Constants, instance: Instance, row: int) -> Any:
    size = squared_length(exact_pair(instance, row)[1])
    return bounds.displacement(k.d, k.m, 1) ** 2 * k.kind.number(size)


def sharper_square(k: Constants, instance: Instance, row: int) -> Any:
    image = matrix(k.dW) * exact_pair(instance, row)[1]
    return k.kind.number(squared_length(image)) / (k.m * k.m)


def original_square(k: Constants, instance: Instance, row: int) -> Any:
    size = squared_length(exact_pair(instance, row)[0])
    return bounds.displacement_from_original(k.d, k.m, 1) ** 2 * k.kind.number(size)


def exact_pair(instance: Instance, row: int) -> tuple[fmpq_mat, fmpq_mat]:
    """z* and z~ in rationals."""
    z, w = instance.before.exactly(row), instance.moved.exactly(row)
    if z is None or w is None:
        raise ValueError("only a verdict about two known equilibria can be escalated")
    return z, w


def displaced(
    name: str,
    formula: str,
    bound: Bound,
    square: Square,
    needs: Mapping[str, Predicate] | None = None,
) -> Form:
    """A form decided by enclosures of the solver's points, then by equilibria in rationals."""

    def row(instance: Instance, row: int, first: Verdict) -> Inequality:
        def distance() -> Fraction:
            z, w = exact_pair(instance, row)
            return squared_length(w - z)

        def identity(verdict: Verdict) -> Verdict | None:
            if has_margin(instance) is not Outcome.PROVED or verdict.rhs.hi < 0:
                return verdict  # squares lose the sign of a negative bound
            if distance() == 0:
                nothing = Enclosure(0.0, verdict.rhs.hi)
                return Verdict(ZERO, verdict.rhs, Guarantee.EXACT, gap=nothing)
            return None

        return Inequality(
            lambda k: (k.kind.number(distance()), square(k, instance, row)),
            squares=True,
            identity=identity,
            first=first,
        )

    def rows(instance: Instance) -> list[Inequality | None]:
        found = enumerate(verdicts(instance, bound))
        return [None if first is None else row(instance, k, first) for k, first in found]

    return compared(name, formula, rows, needs)


def draw(rng: np.random.Generator, family: str, operator: Operator) -> Instance:
    return Instance(family, operator, perturbed(rng, operator), injections(rng, operator, INPUTS))


def scalar(W: float, after: float, c: float, c_after: float | None = None) -> Instance:
    """n = 1, everything dyadic."""
    operator = Operator(np.array([[W]]), np.zeros((1, 1)), np.zeros(1))
    moved = None if c_after is None else np.array([[c_after]])
    return Instance(
        "witness", operator, operator.with_weights(np.array([[after]])), np.array([[c]]), moved
    )


def without_margin() -> Instance:
    """W = W~ = 2 and c = -1, with the equilibria z* = 0 and z~ = 1 given."""
    named = {"z*": np.array([[0.0]]), "z~": np.array([[1.0]])}
    return replace(scalar(2.0, 2.0, -1.0), arrays=named)


def beyond_the_margin() -> Instance:
    """W = 1/2, W~ = 3/2 and c = -1, with the equilibria z* = 0 and z~ = 2 given."""
    named = {"z*": np.array([[0.0]]), "z~": np.array([[2.0]])}
    return replace(scalar(0.5, 1.5, -1.0), arrays=named)


_SHRUNK = Witness(lambda: scalar(0.5, 0.75, 1.0), "n = 1: z* = 2, z~ = 4, m = 1/2, |dW| = 1/4")

THEOREM = Theorem(
    name="displacement",
    sentence="equilibria move by at most ||dW||/m times their length",
    source="Li, Leong and Chaffey 2026, Theorem 3 (wording reconstructed)",
    hypotheses={"m > 0": has_margin, "only W is perturbed": same_injection},
    forms=(
        displaced("as published", "||z~ - z*|| <= (||dW||/m) ||z~||", published, published_square),
        displaced("sharper", "||z~ - z*|| <= ||dW z~||/m", sharper, sharper_square),
        displaced(
            "from z* alone",
            "||z~ - z*|| <= ||dW|| ||z*||/(m - ||dW||)",
            from_original,
            original_square,
            {"||dW|| < m": smaller_than_margin},
        ),
    ),
    draw=draw,
    attained={"as published": _SHRUNK, "sharper": _SHRUNK, "from z* alone": _SHRUNK},
    needed={
        "m > 0": Witness(
            without_margin,
            "W = W~ = 2, c = -1: z* = 0 and z~ = 1 are both equilibria, and dW = 0",
        ),
        "only W is perturbed": Witness(
            lambda: scalar(0.5, 0.5, 1.0, 2.0),
            "W = W~ = 1/2 with c = 1 and c~ = 2: dW = 0 and the equilibria are 2 and 4",
        ),
        "||dW|| < m": Witness(
            beyond_the_margin, "W = 1/2, W~ = 3/2, c = -1: z* = 0, and z~ = 2 is an equilibrium"
        ),
    },
    inputs=INPUTS,
    explained=__doc__ or "",
)
