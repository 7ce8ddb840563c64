"""Theorem 3 (equilibrium displacement).

Statement.  Let z* be the equilibrium of W and z~ any equilibrium of W~, for the same c, and
let I - W have a margin m > 0.  Then   ||z~ - z*|| <= (||W - W~||_2 / m) ||z~||.

Proof.  With r = (W~ - W) z~ the point z~ satisfies r in (F + G)(z~), while 0 is in
(F + G)(z*).  Strong monotonicity gives m ||z~ - z*||^2 <= <r, z~ - z*>; apply Cauchy-Schwarz
and ||r|| <= ||W - W~|| ||z~||.  Nothing is asked of W~ but that z~ exists.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import numpy as np

from mondeq_ref import bounds
from mondeq_ref.arrays import Vector
from mondeq_ref.inputs import given
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.balls import MatrixBall, spectral_norm
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.fast import norms_above, norms_below
from mondeq_ref.solve import solve
from mondeq_ref.verdict import Guarantee, Outcome, Verdict, less
from proofs_checks.samples import generic, nudge
from proofs_checks.theorem import Theorem


@dataclass(frozen=True)
class Case:
    original: Operator
    perturbed: Operator
    c: Vector  # the injection of the original
    c_perturbed: Vector


def check(case: Case) -> Verdict:
    z, e = equilibrium(case.original, case.c)
    w, f = equilibrium(case.perturbed, case.c_perturbed)
    gap = MatrixBall(w[None]) - MatrixBall(z[None])
    distance = length(gap.center[0]).widened(gap.radius).widened(e).widened(f)
    dW = spectral_norm(MatrixBall(case.original.W) - MatrixBall(case.perturbed.W))
    bound = bounds.displacement(dW, case.original.margin, length(w).widened(f))
    return Verdict(distance, bound, Guarantee.RIGOROUS_FLOAT)


def length(v: Vector) -> Enclosure:
    return Enclosure(float(norms_below(v[None])[0]), float(norms_above(v[None])[0]))


def equilibrium(operator: Operator, c: Vector) -> tuple[Vector, float]:
    solution = solve(operator, given(c[None], operator.n), tol=1e-12)
    return solution.z[0], float(solution.radius[0])


def cases(rng: np.random.Generator) -> Iterator[Case]:
    for k in count():
        operator = generic(rng, n=2 + k % 20)
        size = operator.margin.mid * rng.uniform(0.01, 0.9)
        perturbed = operator.with_weights(operator.W + nudge(rng, operator.n, size))
        c = rng.normal(size=operator.n)
        c[0] = 1 + abs(c[0])  # some unit is active, so that the bound is not 0 <= 0
        yield Case(operator, perturbed, c, c)


def tight() -> Case:
    """n = 1: z* = c/m and z~ = c/(m + d), so z* - z~ = (d/m) z~ exactly."""
    return scalar(0.5, 0.25, 1.0, 1.0)


def moved_bias() -> Case:
    """Same W, another c: the bound is 0 and the equilibria differ."""
    return scalar(0.5, 0.5, 1.0, 2.0)


def scalar(W: float, W_perturbed: float, c: float, c_perturbed: float) -> Case:
    operator = Operator(np.array([[W]]), np.zeros((1, 1)), np.zeros(1))
    perturbed = operator.with_weights(np.array([[W_perturbed]]))
    return Case(operator, perturbed, np.array([c]), np.array([c_perturbed]))


def has_margin(case: Case) -> Outcome:
    return less(Enclosure.of(0), case.original.margin)


def same_injection(case: Case) -> Outcome:
    return Outcome.PROVED if np.array_equal(case.c, case.c_perturbed) else Outcome.REFUTED


THEOREM = Theorem(
    name="displacement",
    sentence="equilibria move by at most ||dW||/m times their length",
    source="Li, Leong and Chaffey 2026, Theorem 3",
    hypotheses={"m > 0": has_margin, "only W is perturbed": same_injection},
    check=check,
    cases=cases,
    tight=tight,
    necessary={
        "m > 0": "at m <= 0 the right-hand side is undefined or negative",
        "only W is perturbed": moved_bias,
    },
)
