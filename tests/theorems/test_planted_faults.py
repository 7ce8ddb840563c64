"""A planted fault really runs, and one that nobody notices is said to have slipped through."""

from dataclasses import replace
from pathlib import Path

import pytest

from mondeq_ref.cli.main import main
from proofs_checks.claims import NAMES
from proofs_checks.faults import verdicts
from proofs_checks.faults.asking import InquiryError
from proofs_checks.faults.catalog import FAULTS
from proofs_checks.faults.fault import Fault
from proofs_checks.faults.inquiry import failing, heard, inquire
from proofs_checks.faults.tree import HERE, KERNELS, tree

HALVED = Fault(
    "the displacement bound is halved",
    "mondeq_ref/bounds.py",
    "return dW * size / m",
    "return dW * size / (2 * m)",
    ("displacement",),
)
# No claim speaks of the time of day.
HARMLESS = replace(
    HALVED,
    what="results carry another time",
    file="mondeq_ref/documents/provenance.py",
    right='"seconds"',
    wrong='"minutes"',
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.what)
def test_the_right_line_of_every_fault_is_in_its_file_once(fault: Fault) -> None:
    source = (HERE / fault.file).read_text()
    assert fault.planted(source) != source
    assert set(fault.claims) <= set(NAMES)
    assert all((HERE / test.partition("::")[0]).exists() for test in fault.tests)


def test_no_two_faults_are_called_the_same() -> None:
    assert len({fault.what for fault in FAULTS}) == len(FAULTS)


def test_a_line_that_means_the_same_is_no_fault() -> None:
    with pytest.raises(ValueError, match="means the same"):
        replace(HALVED, wrong="return dW * size / m  # halved").planted("return dW * size / m")


def test_a_line_that_is_not_there_is_no_fault() -> None:
    with pytest.raises(ValueError, match="once, not 0 times"):
        HALVED.planted("return m")


def test_a_halved_bound_is_caught_by_its_claim() -> None:
    caught = inquire(HALVED)
    assert caught.by == "displacement"
    assert "as published" in caught.said


def test_a_fault_that_nobody_notices_slips_through_and_the_audit_says_no(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(verdicts, "FAULTS", (HARMLESS,))
    few = ["--only", "displacement", "--cases", "1", "--workers", "1", "--out", str(tmp_path)]
    assert main(["audit", *few, "--planted"]) == 1
    said = capsys.readouterr().out
    assert "slipped through: results carry another time" in said
    assert "planted faults: 0 of 1 caught" in said


def test_a_tree_in_which_nothing_runs_answers_no_question() -> None:
    broken = replace(HALVED, right="def displacement(", wrong="def displaced(")
    with tree(broken) as top, pytest.raises(InquiryError, match="cannot be asked"):
        list(heard(top, ["nonsense"]))
    with tree(None) as top, pytest.raises(InquiryError, match="cannot be asked"):
        failing(top, ["tests/test_that_does_not_exist.py"])


def test_someone_who_notices_a_fault_where_none_is_planted_is_not_believed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    always = [{"claim": "displacement", "verdict": "REFUTED", "said": [["form: x", "y"]]}]
    monkeypatch.setattr(verdicts, "heard", lambda top, claims, ask: always)
    with pytest.raises(InquiryError, match="where none is planted"):
        verdicts.planted([HARMLESS], workers=1)


def test_compiled_kernels_do_not_come_along_when_what_is_compiled_into_them_is_wrong() -> None:
    pivot = Fault(
        "a pivot is not divided by",
        f"{KERNELS}/elimination.py",
        '"""Gaussian elimination',
        'assert True\n"""Gaussian elimination',
        ("displacement",),
    )
    with tree(None) as base:
        (base / KERNELS / "__pycache__").mkdir(exist_ok=True)
        for kernel in ("elimination", "training", "newton"):
            (base / KERNELS / "__pycache__" / f"{kernel}.made-up.nbi").touch()
        with tree(pivot, base) as top:
            kept = {path.name for path in (top / KERNELS / "__pycache__").glob("*.made-up.nbi")}
    assert kept == {"newton.made-up.nbi"}


def test_a_fault_is_planted_in_its_own_tree_alone() -> None:
    right = (HERE / HALVED.file).read_text()
    with tree(None) as base, tree(HALVED, base) as top:
        assert (top / HALVED.file).read_text() == HALVED.planted(right)
        assert (base / HALVED.file).read_text() == right
    assert (HERE / HALVED.file).read_text() == right


def test_the_same_seed_plants_the_same_faults() -> None:
    few = verdicts.chosen(2, 5)
    assert few == verdicts.chosen(2, 5)
    assert len(few) == 2
    assert verdicts.chosen(None, 5, "displacement") == [
        fault for fault in FAULTS if "displacement" in fault.claims
    ]
