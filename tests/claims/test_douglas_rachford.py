"""The claim `douglas_rachford` holds on drawn instances, and its check can fail."""

from dataclasses import replace
from fractions import Fraction

import pytest

from mondeq_ref.rigor.verdict import Outcome
from proofs_checks.audit.witnesses import decided
from proofs_checks.claims.douglas_rachford import (
    one_active,
    rate_after_steps,
    reached,
    single,
    two_states,
)
from proofs_checks.quantities.comparison import contracts


@pytest.mark.parametrize(
    "wrong",
    [
        lambda k: k.peaceman_rachford,  # not averaged
        lambda k: k.averaged(k.peaceman_rachford) * 99 / 100,
        lambda k: k.averaged(k.peaceman_rachford * k.peaceman_rachford),  # the root forgotten
    ],
)
def test_rate_is_refuted_when_too_small(wrong) -> None:
    form = contracts("", "", two_states, wrong)
    assert decided(form, one_active()).outcome is Outcome.REFUTED


def test_one_step_does_not_have_the_rate_of_two() -> None:
    form = contracts("", "", reached, rate_after_steps)
    built = replace(single(), numbers={"alpha": Fraction(1), "steps": Fraction(1)})
    (pair,) = reached(built)
    shorter = replace(single(), numbers={"alpha": Fraction(1), "steps": Fraction(2)})
    assert decided(form, built).equal
    wrong = contracts("", "", lambda _: [pair], rate_after_steps)
    assert decided(wrong, shorter).outcome is Outcome.REFUTED
