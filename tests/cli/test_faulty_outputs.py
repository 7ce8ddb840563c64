"""Outputs that cannot be written, a full disk, a lost terminal: one line, exit 2, nothing torn."""

import json
import os
import signal
import subprocess
import sys
from functools import partial

import numpy as np
import pytest

import mondeq_ref as mq
from mondeq_ref.cli.main import main
from mondeq_ref.files.checkpoint import write_checkpoint
from mondeq_ref.files.load import checkpoint_of
from mondeq_ref.study.sweeps import records as sweep_records
from tests.support.commands import refusal

STUDY = """
title = "t"
[[operators]]
kind = "random"
families = ["scalar"]
count = 3
[quantize]
bits = [2, 3, 4]
"""
COMMANDS = {
    "solve": "solve layer.npz --inputs x.npz --out {out} --quiet",
    "quantize": "quantize layer.npz --bits 4 --out {out} --quiet",
    "convert": "convert layer.npz --out {out}",
    "sweep": "sweep study.toml --out {out} --workers 1 --quiet",
    "report": "sweep report r.jsonl --csv {out}",
}
NAMES = {**dict.fromkeys(("solve", "quantize", "convert"), "o.npz"), "sweep": "o.jsonl"}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    layer = mq.Operator([[0.5, -1.0], [1.0, 0.25]], [[1.0], [-1.0]], [0.0, 0.5])
    write_checkpoint("layer.npz", checkpoint_of(layer))
    np.savez("x.npz", x=np.ones((200, 1)))
    (tmp_path / "study.toml").write_text(STUDY)
    mq.sweep("study.toml", "r.jsonl")
    return tmp_path


def words(command: str, out: str) -> list[str]:
    return COMMANDS[command].format(out=out).split()


@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_no_file_is_refused(command, folder, capsys):
    name = NAMES.get(command, "o.csv")
    os.mkfifo(folder / f"pipe-{name}")
    (folder / f"folder-{name}").mkdir()
    before = sorted(path.name for path in folder.iterdir())
    for out in (f"pipe-{name}", f"folder-{name}", f"nowhere/{name}", f"layer.npz/{name}"):
        refusal(capsys, words(command, out))
    assert sorted(path.name for path in folder.iterdir()) == before


KEPT = [  # a name, what is there (a copy or a text), and the command that may not replace it
    ("q.npz", "x.npz", "quantize layer.npz --bits 3 --aim margin --inputs q.npz --out q.npz"),
    ("q.npz", "x.npz", "quantize layer.npz --bits 3 --aim margin --labels q.npz --out q.npz"),
    ("layer.npz", "layer.npz", "quantize layer.npz --bits 4 --out layer.npz"),
    ("layer.npz", "layer.npz", "convert layer.npz --out layer.npz"),
    ("q.npz", "x.npz", "quantize layer.npz --bits 4 --out q.npz --checkpoint ./q.npz"),
    ("run=1.npz", "x.npz", "solve layer.npz --inputs run=1.npz --out run=1.npz"),
    ("o.certificate.json", "layer.npz", "quantize o.certificate.json --bits 4 --out o.npz"),
    ("o.certificate.json", '{"kind": "note"}', "quantize layer.npz --bits 4 --out o.npz"),
    ("own.json", '{"my": "only copy"}', "sweep study.toml --workers 1 --out own.json"),
    ("own.txt", "no record", "sweep study.toml --workers 1 --out own.txt"),
    ("r.json", "{}", "vectors grade r.json --junit r.json"),
    ("j.xml", "old", "conform --self --random 1 --junit j.xml --html ./j.xml"),
    ("o.npz", "x.npz", "quantize layer.npz --bits 3 --aim margin --checkpoint z.npz --out o.npz"),
]


@pytest.mark.parametrize(("name", "content", "command"), KEPT)
def test_what_is_read_or_is_not_ours_is_not_replaced(name, content, command, folder, capsys):
    source = folder / content
    kept = source.read_bytes() if source.exists() else content.encode()
    (folder / name).write_bytes(kept)
    before = sorted(path.name for path in folder.iterdir())
    said = refusal(capsys, command.split())
    assert any(word in said for word in ("cannot write", "is no record", "leave out"))
    assert (folder / name).read_bytes() == kept
    assert sorted(path.name for path in folder.iterdir()) == before


def refused_when_full(argv: list[str]) -> None:
    limited = f"""
import resource, sys
from mondeq_ref.cli.main import main
resource.setrlimit(resource.RLIMIT_FSIZE, (300, resource.RLIM_INFINITY))
sys.exit(main({argv!r}))
"""
    # -B: Python itself would leave a torn .pyc of every module that it compiles under this limit
    done = subprocess.run([sys.executable, "-B", "-c", limited], capture_output=True, text=True)
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith(f"mondeq-ref {argv[0]}: cannot write")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("command", COMMANDS)
def test_a_full_disk_is_one_line_and_the_old_file_stays(command, folder):
    out = NAMES.get(command, "o.csv")
    if command != "sweep":
        (folder / out).write_bytes(b"old")
    refused_when_full(words(command, out))
    left = {path.name for path in folder.iterdir()}
    assert left <= {"layer.npz", "x.npz", "study.toml", "r.jsonl", out}
    if command != "sweep":
        assert (folder / out).read_bytes() == b"old"
    else:
        assert main(words(command, out)) == 0
        whole = sorted((folder / "r.jsonl").read_bytes().splitlines())
        assert sorted((folder / out).read_bytes().splitlines()) == whole


def test_a_folder_that_vanishes_is_one_line(folder, monkeypatch, capsys):
    (folder / "gone").mkdir()

    def loaded(*args):
        (folder / "gone").rmdir()
        return read(*args)

    read = sweep_records.read_records
    monkeypatch.setattr(sweep_records, "read_records", loaded)
    assert main(["sweep", "report", "r.jsonl", "--csv", "gone/o.csv"]) == 2
    said = capsys.readouterr().err
    assert said == "mondeq-ref sweep: cannot write gone/o.csv: No such file or directory\n"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full")
@pytest.mark.parametrize(("buffered", "asked"), [("", "--list"), ("1", "--list"), ("", "--help")])
def test_a_full_stdout_is_one_line(buffered, asked):
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "mondeq_ref", "sweep", asked],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": buffered},
        )
    said = "mondeq-ref sweep: cannot write: No space left on device\n"
    assert (done.returncode, done.stderr) == (2, said)


def test_a_closed_terminal_ends_a_sweep_that_goes_on(folder):
    study = STUDY.replace("count = 3", "count = 150")
    (folder / "long.toml").write_text(study)
    argv = [sys.executable, "-m", "mondeq_ref", "sweep", "long.toml", "--out", "o.jsonl"]
    mortal = partial(signal.signal, signal.SIGHUP, signal.SIG_DFL)  # even under nohup
    with subprocess.Popen(
        [*argv, "--workers", "1"], stderr=subprocess.DEVNULL, preexec_fn=mortal
    ) as running:
        while not (folder / "o.jsonl").exists() or os.path.getsize("o.jsonl") == 0:
            assert running.poll() is None
        running.send_signal(signal.SIGHUP)
    assert running.returncode != 0
    assert main(["sweep", "long.toml", "--out", "o.jsonl", "--workers", "1", "--quiet"]) == 0
    lines = (folder / "o.jsonl").read_bytes().splitlines()
    assert len({json.loads(line)["id"] for line in lines}) == len(lines) == 450
