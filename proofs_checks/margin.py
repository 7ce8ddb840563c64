"""Theorem 2 (margin under perturbation).

Statement.  For W~ = W - dW,   m~ >= m - ||dW||_2,   m = lambda_min(sym(I - W)).

Proof.  sym(I - W~) = sym(I - W) + sym(dW).  For a unit x the second term contributes
x' dW x >= -||dW||_2, and the first at least m.  Take the minimum over x.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import numpy as np

from mondeq_ref.operator import Operator
from mondeq_ref.rigor.balls import MatrixBall, spectral_norm
from mondeq_ref.verdict import Guarantee, Verdict
from proofs_checks.samples import generic, nudge
from proofs_checks.theorem import Theorem


@dataclass(frozen=True)
class Case:
    original: Operator
    perturbed: Operator


def check(case: Case) -> Verdict:
    """Written as m - m~ <= ||dW||, so that measured/bound says how sharp it is."""
    dW = spectral_norm(MatrixBall(case.original.W) - MatrixBall(case.perturbed.W))
    lost = case.original.margin - case.perturbed.margin
    return Verdict(lost, dW, Guarantee.RIGOROUS_FLOAT)


def cases(rng: np.random.Generator) -> Iterator[Case]:
    for k in count():
        operator = generic(rng, n=2 + k % 20)
        W = operator.W + nudge(rng, operator.n, rng.uniform(0.01, 2.0))
        yield Case(operator, operator.with_weights(W))


def tight() -> Case:
    """n = 1, W = 1/2, W~ = 3/4: m = 1/2, m~ = 1/4, |dW| = 1/4, all exact in floats."""
    operator = Operator(np.array([[0.5]]), np.zeros((1, 1)), np.ones(1))
    return Case(operator, operator.with_weights(np.array([[0.75]])))


THEOREM = Theorem(
    name="margin",
    sentence="quantizing W lowers the margin by at most ||dW||",
    source="Li, Leong and Chaffey 2026, Theorem 2",
    hypotheses={},
    check=check,
    cases=cases,
    tight=tight,
    necessary={},
)
