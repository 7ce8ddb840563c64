"""Corollary (Peaceman-Rachford converges at every step size).

Statement.  Let m > 0 and alpha > 0.  With J = (I + alpha F)^-1 and R_F = 2 J - I, the map
T(s) = |R_F(s)| (the absolute value is the reflected resolvent of the orthant's normal cone) is a
contraction:

    ||T(s) - T(t)|| <= r ||s - t||,     r = sqrt(1 - 4 alpha m/(1 + alpha L)^2) < 1.

Its fixed point is s* = z* + alpha (M z* - c), with ReLU(R_F(s*)) = z*.

Proof.  The absolute value is nonexpansive, so it suffices that R_F contracts.  R_F is affine with
the linear part K = (I + alpha M)^-1 (I - alpha M).  For x != 0, y = (I + alpha M) x,

    ||(I - alpha M) x||^2/||y||^2 = 1 - 4 alpha p/(1 + 2 alpha p + alpha^2 q),

p = <x, M x>/||x||^2 >= m and q = ||M x||^2/||x||^2 <= L^2.  The fraction grows with p and falls
with q, so

    ||K||^2 <= rho^2 = 1 - 4 alpha m/(1 + 2 alpha m + alpha^2 L^2),                       (1)

which is at most r^2 because m <= L.  A state is s = x + alpha F(x) with R_F(s) = x - alpha F(x);
it is fixed, |x - alpha F(x)| = x + alpha F(x), if and only if x_i F_i(x) = 0 and
x_i + alpha F_i(x) >= 0 for all i, that is, if x is the equilibrium.

Sharper.  (1), which is sharp over all operators with that m and L, and ||K|| for one operator.
rho and r are least at alpha = 1/L, where rho^2 = (kappa - 1)/(kappa + 1) and r^2 = 1 - 1/kappa,
which gives up to twice the iterations.  ||K|| can be least at another alpha: for M = diag(1, 4)
it is 3/5 at alpha = 1/L and 1/3 at alpha = 1/2.  For symmetric W the eigenvalues of M lie in
[m, L], and ||K|| is the greater of |1 - alpha m|/(1 + alpha m) and |1 - alpha L|/(1 + alpha L):
at alpha = 1/sqrt(m L) it is (sqrt(kappa) - 1)/(sqrt(kappa) + 1).

After k steps.  ||z_k - z*|| <= rho^(k+1) ||s_0 - s*|| for z_k = ReLU(R_F(s_k)), because ReLU is
nonexpansive and R_F contracts with rho.

Attained.  (1) by the rotation M = [[3, -4], [4, 3]]/4, where all reflections are positive, for
every k; the published rate where m = L, as at n = 1.

Needed.  For m = 0, W = 1 and c = 1 have s -> s + 2 alpha.
"""

from fractions import Fraction
from typing import Any

import numpy as np

from mondeq_ref import bounds
from mondeq_ref.operator import Operator
from proofs_checks.coordinates import Coordinates
from proofs_checks.instance import Instance
from proofs_checks.quantities.comparison import constant, contracts, powers
from proofs_checks.quantities.constants import Constants
from proofs_checks.quantities.hypotheses import has_margin, positive_step
from proofs_checks.quantities.reflections import (
    draw_states,
    fixed_points,
    followed,
    is_symmetric,
    pairs,
)
from proofs_checks.quantities.steps import State
from proofs_checks.quantities.two_points import named, steps
from proofs_checks.theorem import FACT, Form, Theorem, Witness


def image(state: State) -> Any:
    return state.peaceman_rachford


two_states, reached, fixed = pairs(image), followed(image), fixed_points(image)


def symmetric_rate(k: Constants) -> Any:
    ends = (bounds.peaceman_rachford_factor(end, k.alpha) for end in (k.m, k.L))
    return k.kind.greatest(*(end * end for end in ends))


def draw(rng: np.random.Generator, family: str, operator: Operator) -> Instance:
    return draw_states(rng, family, operator, averaged=False)


def rotation() -> Instance:
    """z* = (8, 8), and all reflections are positive."""
    return named([[0.75, -1.0], [1.0, 0.75]], [-2.0, 14.0], [9, 8], [8, 10], Fraction(1, 2))


def diagonal() -> Instance:
    """m = 1, L = 4, alpha = 1/sqrt(m L) = 1/2."""
    return named([[1.0, 0.0], [0.0, 4.0]], [8.0, 8.0], [9, 2], [8, 2], Fraction(1, 2))


_ROTATION = Witness(rotation, "M = [[3, -4], [4, 3]]/4, alpha = 1/2, all reflections positive")

THEOREM = Theorem(
    name="peaceman_rachford",
    sentence="Peaceman-Rachford converges for every step",
    source="Li, Leong and Chaffey 2026, corollary on Peaceman-Rachford (wording reconstructed)",
    hypotheses={"m > 0": has_margin, "alpha > 0": positive_step},
    forms=(
        contracts(
            "as published",
            "||T(s) - T(t)|| <= r ||s - t||, and < ||s - t||",
            two_states,
            lambda k: k.published_peaceman_rachford,
            strictly=True,
        ),
        contracts(
            "sharper",
            "||T(s) - T(t)|| <= rho ||s - t||",
            two_states,
            lambda k: k.peaceman_rachford,
        ),
        contracts(
            "Lipschitz constant",
            "||T(s) - T(t)|| <= ||K|| ||s - t||",
            two_states,
            lambda k: k.reflection,
            needs={"m > 0": has_margin},
        ),
        constant(
            "Lipschitz constant against rho",
            "||K|| <= rho",
            lambda k: k.reflection,
            lambda k: k.peaceman_rachford,
            {"m > 0": has_margin},
        ),
        contracts(
            "symmetric W",
            "||T(s) - T(t)|| <= max over {m, L} of |1 - alpha x|/(1 + alpha x) times ||s - t||",
            two_states,
            symmetric_rate,
            needs={"W = W'": is_symmetric},
        ),
        contracts(
            "after k steps",
            "||z_k - z*|| <= rho^(k+1) ||s_0 - s*||",
            reached,
            lambda k: powers(k.peaceman_rachford, steps(k.instance) + 1),
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
        "as published": Witness(
            lambda: named([[0.5]], [1.0], [4.0], [5.0], Fraction(1)),
            "n = 1, m = L = 1/2, alpha = 1: r = 1/3",
        ),
        "sharper": _ROTATION,
        "Lipschitz constant": _ROTATION,
        "Lipschitz constant against rho": _ROTATION,
        "symmetric W": Witness(diagonal, "M = diag(1, 4), alpha = 1/2: 1/3 on both axes"),
        "after k steps": _ROTATION,
        "fixed point": FACT,
    },
    needed={
        "m > 0": Witness(
            lambda: named([[0.0]], [1.0], [1.0], [2.0], Fraction(1)),
            "W = 1, c = 1, alpha = 1: s goes to s + 2, and no equilibrium exists",
        ),
        "alpha > 0": Witness(
            lambda: named([[1.0]], [1.0], [1.0], [2.0], Fraction(0)), "alpha = 0: T(s) = |s|"
        ),
        "W = W'": Witness(
            rotation, "M = [[3, -4], [4, 3]]/4, alpha = 1/2: a factor of 0.62, where 0.45 is said"
        ),
    },
    inputs=16,
    coordinates=Coordinates(fixed=("steps",)),
    explained=__doc__ or "",
)
