"""What the audit looks at: every hypothesis, every input, every family, every witness."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from mondeq_ref.instances.families import FAMILIES
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.verdict import ONE, Enclosure, Guarantee, Outcome, Verdict, fact
from proofs_checks.audit.findings import finding
from proofs_checks.audit.judge import instance, records
from proofs_checks.audit.witnesses import Attained, attained, needed
from proofs_checks.instance import Instance
from proofs_checks.quantities.hypotheses import outcome
from proofs_checks.theorem import Form, Theorem
from tests.audit.test_the_audit_can_fail import check, witness, x_of

SMALLEST = Operator(np.zeros((1, 1)), np.zeros((1, 1)), np.zeros(1))
LARGE = Operator(np.zeros((9, 9)), np.zeros((9, 1)), np.zeros(9))


CLAIM = Theorem(
    name="made up",
    sentence="squares of numbers between 0 and 1 are smaller",
    source="nowhere",
    hypotheses={
        "x > 0": lambda built: outcome(x_of(built) > 0),
        "x <= 1": lambda built: outcome(x_of(built) <= 1),
    },
    forms=(Form("as published", "x^2 <= x", check),),
    draw=lambda rng, family, operator: Instance(
        family, operator, numbers={"x": Fraction(float(rng.uniform(0.5, 1.5)))}
    ),
    attained={"as published": witness(1)},
    needed={"x > 0": witness(-1), "x <= 1": witness(2)},
    largest=4,
)


def judged(claim: Theorem, number: int = 20):
    return finding(claim, list(records(claim, 0, range(number), {})), [], [], [])


@pytest.mark.parametrize("turned", [False, True])
def test_every_hypothesis_is_asked_for_whatever_their_order(turned) -> None:
    """Numbers are above 1 in half of the instances, where x^2 <= x is false."""
    items = list(CLAIM.hypotheses.items())
    claim = replace(CLAIM, hypotheses=dict(items[::-1] if turned else items))
    found = judged(claim)
    assert found.verdict == "HOLDS"
    assert found.met[0] > 0 < found.met[1]
    assert found.outside == (0, found.met[1], 0)


@pytest.mark.parametrize("wrong", [0, 1, 2])
def test_every_input_of_an_instance_is_judged(wrong) -> None:
    three = Form("as published", "0 <= 0", lambda _: [fact(row != wrong) for row in range(3)])
    found = judged(replace(CLAIM, hypotheses={}, forms=(three,)), number=4)
    assert (found.verdict, found.cases, found.refuted) == ("REFUTED", 12, 4)


def test_inputs_are_judged_after_one_without_a_verdict() -> None:
    some = Form("as published", "0 <= 0", lambda _: [None, fact(False), None])
    assert judged(replace(CLAIM, hypotheses={}, forms=(some,)), number=4).refuted == 4


def test_shipped_operators_come_before_the_families() -> None:
    shipped = {"small": SMALLEST, "large": LARGE}
    drawn = [instance(CLAIM, 0, index, shipped) for index in range(1 + 2 * len(FAMILIES))]
    assert drawn[0].family == "shipped: small"
    assert drawn[0].operator is SMALLEST
    assert [one.family for one in drawn[1:]] == [*FAMILIES, *FAMILIES]
    assert len({x_of(one) for one in drawn}) == len(drawn)


def test_claim_attains_bounds_when_all_witnesses_do() -> None:
    reached, missed = (Attained("form", "made up", held, True, ONE) for held in (True, False))
    without = Attained("form", "no instance is known", None, False, None)
    for witnesses, all_of_them in (
        ([reached, without, reached], True),
        ([reached, missed], False),
        ([missed, reached], False),
        ([without], None),
    ):
        assert finding(CLAIM, [], witnesses, [], []).attained is all_of_them


def test_bound_attained_outside_hypotheses_does_not_count() -> None:
    """At x = 1 the two sides are equal, but x < 1 is asked for."""
    below = {"x < 1": lambda built: outcome(x_of(built) < 1)}
    (found,), faults = attained(replace(CLAIM, hypotheses=below))
    assert found.attained is False
    assert len(faults) == 1
    (found,), faults = attained(CLAIM)
    assert (found.attained, found.exact, faults) == (True, True, [])


@pytest.mark.parametrize(("lhs", "reached"), [(1e-12, True), (1e-6, False)])
def test_bound_is_attained_when_its_ratio_is_known_near_one(lhs, reached) -> None:
    around = Verdict(Enclosure(1 - lhs, 1 + lhs), ONE, Guarantee.RIGOROUS_FLOAT)
    form = Form("as published", "about 1 <= 1", lambda _: [around])
    (found,), _ = attained(replace(CLAIM, forms=(form,)))
    assert found.attained is reached


@pytest.mark.parametrize("said", [Outcome.PROVED, Outcome.UNDECIDED])
def test_only_a_refutation_shows_that_a_hypothesis_is_needed(said) -> None:
    overlapping = Verdict(Enclosure(0, 1), Enclosure(0, 1), Guarantee.RIGOROUS_FLOAT)
    verdict = overlapping if said is Outcome.UNDECIDED else fact(True)
    assert verdict.outcome is said
    form = Form("as published", "x^2 <= x", lambda _: [verdict])
    found, faults = needed(replace(CLAIM, forms=(form,)))
    assert [one.shown for one in found] == [False, False]
    assert all(said.name in fault for fault in faults)
    found, faults = needed(CLAIM)
    assert ([one.shown for one in found], faults) == ([True, True], [])
