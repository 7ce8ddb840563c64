"""The hunter measures what meets every hypothesis, and believes no ratio beyond what is known."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from mondeq_ref.operator import Operator
from mondeq_ref.rigor.verdict import ONE, Enclosure, Guarantee, Outcome, Verdict, exactly, fact
from proofs_checks.hunter.quarry import Quarry
from proofs_checks.instance import Instance
from proofs_checks.theorem import Form, Theorem

ANY = Instance("made", Operator(np.zeros((1, 1)), np.zeros((1, 1)), np.zeros(1)))
FORM = Form("as published", "1 <= 2", lambda _: [exactly(Fraction(1), Fraction(2))])


def quarry(form: Form, shared: dict[str, Outcome], dropped: str | None = None) -> Quarry:
    hypotheses = {name: lambda _, said=said: said for name, said in shared.items()}
    claim = Theorem("made up", "", "", hypotheses, (form,), lambda *_: ANY, {}, {})
    return Quarry(claim, form, dropped)


@pytest.mark.parametrize("said", Outcome)
@pytest.mark.parametrize("whose", ["claim", "form"])
def test_an_instance_counts_when_every_hypothesis_is_proved(said, whose) -> None:
    if whose == "claim":
        hunted = quarry(FORM, {"kept": Outcome.PROVED, "asked": said})
    else:
        hunted = quarry(replace(FORM, needs={"asked": lambda _: said}), {"kept": Outcome.PROVED})
    assert (hunted.measure(ANY) is not None) == (said is Outcome.PROVED)


@pytest.mark.parametrize("said", Outcome)
def test_a_hypothesis_is_dropped_where_it_is_refuted_and_no_other_is(said) -> None:
    lost = quarry(FORM, {"kept": Outcome.PROVED, "lost": said}, "lost")
    assert lost.admits(ANY) == (said is Outcome.REFUTED)
    kept = quarry(FORM, {"kept": said, "lost": Outcome.REFUTED}, "lost")
    assert kept.admits(ANY) == (said is Outcome.PROVED)


@pytest.mark.parametrize("exact", [True, False])
def test_a_refutation_is_one_when_exact_arithmetic_agrees(exact) -> None:
    form = Form("facts", "1 <= 0", lambda _: [fact(False)], lambda *_: fact(exact))
    measured = quarry(form, {}).measure(ANY)
    assert measured is not None
    assert measured.refuted != exact


def test_a_ratio_is_no_greater_than_is_known() -> None:
    wide = Verdict(Enclosure(0.25, 2.0), ONE, Guarantee.RIGOROUS_FLOAT)
    measured = quarry(Form("wide", "x <= 1", lambda _: [wide]), {}).measure(ANY)
    assert measured is not None
    assert (measured.refuted, measured.ratio) == (False, 0.25)
