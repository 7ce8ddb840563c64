"""What the released experiments round: the state of a splitting method, or a step's difference.

    states       s_{k+1} is T(s_k) rounded to multiples of d_k; the point is z_k = ReLU(R_F(s_k))
    differences  z_{k+1} is z_k plus Phi(z_k) - z_k rounded to multiples of d_k

Both start at the instance's `start` and take its `steps`; nothing saturates.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq, fmpq_mat

from mondeq_ref.rigor.rational import fmpq_of
from proofs_checks.instance import Instance
from proofs_checks.quantities.eigenvalues import MOST_UNITS
from proofs_checks.quantities.rational_points import column, equilibria, monotone, squared_length
from proofs_checks.quantities.rounded_runs import number, on_grid, rounded
from proofs_checks.quantities.steps import ForwardBackwardMap, State, resolvent_of, state, state_at


@dataclass(frozen=True)
class RoundedEnd:
    """Squared distances: of the first state to the fixed one, of the last point to z*."""

    start: Fraction
    end: Fraction


def of_states(image: Callable[[State], fmpq_mat]) -> Callable[[Instance], list[RoundedEnd | None]]:
    """For every row; None where z* is not known or I + alpha M is singular."""

    def found(instance: Instance) -> list[RoundedEnd | None]:
        M, alpha = monotone(instance.operator), fmpq_of(number(instance, "alpha"))
        resolvent = None if M.nrows() > MOST_UNITS else resolvent_of(M, alpha)
        if resolvent is None:
            return [None] * len(instance.c)
        ends: list[RoundedEnd | None] = []
        for row, z in enumerate(equilibria(instance)):
            if z is None:
                ends.append(None)
                continue
            c = column(instance.c[row])
            s = column(instance.arrays["start"][row])
            far = squared_length(s - state_at(M, c, z, alpha).s)
            for cell in cells(instance):
                s = on_cells(image(state(resolvent, c, s, alpha)), cell, instance)
            ends.append(RoundedEnd(far, squared_length(state(resolvent, c, s, alpha).read - z)))
        return ends

    return found


def of_differences(instance: Instance) -> list[RoundedEnd | None]:
    """The same for forward-backward with rounded differences, whose state is the point."""
    M, alpha = monotone(instance.operator), fmpq_of(number(instance, "alpha"))
    ends: list[RoundedEnd | None] = []
    for row, target in enumerate(equilibria(instance)):
        if target is None:
            ends.append(None)
            continue
        c, z = column(instance.c[row]), column(instance.arrays["start"][row])
        far, step = squared_length(z - target), ForwardBackwardMap.of(M, c, alpha)
        for cell in cells(instance):
            z += on_cells(step(z) - z, cell, instance)
        ends.append(RoundedEnd(far, squared_length(z - target)))
    return ends


def cells(instance: Instance) -> list[fmpq]:
    """d_0, d_0 g, d_0 g^2, ..., one for each step."""
    grid, shrink = fmpq_of(number(instance, "grid")), fmpq_of(number(instance, "shrink"))
    return [grid * shrink**k for k in range(int(number(instance, "steps")))]


def on_cells(v: fmpq_mat, cell: fmpq, instance: Instance) -> fmpq_mat:
    """Every entry rounded to a multiple of the cell by the instance's rule."""
    return on_grid(rounded(v, cell, int(number(instance, "rounding"))), cell)
