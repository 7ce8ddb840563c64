"""A search measures what meets every hypothesis, and counts no ratio beyond what is proved."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from mondeq_ref.operator import Operator
from mondeq_ref.rigor.verdict import ONE, Enclosure, Guarantee, Outcome, Verdict, exactly, fact
from proofs_checks.hunter.target import Target
from proofs_checks.instance import Instance
from proofs_checks.theorem import Form, Theorem

ANY = Instance("made", Operator(np.zeros((1, 1)), np.zeros((1, 1)), np.zeros(1)))
FORM = Form("as published", "1 <= 2", lambda _: [exactly(Fraction(1), Fraction(2))])


def target(form: Form, shared: dict[str, Outcome], dropped: str | None = None) -> Target:
    hypotheses = {name: lambda _, said=said: said for name, said in shared.items()}
    claim = Theorem("made up", "", "", hypotheses, (form,), lambda *_: ANY, {}, {})
    return Target(claim, form, dropped)


@pytest.mark.parametrize("said", Outcome)
@pytest.mark.parametrize("whose", ["claim", "form"])
def test_instance_counts_when_every_hypothesis_is_proved(said, whose) -> None:
    if whose == "claim":
        hunted = target(FORM, {"other": Outcome.PROVED, "this": said})
    else:
        hunted = target(replace(FORM, needs={"this": lambda _: said}), {"other": Outcome.PROVED})
    assert (hunted.measure(ANY) is not None) == (said is Outcome.PROVED)


@pytest.mark.parametrize("said", Outcome)
def test_dropped_hypothesis_must_be_refuted_and_no_other(said) -> None:
    lost = target(FORM, {"other": Outcome.PROVED, "lost": said}, "lost")
    assert lost.admits(ANY) == (said is Outcome.REFUTED)
    other = target(FORM, {"other": said, "lost": Outcome.REFUTED}, "lost")
    assert other.admits(ANY) == (said is Outcome.PROVED)


@pytest.mark.parametrize("exact", [True, False])
def test_refutation_counts_when_exact_arithmetic_agrees(exact) -> None:
    form = Form("facts", "1 <= 0", lambda _: [fact(False)], lambda *_: fact(exact))
    found = target(form, {}).measure(ANY)
    assert found is not None
    assert found.measured.refuted != exact


def test_ratio_counts_by_its_lower_end() -> None:
    wide = Verdict(Enclosure(0.25, 2.0), ONE, Guarantee.RIGOROUS_FLOAT)
    found = target(Form("wide", "x <= 1", lambda _: [wide]), {}).measure(ANY)
    assert found is not None
    assert (found.measured.refuted, found.measured.ratio) == (False, 0.25)
