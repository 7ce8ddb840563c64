"""Three splitting methods for the adjoint equation: images, iterates and fixed points."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from mondeq_ref.rigor.rational import fmpq_of
from mondeq_ref.rigor.verdict import Verdict, fact
from proofs_checks.instance import Instance
from proofs_checks.quantities.adjoints import ExactAdjoint, adjoints
from proofs_checks.quantities.comparison import Distances, distances
from proofs_checks.quantities.rational_points import (
    Cleared,
    cleared,
    cleared_monotone,
    column,
    where_known,
)
from proofs_checks.quantities.steps import HALF, kept, state_at
from proofs_checks.quantities.two_points import alpha, steps

Map = Callable[[Instance, ExactAdjoint, Cleared], tuple[Cleared, Cleared]]


def forward_backward(instance: Instance, at: ExactAdjoint, lam: Cleared) -> tuple[Cleared, Cleared]:
    """lambda and its image D (lambda - alpha (M' lambda - g))."""
    a = fmpq_of(alpha(instance))
    slope = _transposed(instance) * lam - cleared(at.g)
    return lam, kept(lam - slope * a, at.active)


def peaceman_rachford(instance: Instance, at: ExactAdjoint, x: Cleared) -> tuple[Cleared, Cleared]:
    """The state s whose resolvent point is x, and its image (2 D - I) R(s)."""
    reflected = fmpq_of(instance.numbers["reflected"])
    there = state_at(_transposed(instance), cleared(at.g), x, reflected)
    return there.s, kept(there.mirror, at.active, other=-1)


def douglas_rachford(instance: Instance, at: ExactAdjoint, x: Cleared) -> tuple[Cleared, Cleared]:
    """The state s whose resolvent point is x, and the mean of s and (2 D - I) R(s)."""
    s, image = peaceman_rachford(instance, at, x)
    return s, (s + image) * HALF


def _transposed(instance: Instance) -> Cleared:
    """M'."""
    M = cleared_monotone(instance.operator)
    return Cleared(M.numerators.transpose(), M.denominator)


def pairs(step: Map) -> Callable[[Instance], list[Distances | None]]:
    """The distances between u and v and between their images, for each row of an instance."""

    @lru_cache(maxsize=2)
    def found(instance: Instance) -> list[Distances | None]:
        def lengths(row: int, at: ExactAdjoint) -> Distances:
            points = (cleared(column(instance.arrays[name][row])) for name in ("u", "v"))
            u, v = (step(instance, at, point) for point in points)
            return distances(u[0], v[0], u[1], v[1])[0]

        return where_known(adjoints(instance), lengths)

    return found


def followed(instance: Instance) -> list[Distances | None]:
    """||lambda_0 - lambda|| and ||lambda_k - lambda||, squared, for forward-backward."""

    def lengths(row: int, at: ExactAdjoint) -> Distances:
        start = lam = cleared(column(instance.arrays["u"][row]))
        for _ in range(steps(instance)):
            lam = forward_backward(instance, at, lam)[1]
        return distances(start, cleared(at.lam), lam, cleared(at.lam))[0]

    return where_known(adjoints(instance), lengths)


def fixed_point(instance: Instance) -> list[Verdict | None]:
    """Whether all three maps fix lambda and none fixes lambda plus a unit vector."""

    def is_fixed(row: int, at: ExactAdjoint) -> Verdict:
        lam, n = cleared(at.lam), instance.operator.n
        beside = lam + cleared(column(np.eye(n)[row % n]))
        maps = (forward_backward, peaceman_rachford, douglas_rachford)
        held = (step(instance, at, lam) for step in maps)
        moved = (step(instance, at, beside) for step in maps)
        return fact(all(s == image for s, image in held) and all(s != image for s, image in moved))

    return where_known(adjoints(instance), is_fixed)
