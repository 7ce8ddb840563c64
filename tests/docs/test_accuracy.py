"""README, ARTIFACT and site quote the accuracies that are stored, and those belong to the study."""

from pathlib import Path

import pytest

from mondeq_ref.instances import shipped
from mondeq_ref.study.sweeps.definition import find_study
from mondeq_ref.study.sweeps.records import read_records

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "docs" / "accuracy.py"
STORED = ROOT / "data" / "safe.jsonl"


@pytest.fixture(scope="module")
def script():
    names: dict[str, object] = {"__name__": "accuracy", "__file__": str(SCRIPT)}
    exec(compile(SCRIPT.read_text(encoding="utf-8"), SCRIPT, "exec"), names)
    return names


@pytest.mark.parametrize("page", ["README.md", "ARTIFACT.md"])
def test_page_quotes_the_stored_accuracies(page, script):
    text = (ROOT / page).read_text(encoding="utf-8")
    assert script["PLACE"].search(text)
    assert script["with_numbers"](text) == text
    assert script["with_numbers"](text.replace("98.38", "98.39")) == text


def test_readme_quotes_the_operators_trained_for_few_bits():
    text = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    for name in ("identity-2", "identity-1"):
        share = shipped.provenance(name)["test"]["accuracy"]
        assert f"{100 * share:.2f} % (`{name}`)" in text


def test_stored_records_are_those_of_the_study():
    found = {record["id"]: record for record in read_records(STORED)}
    study = find_study("safe")
    asked = [case.id for task in study.tasks() for case in task.cases]
    assert set(asked) <= set(found)
    others = [record for id, record in found.items() if id not in asked]
    assert {record["case"]["operator"]["path"] for record in others} == {"mnist_mondeq_float.pt"}
    assert len(others) == len(asked) // 5
    for record in found.values():
        operator = record["case"]["operator"]
        if operator["kind"] == "shipped":
            assert record["operator"]["digest"] == shipped.operator(operator["name"]).digest
        assert record["rung"] <= {"paper": 2, "margin": 4}[record["case"]["aim"]]
        assert record["equilibria_proved"] == 10_000
        assert set(record["digests"]) == {"quantized", "codes", "inputs", "calibration"}
