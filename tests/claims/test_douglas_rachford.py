"""The claim `douglas_rachford` holds on drawn instances, and its check can fail."""

from dataclasses import replace
from fractions import Fraction

from mondeq_ref.rigor.verdict import Outcome
from proofs_checks.audit.witnesses import decided
from proofs_checks.claims.douglas_rachford import rate_after_steps, reached, single
from proofs_checks.quantities.comparison import contracts


def test_one_step_does_not_have_the_rate_of_two() -> None:
    form = contracts("", "", reached, rate_after_steps)
    built = replace(single(), numbers={"alpha": Fraction(1), "steps": Fraction(1)})
    (pair,) = reached(built)
    shorter = replace(single(), numbers={"alpha": Fraction(1), "steps": Fraction(2)})
    assert decided(form, built).equal
    wrong = contracts("", "", lambda _: [pair], rate_after_steps)
    assert decided(wrong, shorter).outcome is Outcome.REFUTED
