"""Existence without uniqueness (ours, beyond the paper).

Statement.  Let M~ = I - W~ be strictly semimonotone: every x >= 0, x != 0 has an i with
x_i (M~ x)_i > 0.  Then every c has an equilibrium, perhaps several.

Proof.  Fix c.  For r > 0 the set {z >= 0, sum z <= r} is compact and convex, so z -> projection
of z - (M~ z - c) onto it has a fixed point z (Brouwer): (y - z)'(M~ z - c) >= 0 for every y in the
set.  As z minimizes the linear function y'(M~ z - c) there, a multiplier t >= 0 of sum y <= r gives

    z >= 0,   v = M~ z - c + t 1 >= 0,   z_i v_i = 0,   t (r - sum z) = 0.

If t = 0, z is an equilibrium.  Suppose t > 0 for r = 1, 2, 3, ...; then x = z/r is on the simplex,
and x_i (M~ x)_i = x_i (c_i - t)/r <= x_i c_i / r for every i.  The simplex is compact: some limit x
has x >= 0, sum x = 1 and x_i (M~ x)_i <= 0 for every i, which contradicts the hypothesis.

Weights.  A positive diagonal D and N >= 0 (entry by entry) with sym(D M~) - N positive definite
prove the hypothesis: for x >= 0, x != 0 they give sum_i d_i x_i (M~ x)_i > x'N x >= 0.  N = 0 is
rung 5.

Size.  With sym(D M~) - N >= l I, l > 0, every equilibrium z of c has ||z|| <= ||(D c)_+||/l:
0 = z'D (M~ z - c) gives l z'z <= z'D M~ z - z'N z <= z'D c <= ||z|| ||(D c)_+||.

P-matrices.  A P-matrix is strictly semimonotone, as it reverses the signs of no x != 0.  The
converse fails: M~ = [[1, 2], [2, 1]] is strictly semimonotone, with N = [[0, 2], [2, 0]], and
c = (1, 1) has the equilibria (1/3, 1/3), (1, 0) and (0, 1).

Only zero.  M~ is strictly semimonotone exactly when 0 is the only equilibrium for every c <= 0.
If z is an equilibrium of such a c, z_i (M~ z)_i = z_i c_i <= 0 for all i, so z = 0.  Conversely
x >= 0, x != 0 with x_i (M~ x)_i <= 0 is an equilibrium of c = min(M~ x, 0), and so is 0.

Attained.  The size by M~ = 2, c = 1, D = 1, N = 0, l = 2, z = 1/2.
"""

from collections.abc import Mapping

import numpy as np

from mondeq_ref.arrays import Matrix
from mondeq_ref.instances.families import injections
from mondeq_ref.operator import Operator
from proofs_checks.instance import Instance
from proofs_checks.quantities.existence import (
    below_the_bound,
    exists,
    has_failing_vector,
    has_weights,
    implied_by_minors,
    is_p_matrix,
    only_zero,
    semimonotone,
    two_below_zero,
)
from proofs_checks.quantities.perturbations import perturbed
from proofs_checks.theorem import FACT, Form, Theorem, Witness

INPUTS = 2
LARGEST = 3.0  # greatest perturbation of W, in margins
NONE: Mapping[str, Matrix] = {}


def draw(rng: np.random.Generator, family: str, operator: Operator) -> Instance:
    """A random instance: W~ far from W, in half of the draws minus a symmetric N >= 0."""
    after = perturbed(rng, operator, LARGEST)
    if rng.random() < 0.5:
        n = operator.n
        added = np.abs(rng.normal(size=(n, n))) * rng.uniform(0, 2)
        after = after.with_weights(after.W - added - added.T)
    return Instance(family, operator, after, injections(rng, operator, INPUTS))


def named(M: list[list[float]], c: list[float], arrays: Mapping[str, Matrix] = NONE) -> Instance:
    n = len(M)
    still = Operator(np.zeros((n, n)), np.zeros((n, 0)), np.zeros(n))
    after = still.with_weights(np.eye(n) - np.array(M))
    return Instance("witness", still, after, np.array([c]), arrays=arrays)


def zero() -> Instance:
    """M~ = 0, c = 1."""
    return named([[0.0]], [1.0])


def two() -> Instance:
    """M~ = 2, c = 1, D = 1, N = 0."""
    return named([[2.0]], [1.0], {"N": np.zeros((1, 1))})


def several() -> Instance:
    """M~ = [[1, 2], [2, 1]], c = (1, 1), N = [[0, 2], [2, 0]]."""
    return named([[1.0, 2.0], [2.0, 1.0]], [1.0, 1.0], {"N": np.array([[0.0, 2.0], [2.0, 0.0]])})


THEOREM = Theorem(
    name="existence",
    sentence="a strictly semimonotone I - W~ has an equilibrium for every input",
    source="ours, beyond Li, Leong and Chaffey 2026; Cottle, Pang and Stone 1992, chapter 3",
    hypotheses={"I - W~ is strictly semimonotone": semimonotone},
    forms=(
        Form("as stated", "every input has an equilibrium", exists),
        Form(
            "size",
            "l ||z~|| <= ||(D c)_+|| where sym(D M~) - N >= l I, D > 0, N >= 0",
            below_the_bound,
            needs={"such weights are known": has_weights},
            alone=True,
        ),
        Form("only zero", "c <= 0 has the equilibrium 0 alone", only_zero),
        Form(
            "from minors",
            "a P-matrix is strictly semimonotone",
            implied_by_minors,
            needs={"I - W~ is a P-matrix": is_p_matrix},
            alone=True,
        ),
        Form(
            "below",
            "where x >= 0 has no x_i (M~ x)_i > 0, some c <= 0 has two equilibria",
            two_below_zero,
            needs={"such an x is known": has_failing_vector},
            alone=True,
        ),
    ),
    draw=draw,
    attained={
        "as stated": FACT,
        "size": Witness(two, "M~ = 2: z~ = c/2, and l = 2"),
        "only zero": FACT,
        "from minors": FACT,
        "below": FACT,
    },
    needed={
        "I - W~ is strictly semimonotone": Witness(
            zero, "W~ = 1: z = ReLU(z + c) has no solution for c > 0"
        ),
        "such weights are known": "without them there is no l, and the form states nothing",
        "I - W~ is a P-matrix": Witness(zero, "M~ = 0: x = 1 has x (M~ x) = 0"),
        "such an x is known": Witness(two, "M~ = 2: for c <= 0 the equilibrium is 0 alone"),
    },
    inputs=7,
    largest=16,
    explained=__doc__ or "",
)
