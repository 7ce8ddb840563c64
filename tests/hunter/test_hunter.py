"""The hunter finds where bounds are attained, what breaks them, and nothing that is not so."""

import json
from dataclasses import replace

import pytest

from mondeq_ref.arrays import InputError
from mondeq_ref.cli.main import main
from mondeq_ref.documents.strict_json import dumps
from mondeq_ref.rigor.verdict import Outcome, Verdict
from proofs_checks.audit.claim_replay import form_of, instance_document, replay
from proofs_checks.audit.instance_encoding import encode_instance
from proofs_checks.audit.witnesses import broken
from proofs_checks.claims import NAMES, theorem
from proofs_checks.hunter.hunt import Found, hunt
from proofs_checks.hunter.target import Target
from proofs_checks.theorem import Form
from tests.support.commands import told
from tests.support.sampling import some

SHARP = 1 - 1e-6
FAMILIES = [
    ("margin", "as published"),
    ("margin", "one-sided"),
    ("displacement", "as published"),
    ("displacement", "sharper"),
    ("certificate", "rate"),
    ("forward_backward", "as published"),
    ("peaceman_rachford", "as published"),
    ("peaceman_rachford", "sharper"),
    ("quantizer", "as published"),
]


def searched(claim: str, form: str, dropped: str | None = None, restarts: int = 2) -> Found:
    subject = theorem(claim)
    (found,) = hunt(subject, [form_of(subject, form)], dropped=dropped, restarts=restarts)
    return found


@pytest.mark.parametrize("claim_and_form", some(FAMILIES, 2), ids=str)
def test_sharp_families_are_found_without_witnesses(claim_and_form) -> None:
    found = searched(*claim_and_form)
    assert found.outcome is Outcome.PROVED
    assert found.ratio is not None
    assert SHARP <= found.ratio.lo <= 1


def test_two_hunts_with_one_seed_find_the_same() -> None:
    pair = [searched("peaceman_rachford", "sharper") for _ in range(2)]
    stored = [dumps(encode_instance(found.case.instance)) for found in pair if found.case]
    assert len(stored) == 2
    assert stored[0] == stored[1]


def test_halved_bound_is_refuted() -> None:
    subject = theorem("margin")
    published = subject.forms[0]

    def check(instance) -> list[Verdict]:
        return [replace(v, rhs=v.rhs / 2) for v in published.check(instance) if v is not None]

    wrong = Form("halved", "m - m~ <= ||dW||/2", check)
    (found,) = hunt(replace(subject, forms=(wrong,)), [wrong], restarts=2)
    assert found.outcome is Outcome.REFUTED


CLAIMS_AND_HYPOTHESES = [(name, lost) for name in NAMES for lost in theorem(name).refutable]


@pytest.mark.parametrize("claim_and_lost", some(CLAIMS_AND_HYPOTHESES, 3), ids=str)
def test_counterexample_is_found_when_a_hypothesis_is_dropped(claim_and_lost) -> None:
    claim, lost = claim_and_lost
    subject = theorem(claim)
    found = searched(claim, subject.forms[0].name, dropped=lost, restarts=16)
    assert found.outcome is Outcome.REFUTED
    assert found.case is not None
    assert broken(subject, found.case.instance) == {lost}


def test_unknown_hypothesis_cannot_be_dropped() -> None:
    subject = theorem("margin")
    with pytest.raises(InputError):
        Target(subject, subject.forms[0], "m > 0")


@pytest.fixture(scope="module")
def stored() -> dict:
    found = searched("forward_backward", "as published", restarts=1)
    assert found.case is not None
    row = found.case.measured.row
    made = instance_document("forward_backward", [found.form.name], found.case.instance, row)
    return json.loads(dumps(made))


@pytest.mark.parametrize(
    "change",
    [
        lambda case: case["instance"]["numbers"].pop("alpha"),
        lambda case: case["instance"]["arrays"].pop("u"),
        lambda case: case["instance"].pop("c"),
        lambda case: case["instance"].update(numbers=[]),
        lambda case: case.update(input=5),
        lambda case: case["forms"][0].update(form="nonsense"),
        lambda case: case.update(forms=[1]),
    ],
)
def test_case_that_does_not_fit_is_refused_in_one_line(stored, change) -> None:
    case = json.loads(json.dumps(stored))
    change(case)
    with pytest.raises(InputError) as refused:
        replay(case)
    assert "\n" not in str(refused.value)


def test_hunt_stores_a_case_that_replays(tmp_path, capsys) -> None:
    path = tmp_path / "case.json"
    asked = ["hunt", "displacement", "--drop", "m > 0", "--out", str(path), "--json", "--quiet"]
    found = told(capsys, asked)
    assert found["forms"][0]["outcome"] == "REFUTED"
    assert main(["replay", str(path)]) == 0
