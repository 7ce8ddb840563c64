"""Theorem 2 (margin under perturbation).

Statement.  For W~ = W - dW,

    m~ >= m - ||dW||_2,        m = lambda_min(sym(I - W)),   m~ the same of W~.

Proof.  For a unit vector x, x'(I - W~)x = x'(I - W)x + x' dW x >= m - ||dW||_2; take the
minimum over x.

Sharper.  x' dW x sees the symmetric part of dW alone, and only its negative side hurts:

    m~ >= m - lambda_max(sym(W~ - W)) >= m - ||sym dW||_2 >= m - ||dW||_2.

Attained (all three) by W~ = W + t v v', t >= 0, v the eigenvector of the margin: m~ = m - t.
Adding a skew part to W~ attains the second and third alone; gaining more than t along another
eigenvector, too, the third alone.

Lipschitz constant.  L~ <= L + ||dW||_2 by the triangle inequality; attained by
W~ = W - t u v' with M v = L u.
"""

from dataclasses import replace
from fractions import Fraction

import numpy as np

from mondeq_ref.operator import Operator
from mondeq_ref.rigor.balls import eigenvalue_range, spectral_norm
from mondeq_ref.rigor.dyadic import identity
from mondeq_ref.rigor.spectrum import symmetric_part
from mondeq_ref.rigor.verdict import Guarantee, Verdict
from proofs_checks.instance import Instance
from proofs_checks.quantities.losses import (
    compared,
    difference,
    gained,
    largest_is_greatest,
    lost,
)
from proofs_checks.quantities.perturbations import perturbed
from proofs_checks.quantities.precise import (
    decided_again,
    eigenvalues,
    norm,
    rational_least_eigenvalue,
    rational_norm,
)
from proofs_checks.theorem import Form, Theorem, Witness


def published(instance: Instance) -> list[Verdict]:
    return [Verdict(lost(instance), instance.dW_norm, Guarantee.RIGOROUS_FLOAT)]


def symmetric(instance: Instance) -> list[Verdict]:
    bound = spectral_norm(instance.dW.symmetric_part)
    return [Verdict(lost(instance), bound, Guarantee.RIGOROUS_FLOAT)]


def one_sided(instance: Instance) -> list[Verdict]:
    least, _ = eigenvalue_range(instance.dW.symmetric_part)
    return [Verdict(lost(instance), -least, Guarantee.RIGOROUS_FLOAT)]


def lipschitz(instance: Instance) -> list[Verdict]:
    return [Verdict(gained(instance), instance.dW_norm, Guarantee.RIGOROUS_FLOAT)]


def published_exactly(instance: Instance, _: int) -> Verdict:
    dW = difference(instance)
    known = dW == dW.T and largest_is_greatest(dW)
    verdict = published(instance)[0]
    return compared(instance, verdict, known, lambda: norm(dW), lambda: rational_norm(dW))


def symmetric_exactly(instance: Instance, _: int) -> Verdict:
    dW = symmetric_part(difference(instance))
    known = largest_is_greatest(difference(instance))
    verdict = symmetric(instance)[0]
    return compared(instance, verdict, known, lambda: norm(dW), lambda: rational_norm(dW))


def one_sided_exactly(instance: Instance, _: int) -> Verdict:
    """lambda_max(sym(W~ - W)) = -lambda_min(sym(W - W~))."""
    fall = symmetric_part(difference(instance))

    def rational() -> Fraction | None:
        least = rational_least_eigenvalue(fall)
        return None if least is None else -least

    verdict = one_sided(instance)[0]
    return compared(instance, verdict, True, lambda: -eigenvalues(fall)[0], rational)


def lipschitz_exactly(instance: Instance, _: int) -> Verdict:
    dW = difference(instance)
    eye = identity(instance.operator.n)
    M, M_after = eye - instance.operator.exact_W, eye - instance.after.exact_W

    def rationals() -> tuple[Fraction | None, Fraction | None]:
        L, L_after = rational_norm(M), rational_norm(M_after)
        return (None if L is None or L_after is None else L_after - L), rational_norm(dW)

    return decided_again(
        lipschitz(instance)[0],
        instance.operator.n,
        lambda: (norm(M_after) - norm(M), norm(dW)),
        rationals,
    )


def draw(rng: np.random.Generator, family: str, operator: Operator) -> Instance:
    return Instance(family, operator, perturbed(rng, operator))


def along_the_margin() -> Instance:
    """M = [[1/2, -2], [2, 1]] (m = 1/2), W~ = W + (1/4) e1 e1': m~ = 1/4, ||dW|| = 1/4."""
    W = np.eye(2) - np.array([[0.5, -2.0], [2.0, 1.0]])
    operator = Operator(W, np.zeros((2, 1)), np.zeros(2))
    return Instance("witness", operator, operator.with_weights(W + np.diag([0.25, 0.0])))


def turned(gain: float) -> Instance:
    """W~ turns as well, so that ||dW|| > 1, and the other eigenvalue of sym(I - W) gains."""
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
    source="Li, Leong and Chaffey 2026, Theorem 2",
    hypotheses={},
    forms=(
        Form("as published", "m - m~ <= ||dW||", published, published_exactly),
        Form("symmetric part", "m - m~ <= ||sym dW||", symmetric, symmetric_exactly),
        Form("one-sided", "m - m~ <= lambda_max(sym(W~ - W))", one_sided, one_sided_exactly),
        Form("Lipschitz", "L~ - L <= ||dW||", lipschitz, lipschitz_exactly),
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
