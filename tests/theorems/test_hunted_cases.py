"""What the hunter stored is still so, is complete, can only become sharper, and counts."""

import json
from dataclasses import replace
from math import hypot

import pytest

from mondeq_ref.cli.main import main
from mondeq_ref.encoding import read_document
from mondeq_ref.report.strict_json import dumps
from mondeq_ref.shipped import data_folder
from mondeq_ref.verdict import Verdict
from proofs_checks.claims import NAMES, theorem
from proofs_checks.findings import finding
from proofs_checks.hunter.collect import aims, collect, quarry_of
from proofs_checks.hunter.drawing import picture
from proofs_checks.hunter.section import quarries, section
from proofs_checks.hunter.stored import FILE, Aim, Hunted, read, shipped, written
from proofs_checks.instance_encoding import decode_instance
from proofs_checks.replay import replay
from proofs_checks.result import with_hunted
from proofs_checks.theorem import Form, Witness

DRAWN = [aim for aim in aims(NAMES) if aim.drawn]
FLOAT = 1e-12  # a picture is drawn in floats, of numbers up to 16


@pytest.fixture(scope="module")
def held():
    found = shipped()
    assert found is not None
    return found


@pytest.fixture(scope="module")
def told():
    return section(NAMES)


def test_every_form_every_hypothesis_and_every_picture_has_a_case(held) -> None:
    assert list(held) == aims(NAMES)
    assert not [aim for aim, found in held.items() if not found.cases]


def test_every_stored_case_says_what_it_said() -> None:
    same, sentence = replay(read_document(data_folder() / FILE))
    assert same, sentence


def test_nothing_is_refuted_and_nothing_is_at_fault(told) -> None:
    assert [one["id"] for one in told] == list(NAMES)
    for one in told:
        assert one["faults"] == []
        assert one["verdict"] == "HOLDS"


def test_every_bound_that_is_attained_is_reached(told) -> None:
    forms = [(theorem(one["id"]), form) for one in told for form in one["forms"]]
    attained = [form for claim, form in forms if isinstance(claim.attained[form["form"]], Witness)]
    assert len(attained) > 50
    assert not [form["form"] for form in attained if form["reached"] is not True]


def test_every_hypothesis_has_a_counterexample(told) -> None:
    for one in told:
        assert [lost["hypothesis"] for lost in one["without"]] == list(
            theorem(one["id"]).hypotheses
        )
        assert all(lost["refuted"] for lost in one["without"])


@pytest.mark.parametrize("aim", DRAWN, ids=lambda aim: aim.claim)
def test_a_picture_shows_what_is_measured_against_the_bound(held, aim: Aim) -> None:
    (case,) = held[aim].cases
    built, row = decode_instance(case["instance"]), case["input"]
    verdict = quarry_of(aim).form.check(built)[row]
    drawn = picture(aim.claim, built, row, verdict)
    assert drawn.is_legible()
    if drawn.kind == "disc":
        (x, y), (u, v) = drawn.points[drawn.center], drawn.points[drawn.reached]
        assert verdict.lhs.lo - FLOAT <= hypot(x - u, y - v) <= verdict.lhs.hi + FLOAT
        assert verdict.rhs.lo <= drawn.radius <= verdict.rhs.hi
    else:
        end = drawn.ellipses[-1].left
        margin = (built.operator if aim.claim == "parameterization" else built.after).margin
        assert margin.lo - FLOAT <= end <= margin.hi + FLOAT
        assert list(drawn.lines.values())[-1] <= end + FLOAT


def halved(form: Form) -> Form:
    def check(instance) -> list[Verdict]:
        return [replace(v, rhs=v.rhs / 2) for v in form.check(instance) if v is not None]

    return replace(form, check=check, escalate=None)


def test_a_bound_that_is_too_small_is_refuted_by_what_is_stored(held) -> None:
    subject = theorem("margin")
    first, *others = subject.forms
    wrong = replace(subject, forms=(halved(first), *others))
    found = quarries(wrong, held)
    assert found.verdict == "REFUTED"
    assert found.forms[0].verdict == "REFUTED"
    sharpest = found.forms[0].sharpest
    assert sharpest is not None
    assert sharpest.ratio is not None
    assert sharpest.ratio.lo > 1


def test_a_refutation_by_the_hunter_refutes_the_claim() -> None:
    empty = replace(finding(theorem("margin"), [], [], [], []), verdict="HOLDS")
    case = {"verdict": "REFUTED", "faults": [], "forms": [{"form": "x", "verdict": "REFUTED"}]}
    assert with_hunted(empty, None) == empty
    assert with_hunted(empty, case | {"verdict": "HOLDS"}) == empty
    worse = with_hunted(empty, case)
    assert worse.verdict == "REFUTED"
    assert "'x': REFUTED" in worse.faults[0]
    assert with_hunted(replace(empty, verdict="ERROR"), case).verdict == "ERROR"


@pytest.mark.parametrize(("taken", "given"), [(None, "m > 0"), ("m > 0", None)])
def test_a_case_that_is_not_what_it_was_stored_as_is_a_fault(held, taken, given) -> None:
    """Hypotheses that hold where one should be broken, and the other way round."""
    source, aim = (Aim("displacement", "as published", lost) for lost in (taken, given))
    found = quarries(theorem("displacement"), {**held, aim: held[source]})
    assert found.verdict == "ERROR"
    assert any("does not meet its hypotheses" in fault for fault in found.faults)


def test_a_case_that_cannot_be_read_is_a_fault_and_no_verdict(held) -> None:
    aim = Aim("margin", "one-sided")
    damaged = json.loads(json.dumps(held[aim].cases[0]))
    del damaged["instance"]["operator"]
    found = quarries(theorem("margin"), {aim: Hunted(1, [damaged])})
    assert found.verdict == "ERROR"
    assert found.faults[0].startswith("one-sided: InputError")


def test_what_nothing_is_stored_of_has_no_verdict() -> None:
    found = quarries(theorem("margin"), {})
    assert {form.verdict for form in found.forms} == {None}
    assert found.drawn is None


def test_a_changed_case_among_many_is_noticed(held) -> None:
    aim = Aim("margin", "one-sided")
    document = json.loads(written([(aim, held[aim])], []))
    assert replay(document)[0]
    document["searches"][0]["cases"][0]["forms"][0]["ratio"] = ["0.5", "0.5"]
    assert not replay(document)[0]


def ratios(document) -> dict[Aim, list[float]]:
    return {
        aim: [float(form["ratio"][0]) for case in found.cases for form in case["forms"]]
        for aim, found in read(document).items()
        if aim.without is None and all(form["ratio"] for c in found.cases for form in c["forms"])
    }


def test_a_collection_goes_on_where_it_was_and_only_tightens(tmp_path, capsys, monkeypatch) -> None:
    monkeypatch.setattr("proofs_checks.hunter.collect.fair_share", lambda _: 2)
    out = tmp_path / "hunt.json"
    documents = []
    for _ in range(2):
        collect(str(out), 0.0, 3, "quantizer", quiet=True)
        documents.append(read_document(out))
    first, second = documents
    assert len(first["runs"]) == 1
    assert len(second["runs"]) == 2
    before, after = ratios(first), ratios(second)
    assert any(before.values())
    for aim, (least, *_) in ((aim, found) for aim, found in before.items() if found):
        assert after[aim][0] >= least
    found = (read(first), read(second))
    aim = Aim("quantizer", "either neighbor")
    assert found[0][aim].restarts < found[1][aim].restarts
    assert main(["replay", str(out)]) == 0
    assert "the same as stored" in capsys.readouterr().out


def test_what_is_written_is_read_again(held) -> None:
    assert read(json.loads(written(held.items(), []))) == held
    assert json.loads(dumps(json.loads(written([], [])))) == {
        "kind": "claim",
        "runs": [],
        "searches": [],
    }
