"""A claim that is wrong, empty or broken is never reported as one that holds."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from mondeq_ref.operator import Operator
from mondeq_ref.rigor.verdict import Enclosure, Guarantee, Outcome, Verdict, exactly, fact
from proofs_checks.audit import run as running
from proofs_checks.audit.findings import ClaimFinding
from proofs_checks.instance import Instance
from proofs_checks.quantities.hypotheses import outcome
from proofs_checks.theorem import Form, Theorem, Witness

INSTANCES = 30
HALF = Fraction(1, 2)


def draw(rng: np.random.Generator, family: str, operator: Operator) -> Instance:
    """A number x in [-1, 1]; nothing else of the instance is looked at."""
    return at(Fraction(float(rng.uniform(-1, 1))), family, operator)


def at(x: Fraction, family: str = "witness", operator: Operator | None = None) -> Instance:
    smallest = Operator(np.zeros((1, 1)), np.zeros((1, 1)), np.zeros(1))
    return Instance(family, operator or smallest, numbers={"x": x})


def witness(x: float, why: str = "made up") -> Witness:
    return Witness(lambda: at(Fraction(x)), why)


def x_of(instance: Instance) -> Fraction:
    return instance.numbers["x"]


def positive(instance: Instance) -> Outcome:
    return outcome(x_of(instance) > 0)


def below(bound: Fraction) -> Callable[[Instance], Outcome]:
    return lambda instance: outcome(x_of(instance) < bound)


def check(instance: Instance) -> list[Verdict | None]:
    return [exactly(x_of(instance) ** 2, x_of(instance))]


# Drawn numbers are at most 1, so this is true; attained at 1, false for x < 0.
CLAIM = Theorem(
    name="made up",
    sentence="squares of small numbers are smaller",
    source="nowhere",
    hypotheses={"x > 0": positive},
    forms=(Form("as published", "x^2 <= x", check),),
    draw=draw,
    attained={"as published": witness(1.0)},
    needed={"x > 0": witness(-1.0)},
    explained="Multiply 0 < x <= 1 by x.",
)


def audited(
    monkeypatch: pytest.MonkeyPatch, claim: Theorem, *, seed: int = 0, cases: int = INSTANCES
) -> ClaimFinding:
    """One instance a case, on random operators alone."""
    monkeypatch.setattr(running, "theorem", lambda _: claim)
    monkeypatch.setattr(running, "shipped", dict)
    monkeypatch.setattr(running, "SPARE", 1)
    (found,) = running.run([claim.name], seed=seed, cases=cases, workers=1)
    return found


def with_check(form_check: Callable[[Instance], Any], **more: Any) -> Theorem:
    return replace(CLAIM, forms=(Form("as published", "x^2 <= x", form_check, **more),))


def raising(*_: Any) -> Any:
    raise ZeroDivisionError("made up")


def test_made_up_claim_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    found = audited(monkeypatch, CLAIM)
    assert (found.verdict, found.faults, found.attained) == ("HOLDS", (), True)
    assert found.refuted == found.undecided == 0
    assert 0 < found.cases < found.instances == INSTANCES
    assert found.inside == (found.cases, 0, 0)
    assert found.outside == (0, INSTANCES - found.cases, 0)
    assert [need.shown for need in found.needed] == [True]


def test_claim_is_refuted_when_one_instance_refutes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """x^2 <= x/2 fails for x > 1/2, which is where some are."""
    halved = with_check(lambda instance: [exactly(x_of(instance) ** 2, x_of(instance) / 2)])
    found = audited(monkeypatch, replace(halved, attained={"as published": witness(0.5)}))
    assert found.verdict == "REFUTED"
    assert 0 < found.refuted < found.cases
    assert found.forms[0].tightest is not None
    assert found.forms[0].tightest.lo > 1


def _instance(index: int) -> Instance:
    from proofs_checks.audit.judge import instance

    return instance(CLAIM, 0, index, {})


def test_claim_is_refuted_when_a_sharper_form_is(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = Form("sharper", "x^2 <= x^3", lambda i: [exactly(x_of(i) ** 2, x_of(i) ** 3)])
    claim = replace(
        CLAIM, forms=(*CLAIM.forms, wrong), attained={**CLAIM.attained, "sharper": witness(1.0)}
    )
    found = audited(monkeypatch, claim)
    assert found.verdict == "REFUTED"
    assert [form.verdict for form in found.forms] == ["HOLDS", "REFUTED"]


def test_hypotheses_that_no_instance_meets_prove_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    empty = {"x > 0": positive, "x < 0": below(Fraction(0))}
    claim = replace(CLAIM, hypotheses=empty, needed=dict.fromkeys(empty, "made up"))
    found = audited(monkeypatch, replace(claim, attained={"as published": "made up"}))
    assert (found.verdict, found.cases, found.met[0]) == ("UNDECIDED", 0, 0)


def test_form_is_undecided_without_any_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    for silent in (lambda _: [], lambda _: [None]):
        claim = replace(with_check(silent), attained={"as published": "made up"}, needed={})
        claim = replace(claim, hypotheses={})
        assert audited(monkeypatch, claim).verdict == "UNDECIDED"
    never = Form("rare", "x^2 <= x", check, needs={"x > 1": below(Fraction(-2))})
    claim = replace(
        CLAIM, forms=(*CLAIM.forms, never), attained={**CLAIM.attained, "rare": "made up"}
    )
    assert "'x > 1'" in audited(monkeypatch, claim).faults[0]  # the form's hypothesis, unexplained
    claim = replace(claim, needed={**CLAIM.needed, "x > 1": "made up"})
    found = audited(monkeypatch, claim)
    assert [form.verdict for form in found.forms] == ["HOLDS", "UNDECIDED"]
    assert found.verdict == "UNDECIDED"


@pytest.mark.parametrize("conclusion", [True, False])
def test_case_is_undecided_when_its_hypothesis_is(
    monkeypatch: pytest.MonkeyPatch, conclusion: bool
) -> None:
    """Neither skipped, nor counted as proved, nor as refuted."""

    def unknown(instance: Instance) -> Outcome:
        return Outcome.UNDECIDED if x_of(instance) > HALF else positive(instance)

    claim = replace(
        with_check(lambda instance: [fact(conclusion or x_of(instance) <= HALF)]),
        hypotheses={"x > 0": unknown},
        attained={"as published": "made up"},
        needed={"x > 0": "made up"},
    )
    found = audited(monkeypatch, claim)
    assert (found.verdict, found.refuted) == ("UNDECIDED", 0)
    assert found.undecided == found.met[2] > 0
    assert found.cases == found.met[0] + found.met[2]


def test_overlapping_error_bars_are_decided_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    def blurred(instance: Instance) -> list[Verdict | None]:
        sides = (Enclosure.of(side).widened(1.0) for side in (x_of(instance) ** 2, x_of(instance)))
        return [Verdict(*sides, Guarantee.RIGOROUS_FLOAT)]

    left = replace(with_check(blurred), attained={"as published": "x"}, needed={"x > 0": "x"})
    found = audited(monkeypatch, left)
    assert (found.verdict, found.undecided) == ("UNDECIDED", found.cases)
    decided = with_check(blurred, escalate=lambda instance, _: check(instance)[0])
    found = audited(monkeypatch, decided)
    assert (found.verdict, found.forms[0].escalated) == ("HOLDS", found.cases)
    wrong = with_check(blurred, escalate=lambda i, _: exactly(x_of(i), x_of(i) ** 2))
    assert audited(monkeypatch, replace(wrong, needed={"x > 0": "x"})).verdict == "REFUTED"


@pytest.mark.parametrize(
    "spoiled",
    [
        {"attained": {}},
        {"needed": {}},
        {"attained": {"as published": ""}},
        {"needed": {"x > 0": "  "}},
        {"attained": {"as published": witness(1.0), "another": "made up"}},
        {"needed": {"x > 0": witness(-1.0), "x < 3": "made up"}},
    ],
)
def test_missing_witness_is_an_error(
    monkeypatch: pytest.MonkeyPatch, spoiled: Mapping[str, Any]
) -> None:
    found = audited(monkeypatch, replace(CLAIM, **spoiled))
    assert (found.verdict, len(found.faults)) == ("ERROR", 1)


BOTH = {"x > 0": positive, "x < 1/2": below(HALF)}


@pytest.mark.parametrize(
    ("needed", "fault"),
    [
        (witness(1.0), "breaks ['x < 1/2', 'x > 0']"),
        (witness(0.25), "breaks nothing"),
        (witness(0.75), "breaks ['x < 1/2']"),
    ],
)
def test_witness_is_an_error_when_it_breaks_something_else(
    monkeypatch: pytest.MonkeyPatch, needed: Witness, fault: str
) -> None:
    """`x > 0` is 0 < x < 1 here, so that 1 breaks two at once."""
    claim = replace(
        CLAIM,
        hypotheses={**BOTH, "x > 0": lambda instance: outcome(0 < x_of(instance) < 1)},
        attained={"as published": "made up"},
        needed={"x > 0": needed, "x < 1/2": "made up"},
    )
    found = audited(monkeypatch, claim)
    assert found.verdict == "ERROR"
    assert fault in found.faults[0]
    assert [need.shown for need in found.needed] == [False, None]


@pytest.mark.parametrize("x", [0.5, -1.0, 1 - 2.0**-20])
def test_bound_is_an_error_when_its_witness_misses_it(
    monkeypatch: pytest.MonkeyPatch, x: float
) -> None:
    """Below 1 by much or little, or outside the hypotheses."""
    found = audited(monkeypatch, replace(CLAIM, attained={"as published": witness(x)}))
    assert (found.verdict, found.attained) == ("ERROR", False)


def test_witness_gives_one_verdict_and_its_row_is_escalated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    two = with_check(lambda instance: check(instance) * 2)
    assert audited(monkeypatch, two).verdict == "ERROR"

    def second(instance: Instance, row: int) -> Verdict:
        assert row == 1
        return exactly(x_of(instance) ** 2, x_of(instance))

    found = audited(monkeypatch, with_check(lambda i: [None, *check(i)], escalate=second))
    assert (found.verdict, found.faults) == ("HOLDS", ())


def test_exception_in_one_instance_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    last = x_of(_instance(INSTANCES - 1))

    def once(instance: Instance) -> list[Verdict | None]:
        return raising() if x_of(instance) == last else check(instance)

    found = audited(monkeypatch, with_check(once))
    assert found.verdict == "ERROR"
    assert found.faults == (f"instance {INSTANCES - 1}: ZeroDivisionError: made up",)


@pytest.mark.parametrize(
    "spoiled",
    [{"forms": ()}, {"forms": CLAIM.forms * 2}, {"inputs": 0}],
    ids=["no form", "one form twice", "no input"],
)
def test_claim_is_refused_when_it_could_not_be_counted(spoiled: Mapping[str, Any]) -> None:
    with pytest.raises(ValueError, match="made up needs"):
        replace(CLAIM, **spoiled)
