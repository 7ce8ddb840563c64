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
projections are nonexpansive, so the proofs of the forward pass apply.  Also
<lambda_a, M_aa' lambda_a> >= m ||lambda_a||^2, so M_aa is nonsingular, and the bound follows from
m ||lambda||^2 <= <lambda, g_a>.

Reflections.  Peaceman-Rachford and Douglas-Rachford with 2 D - I in place of |.| contract for
every alpha > 0, with rho = sqrt(1 - 4 alpha m/(1 + 2 alpha m + alpha^2 L^2)) and (1 + rho)/2.

Without a margin.  The adjoint exists if and only if M_aa is nonsingular, and the iteration
converges for every g if and only if the spectral radius of I - alpha M_aa' is below 1.
Convergence of the forward pass from one start does not imply it.  For
M = [[1, 0, 3], [3, 1, 0], [0, 3, 1]], c = (4, 4, 4), every forward iterate from 0 is a multiple of
(1, 1, 1) and tends to z* = (1, 1, 1), but M has the eigenvalues -1/2 +- (3 sqrt(3)/2) i on the
orthogonal complement of (1, 1, 1).

Gradients.  With H = lambda z*', at a point where the active set does not change,

    dl/dc = lambda    dl/dW = H    dl/dA = -A (H + H')    dl/dS = H - H'    dl/dm = -tr H

and dl/dU = lambda x', dl/db = lambda from c = U x + b.  They contain no step size.

Proof.  Let W~ = W + dW and c~ = c + dc have an equilibrium z~ on the same active set.  Then
M_aa (z~ - z*)_a = (dW z~ + dc)_a, so for l = <g, z>, exactly,

    l(z~) - l(z*) = <lambda, dW z~ + dc> = <H, dW> + <lambda, dc> + <dW' lambda, z~ - z*>,

and the last term is of second order.  A change of A gives dW = -(A' dA + dA' A) - dA' dA, one of S
gives dS - dS', one of m gives -dm I.  So, with q = <dA lambda, dA z*> for A and 0 otherwise,

    |l(z~) - l(z*) - <gradient, move>| <= ||(dW' lambda)_a|| ||z~ - z*|| + |q|.

Perturbation.  If M~_aa is nonsingular too, then with dW = W - W~
M_aa' (lambda~ - lambda)_a = (g~ - g)_a - (dW' lambda~)_a, so

    ||lambda~ - lambda|| <= (||(dW' lambda~)_a|| + ||(g~ - g)_a||)/m.

Both adjoints use the active set a of z*: at a kink z*_i = (M z* - c)_i = 0 an arbitrarily small
change of c makes unit i active or inactive, and lambda_i jumps.

Attained.  The rates of forward-backward and Peaceman-Rachford by M = [[3, -4], [4, 3]]/4,
alpha = 1/2, with both units active; the bounds on lambda and lambda~ - lambda at n = 1.
"""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from mondeq_ref import bounds
from mondeq_ref.instances.families import injections
from mondeq_ref.operator import Factors, Operator
from mondeq_ref.rigor.verdict import Outcome
from proofs_checks.coordinates import Blocks, Coordinates
from proofs_checks.instance import Instance
from proofs_checks.quantities.adjoint_maps import (
    douglas_rachford,
    fixed_point,
    followed,
    forward_backward,
    pairs,
    peaceman_rachford,
)
from proofs_checks.quantities.adjoints import (
    moved_adjoint,
    perturbation,
    perturbation_in_fractions,
    solution,
    together,
)
from proofs_checks.quantities.comparison import against, contracts, powers
from proofs_checks.quantities.constants import Constants
from proofs_checks.quantities.factors import exactly_from
from proofs_checks.quantities.hypotheses import (
    has_margin,
    outcome,
    positive_step,
    step_below_margin,
)
from proofs_checks.quantities.perturbations import perturbed
from proofs_checks.quantities.slopes import (
    PARAMETERS,
    gradient,
    nudged,
    second_order,
)
from proofs_checks.quantities.two_points import some_step, step_below_end, steps
from proofs_checks.theorem import FACT, Form, Theorem, Witness

INPUTS = 3
MOST_STEPS = 6
RELEASED = 0.7  # share of searches in which W and W~ change freely, not through their factors


def positive_reflected_step(instance: Instance) -> Outcome:
    """alpha > 0 for Peaceman-Rachford and Douglas-Rachford."""
    return outcome(instance.numbers["reflected"] > 0)


def reflected_rate(k: Constants) -> Any:
    return bounds.peaceman_rachford_rate_squared_of(k.m, k.L_squared, k.number("reflected"))


def gradient_of(name: str) -> Form:
    formula = "|l(z~) - l(z*) - <gradient, move>| <= ||(dW' lambda)_a|| ||z~ - z*|| + |q|"
    return against(f"gradient of {name}", formula, gradient(name), second_order, alone=True)


def draw(rng: np.random.Generator, family: str, operator: Operator) -> Instance:
    L = max(operator.lipschitz.mid, 1e-3)
    c = injections(rng, operator, INPUTS)
    index, after, c_after = -1, None, c
    if rng.random() < 0.7:
        index, operator, after, c_after = nudged(rng, operator, c)
    step = step_below_end(rng, operator)
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
    """An instance with one pair u, v; all entries of g and g~ are 1, and W~ = W + I/4."""
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


def moved(name: str, before: Factors, after: Factors, c: list[float], g: list[float]) -> Instance:
    """An instance whose two matrices are the exact products of their factors."""
    n = len(c)
    like = Operator(np.zeros((n, n)), np.zeros((n, 1)), np.zeros(n))
    first, second = (exactly_from(factors, like) for factors in (before, after))
    numbers = {"moved": Fraction(PARAMETERS.index(name))}
    arrays = {"g": np.array([g])}
    return Instance("witness", first, second, np.array([c]), numbers=numbers, arrays=arrays)


def turn() -> Instance:
    """z~ - z* = (-3/2, 1/2) is a multiple of dW' lambda = (-3, 1)."""
    A, S = np.zeros((1, 2)), np.array([[0.0, 0.0], [1.0, 0.0]])
    return moved("S", Factors(A, 0 * S, 1.0), Factors(A, S, 1.0), [2.0, 1.0], [-1.0, -3.0])


def shrink() -> Instance:
    none = np.zeros((1, 1))
    return moved("m", Factors(none, none, 0.5), Factors(none, none, 0.25), [1.0], [1.0])


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
    """m = -1/2, L = 4, so that alpha L^2 = 4/5 < 2 |m|; u - v is orthogonal to (1, 1, 1)."""
    M = [[1.0, 0.0, 3.0], [3.0, 1.0, 0.0], [0.0, 3.0, 1.0]]
    return named(M, [4.0] * 3, [0, 0, 0], [1, -1, 0], Fraction(1, 20), z=[1.0, 1.0, 1.0])


def reflected_backwards() -> Instance:
    """Both units are active: z* = (8, 2)."""
    M = [[1.0, 0.0], [0.0, 4.0]]
    return named(M, [8.0, 8.0], [9, 2], [8, 2], Fraction(1, 64), reflected=Fraction(-1, 4))


class AdjointCoordinates(Coordinates):
    """Coordinates in which two operators with different factors do not move."""

    def read(self, instance: Instance) -> Blocks:
        found = super().read(instance)
        if instance.numbers.get("moved", -1) >= 0:
            del found["W"], found["dW"]
        return found

    def start(self, rng: np.random.Generator, drawn: Instance) -> Instance:
        if rng.random() < RELEASED:
            return replace(drawn, numbers={**drawn.numbers, "moved": Fraction(-1)})
        return drawn

    def shown(self, instance: Instance) -> Blocks:
        return super().read(instance)

    def words(self, instance: Instance) -> dict[str, Any]:
        return {name: x for name, x in super().words(instance).items() if name != "moved"}


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
            pairs(forward_backward),
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
            needs={"m > 0": has_margin, "the reflected alpha > 0": positive_reflected_step},
            alone=True,
        ),
        contracts(
            "Douglas-Rachford",
            "||T(s) - T(t)|| <= (1 + rho)/2 ||s - t||",
            pairs(douglas_rachford),
            lambda k: k.averaged(reflected_rate(k)),
            needs={"m > 0": has_margin, "the reflected alpha > 0": positive_reflected_step},
            alone=True,
        ),
        Form(
            "fixed point",
            "lambda is fixed by all three, a point beside it by none",
            fixed_point,
            needs={"alpha > 0": positive_step, "the reflected alpha > 0": positive_reflected_step},
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
        *(gradient_of(name) for name in PARAMETERS),
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
        "fixed point": FACT,
        "solution": _SINGLE,
        "gradient of W": _SINGLE,
        "gradient of c": "never: it misses nothing, and the bound is 0",
        "gradient of A": "not known; for one unit, what is left are two terms of opposite signs",
        "gradient of S": Witness(
            turn, "M = I turns into [[1, 1], [-1, 1]]: z* = (2, 1) and z~ = (1/2, 3/2)"
        ),
        "gradient of m": Witness(
            shrink, "n = 1, A = S = 0, m from 1/2 to 1/4: z* = 2 and z~ = 4, as above"
        ),
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
        "the reflected alpha > 0": Witness(
            reflected_backwards, "M = diag(1, 4), alpha = -1/4: a factor of 5/3, and rho^2 = 5/3"
        ),
    },
    inputs=14,
    coordinates=AdjointCoordinates(fixed=("steps", "moved")),
    explained=__doc__ or "",
)
