"""Douglas-Rachford converges at every step size (from the published code).

Statement.  Let m > 0 and alpha > 0, and let r be the published rate of Peaceman-Rachford,
r = sqrt(1 - 4 alpha m/(1 + alpha L)^2).  The map T(s) = (s + |R_F(s)|)/2 is a contraction:

    ||T(s) - T(t)|| <= (1 + r)/2 ||s - t||,       (1 + r)/2 < 1,

with the fixed point s* = z* + alpha (M z* - c) of Peaceman-Rachford.

Proof.  T is the average of the identity and a map that contracts with r; use the triangle
inequality.  The fixed points of an average with the identity are those of the map.

Sharper.  The same with rho of Peaceman-Rachford, rho^2 = 1 - 4 alpha m/(1 + 2 alpha m +
alpha^2 L^2), or with ||K|| <= rho, K = (I + alpha M)^-1 (I - alpha M).  With
z_k = ReLU(R_F(s_k)), ||z_k - z*|| <= rho ((1 + rho)/2)^k ||s_0 - s*||.

Attained.  Equality needs |R_F| to map s - t to rho (s - t).  For M = [[2, -12], [12, 2]],
alpha = 1/7, rho = 13/15, the map s -> |R_F(s)| near z* = (1, 0), w* = (0, 1) has the linear part
diag(1, -1) K, a reflection times rho.  It maps (4, 7) to 13/15 of it, and T maps it to 14/15 of
it, so (1 + rho)/2 is sharp over all operators.  The published rate is attained where m = L, as at
n = 1.

Needed.  For m = 0 the rate is 1: W = 1, c = 1 has s -> s + alpha.  (Where m = 0 and an equilibrium
exists, the averaged iteration still converges, but it does not contract.)
"""

from fractions import Fraction
from typing import Any

import numpy as np

from mondeq_ref.operator import Operator
from proofs_checks.coordinates import Coordinates
from proofs_checks.instance import Instance
from proofs_checks.quantities.comparison import contracts, powers
from proofs_checks.quantities.constants import Constants
from proofs_checks.quantities.hypotheses import has_margin, positive_step
from proofs_checks.quantities.reflections import draw_states, fixed_points, followed, pairs
from proofs_checks.quantities.steps import State
from proofs_checks.quantities.two_points import named, steps
from proofs_checks.theorem import FACT, Form, Theorem, Witness


def image(state: State) -> Any:
    return state.douglas_rachford


two_states, reached, fixed = pairs(image), followed(image), fixed_points(image)


def rate_after_steps(k: Constants) -> Any:
    return powers(k.averaged(k.peaceman_rachford), steps(k.instance)) * k.peaceman_rachford


def draw(rng: np.random.Generator, family: str, operator: Operator) -> Instance:
    return draw_states(rng, family, operator, averaged=True)


def one_active() -> Instance:
    """z* = (1, 0), w* = (0, 1); the states differ by a multiple of (4, 7)."""
    M = [[2.0, -12.0], [12.0, 2.0]]
    return named(M, [2.0, 11.0], [1.0, 0.0], [1.125, 1 / 64], Fraction(1, 7))


def single() -> Instance:
    return named([[0.5]], [1.0], [4.0], [5.0], Fraction(1))


_ONE_ACTIVE = Witness(one_active, "M = [[2, -12], [12, 2]], alpha = 1/7, one active unit")
_SINGLE = Witness(single, "n = 1, m = L = 1/2, alpha = 1: r = 1/3, and T contracts by 2/3")

THEOREM = Theorem(
    name="douglas_rachford",
    sentence="Douglas-Rachford converges for every step",
    source="the published code of Li, Leong and Chaffey 2026: (1 + r)/2 with its r",
    hypotheses={"m > 0": has_margin, "alpha > 0": positive_step},
    forms=(
        contracts(
            "as published",
            "||T(s) - T(t)|| <= (1 + r)/2 ||s - t||, and < ||s - t||",
            two_states,
            lambda k: k.averaged(k.published_peaceman_rachford),
            strictly=True,
        ),
        contracts(
            "sharper",
            "||T(s) - T(t)|| <= (1 + rho)/2 ||s - t||",
            two_states,
            lambda k: k.averaged(k.peaceman_rachford),
        ),
        contracts(
            "from ||K||",
            "||T(s) - T(t)|| <= (1 + ||K||)/2 ||s - t||",
            two_states,
            lambda k: k.averaged(k.reflection),
            needs={"m > 0": has_margin},
        ),
        contracts(
            "after k steps",
            "||z_k - z*|| <= rho ((1 + rho)/2)^k ||s_0 - s*||",
            reached,
            rate_after_steps,
        ),
        Form(
            "fixed point",
            "T(s) = s iff s = z* + alpha (M z* - c)",
            fixed,
            None,
            {"alpha > 0": positive_step},
            alone=True,
        ),
    ),
    draw=draw,
    attained={
        "as published": _SINGLE,
        "sharper": _ONE_ACTIVE,
        "from ||K||": _ONE_ACTIVE,
        "after k steps": _SINGLE,
        "fixed point": FACT,
    },
    needed={
        "m > 0": Witness(
            lambda: named([[0.0]], [1.0], [1.0], [2.0], Fraction(1)),
            "W = 1, c = 1, alpha = 1: s goes to s + 1, and no equilibrium exists",
        ),
        "alpha > 0": Witness(
            lambda: named([[1.0]], [1.0], [1.0], [2.0], Fraction(0)), "alpha = 0: T(s) = s here"
        ),
    },
    inputs=13,
    coordinates=Coordinates(fixed=("steps",)),
    explained=__doc__ or "",
)
