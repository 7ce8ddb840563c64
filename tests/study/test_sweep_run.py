"""Records do not depend on who measures them; an interrupted sweep goes on and loses nothing."""

import json
import os
import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import mondeq_ref as mq
from mondeq_ref.arrays import InputError
from mondeq_ref.datasets.mnist import VARIABLE
from mondeq_ref.files.checkpoint import write_checkpoint
from mondeq_ref.files.load import checkpoint_of
from mondeq_ref.files.lock import only_writer
from mondeq_ref.files.npz import write_npz
from mondeq_ref.instances.families import generic
from mondeq_ref.study.sweeps import records as module
from mondeq_ref.study.sweeps.cases import codes_digest, measured
from mondeq_ref.study.sweeps.definition import defined
from mondeq_ref.study.sweeps.records import read_records
from mondeq_ref.workers import WorkersLostError, finished, processes

STUDY = {
    "title": "small",
    "operators": [
        {"kind": "random", "families": ["generic", "negative_margin"], "sizes": [3], "count": 2},
        {"kind": "random", "families": ["cycling"]},
    ],
    "quantize": [
        {"what": ["W", "factors"], "quantizers": ["paper-code", {"round": "stochastic"}],
         "bits": [2, 5]},
        {"what": ["KUb"], "aims": ["margin"], "bits": [5]},
    ],
    "measure": {"metrics": ["rung", "rungs", "margin", "existence", "equilibria_proved", "digests"],
                "rungs": [1, 4, 7, 8], "claims": ["margin"]},
    "inputs": {"source": "random", "limit": 3},
}  # fmt: skip
CASES = 5 * (2 * 2 * 2 + 1 + 1)


@pytest.fixture(scope="module")
def lines(tmp_path_factory):
    out = tmp_path_factory.mktemp("sweep") / "one.jsonl"
    done = mq.sweep(STUDY, out)
    assert (done.found, done.measured, done.failed) == (0, CASES, ())
    return out.read_bytes().splitlines(keepends=True)


def test_every_case_has_one_line(lines):
    found = [json.loads(line) for line in lines]
    assert len({record["id"] for record in found}) == CASES
    refused = [record["refused"] for record in found if "refused" in record]
    assert len(refused) == 3 * 4  # two of dense W and the cycling one, by factors
    assert all("no factors" in sentence for sentence in refused)


def test_aimed_case_has_the_codes_of_the_aim(tmp_path):
    file = str(tmp_path / "layer.npz")
    layer = generic(np.random.default_rng(0), 3)
    write_npz(file, {"W": layer.W, "U": layer.U, "b": layer.b})
    record, _ = mq.sweep({**STUDY, "quantize": STUDY["quantize"][1]}, operators=[file])
    made = mq.quantize(mq.load(file), 5, aim="margin", what="KUb")
    assert (record["case"]["aim"], record["rung"]) == ("margin", 1)
    assert record["digests"]["quantized"] == made.operator.digest
    assert record["digests"]["codes"] == codes_digest(made)


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_records_are_the_same_whoever_measures(kind, lines, tmp_path):
    out = tmp_path / "many.jsonl"
    if kind == "threads":
        with ThreadPoolExecutor(3) as pool:
            mq.sweep(STUDY, out, executor=pool)
    else:
        with processes(2) as pool:
            mq.sweep(STUDY, out, executor=pool)
    assert sorted(out.read_bytes().splitlines(keepends=True)) == sorted(lines)


@pytest.mark.parametrize("cut", [0, 1, -1])
def test_a_torn_line_is_measured_again_and_no_other(cut, lines, tmp_path):
    out = tmp_path / "torn.jsonl"
    out.write_bytes(b"".join(lines[:7]) + lines[7][:cut])
    assert len(list(read_records(out))) == 7
    done = mq.sweep(STUDY, out)
    assert (done.found, done.measured) == (7, CASES - 7)
    assert sorted(out.read_bytes().splitlines(keepends=True)) == sorted(lines)


@pytest.mark.parametrize("said", ['"bits": 5', '"rung": 1', '"n": 3', '"PROVED"'])
def test_a_changed_line_in_the_middle_is_refused(said, lines, tmp_path):
    out = tmp_path / "changed.jsonl"
    at = next(k for k, line in enumerate(lines) if said.encode() in line)
    other = {'"PROVED"': '"UNDECIDED"'}.get(said, said[:-1] + "6")
    changed = lines[at].replace(said.encode(), other.encode(), 1)
    out.write_bytes(lines[-1] + changed + lines[-2])
    with pytest.raises(InputError, match="line 2 is no record of a sweep, or was changed"):
        mq.sweep(STUDY, out)
    assert len(out.read_bytes().splitlines()) == 3


@pytest.mark.parametrize("forged", [{"operator": None}, {"case": []}, {"operator": {}}])
def test_a_record_without_its_parts_is_refused(forged, lines, tmp_path):
    out = tmp_path / "forged.jsonl"
    out.write_bytes(module.line_of(json.loads(lines[0]) | forged))
    with pytest.raises(InputError, match=r"line 1 (is no record|does not say)"):
        list(read_records(out))


def test_a_record_of_an_older_version_is_named_as_one(lines, tmp_path):
    out = tmp_path / "older.jsonl"
    record = json.loads(lines[0])
    del record["digest"]
    out.write_text(json.dumps(record) + "\n")
    with pytest.raises(InputError, match="line 1 does not say its digest: another version"):
        mq.sweep(STUDY, out)
    del record["operator"]["largest_diagonal"]
    out.write_bytes(module.line_of(record))
    with pytest.raises(InputError, match="line 1 does not say largest_diagonal of its operator"):
        mq.sweep(STUDY, out)


def test_limit_takes_the_first_cases_only(lines, tmp_path):
    out = tmp_path / "few.jsonl"
    assert mq.sweep(STUDY, out, limit=11).measured == 11
    assert out.read_bytes() == b"".join(lines[:11])
    assert mq.sweep(STUDY, out, limit=11).found == 11


def test_a_second_writer_is_refused(tmp_path):
    out = tmp_path / "busy.jsonl"
    with only_writer(out), pytest.raises(InputError, match="another process is writing"):
        mq.sweep(STUDY, out)


def test_a_short_write_says_that_the_disk_is_full(lines, tmp_path, monkeypatch):
    out, write = tmp_path / "full.jsonl", os.write
    monkeypatch.setattr(module.os, "write", lambda file, line: write(file, line[:40]))
    with pytest.raises(InputError, match="the disk is full; the same command goes on"):
        mq.sweep(STUDY, out)
    monkeypatch.undo()
    mq.sweep(STUDY, out)
    assert out.read_bytes() == b"".join(lines)


def test_an_exception_is_no_record(monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("made up")

    (task, *_) = defined(STUDY, None).tasks()
    monkeypatch.setattr("mondeq_ref.study.sweeps.cases.row_facts", broken)
    found = measured(task)
    assert len(found.failed) == 9
    assert "ZeroDivisionError: made up" in found.failed[0]
    assert ["claim" in record for record in found.records] == [True]


def test_a_worker_without_the_data_set_refuses_nothing(monkeypatch, tmp_path):
    given = {**STUDY, "inputs": {"source": "mnist", "limit": 3}}
    (task, *_) = defined(given, None).tasks()
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    found = measured(task)
    assert len(found.failed) == 9
    assert "MNIST is not in" in found.failed[0]
    assert not any("refused" in record for record in found.records)


def test_an_operator_of_factors_from_a_file_is_sent_to_others(tmp_path):
    file = str(tmp_path / "layer.npz")
    write_checkpoint(file, checkpoint_of(generic(np.random.default_rng(0), 3)))
    study = {"title": "f", "operators": [{"kind": "file", "paths": [file]}],
             "quantize": {"what": ["W", "factors"], "bits": [8]}}  # fmt: skip
    (task,) = defined(study, tmp_path).tasks()
    sent = pickle.loads(pickle.dumps(task))
    assert sent.subject.given.digest == task.subject.given.digest
    assert [record["rung"] for record in measured(sent).records] == [1, 1]


def dies(number):
    os._exit(number)


def test_workers_that_end_are_no_answer():
    with processes(2) as pool, pytest.raises(WorkersLostError, match="the workers ended"):
        list(finished(dies, [1, 2, 3], pool))
