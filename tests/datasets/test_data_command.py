"""`mondeq-ref data`: the answer is the exit code, and --json is one object."""

import argparse
import json
import shutil

import pytest

from mondeq_ref.arrays import InputError
from mondeq_ref.cli import data


def run(*argv: str) -> int:
    parser = argparse.ArgumentParser()
    data.add_arguments(parser)
    return data.run(parser.parse_args(argv))


def test_verify_says_no_when_a_file_is_not_the_published_one(mnist_dir, tmp_path, capsys):
    for name in ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"):
        shutil.copyfile(mnist_dir / name, tmp_path / name)
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(b"\0\0\x08\x01\0\0\0\x01\x05")
    assert run("verify", str(tmp_path), "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert found["canonical"] is False
    statuses = [file["status"] for file in found["files"]]
    assert statuses == ["missing", "not canonical", "canonical", "canonical"]
    assert run("verify", str(tmp_path)) == 1
    shown = capsys.readouterr().out
    assert found["files"][1]["md5"] in shown
    assert "missing" in shown


def test_verify_says_yes_when_all_four_are_published(monkeypatch, tmp_path, capsys):
    import hashlib

    from mondeq_ref.datasets import mnist

    content = b"\0\0\x08\x01\0\0\0\x01\x05"
    md5 = hashlib.md5(content).hexdigest()
    tiny = tuple(mnist.Published(f.role, f.stem, f.suffix, md5) for f in mnist.PUBLISHED)
    monkeypatch.setattr(mnist, "PUBLISHED", tiny)
    for file in tiny:
        (tmp_path / file.name).write_bytes(content)
    assert run("verify", str(tmp_path), "--json") == 0
    assert json.loads(capsys.readouterr().out)["canonical"] is True


def test_a_folder_that_is_not_there_is_bad_input(tmp_path):
    with pytest.raises(InputError, match="is not a folder"):
        run("verify", str(tmp_path / "absent"))


def test_fetch_reports_what_the_folder_holds_then(monkeypatch, tmp_path, capsys):
    from mondeq_ref.datasets import fetch as fetching

    asked = []

    def offline(url, file):
        asked.append(url)
        raise OSError("no route")

    monkeypatch.setattr(fetching, "pooch_downloader", lambda: offline)
    with pytest.raises(InputError, match="no mirror gave"):
        run("fetch", "--dest", str(tmp_path), "--json")
    assert capsys.readouterr().out == ""
    assert len(asked) == len(fetching.MIRRORS)
