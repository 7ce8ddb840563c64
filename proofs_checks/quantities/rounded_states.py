"""What the released experiments round: the state of a splitting method, or a step's difference.

    states       s_{k+1} is T(s_k) rounded to multiples of d_k; the point is z_k = ReLU(R_F(s_k))
    differences  z_{k+1} is z_k plus Phi(z_k) - z_k rounded to multiples of d_k

Both start at the instance's `start` and take its `steps`; nothing saturates.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from flint import fmpq

from mondeq_ref.rigor.rational import fmpq_of
from proofs_checks.instance import Instance
from proofs_checks.quantities.eigenvalues import MOST_UNITS
from proofs_checks.quantities.rational_points import (
    Affine,
    Cleared,
    cleared_monotone,
    positive,
    squared_length,
    where_known,
)
from proofs_checks.quantities.rounded_runs import (
    RoundedRun,
    cells,
    given,
    is_fixed,
    number,
    on_grid,
    rounded,
    runs,
)
from proofs_checks.quantities.steps import forward, mirror_of, reflection, state, state_at


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
        prepared = _prepared(instance)
        if prepared is None:
            return [None] * len(instance.c)
        (reflect, starts), (_, s) = prepared, given(instance)

        def step(s: Cleared, cell: fmpq) -> Cleared:
            at = state(reflect, s)
            image = at.douglas_rachford if averaged else at.peaceman_rachford
            return on_cells(image, cell, instance)

        read = state(reflect, _last(instance, s, step)).read

        def end(_: int, begun: tuple[RoundedRun, Fraction]) -> RoundedEnd:
            run, start = begun
            return RoundedEnd(start, run.distance(read))

        return where_known(starts, end)

    return found


@lru_cache(maxsize=2)
def _prepared(instance: Instance) -> tuple[Affine, list[tuple[RoundedRun, Fraction] | None]] | None:
    """What both methods need: R_F, and for every row the squared distance of the first state to
    the fixed one.  None for many units, or where I + alpha M is singular."""
    M, alpha = cleared_monotone(instance.operator), fmpq_of(number(instance, "alpha"))
    mirror = None if instance.operator.n > MOST_UNITS else mirror_of(M, alpha)
    if mirror is None:
        return None
    c, start = given(instance)

    def begun(_: int, run: RoundedRun) -> tuple[RoundedRun, Fraction]:
        fixed = state_at(M, c.column(run.column), run.target, alpha).s
        return run, squared_length(start.column(run.column) - fixed)

    return reflection(mirror, c, alpha), where_known(runs(instance), begun)


def of_differences(instance: Instance) -> list[RoundedEnd | None]:
    """The same for forward-backward with rounded differences, whose state is the point."""
    c, start = given(instance)
    image = forward(cleared_monotone(instance.operator), c, fmpq_of(number(instance, "alpha")))

    def step(z: Cleared, cell: fmpq) -> Cleared:
        return z + on_cells(image(z).entrywise(positive) - z, cell, instance)

    z = _last(instance, start, step)
    return where_known(runs(instance), lambda _, run: RoundedEnd(run.error(0), run.distance(z)))


def _last(instance: Instance, z: Cleared, step: Callable[[Cleared, fmpq], Cleared]) -> Cleared:
    """After all steps from z; with a fixed cell, what stays once stays."""
    fixed = is_fixed(instance)
    for cell in cells(instance):
        before, z = z, step(z, cell)
        if fixed and z == before:
            break
    return z


def on_cells(v: Cleared, cell: fmpq, instance: Instance) -> Cleared:
    """Every entry rounded to a multiple of the cell by the instance's rule."""
    return on_grid(rounded(v, cell, int(number(instance, "rounding"))), cell, v.shape)
