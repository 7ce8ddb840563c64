"""`mondeq-ref sweep`: runs, resumes, lists and reports; mistakes are one line."""

import json

import pytest

from mondeq_ref.cli.main import main
from mondeq_ref.datasets.mnist import VARIABLE
from mondeq_ref.study.sweeps.records import FACTS, line_of
from mondeq_ref.study.sweeps.subjects import digest_of
from tests.support.commands import refusal, told

STUDY = """
title = "small"
[[operators]]
kind = "random"
families = ["generic"]
sizes = [3]
count = 3
[quantize]
bits = [2, 8]
[measure]
metrics = ["rung", "rungs", "ratio", "accuracy"]
claims = ["margin"]
[inputs]
source = "random"
limit = 2
"""


@pytest.fixture
def study(tmp_path):
    path = tmp_path / "study.toml"
    path.write_text(STUDY)
    return str(path)


def test_a_sweep_is_run_resumed_and_reported(study, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "40")
    out = str(tmp_path / "r.jsonl")
    words = ["sweep", study, "--out", out, "--workers", "1", "--json"]
    assert told(capsys, [*words, "--limit", "4"])["measured"] == 4
    assert main(words) == 0
    streams = capsys.readouterr()
    assert f"written to {out}\n" in streams.err
    found = json.loads(streams.out)
    assert (found["measured"], found["found"], found["failed"]) == (5, 4, [])
    csv, figures = str(tmp_path / "r.csv"), tmp_path / "figures"
    assert main(["sweep", "report", out, "--csv", csv, "--figures", str(figures)]) == 0
    shown = capsys.readouterr().out
    assert "9 cases of 3 operators" in shown
    assert "Claims on these operators" in shown
    assert [path.name for path in figures.iterdir()] == ["rungs-W-paper-code.png"]


def test_without_its_data_set_a_study_is_not_begun(tmp_path, monkeypatch, capsys):
    out = tmp_path / "r.jsonl"
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    argv = ["sweep", "safe", "--limit", "1", "--workers", "1", "--out", str(out)]
    assert "MNIST is not in" in refusal(capsys, argv)
    assert not out.exists()


def test_the_list_names_every_study(capsys):
    assert main(["sweep", "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    names = [line.split()[0] for line in lines if line[0] != " "]
    assert names == ["replication", "replication-mnist", "safe", "thresholds"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "STUDY is missing"),
        (["nonsense", "--out", "r"], "got 'nonsense'"),
        (["{study}"], "--out FILE is missing"),
        (["{study}", "--out", "{study}/r"], "cannot write"),
        (["{study}", "--out", "r", "--limit", "0"], "--limit must be at least 1"),
        (["{study}", "--out", "r", "--csv", "c"], "csv belongs to"),
        (["{study}", "--out", "r", "--workers", "2", "--cluster", "tcp://h:1"], "has its own"),
        (["report"], "RECORDS is missing"),
        (["report", "{study}"], "line 1 is no record"),
        (["report", "facts.jsonl"], "line 1 is no record"),
        (["report", "forged.jsonl"], "forged.jsonl holds what no sweep writes"),
        (["report", "empty"], "empty has no record"),
        (["report", "nowhere"], "cannot read nowhere"),
        (["report", "{study}", "--workers", "2"], "--workers does not belong"),
    ],
)
def test_a_mistake_is_one_line_and_exit_2(words, said, study, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").touch()
    record = {"id": digest_of({})[:24], "case": {}}
    (tmp_path / "facts.jsonl").write_bytes(line_of(record))
    forged = record | {"operator": dict.fromkeys(FACTS)}
    (tmp_path / "forged.jsonl").write_bytes(line_of(forged))
    assert said in refusal(capsys, ["sweep", *(word.format(study=study) for word in words)])
