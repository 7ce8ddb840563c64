"""Theorem 1 (fixed points are equilibria).

Statement.  For every alpha > 0, with F(z) = (I - W) z - c and G the normal cone of the orthant,

    z = ReLU(z - alpha F(z))   if and only if   0 in F(z) + G(z).

The right-hand side says z >= 0, w = F(z) >= 0 and z_i w_i = 0 for all i.  W may have any margin.

Proof.  Entry by entry, z_i = max(z_i - alpha w_i, 0) says z_i >= 0, z_i >= z_i - alpha w_i and
that one of the two is an equality; since alpha > 0: z_i >= 0, w_i >= 0 and z_i w_i = 0.

Residual.  Let rho = z - ReLU(z - F(z)), e = z - z* and M = I - W.  Then

    ||rho|| <= (1 + ||W||) ||e||                 any W, any equilibrium z*
    ||e|| <= (||I + M||/m) ||rho||               m > 0

Proof.  ReLU is nonexpansive and z - F(z) = W z + c, so ||z - rho - z*|| <= ||W|| ||e||.  And
rho - F(z) lies in G(z - rho), -F(z*) in G(z*), so <rho - M e, e - rho> >= 0, that is

    ||rho||^2 - <(I + M) e, rho> + <M e, e> <= 0.                                     (1)

Drop the square: m ||e||^2 <= ||I + M|| ||e|| ||rho||.

Sharper.  Keep the square.  With beta = ||I + M||, (1) gives t^2 - beta t + m <= 0 for
t = ||rho||/||e||, so t lies between the roots (beta -+ q)/2, q^2 = beta^2 - 4 m, whose product
is m:

    ||e|| <= (beta + q)/(2 m) ||rho||  (m > 0),       ||rho|| <= (beta + q)/2 ||e||  (any m).

The first is always smaller than beta/m.  The second can be greater than 1 + ||W||: for
W = diag(-w, w), 0 < w < 1, it is (2 + w + sqrt(w^2 + 8 w))/2 > 1 + w.

Inclusion.  Let m > 0.  If v lies in F(z) + G(z), then m ||e||^2 <= <v, e>, so ||e|| <= ||v||/m.
For z >= 0 the least such v is F_i(z) where z_i > 0 and min(F_i(z), 0) where z_i = 0.  For
y = ReLU(z - alpha F(z)), (z - y)/alpha - F(z) lies in G(y), which gives
v = (I - alpha M)(z - y)/alpha at y.  So the length of a step bounds the error only after division
by alpha m:

    ||y - z*|| <= ||I - alpha M||/(alpha m) ||z - y||.

Attained.  At n = 1 where z and its image are positive: by M = 1/2, and by M = 2 for the bounds
of rho.  The bound with beta/m is never attained for e != 0, because the sharper one is smaller.
"""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
from flint import fmpq_mat

from mondeq_ref import bounds
from mondeq_ref.instances.families import injections
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.rational import fmpq_of
from mondeq_ref.rigor.verdict import Verdict, fact
from proofs_checks.coordinates import Coordinates
from proofs_checks.instance import Instance
from proofs_checks.quantities.comparison import Sides, known, squared_form
from proofs_checks.quantities.constants import Constants
from proofs_checks.quantities.hypotheses import has_margin, positive_step
from proofs_checks.quantities.places import (
    NearbyPoint,
    after_step,
    candidates,
    distance,
    from_inclusion,
    from_step,
    places,
    residual,
)
from proofs_checks.quantities.rational_points import (
    column,
    is_equilibrium,
    is_fixed,
    monotone,
    squared_length,
)
from proofs_checks.quantities.two_points import alpha
from proofs_checks.theorem import Form, Theorem, Witness

INPUTS = 3


def published(instance: Instance) -> list[Verdict]:
    """Whether z is fixed exactly if it is an equilibrium: at z*, beside z*, elsewhere, and at a
    basic solution."""
    M, a = monotone(instance.operator), fmpq_of(alpha(instance))
    return [
        fact(is_fixed(M, c, z, a) == is_equilibrium(M, c, z))
        for row in range(len(instance.c))
        for c in [column(instance.c[row])]
        for z in candidates(instance, M, c, row)
    ]


Lengths = Callable[[Instance, NearbyPoint], tuple[fmpq_mat, fmpq_mat]]  # left and right vector


def bounded(
    name: str,
    formula: str,
    lengths: Lengths,
    factor: Callable[[Constants, Fraction], Any],
    *,
    margin: bool = True,
) -> Form:
    """A form: one length is at most a factor times another length; both lengths are exact."""

    def side(instance: Instance, place: NearbyPoint) -> Sides:
        left, right = (squared_length(v) for v in lengths(instance, place))
        a = alpha(instance)
        return known(left), lambda k: factor(k, a) * factor(k, a) * k.kind.number(right)

    def sides(instance: Instance) -> list[Sides | None]:
        return [None if place is None else side(instance, place) for place in places(instance)]

    return squared_form(name, formula, sides, {"m > 0": has_margin} if margin else {})


def draw(rng: np.random.Generator, family: str, operator: Operator) -> Instance:
    """A random instance: points about 1e-6 to 10 away from z*, in all coordinates or in one."""
    shape = (INPUTS, operator.n)
    scale = 10.0 ** rng.uniform(-6, 1, (INPUTS, 1))
    step = scale * rng.normal(size=shape)
    alone = np.arange(operator.n) == rng.integers(0, operator.n, (INPUTS, 1))
    step = np.where(alone | (rng.random((INPUTS, 1)) < 0.6), step, 0.0)
    p, r = rng.integers(1, 1001, 2).tolist()
    return Instance(
        family,
        operator,
        c=injections(rng, operator, INPUTS),
        numbers={"alpha": Fraction(p, r)},
        arrays={"step": step, "subset": (rng.random(shape) < 0.5).astype(np.float64)},
    )


def scalar(M: float, c: float, z: float, a: Fraction) -> Instance:
    """n = 1, everything dyadic."""
    operator = Operator(np.array([[1.0 - M]]), np.zeros((1, 1)), np.zeros(1))
    named = {"point": np.array([[z]])}
    return Instance("witness", operator, c=np.array([[c]]), numbers={"alpha": a}, arrays=named)


def beside_an_inactive_unit() -> Instance:
    """M = diag(1/2, 1), c = (1, -4): z* = (2, 0), and at z = (4, 0) F(z) = (1, 4), v = (1, 0)."""
    operator = Operator(np.diag([0.5, 0.0]), np.zeros((2, 1)), np.zeros(2))
    named = {"point": np.array([[4.0, 0.0]])}
    c, numbers = np.array([[1.0, -4.0]]), {"alpha": Fraction(1)}
    return Instance("witness", operator, c=c, numbers=numbers, arrays=named)


def without_margin() -> Instance:
    """M = -1, c = -1, with the equilibria z* = 0 and z = 1."""
    built = scalar(-1.0, -1.0, 1.0, Fraction(1))
    return replace(built, arrays={**built.arrays, "z*": np.array([[0.0]])})


_STEEP = Witness(
    lambda: scalar(2.0, 2.0, 1.5, Fraction(1)), "n = 1, M = 2, c = 2: z* = 1, z = 3/2, rho = 1"
)
_FLAT = Witness(
    lambda: scalar(0.5, 1.0, 4.0, Fraction(1)), "n = 1, M = 1/2, c = 1: z* = 2, z = 4, F(z) = 1"
)

THEOREM = Theorem(
    name="equivalence",
    sentence="the fixed points of the forward-backward map are the equilibria",
    source="Li, Leong and Chaffey 2026, Theorem 1; the bounds beside it are ours",
    hypotheses={"alpha > 0": positive_step},
    forms=(
        Form("as published", "z = ReLU(z - alpha F(z)) iff 0 in F(z) + G(z)", published),
        bounded(
            "residual",
            "||rho|| <= (1 + ||W||) ||z - z*||",
            residual,
            lambda k, _: bounds.residual_of_distance(k.W),
            margin=False,
        ),
        bounded(
            "residual, from the margin",
            "||rho|| <= (beta + q)/2 ||z - z*||",
            residual,
            lambda k, _: bounds.residual_of_distance_from_margin(k.beta, k.q),
            margin=False,
        ),
        bounded(
            "distance",
            "||z - z*|| <= (beta/m) ||rho||",
            distance,
            lambda k, _: bounds.distance_of_residual(k.beta, k.m),
        ),
        bounded(
            "distance, sharper",
            "||z - z*|| <= (beta + q)/(2 m) ||rho||",
            distance,
            lambda k, _: bounds.sharper_distance_of_residual(k.beta, k.q, k.m),
        ),
        bounded(
            "distance from the inclusion",
            "||z - z*|| <= ||v||/m",
            from_inclusion,
            lambda k, _: 1 / k.m,
        ),
        bounded(
            "distance after a step",
            "||y - z*|| <= ||(z - y)/alpha - M (z - y)||/m",
            after_step,
            lambda k, _: 1 / k.m,
        ),
        bounded(
            "distance from the step",
            "||y - z*|| <= ||I - alpha M||/(alpha m) ||z - y||",
            from_step,
            lambda k, a: bounds.distance_of_step(k.forward(a), k.kind.number(a), k.m),
        ),
    ),
    draw=draw,
    attained={
        "as published": "an equivalence has two sides but no size that could be attained",
        "residual": _STEEP,
        "residual, from the margin": _STEEP,
        "distance": "never, away from z*: the sharper bound is smaller whenever m > 0",
        "distance, sharper": _FLAT,
        "distance from the inclusion": Witness(
            beside_an_inactive_unit,
            "M = diag(1/2, 1): z* = (2, 0), z = (4, 0), v = (1, 0)",
        ),
        "distance after a step": _FLAT,
        "distance from the step": _FLAT,
    },
    needed={
        "alpha > 0": Witness(
            lambda: scalar(0.5, 1.0, 1.0, Fraction(0)),
            "alpha = 0 makes z = 1 a fixed point, while the equilibrium is 2",
        ),
        "m > 0": Witness(
            without_margin, "W = 2, c = -1: z* = 0 and z = 1 are both equilibria, and rho = 0"
        ),
    },
    inputs=27,
    coordinates=Coordinates(fixed=("subset",)),
    explained=__doc__ or "",
)
