"""Theorem 2 (margin under perturbation; its wording is reconstructed).

Statement.  For W~ = W - dW,

    m~ >= m - ||dW||_2,     m = lambda_min(sym(I - W)),     m~ = lambda_min(sym(I - W~)).

Proof.  For a unit vector x, x'(I - W~)x = x'(I - W)x + x' dW x >= m - ||dW||_2; take the
minimum over x.

Sharper.  x' dW x depends on the symmetric part of dW alone, and only its negative eigenvalues
lower the margin:

    m~ >= m - lambda_max(sym(W~ - W)) >= m - ||sym dW||_2 >= m - ||dW||_2.

Lipschitz constant.  L~ <= L + ||dW||_2 by the triangle inequality.

Radius.  For m > 0, m is the distance from W to the nearest W~ whose margin is not positive:
W~ = W + m v v', as below, has margin 0.  This is the radius theorem of strong monotonicity for
linear maps (Dontchev, Eberhard and Rockafellar 2019, Radius theorems for monotone mappings).

Attained.  All three by W~ = W + t v v', t >= 0, v the eigenvector of the margin: m~ = m - t.  With
a skew part added to W~ only the first two are attained; if another eigenvalue of sym(I - W) also
grows by more than t, only the first.  The Lipschitz constant by W~ = W - t u v' with M v = L u.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from mondeq_ref.operator import Operator
from mondeq_ref.rigor.dyadic import Dyadic
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.spectrum import symmetric_part
from mondeq_ref.rigor.verdict import ZERO, Guarantee, Verdict
from proofs_checks.instance import Instance
from proofs_checks.quantities.comparison import Inequality, compared
from proofs_checks.quantities.constants import Constants
from proofs_checks.quantities.eigenvalues import MOST_UNITS, eigenvalues, monotone_part
from proofs_checks.quantities.perturbations import perturbed
from proofs_checks.theorem import Form, Theorem, Witness


def loss(
    name: str,
    formula: str,
    bound: Callable[[Constants], Any],
    is_greatest: Callable[[Dyadic], bool],
) -> Form:
    """The form m - m~ <= bound.  `is_greatest` of dW is True only if the bound is the greatest
    eigenvalue of sym(W~ - W)."""

    def row(instance: Instance) -> Inequality:
        W, after = instance.operator.exact_W, instance.after.exact_W
        S = monotone_part(W)

        def identity(verdict: Verdict) -> Verdict | None:
            if is_greatest(W - after) and is_multiple_of_identity(S):
                # sym(I - W) = m I: m - m~ is that eigenvalue, rational or not.
                return Verdict(verdict.rhs, verdict.rhs, Guarantee.EXACT, gap=ZERO)
            if monotone_part(after) == S:  # m~ = m, and a norm is not negative
                gap = Enclosure(0.0, verdict.rhs.hi)
                return Verdict(ZERO, verdict.rhs, Guarantee.EXACT, gap=gap)
            return None

        return Inequality(lambda k: (k.m - k.m_after, bound(k)), identity=identity)

    return compared(name, formula, lambda instance: [row(instance)])


def is_multiple_of_identity(S: Dyadic) -> bool:
    rows = S.integers.table()
    return all(
        x == (rows[0][0] if i == j else 0) for i, row in enumerate(rows) for j, x in enumerate(row)
    )


def largest_is_greatest(dW: Dyadic) -> bool:
    """Whether ||sym dW|| is the greatest eigenvalue of -sym dW; False where this is open."""
    if dW.shape[0] > MOST_UNITS:
        return False
    rise = eigenvalues(-symmetric_part(dW))
    return bool(rise[-1] > -rise[0])


def gain(_: Instance) -> list[Inequality]:
    return [Inequality(lambda k: (k.L_after - k.L, k.d))]


def draw(rng: np.random.Generator, family: str, operator: Operator) -> Instance:
    return Instance(family, operator, perturbed(rng, operator))


def along_the_margin() -> Instance:
    """M = [[1/2, -2], [2, 1]] (m = 1/2), W~ = W + (1/4) e1 e1': m~ = 1/4, ||dW|| = 1/4."""
    W = np.eye(2) - np.array([[0.5, -2.0], [2.0, 1.0]])
    operator = Operator(W, np.zeros((2, 1)), np.zeros(2))
    return Instance("witness", operator, operator.with_weights(W + np.diag([0.25, 0.0])))


def turned(gain: float) -> Instance:
    """W~ with a skew part, so that ||dW|| > 1, and the other eigenvalue of sym(I - W) raised."""
    instance = along_the_margin()
    more = np.array([[0.0, 1.0], [-1.0, -gain]])
    return replace(instance, perturbed=instance.after.with_weights(instance.after.W + more))


def along_the_norm() -> Instance:
    """M = I/2 (L = 1/2), W~ = W - (1/4) e1 e1': L~ = 3/4 = L + ||dW||."""
    operator = Operator(np.eye(2) / 2, np.zeros((2, 1)), np.zeros(2))
    return Instance("witness", operator, operator.with_weights(np.diag([0.25, 0.5])))


THEOREM = Theorem(
    name="margin",
    sentence="quantizing W lowers the margin by at most ||dW||",
    source="Li, Leong and Chaffey 2026, Theorem 2 (wording reconstructed)",
    hypotheses={},
    forms=(
        loss(
            "as published",
            "m - m~ <= ||dW||",
            lambda k: k.d,
            lambda dW: dW == dW.T and largest_is_greatest(dW),
        ),
        loss(
            "symmetric part",
            "m - m~ <= ||sym dW||",
            lambda k: k.kind.norm(symmetric_part(k.dW)),
            largest_is_greatest,
        ),
        loss(
            "one-sided",
            "m - m~ <= lambda_max(sym(W~ - W))",
            lambda k: -k.kind.least_eigenvalue(symmetric_part(k.dW)),
            lambda _: True,
        ),
        compared("Lipschitz", "L~ - L <= ||dW||", gain),
    ),
    draw=draw,
    attained={
        "as published": Witness(along_the_margin, "dW points along the margin's eigenvector"),
        "symmetric part": Witness(
            lambda: turned(0.0), "dW turns as well, which costs no margin: ||dW|| > 1"
        ),
        "one-sided": Witness(
            lambda: turned(1.0), "and an eigenvalue gains 1, which is no loss: ||sym dW|| = 1"
        ),
        "Lipschitz": Witness(along_the_norm, "the perturbation points along the top singular pair"),
    },
    needed={},
    inputs=4,  # one verdict a form
    explained=__doc__ or "",
)
