"""What is decided in floats is decided the same way in exact arithmetic, about the same numbers."""

import numpy as np
import pytest

from mondeq_ref.operator import Operator
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.verdict import Outcome
from proofs_checks.audit.judge import instance
from proofs_checks.audit.witnesses import ATTAINED_WIDTH, attained, broken
from proofs_checks.claims import NAMES, margin, theorem
from proofs_checks.instance import Instance
from proofs_checks.theorem import Witness

DRAWN = 36  # two of every family
LARGEST = 6  # units: exact eigenvalues of every form of every claim


@pytest.mark.parametrize("claim", NAMES)
def test_every_bound_is_attained_exactly(claim: str) -> None:
    found, faults = attained(theorem(claim))
    assert not faults
    assert all(one.exact for one in found if one.attained is not None)


@pytest.mark.parametrize("claim", NAMES)
def test_attained_bound_is_attained_in_floats_too(claim: str) -> None:
    subject = theorem(claim)
    for form in subject.forms:
        witness = subject.attained[form.name]
        if isinstance(witness, Witness):
            (verdict,) = form.check(witness.build())
            assert verdict is not None
            ratio = verdict.ratio
            assert ratio is not None
            assert ratio.lo <= 1 <= ratio.hi
            assert ratio.width <= ATTAINED_WIDTH


@pytest.mark.parametrize("claim", NAMES)
def test_exact_arithmetic_agrees_with_the_enclosures(claim: str) -> None:
    """On drawn instances, where nobody would have asked for it."""
    subject, compared = theorem(claim), set[str]()
    for index in range(DRAWN):
        drawn = instance(subject, 1, index, {})
        for form in subject.forms if drawn.operator.n <= LARGEST else ():
            row, verdict = next(
                ((k, one) for k, one in enumerate(form.check(drawn)) if one is not None), (0, None)
            )
            if verdict is None or form.escalate is None or broken(subject, drawn, form):
                continue
            again = form.escalate(drawn, row)
            assert again.outcome is Outcome.PROVED, (form.name, index)
            assert overlap(again.lhs, verdict.lhs), (form.name, index)
            assert overlap(again.rhs, verdict.rhs), (form.name, index)
            compared.add(form.name)
    assert {form.name for form in subject.forms if form.escalate is not None} == compared


def test_loss_is_compared_with_the_norm_of_its_own_form() -> None:
    """m = 1/2 and m~ = 1/4 beside irrational eigenvalues, ||sym dW|| = 1/4, ||dW|| = 1."""
    M = np.array([[0.5, 0.0, 0.0], [0.0, 2.0, 1.0], [0.0, 1.0, 3.0]])
    rise = np.array([[0.25, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])
    operator = Operator(np.eye(3) - M, np.zeros((3, 1)), np.zeros(3))
    built = Instance("made", operator, operator.with_weights(operator.W + rise))
    published, symmetric = margin.THEOREM.forms[:2]
    assert symmetric.decided(built, 0).equal
    assert published.decided(built, 0).rhs.lo == 1


def overlap(a: Enclosure, b: Enclosure) -> bool:
    return a.lo <= b.hi and b.lo <= a.hi
