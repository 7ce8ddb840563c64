"""Rounded iterates (the published code's "Corollary 5"; its wording is reconstructed).

Statement.  Let m > 0 and 0 < alpha < 2 m/L^2, so that Phi contracts with
r = sqrt(1 - 2 alpha m + alpha^2 L^2) < 1, and let z_{k+1} be Phi(z_k) rounded to a grid that it
does not leave, by at most eps in the 2-norm.  Then e_k = ||z_k - z*|| has

    limsup e_k <= eps/(1 - r),

with eps = d sqrt(n)/2 for the nearest multiples of d, and d sqrt(n) toward zero.  If step k rounds
to multiples of d_k = d_0 g^k, 0 < g < 1, then z_k converges to z* itself.

Proof.  e_{k+1} <= ||z_{k+1} - Phi(z_k)|| + ||Phi(z_k) - Phi(z*)|| <= eps_k + r e_k.  By
induction, with eps_k = eps g^k,

    e_k <= r^k e_0 + eps (g^0 r^(k-1) + g^1 r^(k-2) + ... + g^(k-1)),                     (1)

where the sum is (1 - r^k)/(1 - r) for g = 1, (r^k - g^k)/(r - g) for g != r, and k r^(k-1) for
g = r.  The first is below 1/(1 - r), the others go to 0: at the rate max(r, g), or any greater
one if r = g.

Norm.  eps is a bound on the 2-norm: d sqrt(n)/2, not d/2.  A coarse grid stops the iteration:
where alpha |F_i(z)| < d/2 for all i, a grid point z is its own rounded image.

Limit.  With a fixed grid only finitely many grid points are near z*, so the rounded iteration
becomes periodic, and limsup e_k is the greatest error on the cycle, exactly.  Where no cycle is
found within the allowed steps, the limit is not checked.

Sharper.  e_{k+1} <= ||I - alpha M|| e_k + ||z_{k+1} - Phi(z_k)||, with the rounding error of the
step itself.

As released.  The published experiment rounds the state s of Peaceman-Rachford, and its adaptive
variant the difference of two iterates.  For states the same induction with the rate t = rho of
T(s) = |R_F(s)|, or t = (1 + rho)/2 of Douglas-Rachford, gives ||s_k - s*||; ReLU is nonexpansive
and R_F contracts with rho (see `peaceman_rachford`), so ||z_k - z*|| <= rho ||s_k - s*||: reading
a point errs by less than the state, and any alpha > 0 will do.  Rounding Phi(z_k) - z_k makes the
same error as rounding Phi(z_k), so (1) holds as it stands; with a fixed cell the iteration stops
where every entry of the difference is rounded to 0.

Attained.  By M = I, alpha = 1/2 (r = 1/2), z* = (1, 1, 1, 1), d = 1: for z = (2, 2, 2, 2), Phi(z)
is 3/2 in every entry, a tie that is rounded to 2.  For a shrinking grid by M = 1, z* = 1, d_0 = 3,
g = 1/3: from 8, Phi gives 9/2 and then 7/2, ties that are rounded to 6 and 4.  For states by
M = 1, z* = s* = 1, alpha = 1/2, d = 1: from 5/2 (Peaceman-Rachford, rho = 1/3) and from 7/4
(Douglas-Rachford, 2/3) T gives 3/2, a tie that is rounded to 2, which is read as 4/3.
"""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from mondeq_ref import bounds
from mondeq_ref.instances.families import injections
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.verdict import Outcome
from proofs_checks.coordinates import Blocks, Coordinates
from proofs_checks.instance import Instance
from proofs_checks.quantities.comparison import Cases, against
from proofs_checks.quantities.eigenvalues import MOST_UNITS
from proofs_checks.quantities.hypotheses import (
    has_margin,
    outcome,
    positive_step,
    step_below_margin,
)
from proofs_checks.quantities.rational_points import where_known
from proofs_checks.quantities.rounded_bounds import (
    difference_bound,
    finite_bound,
    limit_bound,
    state_bound,
    step_bound,
    step_in_fractions,
)
from proofs_checks.quantities.rounded_runs import (
    NEAREST,
    TOWARD_ZERO,
    RoundedRun,
    is_fixed,
    number,
    runs,
)
from proofs_checks.quantities.rounded_states import RoundedEnd, of_differences, of_states
from proofs_checks.quantities.two_points import some_step, step_below_end
from proofs_checks.theorem import Theorem, Witness

INPUTS = 4
MOST_STEPS = 24


def ended(runs_of: Callable[[Instance], list[RoundedEnd | None]]) -> Cases[RoundedEnd]:
    """The squared error after the last step of every row."""
    return lambda instance: [None if run is None else (run.end, run) for run in runs_of(instance)]


def measured(error: Callable[[RoundedRun], Fraction | None]) -> Cases[RoundedRun]:
    """The squared error of every run; None where the error is not known."""

    def found(_: int, run: RoundedRun) -> tuple[Fraction, RoundedRun] | None:
        square = error(run)
        return None if square is None else (square, run)

    return lambda instance: where_known(runs(instance), found)


def nothing_saturates(instance: Instance) -> Outcome:
    return outcome(not any(run.saturated for run in runs(instance) if run is not None))


def positive_grid(instance: Instance) -> Outcome:
    return outcome(number(instance, "grid") > 0)


def has_fixed_grid(instance: Instance) -> Outcome:
    return outcome(is_fixed(instance))


def has_shrinking_grid(instance: Instance) -> Outcome:
    return outcome(0 < number(instance, "shrink") < 1)


def has_grids(instance: Instance) -> Outcome:
    """A fixed or a shrinking grid; for g < 0 the bound would add negative errors."""
    return outcome(0 < number(instance, "shrink") <= 1)


ANY_STEP = {
    "m > 0": has_margin,
    "alpha > 0": positive_step,
    "grid > 0": positive_grid,
    "0 < g <= 1": has_grids,
}


def draw(rng: np.random.Generator, family: str, operator: Operator) -> Instance:
    """A random instance whose grid is 2^-10 to 2^-2 of the start's size."""
    step = step_below_end(rng, operator, 0.05)
    c = injections(rng, operator, INPUTS)
    size = (1 + float(np.abs(c).max())) * 10.0 ** rng.uniform(-1, 1)
    grid = some_step(rng, size * 2.0 ** rng.uniform(-10, -2))
    shrink = Fraction(1)
    if rng.random() < 0.5:
        shrink = Fraction(int(rng.integers(1, 8)), 8)
    numbers = {
        "alpha": step,
        "grid": grid,
        "shrink": shrink,
        "rounding": Fraction(NEAREST if rng.random() < 0.75 else TOWARD_ZERO),
        "steps": Fraction(int(rng.integers(1, MOST_STEPS + 1))),
    }
    if operator.n <= MOST_UNITS and rng.random() < 0.15:
        numbers["greatest"] = Fraction(size * float(rng.uniform(0.5, 4.0)))
    start = np.abs(rng.normal(size=c.shape)) * size
    return Instance(family, operator, c=c, numbers=numbers, arrays={"start": start})


def named(
    M: float,
    c: float,
    start: float,
    *,
    n: int = 1,
    alpha: Fraction = Fraction(1, 2),
    grid: Fraction = Fraction(1),
    shrink: Fraction = Fraction(1),
    greatest: Fraction | None = None,
    z: float | None = None,
) -> Instance:
    """An instance of n equal units and three steps."""
    operator = Operator((1 - M) * np.eye(n), np.zeros((n, 1)), np.zeros(n))
    numbers = {
        "alpha": alpha,
        "grid": grid,
        "shrink": shrink,
        "rounding": Fraction(NEAREST),
        "steps": Fraction(3),
        **({} if greatest is None else {"greatest": greatest}),
    }
    arrays = {"start": np.full((1, n), start)}
    if z is not None:
        arrays["z*"] = np.full((1, n), z)
    return Instance("witness", operator, c=np.full((1, n), c), numbers=numbers, arrays=arrays)


def once(start: float) -> Instance:
    """One step with M = 1, z* = 1 and d = 1."""
    built = named(1.0, 1.0, start)
    return replace(built, numbers={**built.numbers, "steps": Fraction(1)})


def alternating() -> Instance:
    """Two steps with M = 1, z* = s* = 1, d = 1 and g = -1."""
    built = named(1.0, 1.0, 2.5, shrink=Fraction(-1))
    return replace(built, numbers={**built.numbers, "steps": Fraction(2)})


class GridCoordinates(Coordinates):
    """Coordinates to which a search may add a greatest grid point."""

    def addition(self, rng: np.random.Generator, at: Instance) -> Blocks:
        return {"#greatest": np.array([float(number(at, "grid")) * float(rng.integers(1, 9))])}

    def words(self, instance: Instance) -> dict[str, Any]:
        rounding = "to nearest" if number(instance, "rounding") == NEAREST else "toward zero"
        return {**super().words(instance), "rounding": rounding}


_TIES = Witness(
    lambda: named(1.0, 1.0, 2.0, n=4), "M = I, alpha = 1/2, d = 1: (2, 2, 2, 2) stays, z* = 1"
)

THEOREM = Theorem(
    name="inexact",
    sentence="rounded iterates end within eps/(1 - r) of the equilibrium",
    source="the published code of Li, Leong and Chaffey 2026, Corollary 5 (reconstructed)",
    hypotheses={
        "m > 0": has_margin,
        "alpha > 0": positive_step,
        "alpha L^2 < 2 |m|": step_below_margin,
        "nothing saturates": nothing_saturates,
        "grid > 0": positive_grid,
    },
    forms=(
        against(
            "as published",
            "limsup ||z_k - z*|| <= eps/(1 - r)",
            measured(lambda run: run.limit),
            limit_bound,
        ),
        against(
            "after k steps",
            "||z_k - z*|| <= r^k ||z_0 - z*|| + eps (1 - r^k)/(1 - r)",
            measured(lambda run: run.end),
            finite_bound,
            {"a fixed grid": has_fixed_grid},
        ),
        against(
            "shrinking grid",
            "||z_k - z*|| <= r^k ||z_0 - z*|| + eps (r^k - g^k)/(r - g)",
            measured(lambda run: run.end),
            finite_bound,
            {"a shrinking grid": has_shrinking_grid},
        ),
        against(
            "one step",
            "e_{k+1} <= ||I - alpha M|| e_k + ||z_{k+1} - Phi(z_k)||",
            measured(lambda run: run.end),
            step_bound,
            {"alpha > 0": positive_step},
            in_fractions=step_in_fractions,
            alone=True,
        ),
        against(
            "rounded Peaceman-Rachford",
            "||z_k - z*|| <= rho (rho^k ||s_0 - s*|| + eps (rho^(k-1) + ... + g^(k-1)))",
            ended(of_states(averaged=False)),
            state_bound(lambda rho: rho),
            ANY_STEP,
            alone=True,
        ),
        against(
            "rounded Douglas-Rachford",
            "||z_k - z*|| <= rho (t^k ||s_0 - s*|| + eps (t^(k-1) + ... + g^(k-1))), "
            "t = (1 + rho)/2",
            ended(of_states(averaged=True)),
            state_bound(bounds.douglas_rachford_rate),
            ANY_STEP,
            alone=True,
        ),
        against(
            "rounded differences",
            "||z_k - z*|| <= r^k ||z_0 - z*|| + eps (r^(k-1) + ... + g^(k-1))",
            ended(of_differences),
            difference_bound,
            {**ANY_STEP, "alpha L^2 < 2 |m|": step_below_margin},
            alone=True,
        ),
    ),
    draw=draw,
    attained={
        "as published": _TIES,
        "after k steps": _TIES,
        "shrinking grid": Witness(
            lambda: named(1.0, 1.0, 8.0, grid=Fraction(3), shrink=Fraction(1, 3)),
            "M = 1, d = 3, 1, 1/3: 8, 6, 4, 8/3, every time a tie that is rounded up",
        ),
        "one step": _TIES,
        "rounded Peaceman-Rachford": Witness(
            lambda: once(2.5), "M = 1, alpha = 1/2, d = 1: 5/2, 3/2 rounded to 2, read as 4/3"
        ),
        "rounded Douglas-Rachford": Witness(
            lambda: once(1.75), "M = 1, alpha = 1/2, d = 1: 7/4, 3/2 rounded to 2, read as 4/3"
        ),
        "rounded differences": _TIES,
    },
    needed={
        "m > 0": Witness(
            lambda: named(-1.0, -1.0, 0.0, alpha=Fraction(1), z=1.0),
            "W = 2, c = -1, alpha = 1: 0 and 1 are both equilibria; at 0 nothing is rounded",
        ),
        "alpha > 0": Witness(
            lambda: named(1.0, 1.0, 0.0, alpha=Fraction(-1)),
            "alpha = -1: 0 stays, z* = 1, and nothing is rounded",
        ),
        "alpha L^2 < 2 |m|": Witness(
            lambda: named(1.0, 1.0, 0.0, alpha=Fraction(3)),
            "W = 0, b = 1, alpha = 3: 0, 3, 0, 3, ... about z* = 1, and nothing is rounded",
        ),
        "nothing saturates": Witness(
            lambda: named(
                0.5, 1.0, 0.0, alpha=Fraction(1), grid=Fraction(1, 4), greatest=Fraction(1)
            ),
            "M = 1/2, alpha = 1, d = 1/4: z* = 2 is beyond a grid that ends at 1",
        ),
        "grid > 0": Witness(
            lambda: named(1.0, 0.0, 0.0, grid=Fraction(-1)),
            "d = -1 rounds to the integers like d = 1, but makes the bound negative",
        ),
        "a fixed grid": "none: (1) holds for every g > 0, and this is its sum for g = 1",
        "a shrinking grid": "none: (1) holds for every g > 0; only for g < 1 is its limit 0",
        "0 < g <= 1": Witness(
            alternating, "g = -1, d = 1: the grid stays, but the bound adds eps and -eps"
        ),
    },
    inputs=5,
    coordinates=GridCoordinates(fixed=("steps", "rounding")),
    explained=__doc__ or "",
)
