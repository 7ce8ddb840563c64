"""Vectors for other languages, and responses from them."""

import json
from errno import ENOSPC
from os import strerror
from xml.etree import ElementTree

import numpy as np
import pytest

from mondeq_ref.cli.main import main
from mondeq_ref.oracle import vectors
from mondeq_ref.oracle.exchange import export
from mondeq_ref.oracle.wire import decoded, encoded
from tests.support.commands import refusal
from tests.support.inaccurate import Pivoting


@pytest.fixture(scope="module")
def asked():
    every = vectors.read().values()
    return [q for q in every if q.operation == "solve" and q.level == "must"]


def response(tmp_path, asked, factor=1.0):
    """What a lab would write, for `solve` alone."""
    path, solver = tmp_path / "response.jsonl", Pivoting()
    lines = [json.dumps({"name": "lab", "operations": ["solve"], "declared_error": 1e-10})]
    for question in asked:
        Z = factor * solver.solve(*question.copied())
        lines.append(json.dumps({"id": question.test, "outputs": {"Z": encoded(Z)}}))
    return path, lines


def test_a_right_response_passes(tmp_path, asked, capsys):
    path, lines = response(tmp_path, asked)
    refused = [q for q in vectors.read() if q.startswith("solve/")]
    named = {question.test for question in asked}
    lines += [json.dumps({"id": q, "skipped": "not now"}) for q in refused if q not in named]
    path.write_text("\n".join(lines))
    assert main(["vectors", "grade", str(path)]) == 0
    out = capsys.readouterr().out
    assert f"{len(asked)} passed, 0 failed" in out
    assert "skipped: not now" in out


def test_a_wrong_response_fails_in_every_form(tmp_path, asked, capsys):
    path, lines = response(tmp_path, asked, factor=1.5)
    path.write_text("\n".join(lines[:20]))
    report = tmp_path / "report.xml"
    assert main(["vectors", "grade", str(path), "--json", "--junit", str(report)]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["failed"] == len(found["failures"]) > 0
    suite = ElementTree.parse(report).getroot()
    assert int(suite.get("failures")) == found["failed"]
    assert len(suite.findall("testcase/failure")) == found["failed"]


def test_a_response_that_is_none_is_refused(tmp_path, capsys):
    path = tmp_path / "response.jsonl"
    grade = ["vectors", "grade", str(path)]
    refusal(capsys, grade)
    path.write_text('{"id": "a", "skipped": ""}\n{"id": "a", "skipped": ""}\n')
    refusal(capsys, grade)
    path.write_text("[1, 2]\n")
    assert "printed a line that is not an answer" in refusal(capsys, grade)


def test_a_disk_that_fills_during_an_export_is_one_line(tmp_path, monkeypatch, capsys):
    def full(*_):
        raise OSError(ENOSPC, strerror(ENOSPC))

    monkeypatch.setattr("mondeq_ref.oracle.exchange.copy2", full)
    said = refusal(capsys, ["vectors", "export", str(tmp_path)])
    assert said == f"mondeq-ref vectors: cannot write into {tmp_path}: {strerror(ENOSPC)}\n"


def test_prompts_have_no_answers(tmp_path):
    export(tmp_path, prompts_only=True)
    held = json.loads((tmp_path / "solve.json").read_text())
    assert all(test["expected"] == [] for test in held["tests"])
    assert "expected" not in (tmp_path / "text/solve/generic-0.hex").read_text()
    assert not (tmp_path / "manifest.json").exists()


def test_words_of_a_text_file_are_those_of_the_vector(tmp_path, asked):
    export(tmp_path)
    question = next(q for q in asked if q.test == "solve/generic/0")
    lines = (tmp_path / "text/solve/generic-0.hex").read_text().splitlines()
    at = lines.index("// W f64 8 8")
    words = [bytes.fromhex(word) for word in lines[at + 1 : at + 65]]
    W = np.frombuffer(b"".join(words), ">f8").reshape(8, 8)
    assert np.array_equal(W, question.arguments["W"])
    single = (tmp_path / "text32/solve/generic-0.hex").read_text().splitlines()
    assert "// W f32 8 8" in single
    assert all(len(word) == 8 for word in single if not word.startswith("//"))


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int64])
def test_arrays_travel_to_the_bit(dtype):
    array = np.array([[0, 1, -1], [3, 7, -2]], dtype)
    back = decoded(json.loads(json.dumps(encoded(array))))
    assert back.dtype == dtype
    assert np.array_equal(back, array)


def test_infinities_and_nan_travel():
    array = np.array([np.nan, np.inf, -np.inf, -0.0, 5e-324])
    back = decoded(encoded(array))
    assert back.tobytes() == array.tobytes()
