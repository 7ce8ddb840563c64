"""The hunter finds where bounds are attained, what breaks them, and nothing that is not so."""

import json
from dataclasses import replace

import numpy as np
import pytest

from mondeq_ref.arrays import InputError
from mondeq_ref.cli.main import main
from mondeq_ref.documents.strict_json import dumps
from mondeq_ref.rigor.verdict import Outcome, Verdict
from proofs_checks.audit.instance_encoding import decode_instance, encode_instance
from proofs_checks.audit.replay import form_of, instance_document, replay
from proofs_checks.audit.witnesses import broken
from proofs_checks.claims import NAMES, theorem
from proofs_checks.hunter.hunt import Catch, hunt
from proofs_checks.hunter.quarry import Quarry
from proofs_checks.theorem import Form

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


def caught(claim: str, form: str, dropped: str | None = None, restarts: int = 2) -> Catch:
    subject = theorem(claim)
    (catch,) = hunt(subject, [form_of(subject, form)], dropped=dropped, restarts=restarts)
    return catch


@pytest.mark.parametrize(("claim", "form"), FAMILIES)
def test_sharp_families_are_found_without_being_told(claim: str, form: str) -> None:
    catch = caught(claim, form)
    assert catch.outcome is Outcome.PROVED
    assert catch.ratio is not None
    assert SHARP <= catch.ratio.lo <= 1


def test_a_margin_in_a_plane_is_climbed_to_and_not_only_drawn() -> None:
    catch = caught("margin", "symmetric part")
    assert catch.by_units[2] > 1 - 1e-4


def test_what_is_caught_meets_the_hypotheses() -> None:
    catch = caught("displacement", "as published", restarts=1)
    assert catch.found is not None
    subject = theorem("displacement")
    assert not broken(subject, catch.found.instance, form_of(subject, "as published"))


def test_two_hunts_with_one_seed_catch_the_same() -> None:
    pair = [caught("peaceman_rachford", "sharper") for _ in range(2)]
    stored = [dumps(encode_instance(catch.found.instance)) for catch in pair if catch.found]
    assert len(stored) == 2
    assert stored[0] == stored[1]


def test_more_restarts_only_tighten() -> None:
    short, long = (caught("quantizer", "any rounding", restarts=k).by_units for k in (4, 24))
    assert len(short) == 3
    assert all(long[n] >= ratio for n, ratio in short.items())
    assert any(long[n] > ratio for n, ratio in short.items())


def test_a_halved_bound_is_refuted() -> None:
    subject = theorem("margin")
    published = subject.forms[0]

    def check(instance) -> list[Verdict]:
        return [replace(v, rhs=v.rhs / 2) for v in published.check(instance) if v is not None]

    wrong = Form("halved", "m - m~ <= ||dW||/2", check)
    (catch,) = hunt(replace(subject, forms=(wrong,)), [wrong], restarts=2)
    assert catch.outcome is Outcome.REFUTED


CLAIMS_AND_HYPOTHESES = [(name, lost) for name in NAMES for lost in theorem(name).hypotheses]


@pytest.mark.parametrize(("claim", "lost"), CLAIMS_AND_HYPOTHESES)
def test_without_a_hypothesis_there_is_a_counterexample(claim: str, lost: str) -> None:
    subject = theorem(claim)
    catch = caught(claim, subject.forms[0].name, dropped=lost, restarts=16)
    assert catch.outcome is Outcome.REFUTED
    assert catch.found is not None
    assert broken(subject, catch.found.instance) == {lost}


def test_a_hypothesis_that_is_not_asked_for_cannot_be_dropped() -> None:
    subject = theorem("margin")
    with pytest.raises(InputError):
        Quarry(subject, subject.forms[0], "m > 0")


@pytest.mark.parametrize("claim", NAMES)
def test_an_instance_survives_being_written_down(claim: str) -> None:
    (catch,) = hunt(theorem(claim), theorem(claim).forms[:1], restarts=1)
    assert catch.found is not None
    built, row = catch.found.instance, catch.found.measured.row
    encoded = json.loads(dumps(encode_instance(built)))
    assert encode_instance(decode_instance(encoded)) == encoded
    stored = json.loads(dumps(instance_document(claim, [catch.form], built, row)))
    assert replay(stored)[0]
    stored["forms"][0]["outcome"] = "REFUTED"
    assert not replay(stored)[0]


@pytest.fixture(scope="module")
def stored() -> dict:
    catch = caught("forward_backward", "as published", restarts=1)
    assert catch.found is not None
    row = catch.found.measured.row
    made = instance_document("forward_backward", [catch.form], catch.found.instance, row)
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
def test_an_instance_that_does_not_fit_is_refused_in_one_line(stored, change) -> None:
    case = json.loads(json.dumps(stored))
    change(case)
    with pytest.raises(InputError) as refused:
        replay(case)
    assert "\n" not in str(refused.value)


def test_the_command_stores_a_case_that_replays(tmp_path, capsys) -> None:
    path = tmp_path / "case.json"
    asked = ["hunt", "displacement", "--drop", "m > 0", "--out", str(path), "--json", "--quiet"]
    assert main(asked) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["forms"][0]["outcome"] == "REFUTED"
    assert main(["replay", str(path)]) == 0


@pytest.mark.parametrize(
    "asked",
    [
        ["nonsense"],
        ["margin", "--form", "nonsense"],
        ["margin", "--drop", "m > 0"],
        ["margin", "--seed", "-1"],
        ["margin", "--minutes", "nan"],
    ],
)
def test_bad_usage_is_one_line(asked, capsys) -> None:
    assert main(["hunt", *asked]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_coordinates_stay_short(stored) -> None:
    W = decode_instance(stored["instance"]).operator.W
    assert np.array_equal(W, np.round(W * 2.0**32) / 2.0**32)
