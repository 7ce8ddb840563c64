"""Corollary (forward-backward converges).

Statement.  Let m > 0 and 0 < alpha < 2 m/L^2.  Then Phi(z) = ReLU(z - alpha F(z)) is a
contraction:

    ||Phi(u) - Phi(v)|| <= r ||u - v||,     r = sqrt(1 - 2 alpha m + alpha^2 L^2) < 1,

so from any start z_k converges to the equilibrium, ||z_k - z*|| <= r^k ||z_0 - z*||.

Proof.  ReLU is nonexpansive, so with x = u - v the left side is at most ||(I - alpha M) x||, and
||x - alpha M x||^2 = ||x||^2 - 2 alpha <x, M x> + alpha^2 ||M x||^2 <= r^2 ||x||^2.  For
alpha > 0, r < 1 is equivalent to alpha L^2 < 2 m.  The inequality itself needs only alpha >= 0;
with the hypotheses the images are closer than the points.

Sharper.  ||I - alpha M||, the Lipschitz constant where all images are positive.  It is below 1
if and only if 0 < alpha < 2 lambda_min(sym M^-1): with y = M x, ||x - alpha y||^2 < ||x||^2 says
alpha ||y||^2 < 2 <M^-1 y, y>.  This interval contains 0 < alpha < 2 m/L^2, because
<M^-1 y, y> = <x, M x> >= m ||x||^2 >= (m/L^2) ||y||^2.

Best step.  r is least at alpha = m/L^2, where r^2 = 1 - 1/kappa^2.

Before quantizing.  With d = ||dW|| the margin of W~ is at least m - d and its L at most L + d, so
Phi~ has the rate above with m - d and L + d in place of m and L.  For d < m its best step
(m - d)/(L + d)^2 is known from W and d.  The bound is attained only for dW = 0: a loss of margin
needs E x = -d x, and then ||(M + E) x|| = L + d is impossible.

Forward-backward-forward.  Tseng's step is T(z) = y - alpha (F(y) - F(z)) with y = Phi(z).  For
0 < alpha < 1/L,

    ||T(z) - z*||^2 <= (1 - theta) ||z - z*||^2,   1/theta = 1/(1 - alpha^2 L^2) + 1/(2 alpha m).

At alpha = 1/(2 L) the factor is 1 - 1/(kappa + 4/3), compared with 1 - 1/kappa^2 above.

Proof.  Put
g = (z - T(z))/alpha = v + F(y) with v = (z - y)/alpha - F(z) in G(y), and -F(z*) in G(z*), so
<g, y - z*> = <v + F(z*), y - z*> + <F(y) - F(z*), y - z*> >= m ||y - z*||^2.  Then

    ||z - z*||^2 - ||T(z) - z*||^2 = 2 alpha <g, y - z*> + 2 alpha <g, z - y> - alpha^2 ||g||^2,

whose last two terms are ||z - y||^2 - ||T(z) - y||^2 >= (1 - alpha^2 L^2) ||z - y||^2, because
T(z) - y = alpha (F(z) - F(y)).  With p = ||z - y||, s = ||y - z*||, p + s >= ||z - z*||, and the
least A p^2 + B s^2 over p + s = 1 is 1/(1/A + 1/B).

Attained.  By M = [[3, -4], [4, 3]]/4, a rotation times 5/4, where all points are positive, for
every alpha and k.

Needed.  W = 0, b = 1, alpha = 2 = 2 m/L^2 swaps 0 and 2; M = [[1, -1], [1, 1]],
alpha = 1 = 2 m/L^2 runs through (0, 0), (0, 2), (2, 2), (2, 0) about its equilibrium (1, 1).
"""

from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
from flint import fmpq_mat

from mondeq_ref import bounds
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.rational import fmpq_of
from mondeq_ref.rigor.thresholds import spectral_norm_less
from mondeq_ref.rigor.verdict import Outcome
from proofs_checks.coordinates import Coordinates
from proofs_checks.instance import Instance
from proofs_checks.quantities.comparison import (
    Distances,
    compared,
    constant,
    contracts,
    distances,
    powers,
)
from proofs_checks.quantities.constants import Constants, constants
from proofs_checks.quantities.hypotheses import (
    has_margin,
    outcome,
    positive_step,
    step_below_margin,
)
from proofs_checks.quantities.kinds import ENCLOSED
from proofs_checks.quantities.perturbations import perturbed
from proofs_checks.quantities.rational_points import (
    Cleared,
    cleared,
    cleared_monotone,
    equilibria,
    squared_length,
    where_known,
)
from proofs_checks.quantities.step_intervals import (
    exact_range,
    interval,
    longest,
    positive_probe,
)
from proofs_checks.quantities.steps import forward_backward, forward_backward_forward
from proofs_checks.quantities.two_points import (
    alpha,
    forward_points,
    named,
    read,
    some_step,
    step_below_end,
    steps,
)
from proofs_checks.theorem import FACT, Form, Theorem, Witness

PAIRS = 4
MOST_STEPS = 6  # exact steps; the fractions grow with every step


@lru_cache(maxsize=2)
def pairs(instance: Instance) -> list[Distances]:
    """The distances between u and v and between their images, for each row."""
    return _pairs(instance, instance.operator)


@lru_cache(maxsize=2)
def pairs_after(instance: Instance) -> list[Distances]:
    """The distances between u and v and between their images under the perturbed operator."""
    return _pairs(instance, instance.after)


def _pairs(instance: Instance, operator: Operator) -> list[Distances]:
    M, a = cleared_monotone(operator), fmpq_of(alpha(instance))
    c, u, v = read(instance)
    return distances(u, v, *(forward_backward(M, c, z, a) for z in (u, v)))


@lru_cache(maxsize=2)
def followed(instance: Instance) -> list[Distances | None]:
    """||z_0 - z*|| and ||z_k - z*||, squared; None where z* is not known."""
    M, a = cleared_monotone(instance.operator), fmpq_of(alpha(instance))
    c, u, _ = read(instance)
    z = u
    for _ in range(steps(instance)):
        z = forward_backward(M, c, z, a)
    return _to_equilibria(instance, u, z)


@lru_cache(maxsize=2)
def tseng(instance: Instance) -> list[Distances | None]:
    """||z - z*|| and ||T(z) - z*||, squared, for Tseng's step with its own alpha."""
    M, a = cleared_monotone(instance.operator), fmpq_of(instance.numbers["tseng"])
    c, u, _ = read(instance)
    return _to_equilibria(instance, u, forward_backward_forward(M, c, u, a))


def _to_equilibria(instance: Instance, start: Cleared, end: Cleared) -> list[Distances | None]:
    def lengths(row: int, z: fmpq_mat) -> Distances:
        target = cleared(z)
        return Distances(*(squared_length(at.column(row) - target) for at in (start, end)))

    return where_known(equilibria(instance), lengths)


def perturbed_rate(k: Constants) -> Any:
    return bounds.forward_backward_rate_squared(k.m - k.d, k.L + k.d, k.alpha)


def tseng_rate(k: Constants) -> Any:
    return bounds.forward_backward_forward_rate_squared(k.m, k.L_squared, k.number("tseng"))


def tseng_is_short(instance: Instance) -> Outcome:
    """0 < alpha < 1/L for Tseng's alpha."""
    p, r = instance.numbers["tseng"].as_integer_ratio()
    M = constants(instance, ENCLOSED).scaled(0, -1)
    return outcome(p > 0 and spectral_norm_less(M, Fraction(r, p)))


def draw(rng: np.random.Generator, family: str, operator: Operator) -> Instance:
    step = step_below_end(rng, operator)
    points = forward_points(rng, operator, float(step), PAIRS)
    numbers = {
        "alpha": step,
        "tseng": some_step(rng, rng.uniform(0.05, 0.98) / max(operator.lipschitz.mid, 1e-3)),
        "probe": Fraction(abs(longest(operator)) * float(rng.uniform(0.5, 1.5))),
        "steps": Fraction(int(rng.integers(1, MOST_STEPS + 1))),
    }
    return Instance(
        family,
        operator,
        perturbed(rng, operator, 1.2),
        c=points.c,
        numbers=numbers,
        arrays={"u": points.u, "v": points.v},
    )


def rotation() -> Instance:
    """z* = (8, 8), and all points are positive."""
    return named([[0.75, -1.0], [1.0, 0.75]], [-2.0, 14.0], [9, 8], [8, 10], Fraction(1, 2))


def unchanged() -> Instance:
    """W~ = W."""
    return replace(rotation(), perturbed=rotation().operator)


def swap() -> Instance:
    return named([[1.0]], [1.0], [0.0], [2.0], Fraction(2))


def with_number(built: Instance, name: str, number: int) -> Instance:
    return replace(built, numbers={**built.numbers, name: Fraction(number)})


_ROTATION = Witness(rotation, "M = [[3, -4], [4, 3]]/4, alpha = 1/2, all points positive")

THEOREM = Theorem(
    name="forward_backward",
    sentence="forward-backward converges for steps below 2 m/L^2",
    source="Li, Leong and Chaffey 2026, corollary on forward-backward (wording reconstructed)",
    hypotheses={
        "m > 0": has_margin,
        "alpha > 0": positive_step,
        "alpha L^2 < 2 |m|": step_below_margin,
    },
    forms=(
        contracts(
            "as published",
            "||Phi(u) - Phi(v)|| <= r ||u - v||, and < ||u - v||",
            pairs,
            lambda k: k.forward_backward,
            strictly=True,
        ),
        contracts(
            "Lipschitz constant",
            "||Phi(u) - Phi(v)|| <= ||I - alpha M|| ||u - v||",
            pairs,
            lambda k: k.contraction,
            alone=True,
        ),
        constant(
            "Lipschitz constant against r",
            "||I - alpha M|| <= r",
            lambda k: k.contraction,
            lambda k: k.forward_backward,
            {"alpha > 0": positive_step},
            alone=True,
        ),
        contracts(
            "after k steps",
            "||z_k - z*|| <= r^k ||z_0 - z*||",
            followed,
            lambda k: powers(k.forward_backward, steps(k.instance)),
        ),
        Form(
            "exact interval",
            "||I - alpha M|| < 1 iff alpha < 2 lambda_min(sym M^-1)",
            exact_range,
            needs={"the probed alpha > 0": positive_probe},
            alone=True,
        ),
        compared(
            "interval",
            "m/L^2 <= lambda_min(sym M^-1)",
            interval,
            {"m > 0": has_margin},
            alone=True,
        ),
        contracts(
            "before quantizing",
            "||Phi~(u) - Phi~(v)||^2 <= (1 - 2 alpha (m-d) + alpha^2 (L+d)^2) ||u - v||^2",
            pairs_after,
            perturbed_rate,
            needs={"alpha > 0": positive_step},
            alone=True,
        ),
        contracts(
            "forward-backward-forward",
            "||T(z) - z*||^2 <= (1 - theta) ||z - z*||^2",
            tseng,
            tseng_rate,
            needs={"m > 0": has_margin, "0 < Tseng's alpha < 1/L": tseng_is_short},
            alone=True,
        ),
    ),
    draw=draw,
    attained={
        "as published": _ROTATION,
        "Lipschitz constant": _ROTATION,
        "Lipschitz constant against r": _ROTATION,
        "after k steps": _ROTATION,
        "exact interval": FACT,
        "interval": _ROTATION,
        "before quantizing": Witness(unchanged, "for dW = 0, where it is the published bound"),
        "forward-backward-forward": (
            "not known; for alpha -> 0 and alpha -> 1/L both sides tend to ||z - z*||, so the "
            "supremum is 1"
        ),
    },
    needed={
        "m > 0": Witness(
            lambda: named([[-1.0]], [0.0], [1.0], [2.0], Fraction(1)),
            "W = 2, alpha = 1: 1 and 2 go to 2 and 4",
        ),
        "alpha > 0": Witness(
            lambda: named([[1.0]], [1.0], [1.0], [2.0], Fraction(0)), "alpha = 0: nothing moves"
        ),
        "alpha L^2 < 2 |m|": Witness(
            swap, "W = 0, b = 1, alpha = 2 = 2 m/L^2 swaps 0 and 2 for ever; z* = 1"
        ),
        "the probed alpha > 0": Witness(
            lambda: with_number(rotation(), "probe", -1),
            "alpha = -1 is below 2 lambda_min(sym(M^-1)), and I + M does not contract",
        ),
        "0 < Tseng's alpha < 1/L": Witness(
            lambda: with_number(named([[1.0]], [1.0], [2.0], [0.0], Fraction(1, 2)), "tseng", 3),
            "M = 1, alpha = 3, z = 2, z* = 1: y = 0, and T(z) = 6",
        ),
    },
    inputs=12,
    coordinates=Coordinates(fixed=("steps",)),
    explained=__doc__ or "",
)
