"""Theorem 3 (equilibrium displacement).

Statement.  Let I - W have a margin m > 0, let z* be the equilibrium of W, and let z~ be any
equilibrium of W~ for the same injection c.  Then

    ||z~ - z*|| <= (||W - W~||_2 / m) ||z~||.

Proof.  With r = (W~ - W) z~ we have r in (F + G)(z~), while 0 is in (F + G)(z*).  Strong
monotonicity gives m ||z~ - z*||^2 <= <r, z~ - z*>; apply Cauchy-Schwarz and
||r|| <= ||W - W~|| ||z~||.  Nothing is asked of W~ but that z~ exists.

Sharper.  Stop at ||r||:   ||z~ - z*|| <= ||(W - W~) z~|| / m.

From z* alone, when ||dW|| < m:   ||z~ - z*|| <= ||dW|| ||z*|| / (m - ||dW||), since
||z~|| <= ||z*|| + ||z~ - z*||.

Attained by W = (1 - m) I, W~ = W + d I, 0 < d < m, c > 0: z* = c/m, z~ = c/(m - d), and both
sides of all three are equal.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, fmpq

from mondeq_ref import bounds
from mondeq_ref.instances.families import injections
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.fast import norms_above, product_error
from mondeq_ref.rigor.verdict import ZERO, Guarantee, Outcome, Verdict
from proofs_checks.instance import Instance, gap, length
from proofs_checks.quantities.hypotheses import has_margin, same_injection, smaller_than_margin
from proofs_checks.quantities.losses import difference
from proofs_checks.quantities.perturbations import perturbed
from proofs_checks.quantities.precise import (
    decided_again,
    margin,
    norm,
    of_one_pair,
    rational_margin,
    rational_norm,
)
from proofs_checks.theorem import Form, Theorem, Witness

INPUTS = 16

Bound = Callable[[Instance, int], Enclosure]


def verdicts(instance: Instance, bound: Bound) -> list[Verdict | None]:
    """||z~ - z*|| against a bound, for every injection whose z~ is known."""
    before, after = instance.before, instance.moved
    found: list[Verdict | None] = []
    for row in range(len(instance.c)):
        radius = float(before.radius[row]) + float(after.radius[row])
        if not np.isfinite(radius):
            found.append(None)
            continue
        moved = gap(after.z[row], before.z[row], 2 * radius)
        side = bound(instance, row)
        found.append(Verdict(moved, side, Guarantee.RIGOROUS_FLOAT, solver=4 * radius))
    return found


def published(instance: Instance, row: int) -> Enclosure:
    size = length(instance.moved.z[row], float(instance.moved.radius[row]))
    return bounds.displacement(instance.dW_norm, instance.operator.margin, size)


def sharper(instance: Instance, row: int) -> Enclosure:
    """||dW z~||: the product of the float arrays, and what they are known to within."""
    z, reach = instance.moved.z[row], float(instance.moved.radius[row])
    dW = instance.dW
    image = dW.center @ z
    unseen = product_error(dW.center, z[:, None]) + dW.radius * float(norms_above(z[None])[0])
    moved = (Enclosure.of(unseen) * 2 + instance.dW_norm * reach).hi
    return length(image, moved) / instance.operator.margin


def from_original(instance: Instance, row: int) -> Enclosure:
    size = length(instance.before.z[row], float(instance.before.radius[row]))
    return bounds.displacement_from_original(instance.dW_norm, instance.operator.margin, size)


Square = Callable[[Any, Any, "Sizes"], Any]  # (||dW||, m, sizes) -> the bound's square


@dataclass(frozen=True)
class Sizes:
    """Squared lengths of what the bounds are made of, exact."""

    original: Fraction  # ||z*||^2
    moved: Fraction  # ||z~||^2
    image: Fraction  # ||dW z~||^2


def published_square(dW: Any, m: Any, sizes: Sizes) -> Any:
    return bounds.displacement(dW, m, 1) ** 2 * number(sizes.moved, dW)


def sharper_square(dW: Any, m: Any, sizes: Sizes) -> Any:
    return number(sizes.image, dW) / (m * m)


def original_square(dW: Any, m: Any, sizes: Sizes) -> Any:
    return bounds.displacement_from_original(dW, m, 1) ** 2 * number(sizes.original, dW)


def number(x: Fraction, like: Any) -> Any:
    """A rational as a ball, among balls."""
    return arb(fmpq(x.numerator, x.denominator)) if isinstance(like, arb) else x


def escalated(bound: Bound, square: Square) -> Callable[[Instance, int], Verdict]:
    """Both equilibria in rationals; the bound's square in balls, or in rationals too."""

    def again(instance: Instance, row: int) -> Verdict:
        z, w = instance.before.exactly(row), instance.moved.exactly(row)
        verdict = verdicts(instance, bound)[row]
        if verdict is None or z is None or w is None:
            raise ValueError("only a verdict about two known equilibria can be escalated")
        if has_margin(instance) is not Outcome.PROVED:
            return verdict  # a bound over m < 0 is negative, and squares do not see signs
        distance = squared([a - b for a, b in zip(z, w, strict=True)])
        if verdict.rhs.hi < 0:
            return verdict  # the same where ||dW|| > m
        if distance == 0:
            nothing = Enclosure(0.0, verdict.rhs.hi)
            return of_one_pair(verdict, Verdict(ZERO, verdict.rhs, Guarantee.EXACT, gap=nothing))
        W, dW = instance.operator.exact_W, difference(instance)
        image = [sum(a * x for a, x in zip(row, w, strict=True)) for row in dW.fractions()]
        sizes = Sizes(squared(z), squared(w), squared(image))

        def balls() -> tuple[arb, arb]:
            n, m = norm(dW), margin(W)
            return number(distance, n), square(n, m, sizes)

        def rationals() -> tuple[Fraction | None, Fraction | None]:
            n, m = rational_norm(dW), rational_margin(W)
            return distance, None if n is None or m is None else square(n, m, sizes)

        return decided_again(verdict, instance.operator.n, balls, rationals, squares=True)

    return again


def squared(v: Sequence[Fraction | int]) -> Fraction:
    return sum((Fraction(x) ** 2 for x in v), Fraction(0))


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
    """Where there are several equilibria, the two that are meant are named."""
    named = {"z*": np.array([[0.0]]), "z~": np.array([[1.0]])}
    return replace(scalar(2.0, 2.0, -1.0), arrays=named)


_SHRUNK = Witness(lambda: scalar(0.5, 0.75, 1.0), "n = 1: z* = 2, z~ = 4, m = 1/2, |dW| = 1/4")

THEOREM = Theorem(
    name="displacement",
    sentence="equilibria move by at most ||dW||/m times their length",
    source="Li, Leong and Chaffey 2026, Theorem 3",
    hypotheses={"m > 0": has_margin, "only W is perturbed": same_injection},
    forms=(
        Form(
            "as published",
            "||z~ - z*|| <= (||dW||/m) ||z~||",
            lambda instance: verdicts(instance, published),
            escalated(published, published_square),
        ),
        Form(
            "sharper",
            "||z~ - z*|| <= ||dW z~||/m",
            lambda instance: verdicts(instance, sharper),
            escalated(sharper, sharper_square),
        ),
        Form(
            "from z* alone",
            "||z~ - z*|| <= ||dW|| ||z*||/(m - ||dW||)",
            lambda instance: verdicts(instance, from_original),
            escalated(from_original, original_square),
            needs={"||dW|| < m": smaller_than_margin},
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
    },
    inputs=INPUTS,
    explained=__doc__ or "",
)
