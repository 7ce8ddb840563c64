"""Pairs of states, iterations and fixed points of Peaceman-Rachford and Douglas-Rachford."""

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache

import numpy as np
from flint import fmpq_mat

from mondeq_ref.operator import Operator
from mondeq_ref.rigor.rational import fmpq_of
from mondeq_ref.rigor.verdict import Outcome, Verdict, fact
from proofs_checks.instance import Instance
from proofs_checks.quantities.comparison import Distances, distances
from proofs_checks.quantities.eigenvalues import MOST_UNITS
from proofs_checks.quantities.hypotheses import outcome
from proofs_checks.quantities.rational_points import (
    cleared,
    cleared_monotone,
    equilibria,
    is_equilibrium,
    monotone,
    squared_length,
    where_known,
)
from proofs_checks.quantities.steps import Map, mirror_of, reflection, state, state_at
from proofs_checks.quantities.two_points import alpha, read, resolvent_points, some_step, steps

PAIRS = 4
MOST_STEPS = 4  # exact steps; the fractions grow with every step


def pairs(image: Map) -> Callable[[Instance], list[Distances]]:
    """The distances between two states and between their images, for each row.

    The rows u and v of an instance are the resolvent points of the states."""

    @lru_cache(maxsize=2)
    def found(instance: Instance) -> list[Distances]:
        M, a = cleared_monotone(instance.operator), fmpq_of(alpha(instance))
        c, *points = read(instance)
        u, v = (state_at(M, c, x, a) for x in points)
        return distances(u.s, v.s, image(u), image(v))

    return found


def followed(image: Map) -> Callable[[Instance], list[Distances | None]]:
    """||s_0 - s*|| and ||ReLU(R_F(s_k)) - z*||, squared, after k steps from the state u."""

    @lru_cache(maxsize=2)
    def found(instance: Instance) -> list[Distances | None]:
        M, a = cleared_monotone(instance.operator), fmpq_of(alpha(instance))
        n = instance.operator.n
        mirror = None if n > MOST_UNITS else mirror_of(M, a)
        if mirror is None:
            return [None]
        c, u, _ = read(instance)
        reflect = reflection(mirror, c, a)
        at = state(reflect, u)
        for _ in range(steps(instance)):
            at = state(reflect, image(at))
        end = at.read

        def lengths(row: int, z: fmpq_mat) -> Distances:
            target = cleared(z)
            fixed = state_at(M, c.column(row), target, a).s
            both = (u.column(row) - fixed, end.column(row) - target)
            return Distances(*map(squared_length, both))

        return where_known(equilibria(instance), lengths)

    return found


def fixed_points(image: Map) -> Callable[[Instance], list[Verdict | None]]:
    """Whether s* = z* + alpha w* is fixed with ReLU(R_F(s*)) = z*, and the state of the point u
    is fixed exactly if u is an equilibrium."""

    def check(instance: Instance) -> list[Verdict | None]:
        M, a = cleared_monotone(instance.operator), fmpq_of(alpha(instance))
        all_c, all_u, _ = read(instance)

        def is_fixed(row: int, z: fmpq_mat) -> Verdict:
            c, u, target = all_c.column(row), all_u.column(row), cleared(z)
            at, other = state_at(M, c, target, a), state_at(M, c, u, a)
            kept = image(at) == at.s and at.read == target
            solves = is_equilibrium(monotone(instance.operator), c.value, u.value)
            return fact(kept and (image(other) == other.s) == solves)

        return where_known(equilibria(instance), is_fixed)

    return check


def is_symmetric(instance: Instance) -> Outcome:
    return outcome(instance.operator.exact_W == instance.operator.exact_W.T)


def draw_states(
    rng: np.random.Generator, family: str, operator: Operator, *, averaged: bool
) -> Instance:
    """A random instance: alpha between 0.01/L and 100/L, and resolvent points.

    One operator in four is replaced by its symmetric part, up to MOST_UNITS units."""
    if operator.n <= MOST_UNITS and rng.random() < 0.25:
        operator = operator.with_weights((operator.W + operator.W.T) / 2)
    step = some_step(rng, 10.0 ** rng.uniform(-2, 2) / max(operator.lipschitz.mid, 1e-3))
    points = resolvent_points(rng, operator, float(step), PAIRS, averaged=averaged)
    numbers = {"alpha": step, "steps": Fraction(int(rng.integers(1, MOST_STEPS + 1)))}
    arrays = {"u": points.u, "v": points.v}
    return Instance(family, operator, c=points.c, numbers=numbers, arrays=arrays)
