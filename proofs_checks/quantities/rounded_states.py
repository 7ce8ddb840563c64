"""What the released experiments round: the state of a splitting method, or a step's difference.

    states       s_{k+1} is T(s_k) rounded to multiples of d_k; the point is z_k = ReLU(R_F(s_k))
    differences  z_{k+1} is z_k plus Phi(z_k) - z_k rounded to multiples of d_k

Both start at the instance's `start` and take its `steps`; nothing saturates.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from flint import fmpq, fmpq_mat

from mondeq_ref.rigor.rational import fmpq_of
from proofs_checks.instance import Instance
from proofs_checks.quantities.eigenvalues import MOST_UNITS
from proofs_checks.quantities.rational_points import (
    Cleared,
    cleared,
    cleared_monotone,
    columns,
    equilibria,
    monotone,
    positive,
    squared_length,
    where_known,
)
from proofs_checks.quantities.rounded_runs import number, on_grid, rounded
from proofs_checks.quantities.steps import (
    damping,
    forward,
    mirror_of,
    reflection,
    state,
    state_at,
)


@dataclass(frozen=True)
class RoundedEnd:
    """Squared distances: of the first state to the fixed one, of the last point to z*."""

    start: Fraction
    end: Fraction


def of_states(*, averaged: bool) -> Callable[[Instance], list[RoundedEnd | None]]:
    """For every row of Peaceman-Rachford, or of Douglas-Rachford, whose step is `averaged`; None
    where z* is not known or I + alpha M is singular.

    In integers over one denominator: reduced fractions would take twice as long."""

    def found(instance: Instance) -> list[RoundedEnd | None]:
        M, alpha = cleared_monotone(instance.operator), fmpq_of(number(instance, "alpha"))
        mirror = mirror_at(instance)
        if mirror is None:
            return [None] * len(instance.c)
        c, start = _given(instance)
        s, reflect = start, reflection(mirror, c, alpha)
        for cell in cells(instance):
            at = state(reflect, s)
            image = at.douglas_rachford if averaged else at.peaceman_rachford
            s = on_cells(image, cell, instance)
        read = state(reflect, s).read

        def end(row: int, z: fmpq_mat) -> RoundedEnd:
            target = cleared(z)
            fixed = state_at(M, c.column(row), target, alpha).s
            both = (start.column(row) - fixed, read.column(row) - target)
            return RoundedEnd(*map(squared_length, both))

        return where_known(equilibria(instance), end)

    return found


@lru_cache(maxsize=2)
def mirror_at(instance: Instance) -> Cleared | None:
    """2 (I + alpha M)^-1 - I, which both methods need; None for many units, or no inverse."""
    if instance.operator.n > MOST_UNITS:
        return None
    return mirror_of(monotone(instance.operator), fmpq_of(number(instance, "alpha")))


def _given(instance: Instance) -> tuple[Cleared, Cleared]:
    """The injections and the starts, as columns."""
    return columns(instance.c), columns(instance.arrays["start"])


def of_differences(instance: Instance) -> list[RoundedEnd | None]:
    """The same for forward-backward with rounded differences, whose state is the point."""
    alpha, (c, start) = fmpq_of(number(instance, "alpha")), _given(instance)
    step, z = forward(damping(monotone(instance.operator), alpha), c, alpha), start
    for cell in cells(instance):
        z += on_cells(step(z).entrywise(positive) - z, cell, instance)

    def end(row: int, equilibrium: fmpq_mat) -> RoundedEnd:
        target = cleared(equilibrium)
        return RoundedEnd(*(squared_length(at.column(row) - target) for at in (start, z)))

    return where_known(equilibria(instance), end)


def cells(instance: Instance) -> list[fmpq]:
    """d_0, d_0 g, d_0 g^2, ..., one for each step."""
    grid, shrink = fmpq_of(number(instance, "grid")), fmpq_of(number(instance, "shrink"))
    return [grid * shrink**k for k in range(int(number(instance, "steps")))]


def on_cells(v: Cleared, cell: fmpq, instance: Instance) -> Cleared:
    """Every entry rounded to a multiple of the cell by the instance's rule."""
    return on_grid(rounded(v, cell, int(number(instance, "rounding"))), cell, v.shape)
