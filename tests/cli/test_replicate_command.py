"""`mondeq-ref replicate`: one table for the file, without a word about the machine."""

import json

import numpy as np
import pytest

from mondeq_ref.cli.main import main
from mondeq_ref.instances.shipped import data_folder
from mondeq_ref.report.console import console
from mondeq_ref.report.replication_tables import tables
from tests.support.commands import refusal
from tests.support.idx import idx


@pytest.fixture
def asked(monkeypatch):
    """What the command asks of the table's maker, which takes minutes and is tested by itself."""
    calls = []

    def made(tested, workers, say, pool):
        assert pool is None
        calls.append((len(tested), workers))
        say("float-42, 4 bits")
        return {"inputs": len(tested), "seeds": [], "qat": []}

    monkeypatch.setattr("mondeq_ref.study.replication.replicate", made)
    return calls


@pytest.fixture
def folder(tmp_path):
    """Thirty images of two by two pixels."""
    pixels = np.arange(120, dtype=np.uint8)
    (tmp_path / "t10k-images-idx3-ubyte").write_bytes(idx(pixels.reshape(30, 2, 2)))
    (tmp_path / "t10k-labels-idx1-ubyte").write_bytes(idx(pixels[:30] % 10))
    return str(tmp_path)


@pytest.mark.parametrize("quiet", [False, True])
def test_replication_provenance_names_no_machine(
    quiet, asked, folder, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("COLUMNS", "20")
    out = tmp_path / "my  table.json"
    argv = ["replicate", "--dataset", folder, "--limit", "20", "--workers", "2"]
    assert main([*argv, "--out", str(out), *["--quiet"] * quiet]) == 0
    assert asked == [(20, 2)]
    found = json.loads(out.read_text())
    assert (found["inputs"], found["seeds"]) == (20, [])
    assert "numpy" in found["provenance"]
    assert not {"command", "platform"} & set(found["provenance"])
    streams = capsys.readouterr()
    assert f"written to {out}\n" in streams.out
    assert streams.err == ("" if quiet else "float-42, 4 bits\n")


def test_no_workers_are_refused_before_anything_is_read(asked, tmp_path, capsys):
    argv = ["replicate", "--dataset", "nowhere", "--out", str(tmp_path / "t.json")]
    assert "--workers must be at least 1" in refusal(capsys, [*argv, "--workers", "0"])
    assert asked == []


def test_tables_of_the_shipped_replication_fit_80_columns(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "80")
    shipped = json.loads((data_folder() / "replication.json").read_text())
    console().print(*tables(shipped))
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert sum(line.split()[:1] == ["4"] for line in lines) == 1
    assert all(sum(one["name"] in line for line in lines) == 1 for one in shipped["qat"])
