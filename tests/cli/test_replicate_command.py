"""`mondeq-ref replicate`: one table for the file, without a word about the machine."""

import json

import numpy as np
import pytest

from mondeq_ref.cli.main import main
from mondeq_ref.instances.shipped import data_folder
from mondeq_ref.report.console import console
from mondeq_ref.report.replication_tables import tables


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
    extents = np.array([30, 2, 2], ">u4").tobytes()
    images = tmp_path / "t10k-images-idx3-ubyte"
    images.write_bytes(b"\0\0\x08\x03" + extents + bytes(range(120)))
    labels = tmp_path / "t10k-labels-idx1-ubyte"
    labels.write_bytes(b"\0\0\x08\x01" + extents[:4] + bytes(k % 10 for k in range(30)))
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
    assert main([*argv, "--workers", "0"]) == 2
    assert "--workers must be at least 1" in capsys.readouterr().err
    assert asked == []


def test_tables_of_the_shipped_replication_fit_80_columns(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "80")
    shipped = json.loads((data_folder() / "replication.json").read_text())
    console().print(*tables(shipped))
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert sum(line.split()[:1] == ["4"] for line in lines) == 1
    assert all(sum(one["name"] in line for line in lines) == 1 for one in shipped["qat"])
