"""A stored case of a claim is the same when it is computed again, and a changed one is not."""

import json
from dataclasses import replace as changed

import numpy as np
import pytest

from mondeq_ref.arrays import InputError
from mondeq_ref.documents.case import encode_operator
from mondeq_ref.documents.float_arrays import encode_floats
from mondeq_ref.documents.strict_json import dumps
from proofs_checks.audit.claim_replay import document, instance_document, replay
from proofs_checks.audit.instance_encoding import decode_instance, encode_instance
from proofs_checks.claims import theorem
from proofs_checks.instance import Instance
from proofs_checks.quantities.eigenvalues import MOST_UNITS
from tests.support.commands import told
from tests.support.layers import fed


@pytest.fixture(scope="module")
def stored():
    return json.loads(dumps(document("margin", 3, 40, 0)))


def test_replay_is_the_same_for_the_same_case(stored, tmp_path, capsys):
    assert replay(stored)[0]
    path = tmp_path / "case.json"
    path.write_text(json.dumps(stored))
    assert told(capsys, ["replay", str(path), "--json"])["same"] is True


@pytest.mark.parametrize("change", ["outcome", "ratio", "index"])
def test_case_differs_when_a_field_changes(stored, change):
    other = json.loads(json.dumps(stored))
    if change == "index":
        other["index"] += 1
    else:
        other["forms"][0][change] = "REFUTED" if change == "outcome" else [0.0, 0.0]
    assert not replay(other)[0]


@pytest.mark.parametrize(
    "part", [{"claim": "nonsense"}, {"seed": -1}, {"index": 0.5}, {"input": True}, {"forms": None}]
)
def test_case_is_refused_when_it_names_nothing(stored, part):
    with pytest.raises(InputError):
        replay({**stored, **part})


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ({"ratio": ["0.0", "0.0"]}, "numbers or null"),
        ({"ratio": [1.0, 0.5]}, "in order"),
        ({"ratio": ["-inf", "inf"]}, "numbers or null"),
        ({"hypotheses": 1}, "hypotheses must be true or false"),
        ({"more": 0}, "a form has an unknown member more"),
    ],
)
def test_forms_are_compared_or_refused(stored, part, said):
    form = stored["forms"][0] | part
    with pytest.raises(InputError, match=said):
        replay({**stored, "forms": [form, *stored["forms"][1:]]})


def test_nothing_stored_is_left_unread(stored):
    for wide in ([None, None], [-1e300, 1e300], [None, 1e300]):
        vague = [form | {"ratio": form["ratio"] and wide} for form in stored["forms"]]
        assert not replay({**stored, "forms": vague})[0]
    with pytest.raises(InputError, match="unknown member verdict"):
        replay({**stored, "verdict": "REFUTED"})
    search = {"claim": "existence", "form": "zzz", "without": "", "restarts": 1, "cases": [stored]}
    with pytest.raises(InputError, match="a search of existence, zzz has a case of something"):
        replay({"kind": "claim", "searches": [search]})


def test_case_of_a_search_breaks_what_was_dropped():
    built = Instance("made", fed(np.eye(1) / 2), fed(np.eye(1) / 4), np.ones((1, 1)))
    case = json.loads(dumps(instance_document("displacement", ["as published"], built, 0)))
    search = {"claim": "displacement", "form": "as published", "restarts": 1, "cases": [case]}
    assert replay({"kind": "claim", "searches": [{**search, "without": None}]})[0]
    said = replay({"kind": "claim", "searches": [{**search, "without": "m > 0"}]})
    assert (said[0], "breaks no hypothesis" in said[1]) == (False, True)
    for part in ({"restarts": -7}, {"without": ["m > 0"]}, {"claim": "nonsense"}, {"claim": []}):
        case = search["cases"][0] | {key: part[key] for key in part if key == "claim"}
        changed_search = {**search, "without": None, **part, "cases": [case]}
        with pytest.raises(InputError, match=next(iter(part))):
            replay({"kind": "claim", "searches": [changed_search]})


def test_replay_refuses_an_input_that_does_not_exist(stored):
    with pytest.raises(InputError, match="margin has no verdict on instance 40, input 7"):
        replay({**stored, "input": 7})


def test_replay_raises_when_a_check_raises(stored, monkeypatch):
    def raising(*_):
        raise ZeroDivisionError("made up")

    sound = theorem("margin")
    forms = tuple(changed(form, check=raising) for form in sound.forms)
    monkeypatch.setattr(
        "proofs_checks.audit.claim_replay.theorem", lambda _: changed(sound, forms=forms)
    )
    with pytest.raises(ArithmeticError, match="made up"):
        replay(stored)


def test_replay_refuses_an_instance_without_a_verdict():
    """W = 2 with c = 1 has no equilibrium, so no displacement from it is judged."""
    half, twice = fed(np.eye(1) / 2), fed(2 * np.eye(1))
    built = Instance("made", half, fed(np.eye(1) / 4), np.ones((1, 1)))
    told = json.loads(dumps(instance_document("displacement", ["as published"], built, 0)))
    assert replay(told)[0]
    told["instance"]["perturbed"] = encode_operator(twice)
    with pytest.raises(InputError, match="does not fit displacement: there is no verdict"):
        replay(json.loads(dumps(told)))


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ({"c": encode_floats(np.ones((2, 3)))}, "must have shape"),
        (
            {"operator": encode_operator(fed(np.eye(MOST_UNITS + 1) / 2))},
            f"an instance has at most {MOST_UNITS} units, got {MOST_UNITS + 1}",
        ),
        (
            {"perturbed": encode_operator(fed(np.diag([5e-324, 0.5])))},
            "I - W of instance.perturbed has entries of 1074 bits, at most 768 are decided",
        ),
    ],
)
def test_instance_is_refused_when_too_large_to_decide(part, said):
    whole = encode_instance(Instance("made", fed(np.eye(1) / 2), c=np.ones((1, 1))))
    with pytest.raises(InputError, match=said):
        decode_instance({**whole, **part})


@pytest.mark.parametrize(
    ("claim", "form", "numbers", "said"),
    [
        ("forward_backward", 0, {"alpha": "1/4", "steps": "999999999/1"}, "steps must be from 0"),
        ("inexact", 0, {"alpha": "1/4", "steps": "3/1", "grid": "0/1", "shrink": "1/2",
                        "rounding": "0/1"}, "does not fit inexact"),
        ("forward_backward", 0, {"alpha": f"{10**200}/1"}, "more than 256 bits"),
    ],
)  # fmt: skip
def test_numbers_no_form_can_use_are_refused(claim, form, numbers, said):
    """They would divide by zero, or never end."""
    built = Instance("made", fed(np.eye(1) / 2), None, np.ones((1, 1)))
    told = {"kind": "claim", "claim": claim, "input": 0, "instance": encode_instance(built)}
    told["instance"]["numbers"] = numbers
    told["instance"]["arrays"] = {
        name: encode_floats(np.ones((1, 1))) for name in ("start", "u", "v")
    }
    name = theorem(claim).forms[form].name
    told["forms"] = [{"form": name, "outcome": "PROVED", "hypotheses": True, "ratio": None}]
    with pytest.raises(InputError, match=said):
        replay(json.loads(dumps(told)))
