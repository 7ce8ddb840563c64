"""SIGKILL at random moments of the commands that write; then the same command again.

    python -m tests.stress.stress_kills [kills] [seed] [command ...]

After a kill every file is absent or whole; afterwards the same command ends well and leaves what it
leaves when nobody kills it.  Commands are run in forks of this process, which has everything
loaded, so that the moments are spread over the work and not over imports.  What takes minutes is
shortened: `hunt` makes few restarts, and `replicate` writes the table that ships.
"""

import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

import mondeq_ref as mq
from mondeq_ref.cli.main import main as command
from mondeq_ref.files.checkpoint import read_arrays, write_checkpoint
from mondeq_ref.files.load import checkpoint_of
from mondeq_ref.instances import shipped
from mondeq_ref.instances.families import generic
from mondeq_ref.study import replication
from mondeq_ref.study.sweeps.records import read_records
from proofs_checks.hunter import hunt

KILLS = 200
PATIENCE = 60  # seconds in which the processes of a killed command must end
STUDY = """
title = "killed"
[[operators]]
kind = "random"
families = ["generic"]
sizes = [4]
count = 12
[quantize]
bits = [2, 3, 4, 8]
"""
COMMANDS: Mapping[str, str] = {
    "solve": "solve layer.npz --inputs x.npz --out out/z.npz --workers 1 --quiet",
    "quantize": "quantize layer.npz --bits 4 --out out/q.npz --quiet",
    "convert": "convert layer.npz --out out/w.safetensors",
    "certify": "certify layer.npz --bits 2-6 --certificates out --quiet",
    "train": "train --dataset glyphs --hidden 6 --limit 300 --epochs 4 --out out/t.npz --quiet "
    "--resume",
    "audit": "audit --only margin --cases 40 --out out --workers 1 --quiet",
    "vectors": "vectors export out/vectors",
    "sweep": "sweep study.toml --out out/r.jsonl --workers 1 --quiet",
    "report": "sweep report r.jsonl --csv out/r.csv --figures out",
    "sweep on two": "sweep study.toml --out out/r.jsonl --workers 2 --quiet",
    "hunt": "hunt margin --form one-sided --out out/h.json --quiet",
    "replicate": "replicate --dataset images --out out/t.json --quiet",
    "figures": "figures --only iterates --operator layer.npz --inputs c.npz --out out --workers 1"
    " --quiet",
}


SELDOM = ("audit", "sweep on two", "hunt", "figures")  # seconds each
TURN = [*[name for name in COMMANDS if name not in SELDOM] * 4, *SELDOM]


def prepared(folder: Path) -> None:
    layer = generic(np.random.default_rng(0), 6)
    write_checkpoint(folder / "layer.npz", checkpoint_of(layer))
    np.savez(folder / "x.npz", x=np.random.default_rng(1).normal(size=(400, layer.d)))
    np.savez(folder / "c.npz", c=np.random.default_rng(2).normal(size=(8, layer.n)))
    (folder / "images").mkdir()
    extents = np.array([2, 2, 2], ">u4").tobytes()
    images, labels = b"\0\0\x08\x03" + extents + bytes(8), b"\0\0\x08\x01" + extents[:4] + bytes(2)
    (folder / "images" / "t10k-images-idx3-ubyte").write_bytes(images)
    (folder / "images" / "t10k-labels-idx1-ubyte").write_bytes(labels)
    (folder / "study.toml").write_text(STUDY)
    mq.sweep(folder / "study.toml", folder / "r.jsonl")


def begun(words: str) -> int:
    """The command in a fork of its own session; its process id."""
    child = os.fork()
    if child:
        return child
    os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    code = 3
    try:
        code = command(words.split())
    finally:
        os._exit(code)


def run(words: str, after: float | None = None) -> int:
    """Its exit code; killed after so many seconds, if it still runs."""
    child, began = begun(words), time.monotonic()
    while after is not None and time.monotonic() - began < after:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.001)
    if after is not None:
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def left_over(out: Path) -> list[str]:
    """Processes that still work in the folder."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if place.joinpath("cwd").resolve() == out and int(place.name) != os.getpid():
                found.append(place.name)
        except OSError:
            continue
    return found


def check_whole(path: Path) -> None:
    """Raises where a file that can be seen is not whole."""
    if path.suffix in (".npz", ".safetensors"):
        read_arrays(path)
    elif path.name == "r.jsonl":
        list(read_records(path))
    elif path.suffix == ".json":
        json.loads(path.read_bytes())
    elif path.suffix == ".html":
        assert path.read_text().rstrip().endswith("</html>"), path


def visible(out: Path) -> list[Path]:
    return sorted(p for p in out.rglob("*") if p.is_file() and not p.name.startswith("."))


def state(out: Path) -> dict[str, object]:
    """What must be the same after a kill and a run as after a run."""
    return {path.relative_to(out).as_posix(): said(path) for path in visible(out)}


def said(path: Path) -> object:
    if path.suffix == ".jsonl":
        lines = map(json.loads, path.read_bytes().splitlines())
        return sorted(json.dumps({**line, "seconds": 0}) for line in lines)
    if path.name == "audit.json":
        return json.loads(path.read_bytes())["claims"]
    if path.suffix in (".json", ".html", ".pdf") and "vectors" not in path.parts:
        return path.suffix  # holds the time
    if path.suffix in (".npz", ".safetensors"):  # the time is beside the arrays
        arrays, _ = read_arrays(path)
        return {name: (array.shape, array.tobytes()) for name, array in arrays.items()}
    return path.read_bytes()


def verified(out: Path) -> None:
    for path in out.glob("*rung*.json"):
        assert mq.verify(path, mq.load("layer.npz")).accepted, path


def one_kill(name: str, rng: np.random.Generator, seconds: float, expected: object) -> bool:
    """Whether the command was still running when it was killed."""
    out = Path("out").resolve()
    empty(out)
    first = run(COMMANDS[name], rng.uniform(0, seconds))
    assert first in (0, -signal.SIGKILL), f"{name} ends with {first} before a kill"
    killed = first < 0
    for path in visible(out):
        check_whole(path)
    until = time.monotonic() + PATIENCE
    while left_over(out.parent) and time.monotonic() < until:
        time.sleep(0.05)
    assert not left_over(out.parent), f"{name} left processes behind"
    code = run(COMMANDS[name])
    assert code == 0, f"{name} ends with {code} after a kill"
    verified(out)
    assert state(out) == expected, f"{name} leaves something else after a kill"
    assert not list(out.rglob("*.lock")), f"{name} left a lock behind"
    return killed


def empty(out: Path) -> None:
    out.mkdir(exist_ok=True)
    for path in sorted(out.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()


def repeated(tries: int, once: Callable[[str, int], bool], names: list[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for k in range(tries):
        name = names[k % len(names)]
        counts[name] += once(name, k)
        if (k + 1) % len(names) == 0:
            print(f"{k + 1} of {tries}", flush=True)
    return counts


def shortened() -> None:
    """Minutes become seconds, in this process and its forks."""
    table = shipped.document("replication.json")
    table.pop("provenance", None)
    hunt.fair_share = lambda forms: 3
    replication.replicate = lambda tested, workers, say, pool=None: dict(table)


def main(kills: int, seed: int, *names: str) -> None:
    commands = {name: words for name, words in COMMANDS.items() if not names or name in names}
    turn = [name for name in TURN if name in commands]
    shortened()
    with TemporaryDirectory() as folder:
        os.chdir(folder)
        prepared(Path(folder))
        out = Path(folder, "out")
        times, expected = {}, {}
        for name, words in commands.items():
            for _ in range(1 if name == "sweep on two" else 2):  # the first loads and compiles
                empty(out)
                began = time.monotonic()
                code = run(words) if name == "sweep on two" else command(words.split())
                times[name] = time.monotonic() - began
                assert code == 0, name
            expected[name] = state(out)
            print(f"{name}: {times[name]:.1f} s", flush=True)

        def once(name: str, k: int) -> bool:
            return one_kill(name, np.random.default_rng([seed, k]), times[name], expected[name])

        counts = repeated(kills, once, turn)
        print(f"{kills} tries, {counts.total()} killed in mid-run {dict(counts)}")
        print("0 records lost, 0 corrupt files, 0 processes and 0 locks left behind")
        os.chdir("/")


if __name__ == "__main__":
    numbers = [*sys.argv[1:3], *[str(KILLS), "0"][len(sys.argv) - 1 :]]
    main(*map(int, numbers), *sys.argv[3:])
