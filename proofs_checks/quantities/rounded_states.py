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
    column,
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

        def end(row: int, z: fmpq_mat) -> RoundedEnd:
            c, s = _given(instance, row)
            target, reflect = cleared(z), reflection(mirror, c, alpha)
            far = squared_length(s - state_at(M, c, target, alpha).s)
            for cell in cells(instance):
                at = state(reflect, s)
                image = at.douglas_rachford if averaged else at.peaceman_rachford
                s = on_cells(image, cell, instance)
            return RoundedEnd(far, squared_length(state(reflect, s).read - target))

        return where_known(equilibria(instance), end)

    return found


@lru_cache(maxsize=2)
def mirror_at(instance: Instance) -> Cleared | None:
    """2 (I + alpha M)^-1 - I, which both methods need; None for many units, or no inverse."""
    if instance.operator.n > MOST_UNITS:
        return None
    return mirror_of(monotone(instance.operator), fmpq_of(number(instance, "alpha")))


def _given(instance: Instance, row: int) -> tuple[Cleared, Cleared]:
    """The injection of a row, and where it starts."""
    return cleared(column(instance.c[row])), cleared(column(instance.arrays["start"][row]))


def of_differences(instance: Instance) -> list[RoundedEnd | None]:
    """The same for forward-backward with rounded differences, whose state is the point."""
    alpha = fmpq_of(number(instance, "alpha"))
    linear = damping(monotone(instance.operator), alpha)

    def end(row: int, equilibrium: fmpq_mat) -> RoundedEnd:
        c, z = _given(instance, row)
        target, step = cleared(equilibrium), forward(linear, c, alpha)
        far = squared_length(z - target)
        for cell in cells(instance):
            z += on_cells(step(z).entrywise(positive) - z, cell, instance)
        return RoundedEnd(far, squared_length(z - target))

    return where_known(equilibria(instance), end)


def cells(instance: Instance) -> list[fmpq]:
    """d_0, d_0 g, d_0 g^2, ..., one for each step."""
    grid, shrink = fmpq_of(number(instance, "grid")), fmpq_of(number(instance, "shrink"))
    return [grid * shrink**k for k in range(int(number(instance, "steps")))]


def on_cells(v: Cleared, cell: fmpq, instance: Instance) -> Cleared:
    """Every entry rounded to a multiple of the cell by the instance's rule."""
    return on_grid(rounded(v, cell, int(number(instance, "rounding"))), cell)
