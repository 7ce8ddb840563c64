"""The hunter's stored cases: decided again they say what they said, and a search goes on."""

import json
from dataclasses import replace

import numpy as np
import pytest

from mondeq_ref.cli.main import main
from mondeq_ref.documents.encoding import read_document
from mondeq_ref.instances import shipped
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.verdict import Guarantee, Verdict
from proofs_checks.audit.document import result
from proofs_checks.audit.instance_encoding import decode_instance
from proofs_checks.audit.replay import form_of, replay
from proofs_checks.audit.run import run
from proofs_checks.claims import NAMES, theorem
from proofs_checks.hunter import collect, section
from proofs_checks.hunter.drawing import DRAWN, fits
from proofs_checks.hunter.stored import FILE, Aim, Hunted, read, written
from proofs_checks.hunter.stored import shipped as hunted_cases
from proofs_checks.instance import Instance
from proofs_checks.theorem import Witness

QUICK = [  # searches of a tenth of a second
    Aim("quantizer", "norm"),
    Aim("structured", "as stated", drawn=True),
    Aim("displacement", "as published", "m > 0"),
]


@pytest.mark.parametrize("name", NAMES)
def test_what_ships_is_decided_again_and_one_case_of_every_claim_is_drawn(name):
    (found,) = section.section([name])
    subject = theorem(name)
    assert (found["verdict"], found["faults"]) == ("HOLDS", [])
    assert [form["form"] for form in found["forms"]] == [form.name for form in subject.forms]
    for form in found["forms"]:
        one = form["sharpest"]
        assert form["reached"] is None or one["ratio"] is not None
        if isinstance(subject.attained[form["form"]], Witness):
            assert form["reached"]  # to a millionth, and nobody told where
        assert form["of_two"] is None or form["of_two"]["units"] == 2
        if one is not None and one["ratio"] is not None:
            assert float(one["ratio"][0]) <= 1  # nothing that holds is beyond its bound
            assert form["reached"] or not one["exact"]
    assert [one["hypothesis"] for one in found["without"]] == list(subject.hypotheses)
    assert all((one["case"] is not None) == one["refuted"] for one in found["without"])
    assert found["drawn"]["form"] == DRAWN[name][0]
    assert found["drawn"]["picture"]["kind"] in ("disc", "range")


@pytest.mark.parametrize("verdict", ["REFUTED", "UNDECIDED", "ERROR"])
def test_a_claim_that_holds_where_it_was_drawn_is_no_better_than_its_stored_cases(verdict):
    (drawn,) = run(["quantizer"], seed=0, cases=100, workers=1, trained=False)
    (stored,) = section.section(["quantizer"])
    worse = stored | {"verdict": verdict}
    worse["forms"] = [stored["forms"][0] | {"verdict": verdict}, *stored["forms"][1:]]
    for known, expected in ((stored, "HOLDS"), (worse, verdict)):
        made = result([drawn], {"hunter": [known]}, seed=0, cases=100, seconds=0, provenance={})
        assert made["summary"]["verdict"] == made["claims"][0]["verdict"] == expected
    assert f"the hunter's case of 'as published': {verdict}" in made["claims"][0]["faults"]


def test_every_search_has_been_made_and_no_other_is_stored():
    assert set(hunted_cases()) == set(collect.aims(NAMES))


@pytest.mark.parametrize("name", NAMES)
def test_what_is_drawn_can_be_seen(name):
    """By the measures that the search for a picture goes by."""
    form = form_of(theorem(name), DRAWN[name][0])
    case = hunted_cases()[Aim(name, form.name, drawn=True)].cases[0]
    built, row = decode_instance(case["instance"]), case["input"]
    assert fits(name)(built, row, form.check(built)[row])


def test_one_unit_makes_no_picture_and_neither_does_a_point_that_is_unknown():
    unknown = Instance("made", layer(2 * np.eye(2)), layer(np.eye(2)), np.ones((1, 2)))
    alone = Instance("made", layer(np.eye(1) / 2), layer(np.eye(1) / 4), np.ones((1, 1)))
    bound = Verdict(Enclosure.of(1), Enclosure.of(1), Guarantee.EXACT)
    assert not fits("displacement")(alone, 0, bound)
    assert not fits("displacement")(unknown, 0, bound)


def layer(W: np.ndarray) -> Operator:
    return Operator(W, np.eye(len(W)), np.zeros(len(W)))


def test_the_file_that_ships_is_read_and_written_alike():
    document = read_document(shipped.data_folder() / FILE)
    again = json.loads(written(read(document).items(), document["runs"]))
    assert again == document


def test_cases_of_a_file_are_replayed_together_and_one_that_differs_is_named(tmp_path, capsys):
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


def test_all_cases_that_ship_are_what_they_were_on_the_machine_that_found_them(capsys):
    assert main(["replay", str(shipped.data_folder() / FILE)]) == 0
    assert "the same as stored" in capsys.readouterr().out


def test_what_floats_measured_is_held_to_its_outcome_alone():
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


def test_a_stored_case_that_is_none_any_more_is_an_error(monkeypatch):
    aim = Aim("displacement", "as published")
    lost = of_displacement(monkeypatch, aim, {"perturbed": None})
    assert lost["verdict"] == "ERROR"
    assert lost["faults"][0].startswith("as published: ")
    assert lost["forms"][0]["sharpest"] is None
    assert lost["drawn"] is None


def test_a_counterexample_that_holds_is_an_error(monkeypatch):
    """W~ = W: no equilibrium moves, whatever the margin."""
    aim = Aim("displacement", "as published", "m > 0")
    same = hunted_cases()[aim].cases[0]["instance"]["operator"]
    found = of_displacement(monkeypatch, aim, {"perturbed": same})
    assert found["verdict"] == "ERROR"
    without = {one["hypothesis"]: one for one in found["without"]}["m > 0"]
    assert (without["refuted"], without["case"]) == (False, None)


def test_without_a_file_there_is_no_section(monkeypatch):
    monkeypatch.setattr(section, "shipped", lambda: None)
    assert section.section(["margin"]) is None


def test_a_search_goes_on_where_it_was_and_what_is_stored_never_gets_blunter(tmp_path, monkeypatch):
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


def test_what_was_never_found_is_searched_first():
    sharp = hunted_cases()[QUICK[0]]
    assert collect.bluntness(None) == collect.bluntness(replace(sharp, cases=[])) == 1
    assert collect.bluntness(sharp) < 1e-6  # its bound is attained


def test_the_table_of_a_hunt_says_how_sharp_and_what_is_known(capsys):
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
    assert "none: it is false" in shown
