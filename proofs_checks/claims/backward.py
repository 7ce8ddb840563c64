"""Backward-pass guarantee (named in the abstract; its wording is reconstructed).

Statement.  Let z* be the equilibrium for c, a = {i : z*_i > 0}, D the projection on the units of
a, and g = dl/dz.  With m > 0 the adjoint equation

    lambda = D (W' lambda + g),     that is     M_aa' lambda_a = g_a, zero elsewhere,

has one solution, ||lambda|| <= ||g_a||/m, and where it is solved by forward-backward,
lambda <- D (lambda - alpha (M' lambda - g)), 0 < alpha < 2 m/L^2, the iteration contracts like the
forward one:

    ||T(u) - T(v)|| <= r ||u - v||,       r = sqrt(1 - 2 alpha m + alpha^2 L^2) < 1.

Proof.  The equation is the inclusion 0 in M' lambda - g + N(lambda), N the normal cone of the
subspace {D lambda = lambda}, whose resolvent is D.  M' has the margin and the norm of M, and
projections are nonexpansive: the proofs for the forward pass apply word for word.  Also
<lambda_a, M_aa' lambda_a> >= m ||lambda_a||^2, so M_aa is nonsingular, and the bound follows from
m ||lambda||^2 <= <lambda, g_a>.

So do Peaceman-Rachford and Douglas-Rachford with (2 D - I) in place of |.|, for every alpha > 0:
rho = sqrt(1 - 4 alpha m/(1 + 2 alpha m + alpha^2 L^2)), and (1 + rho)/2.

Without a margin the adjoint exists if and only if M_aa is nonsingular, and the iteration
converges for every g if and only if the spectral radius of I - alpha M_aa' is below 1.  That the
forward pass converged, from one start, says nothing of it: M = [[1, 0, 3], [3, 1, 0], [0, 3, 1]],
c = (4, 4, 4), from 0 every forward iterate is a multiple of (1, 1, 1) and tends to z* = (1, 1, 1),
but M has the eigenvalues -1/2 +- (3 sqrt(3)/2) i across that line.  The margin is the reason.

Gradients.  With H = lambda z*', at a point where the active set does not change,

    dl/dc = lambda    dl/dW = H    dl/dA = -A (H + H')    dl/dS = H - H'    dl/dm = -tr H

and dl/dU = lambda x', dl/db = lambda from c = U x + b.  No step size appears in them.  Proof.  Let
W~ = W + dW and c~ = c + dc have an equilibrium z~ on the same active set.  There
M_aa (z~ - z*)_a = (dW z~ + dc)_a, so for l = <g, z>, exactly,

    l(z~) - l(z*) = <lambda, dW z~ + dc> = <H, dW> + <lambda, dc> + <dW' lambda, z~ - z*>,

and the last term is of second order.  dW = -(A' dA + dA' A) - dA' dA for a move of A, dS - dS'
of S, -dm I of m.  So, with q = <dA lambda, dA z*> for a move of A and 0 otherwise,

    |l(z~) - l(z*) - <gradient, move>| <= ||(dW' lambda)_a|| ||z~ - z*|| + |q|.

Perturbation.  If M~_aa is nonsingular too, then with dW = W - W~
M_aa' (lambda~ - lambda)_a = (g~ - g)_a - (dW' lambda~)_a, so

    ||lambda~ - lambda|| <= (||(dW' lambda~)_a|| + ||(g~ - g)_a||)/m.

The active set has to be common: at a kink z*_i = (M z* - c)_i = 0 an arbitrarily small move of c
switches lambda_i on or off.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
from flint import fmpq_mat

from mondeq_ref import bounds
from mondeq_ref.families import injections
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.rational import fmpq_of
from mondeq_ref.verdict import Outcome, Verdict, fact
from proofs_checks.ingredients.adjoints import Adjoint, Slope, adjoints, nudged, slopes, solved
from proofs_checks.ingredients.contraction import (
    Constants,
    Distances,
    against,
    contracts,
    distances,
    powers,
    sum_of_roots,
)
from proofs_checks.ingredients.hypotheses import (
    has_margin,
    outcome,
    positive_step,
    step_below_margin,
)
from proofs_checks.ingredients.perturbations import perturbed
from proofs_checks.ingredients.precise import MOST_UNITS
from proofs_checks.ingredients.rational_points import (
    block,
    column,
    matrix,
    monotone,
    squared_length,
)
from proofs_checks.ingredients.steps import kept, some_step, state_at
from proofs_checks.instance import Instance
from proofs_checks.theorem import Form, Theorem, Witness

INPUTS = 3
MOST_STEPS = 6

Map = Callable[[Instance, Adjoint, fmpq_mat], tuple[fmpq_mat, fmpq_mat]]


def forward_backward(instance: Instance, at: Adjoint, lam: fmpq_mat) -> tuple[fmpq_mat, fmpq_mat]:
    """The point itself, and its image."""
    a = fmpq_of(instance.numbers["alpha"])
    slope = monotone(instance.operator).transpose() * lam - at.g
    return lam, kept(lam - slope * a, at.active)


def peaceman_rachford(instance: Instance, at: Adjoint, x: fmpq_mat) -> tuple[fmpq_mat, fmpq_mat]:
    """The state of the resolvent point x, and its image."""
    M = monotone(instance.operator).transpose()
    there = state_at(M, at.g, x, fmpq_of(instance.numbers["reflected"]))
    return there.s, kept(there.mirror, at.active, other=-1)


def douglas_rachford(instance: Instance, at: Adjoint, x: fmpq_mat) -> tuple[fmpq_mat, fmpq_mat]:
    s, image = peaceman_rachford(instance, at, x)
    return s, (s + image) / 2


def pairs(step: Map) -> Callable[[Instance], list[Distances | None]]:
    @lru_cache(maxsize=2)
    def found(instance: Instance) -> list[Distances | None]:
        rows: list[Distances | None] = []
        for row, at in enumerate(adjoints(instance)):
            if at is None:
                rows.append(None)
                continue
            u, v = (step(instance, at, column(instance.arrays[name][row])) for name in ("u", "v"))
            rows.append(distances(u[0], v[0], u[1], v[1]))
        return rows

    return found


forward_pairs = pairs(forward_backward)


def followed(instance: Instance) -> list[Distances | None]:
    """||lambda_0 - lambda|| and ||lambda_k - lambda||."""
    found: list[Distances | None] = []
    for row, at in enumerate(adjoints(instance)):
        if at is None:
            found.append(None)
            continue
        start = lam = column(instance.arrays["u"][row])
        for _ in range(steps(instance)):
            lam = forward_backward(instance, at, lam)[1]
        found.append(distances(start, at.lam, lam, at.lam))
    return found


def steps(instance: Instance) -> int:
    return int(instance.numbers["steps"])


def solution(instance: Instance) -> list[Distances | None]:
    """||lambda|| against ||g_a||."""
    return [
        None
        if at is None
        else Distances(squared_length(kept(at.g, at.active)), squared_length(at.lam))
        for at in adjoints(instance)
    ]


def fixed_point(instance: Instance) -> list[Verdict | None]:
    """lambda is fixed by all three maps, and a point beside it by none."""
    found: list[Verdict | None] = []
    for row, at in enumerate(adjoints(instance)):
        if at is None:
            found.append(None)
            continue
        beside = at.lam + column(np.eye(instance.operator.n)[row % instance.operator.n])
        maps = (forward_backward, peaceman_rachford, douglas_rachford)
        held = (step(instance, at, at.lam) for step in maps)
        moved = (step(instance, at, beside) for step in maps)
        found.append(
            fact(all(s == image for s, image in held) and all(s != image for s, image in moved))
        )
    return found


def positive_reflected_step(instance: Instance) -> Outcome:
    """The alpha of Peaceman-Rachford and Douglas-Rachford."""
    return outcome(instance.numbers["reflected"] > 0)


def reflected_rate(k: Constants) -> Any:
    return bounds.peaceman_rachford_rate_squared_of(k.m, k.L_squared, k.number("reflected"))


def gradient(instance: Instance) -> list[tuple[Fraction, Slope] | None]:
    """The square of what the gradient misses."""
    return [
        None if slope is None else ((slope.change - slope.predicted) ** 2, slope)
        for slope in slopes(instance)
    ]


def second_order(k: Constants, slope: Slope) -> Any:
    return k.kind.root(k.kind.number(slope.moved)) + k.kind.number(slope.curvature)


@dataclass(frozen=True)
class Change:
    """Squares of what moves the adjoint: from W and from g, and both together."""

    weights: Fraction
    slope: Fraction
    both: Fraction
    adjoint: Fraction


@lru_cache(maxsize=2)
def changes(instance: Instance) -> list[Change | None]:
    """The adjoint of the perturbed operator on the same active set."""
    M_after = monotone(instance.after)
    dW = matrix(instance.operator.exact_W - instance.after.exact_W)
    found: list[Change | None] = []
    for row, at in enumerate(adjoints(instance)):
        g = column(instance.arrays["g~"][row])
        after = None if at is None else solved(M_after, g, at.active)
        if at is None or after is None:
            found.append(None)
            continue
        seen, moved = (block(v, at.units, [0]) for v in (dW.transpose() * after, g - at.g))
        found.append(
            Change(
                squared_length(seen),
                squared_length(moved),
                squared_length(moved - seen),
                squared_length(after - at.lam),
            )
        )
    return found


def moved_adjoint(instance: Instance) -> list[tuple[Fraction, Change] | None]:
    return [None if change is None else (change.adjoint, change) for change in changes(instance)]


def perturbation(k: Constants, change: Change) -> Any:
    parts = (k.kind.root(k.kind.number(part)) for part in (change.weights, change.slope))
    return bounds.distance_of_inputs(k.m, sum(parts, start=k.kind.number(Fraction(0))))


def perturbation_in_fractions(
    k: Constants, change: Change, square: Fraction
) -> tuple[Fraction, Fraction]:
    return sum_of_roots(square * k.m**2, change.weights, change.slope)


def together(instance: Instance) -> list[Distances | None]:
    """The same before the triangle inequality."""
    return [
        None if change is None else Distances(change.both, change.adjoint)
        for change in changes(instance)
    ]


def draw(rng: np.random.Generator, family: str, operator: Operator) -> Instance:
    m, L = operator.margin.mid, max(operator.lipschitz.mid, 1e-3)
    c = injections(rng, operator, INPUTS)
    index, after, c_after = -1, None, c
    if rng.random() < 0.6:
        index, operator, after, c_after = nudged(rng, operator, c)
    reach = 2 * m / L**2 if m > 0 else 0.5 / L
    inside = operator.n > MOST_UNITS or rng.random() < 0.85
    step = some_step(rng, reach * (rng.uniform(0.02, 0.98) if inside else rng.uniform(1.01, 3.0)))
    numbers = {
        "alpha": step,
        "reflected": some_step(rng, 10.0 ** rng.uniform(-2, 2) / L),
        "steps": Fraction(int(rng.integers(1, MOST_STEPS + 1))),
        "moved": Fraction(index),
    }
    u, g = rng.normal(size=c.shape), rng.normal(size=c.shape)
    linear = np.eye(operator.n) - float(step) * operator.M.center.T
    top = np.linalg.svd(linear)[2][0]
    arrays = {
        "u": u,
        "v": u + top + 0.1 * rng.normal(size=c.shape),
        "g": g,
        "g~": g + rng.normal(size=c.shape) * float(rng.choice([0.0, 0.01, 1.0])),
    }
    return Instance(
        family,
        operator,
        perturbed(rng, operator, 1.2) if after is None else after,
        c=c,
        c_perturbed=None if c_after is c else c_after,
        numbers=numbers,
        arrays=arrays,
    )


def named(
    M: list[list[float]],
    c: list[float],
    u: list[float],
    v: list[float],
    alpha: Fraction,
    *,
    z: list[float] | None = None,
    reflected: Fraction = Fraction(1, 2),
) -> Instance:
    """One pair; g and g~ are ones, and W~ is W + I/4."""
    n = len(M)
    operator = Operator(np.eye(n) - np.array(M), np.zeros((n, 1)), np.zeros(n))
    numbers = {
        "alpha": alpha,
        "reflected": reflected,
        "steps": Fraction(3),
        "moved": Fraction(0),
    }
    arrays = {"u": np.array([u]), "v": np.array([v]), "g": np.ones((1, n)), "g~": np.ones((1, n))}
    if z is not None:
        arrays["z*"] = np.array([z])
    after = operator.with_weights(operator.W + np.eye(n) / 4)
    return Instance("witness", operator, after, np.array([c]), numbers=numbers, arrays=arrays)


def rotation() -> Instance:
    """All units are active: z* = (8, 8)."""
    return named([[0.75, -1.0], [1.0, 0.75]], [-2.0, 14.0], [9, 8], [8, 10], Fraction(1, 2))


def one_active() -> Instance:
    """z* = (1, 0), w* = (0, 1), and M' is the rotation for which Douglas-Rachford is slowest."""
    M = [[2.0, 12.0], [-12.0, 2.0]]
    return named(M, [2.0, -13.0], [0, 0], [8, 1], Fraction(1, 64), reflected=Fraction(1, 7))


def single(*, M: float = 0.5, alpha: Fraction = Fraction(1)) -> Instance:
    """z* = 1/M, lambda = 1/M."""
    return named([[M]], [1.0], [0.0], [1.0], alpha)


def across_the_line() -> Instance:
    """m = -1/2, L = 4, so that alpha L^2 = 4/5 < 2 |m|; u - v is across (1, 1, 1)."""
    M = [[1.0, 0.0, 3.0], [3.0, 1.0, 0.0], [0.0, 3.0, 1.0]]
    return named(M, [4.0] * 3, [0, 0, 0], [1, -1, 0], Fraction(1, 20), z=[1.0, 1.0, 1.0])


_ROTATION = Witness(rotation, "M = [[3, -4], [4, 3]]/4, alpha = 1/2, both units active")
_SINGLE = Witness(single, "n = 1, M = 1/2 and W~ = W + 1/4: lambda = 2, lambda~ = 4")

THEOREM = Theorem(
    name="backward",
    sentence="with a margin the backward pass converges as the forward pass does",
    source="Li, Leong and Chaffey 2026, abstract: backward-pass guarantee (reconstructed)",
    hypotheses={
        "m > 0": has_margin,
        "alpha > 0": positive_step,
        "alpha L^2 < 2 |m|": step_below_margin,
    },
    forms=(
        contracts(
            "as published",
            "||T(u) - T(v)|| <= r ||u - v||, and < ||u - v||",
            forward_pairs,
            lambda k: k.forward_backward,
            strictly=True,
        ),
        contracts(
            "after k steps",
            "||lambda_k - lambda|| <= r^k ||lambda_0 - lambda||",
            followed,
            lambda k: powers(k.forward_backward, steps(k.instance)),
        ),
        contracts(
            "Peaceman-Rachford",
            "||T(s) - T(t)|| <= rho ||s - t||",
            pairs(peaceman_rachford),
            reflected_rate,
            needs={"m > 0": has_margin, "its alpha > 0": positive_reflected_step},
            alone=True,
        ),
        contracts(
            "Douglas-Rachford",
            "||T(s) - T(t)|| <= (1 + rho)/2 ||s - t||",
            pairs(douglas_rachford),
            lambda k: k.averaged(reflected_rate(k)),
            needs={"m > 0": has_margin, "its alpha > 0": positive_reflected_step},
            alone=True,
        ),
        Form(
            "fixed point",
            "lambda is fixed by all three, a point beside it by none",
            fixed_point,
            needs={"alpha > 0": positive_step, "the other alpha > 0": positive_reflected_step},
            alone=True,
        ),
        contracts(
            "solution",
            "||lambda|| <= ||g_a||/m",
            solution,
            lambda k: 1 / (k.m * k.m),
            needs={"m > 0": has_margin},
            alone=True,
        ),
        against(
            "gradients",
            "|l(z~) - l(z*) - <gradient, move>| <= ||(dW' lambda)_a|| ||z~ - z*|| + |q|",
            gradient,
            second_order,
            alone=True,
        ),
        against(
            "perturbation",
            "||lambda~ - lambda|| <= (||(dW' lambda~)_a|| + ||(g~ - g)_a||)/m",
            moved_adjoint,
            perturbation,
            {"m > 0": has_margin},
            in_fractions=perturbation_in_fractions,
            alone=True,
        ),
        contracts(
            "perturbation, sharper",
            "||lambda~ - lambda|| <= ||(g~ - g - dW' lambda~)_a||/m",
            together,
            lambda k: 1 / (k.m * k.m),
            needs={"m > 0": has_margin},
            alone=True,
        ),
    ),
    draw=draw,
    attained={
        "as published": _ROTATION,
        "after k steps": _ROTATION,
        "Peaceman-Rachford": _ROTATION,
        "Douglas-Rachford": Witness(
            one_active, "M = [[2, 12], [-12, 2]], alpha = 1/7, one active unit: 14/15"
        ),
        "fixed point": "true or false: there is no size that could be attained",
        "solution": _SINGLE,
        "gradients": _SINGLE,
        "perturbation": _SINGLE,
        "perturbation, sharper": _SINGLE,
    },
    needed={
        "m > 0": Witness(
            across_the_line,
            "M = [[1, 0, 3], [3, 1, 0], [0, 3, 1]], alpha = 1/20: forward converges, backward not",
        ),
        "alpha > 0": Witness(lambda: single(alpha=Fraction(0)), "alpha = 0: nothing moves"),
        "alpha L^2 < 2 |m|": Witness(
            lambda: single(M=1.0, alpha=Fraction(2)), "M = 1, alpha = 2: 0 and 2 are swapped"
        ),
    },
    inputs=14,
    explained=__doc__ or "",
)
