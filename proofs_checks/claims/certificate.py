"""Corollary (one equilibrium after quantization; its wording is reconstructed).

Statement.  With dW = W - W~ and m the margin of W, ||dW||_2 < m implies that W~ has exactly one
equilibrium for every input, and that forward-backward finds it.

Proof.  Theorem 2 gives the margin m~ >= m - ||dW|| > 0.  Then every principal minor of
M~ = I - W~ is positive: the real eigenvalues of a block are positive, because its quadratic
form is, and the others come in conjugate pairs.  Such a matrix, a P-matrix, has exactly one
equilibrium for every c (Samelson, Thrall and Wesler 1958).  With L the Lipschitz constant of W
and d = ||dW||, L~ <= L + d, so for every step a

    ||I - a M~||^2 <= 1 - 2 a m~ + a^2 L~^2 <= 1 - 2 a (m - d) + a^2 (L + d)^2,            (1)

which is smallest at a = (m - d)/(L + d)^2 and there 1 - ((m - d)/(L + d))^2 < 1.  ReLU is
nonexpansive, so forward-backward contracts at that rate.  The step depends on W~ only through d.

Sharper.  Weaker conditions suffice.  Each rung implies the next, for m of either sign:

    1  ||dW||_F < m    2  ||dW||_2 < m    3  lambda_max(sym(W~ - W)) < m    4  m~ > 0
    5  sym(D M~) positive definite for some positive diagonal D      6  M~ is a P-matrix

Proof.  In the order of the rungs: ||dW||_2 <= ||dW||_F; lambda_max(sym K) <= ||K||; Theorem 2,
one-sided; D = I; the minors of D M~ are those of M~ times positive numbers.

Weights.  Under rung 5 the same holds in the inner product <x, D y>, in which ReLU is still the
projection onto the orthant: with m_D = lambda_min(D^-1/2 sym(D M~) D^-1/2) and
L_D = ||D^1/2 M~ D^-1/2||, forward-backward contracts in that norm, squared by
1 - 2 a m_D + a^2 L_D^2.

Below rung 6.  Where a principal minor is <= 0 some x != 0 has x_i (M~ x)_i <= 0 for all i: M~
reverses the signs of x (Fiedler and Ptak 1962, Theorem 3.3).  Then the positive and negative parts
of x are two equilibria for c = M~ x+ - (M~ x)+.

Rung 6 alone.  It does not imply rung 5: M~ = [[1, 0, 3], [3, 1, 0], [0, 3, 1]] is a P-matrix, and
sym(D M~) is positive definite for no D, because X = (3/2) I - (1/2) 11' is positive semidefinite
with (M~ X)_ii = -1/2.

Solver.  With m~ > 0 the certified radius of any point is a bound on its distance to the
equilibrium, also where the run stopped early.

Attained.  (1) by M = [[4, -3], [3, 4]], dW = 0, a = 4/25, where I - a M is 3/5 times a rotation.
"""

from fractions import Fraction

import numpy as np

from mondeq_ref.instances.families import injections
from mondeq_ref.operator import Operator
from proofs_checks.instance import Instance
from proofs_checks.quantities.comparison import squared_form
from proofs_checks.quantities.convergence import (
    STEPS,
    converges,
    converges_with_weights,
    rate,
    solver_is_right,
)
from proofs_checks.quantities.hypotheses import (
    one_sided_smaller_than_margin,
    perturbed_has_margin,
    smaller_than_margin,
)
from proofs_checks.quantities.perturbations import perturbed
from proofs_checks.quantities.uniqueness import (
    each_implies_the_next,
    has_reversal,
    has_weights,
    one_equilibrium,
    two_for_one_input,
)
from proofs_checks.theorem import FACT, Form, Theorem, Witness

INPUTS = 2


def draw(rng: np.random.Generator, family: str, operator: Operator) -> Instance:
    return Instance(
        family, operator, perturbed(rng, operator, 1.5), injections(rng, operator, INPUTS)
    )


def scalar(W: float, after: float) -> Instance:
    operator = Operator(np.array([[W]]), np.zeros((1, 1)), np.zeros(1))
    return Instance("witness", operator, operator.with_weights(np.array([[after]])))


def rotation() -> Instance:
    """M = M~ = [[4, -3], [3, 4]], c = M (1, 1)."""
    operator = Operator(np.array([[-3.0, 3.0], [-3.0, -3.0]]), np.eye(2), np.zeros(2))
    return Instance(
        "witness", operator, operator, np.array([[1.0, 7.0]]), numbers={"alpha": Fraction(4, 25)}
    )


_ROTATION = Witness(rotation, "I - a M is 3/5 times a rotation, and all iterates are positive")

THEOREM = Theorem(
    name="certificate",
    sentence="a perturbation smaller than the margin keeps one equilibrium, and a solver finds it",
    source="Li, Leong and Chaffey 2026, Corollary to Theorem 2 (wording reconstructed)",
    hypotheses={"||dW|| < m": smaller_than_margin},
    forms=(
        Form("as published", "one equilibrium for every input", one_equilibrium),
        Form(
            "one-sided",
            "one equilibrium for every input if lambda_max(sym(W~ - W)) < m",
            one_equilibrium,
            needs={"lambda_max(sym(W~ - W)) < m": one_sided_smaller_than_margin},
            alone=True,
        ),
        Form(
            "from weights",
            "one equilibrium for every input if sym(D M~) > 0 for a diagonal D > 0",
            one_equilibrium,
            needs={"such weights are known": has_weights},
            alone=True,
        ),
        Form("ladder", "rungs 1 to 6: each implies the next", each_implies_the_next, alone=True),
        Form(
            "two equilibria",
            "where a principal minor is <= 0, some input has two",
            two_for_one_input,
            needs={"a principal minor <= 0 is known": has_reversal},
            alone=True,
        ),
        squared_form(
            "rate",
            "||I - a M~||^2 <= 1 - 2 a (m - d) + a^2 (L + d)^2 at a = (m - d)/(L + d)^2",
            rate,
        ),
        squared_form(
            "convergence",
            f"||z_{STEPS} - z~|| <= rate^{STEPS} ||z~||, from zero, at that step",
            converges,
        ),
        Form(
            "convergence with weights",
            f"||z_{STEPS} - z~||_D <= rate_D^{STEPS} ||z~||_D, from zero",
            converges_with_weights,
            needs={"such weights are known": has_weights},
            alone=True,
        ),
        Form(
            "solver",
            "||z - z~|| <= the radius that the solver certifies when m~ > 0",
            solver_is_right,
            needs={"m~ > 0": perturbed_has_margin},
            alone=True,
            of_floats=True,
        ),
    ),
    draw=draw,
    attained={
        "as published": FACT,
        "one-sided": FACT,
        "from weights": FACT,
        "ladder": FACT,
        "two equilibria": FACT,
        "rate": _ROTATION,
        "convergence": _ROTATION,
        "convergence with weights": "D = I is the case above; in general m_D and L_D are proven "
        "estimates, not the numbers themselves",
        "solver": "at n = 1 but for the rounding of the radius, which is always upward",
    },
    needed={
        "||dW|| < m": Witness(
            lambda: scalar(0.5, 1.0),
            "W = 1/2, W~ = 1: ||dW|| = m, and z = ReLU(z + c) has no solution for c > 0",
        ),
        "lambda_max(sym(W~ - W)) < m": Witness(
            lambda: scalar(0.5, 1.0), "W = 1/2, W~ = 1: the largest eigenvalue of W~ - W is m"
        ),
        "such weights are known": Witness(
            lambda: scalar(0.5, 1.0), "W~ = 1: no D makes D M~ = 0 positive definite"
        ),
        "a principal minor <= 0 is known": Witness(
            lambda: scalar(0.5, 0.5), "M~ = 1/2: every input has one equilibrium"
        ),
        "m~ > 0": "without it no radius is certified: it is infinite, and bounds everything",
    },
    inputs=11,
    explained=__doc__ or "",
)
