"""Every record can be planted, and a fault that nobody notices is said to have slipped through."""

import ast
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from proofs_checks.claims import NAMES
from tests.planted.__main__ import main
from tests.planted.asking import NoAnswerError, complaint, warm
from tests.planted.fault import Fault, fault, faults, sources
from tests.planted.tree import HERE, tree

FAULTS = faults()
forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot fork here")
HALVED = next(one for one in FAULTS if one.what == "the displacement bound is halved")


@pytest.fixture(scope="module")
def texts() -> dict[Path, str]:
    return sources(HERE)


@pytest.mark.parametrize("one", FAULTS, ids=lambda one: one.what)
def test_right_text_occurs_once_and_means_another(one: Fault, texts: dict[Path, str]) -> None:
    source = texts[one.place(texts)]
    assert one.planted(source) != source


def test_at_most_250_faults_have_names_of_their_own() -> None:
    assert len({one.what for one in FAULTS}) == len(FAULTS) <= 250


def test_detectors_exist() -> None:
    assert {claim for one in FAULTS for claim in one.claims} <= set(NAMES)
    asked = {test for one in FAULTS for test in one.tests}
    assert [test for test in asked if not exists(test)] == []


def exists(test: str) -> bool:
    """Is there this file, and in it the function?  A case in brackets is pytest's to know."""
    file, _, name = test.partition("[")[0].partition("::")
    if not (HERE / file).is_file():
        return False
    defined = ast.walk(ast.parse((HERE / file).read_text()))
    return not name or name in {one.name for one in defined if isinstance(one, ast.FunctionDef)}


@pytest.mark.parametrize(
    "change",
    [{"detected_by": []}, {"detected_by": "margin"}, {"file": "mondeq_ref/bounds.py"}],
    ids=["nobody", "no list", "a path"],
)
def test_record_is_refused_when_malformed(change: dict[str, object]) -> None:
    record = {"what": "w", "right": "a", "wrong": "b", "detected_by": ["margin"]}
    assert fault(record).claims == ("margin",)
    with pytest.raises((TypeError, ValueError)):
        fault(record | change)


def test_fault_is_refused_when_it_means_the_same() -> None:
    commented = replace(HALVED, wrong=HALVED.right + "  # halved")
    with pytest.raises(ValueError, match="means the same"):
        commented.planted(HALVED.right.removeprefix("return "))


@pytest.mark.parametrize("text", ["", "twice twice"])
def test_fault_is_refused_when_not_there_once(text: str) -> None:
    with pytest.raises(ValueError, match="must occur once"):
        replace(HALVED, right="twice").place({Path("a.py"): text})


def test_planted_tree_differs_in_exactly_one_file(texts: dict[Path, str]) -> None:
    with tree(None) as base, tree(HALVED, base) as top:
        there = sources(top)
        assert sources(base) == texts == sources(HERE)
    assert [path for path in texts if there[path] != texts[path]] == [HALVED.place(texts)]
    assert there.keys() == texts.keys()


@forks
def test_halved_bound_is_noticed_by_its_claim() -> None:
    with warm(), tree(HALVED) as top:
        said = complaint(top, ["displacement"])
    assert said is not None
    assert said[0] == "displacement"
    assert "as published" in said[1]


@forks
@pytest.mark.parametrize("asked", ["nonsense", "tests/test_that_does_not_exist.py"])
def test_unknown_detectors_give_no_answer(asked: str) -> None:
    with warm(), tree(None) as top, pytest.raises(NoAnswerError, match="cannot be asked"):
        complaint(top, [asked])


@forks
def test_runner_exits_1_when_a_fault_slips_through(tmp_path: Path) -> None:
    unseen = {**vars(HALVED), "detected_by": ["tests/rigor/test_verdict.py"]}  # of no displacements
    records = tmp_path / "unseen.toml"
    lines = (f"{key} = {json.dumps(value)}" for key, value in unseen.items())
    records.write_text("\n".join(["[[fault]]", *lines]))
    command = [sys.executable, "-m", "tests.planted", "--records", str(records), "--workers", "1"]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert f"slipped through: {HALVED.what}" in done.stdout
    assert "planted faults: 0 of 1 detected" in done.stdout


@forks
def test_runner_exits_3_when_somebody_always_complains(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tests.planted.__main__.complaint", lambda *_: ("margin", "no"))
    assert main(["1", "--workers", "1"]) == 3
    assert "where none is planted" in capsys.readouterr().err
