"""The hunter's stored cases: decided again they say what they said, and a search goes on."""

import json

import pytest

from mondeq_ref.cli.main import main
from mondeq_ref.documents.encoding import read_document
from mondeq_ref.instances import shipped
from proofs_checks.audit.claim_replay import replay
from proofs_checks.audit.document import result
from proofs_checks.audit.run import run
from proofs_checks.claims import NAMES, theorem
from proofs_checks.hunter import collect, section
from proofs_checks.hunter.stored import FILE, Aim, Hunted, read, written
from proofs_checks.hunter.stored import shipped as hunted_cases
from proofs_checks.theorem import Witness

QUICK = [  # searches of a tenth of a second
    Aim("quantizer", "norm"),
    Aim("structured", "as stated"),
    Aim("displacement", "as published", "m > 0"),
]


STORED = [name for name in NAMES if any(aim.claim == name for aim in hunted_cases() or ())]


@pytest.mark.parametrize("name", STORED)
def test_shipped_cases_hold_when_decided_again(name):
    (found,) = section.section([name])
    subject = theorem(name)
    assert (found["verdict"], found["faults"]) == ("HOLDS", [])
    assert [form["form"] for form in found["forms"]] == [form.name for form in subject.forms]
    for form in found["forms"]:
        one = form["sharpest"]
        assert form["reached"] is None or one["ratio"] is not None
        if isinstance(subject.attained[form["form"]], Witness):
            assert form["reached"]  # to a millionth, without the witness
        assert form["of_two"] is None or form["of_two"]["units"] == 2
        if one is not None and one["ratio"] is not None:
            assert float(one["ratio"][0]) <= 1  # nothing that holds is beyond its bound
            assert form["reached"] or not one["exact"]
    assert [one["hypothesis"] for one in found["without"]] == subject.refutable
    assert all((one["case"] is not None) == one["refuted"] for one in found["without"])


@pytest.mark.parametrize("verdict", ["REFUTED", "UNDECIDED", "ERROR"])
def test_claim_is_no_better_than_its_stored_cases(verdict):
    (drawn,) = run(["quantizer"], seed=0, cases=100, workers=1, trained=False)
    (stored,) = section.section(["quantizer"])
    worse = stored | {"verdict": verdict}
    worse["forms"] = [stored["forms"][0] | {"verdict": verdict}, *stored["forms"][1:]]
    for known, expected in ((stored, "HOLDS"), (worse, verdict)):
        made = result([drawn], {"hunter": [known]}, seed=0, cases=100, seconds=0, provenance={})
        assert made["summary"]["verdict"] == made["claims"][0]["verdict"] == expected
    assert f"the hunter's case of 'as published': {verdict}" in made["claims"][0]["faults"]


def test_stored_claims_have_every_search_and_no_other():
    assert set(hunted_cases()) == set(collect.aims(STORED))


def test_shipped_file_stays_the_same_when_written_again():
    document = read_document(shipped.data_folder() / FILE)
    again = json.loads(written(read(document).items(), document["runs"]))
    assert again == document


def test_replay_of_a_file_names_the_case_that_differs(tmp_path, capsys):
    held = {aim: hunted_cases()[aim] for aim in QUICK}
    path = tmp_path / "hunt.json"
    path.write_text(written(held.items(), []))
    assert main(["replay", str(path)]) == 0
    assert "of 3 searches, the same as stored" in capsys.readouterr().out
    document = json.loads(path.read_text())
    document["searches"][1]["cases"][0]["forms"][0]["outcome"] = "REFUTED"
    path.write_text(json.dumps(document))
    assert main(["replay", str(path)]) == 1
    assert "cases differ: structured, not what is stored" in capsys.readouterr().out
    document["searches"][1]["cases"] = [1]
    path.write_text(json.dumps(document))
    assert main(["replay", str(path)]) == 2


@pytest.mark.deep
def test_all_shipped_cases_are_the_same_when_replayed(capsys):
    assert main(["replay", str(shipped.data_folder() / FILE)]) == 0
    assert "the same as stored" in capsys.readouterr().out


def test_replay_compares_only_outcomes_of_float_results():
    case = hunted_cases()[Aim("certificate", "solver")].cases[0]
    elsewhere = case | {"forms": [case["forms"][0] | {"ratio": [0.5, 0.5]}]}
    assert replay(case)[0]
    assert replay(elsewhere)[0]
    for wrong in ({"outcome": "REFUTED"}, {"ratio": None}):
        assert not replay(case | {"forms": [case["forms"][0] | wrong]})[0]
    exact = hunted_cases()[Aim("certificate", "rate")].cases[0]
    assert not replay(exact | {"forms": [exact["forms"][0] | {"ratio": [0.5, 0.5]}]})[0]


def of_displacement(monkeypatch, aim: Aim, instance: dict) -> dict:
    """The section when this case of the claim holds another instance."""
    stored = hunted_cases()[aim]
    case = stored.cases[0] | {"instance": stored.cases[0]["instance"] | instance}
    held = {aim: Hunted(stored.restarts, [case])}
    monkeypatch.setattr(section, "shipped", lambda: held)
    return section.section(["displacement"])[0]


def test_stored_case_without_a_verdict_is_an_error(monkeypatch):
    aim = Aim("displacement", "as published")
    lost = of_displacement(monkeypatch, aim, {"perturbed": None})
    assert lost["verdict"] == "ERROR"
    assert lost["faults"][0].startswith("as published: ")
    assert lost["forms"][0]["sharpest"] is None


def test_counterexample_that_holds_is_an_error(monkeypatch):
    """W~ = W: no equilibrium moves, whatever the margin."""
    aim = Aim("displacement", "as published", "m > 0")
    same = hunted_cases()[aim].cases[0]["instance"]["operator"]
    found = of_displacement(monkeypatch, aim, {"perturbed": same})
    assert found["verdict"] == "ERROR"
    without = {one["hypothesis"]: one for one in found["without"]}["m > 0"]
    assert (without["refuted"], without["case"]) == (False, None)


def test_section_is_absent_without_a_file(monkeypatch):
    monkeypatch.setattr(section, "shipped", lambda: None)
    assert section.section(["margin"]) is None


def test_search_resumes_and_never_gets_blunter(tmp_path, monkeypatch):
    monkeypatch.setattr(collect, "aims", lambda claims: QUICK)
    out = tmp_path / "hunt.json"
    found = []
    for _ in range(2):
        assert collect.main(["--out", str(out), "--quiet"]) == 0
        document = read_document(out)
        found.append(read(document))
    assert len(document["runs"]) == 2
    assert "platform" not in document["runs"][-1]  # nothing of the machine
    for aim in QUICK:
        first, second = (held[aim] for held in found)
        assert second.restarts >= first.restarts > 0
        assert collect.bluntness(second) <= collect.bluntness(first)
    assert found[0][QUICK[2]].cases[0]["forms"][0]["outcome"] == "REFUTED"
    assert main(["replay", str(out)]) == 0


def test_hunt_prints_ratio_and_known_supremum(capsys):
    assert main(["hunt", "quantizer", "--form", "norm", "--quiet"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert shown.startswith("quantizer: ")
    assert "norm PROVED" in shown
    assert "known supremum" in shown
    words = ["hunt", "displacement", "--drop", "m > 0", "--quiet"]
    assert main(words) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert ", without m > 0" in shown
    assert "REFUTED" in shown
    assert "none: the inequality is false" in shown
