"""A sweep on a dask scheduler with separate worker processes, some of which are killed.

    python -m tests.stress.stress_cluster [operators]

Once a worker is killed in mid-run; once the scheduler and all workers are, and the sweep is
resumed on new ones.  Each time the records, sorted, are the bytes of a run in this process.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from socket import socket
from tempfile import TemporaryDirectory

import mondeq_ref as mq

OPERATORS = 60
SHARE = 0.2  # of the records are written when something is killed
STUDY = """
title = "killed"
[[operators]]
kind = "random"
families = ["generic", "rank_deficient"]
sizes = [6, 8]
count = {count}
[quantize]
bits = [2, 3, 4, 5, 6, 8]
[measure]
metrics = ["rung", "rungs", "ratio", "margin"]
rungs = [1, 2, 3, 4, 5, 6, 7]
"""
ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1"}


@contextmanager
def started(*words: str) -> Generator[subprocess.Popen]:
    process = subprocess.Popen(
        [sys.executable, "-m", *words], env=ENVIRONMENT, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def scheduler(port: int) -> list[str]:
    where = ["--host", "127.0.0.1", "--port", str(port)]
    return ["distributed.cli.dask_scheduler", *where, "--no-dashboard"]


def worker(port: int) -> list[str]:
    limits = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1"]
    return ["distributed.cli.dask_worker", f"tcp://127.0.0.1:{port}", *limits]


def sweep(study: Path, out: Path, port: int) -> list[str]:
    where = ["--cluster", f"tcp://127.0.0.1:{port}"]
    return ["mondeq_ref", "sweep", str(study), "--out", str(out), "--quiet", *where]


def free_port() -> int:
    with socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def lines(path: Path) -> list[bytes]:
    return sorted(path.read_bytes().splitlines()) if path.exists() else []


def wait_for(path: Path, count: int, process: subprocess.Popen) -> None:
    while len(lines(path)) < count and process.poll() is None:
        time.sleep(0.02)


def with_a_killed_worker(study: Path, out: Path, expected: list[bytes]) -> int:
    """How many records there were when the worker was killed."""
    port = free_port()
    with ExitStack() as stack:
        stack.enter_context(started(*scheduler(port)))
        victim, _ = (stack.enter_context(started(*worker(port))) for _ in range(2))
        running = stack.enter_context(started(*sweep(study, out, port)))
        wait_for(out, int(SHARE * len(expected)), running)
        before = len(lines(out))
        victim.send_signal(signal.SIGKILL)
        assert running.wait() == 0
    assert before < len(expected), "the worker was killed too late"
    assert lines(out) == expected
    return before


def with_a_new_scheduler(study: Path, out: Path, expected: list[bytes]) -> int:
    """How many records there were when everything was killed."""
    port = free_port()
    with ExitStack() as stack:
        first = stack.enter_context(started(*scheduler(port)))
        both = [stack.enter_context(started(*worker(port))) for _ in range(2)]
        running = stack.enter_context(started(*sweep(study, out, port)))
        wait_for(out, int(SHARE * len(expected)), running)
        for process in (first, *both):
            process.kill()
            process.wait()
        code = running.wait()
    before = len(lines(out))
    assert code == 3, f"a sweep that lost its scheduler ended with {code}"
    assert before < len(expected), "the scheduler was killed too late"
    port = free_port()
    with started(*scheduler(port)), started(*worker(port)), started(*worker(port)):
        subprocess.run([sys.executable, "-m", *sweep(study, out, port)], check=True)
    assert lines(out) == expected
    return before


def other_commands(folder: Path) -> None:
    """The audit and the hunt find on a cluster what they find here."""
    port, found = free_port(), {}
    with started(*scheduler(port)), started(*worker(port)):
        for name, where in (("here", []), ("there", ["--cluster", f"tcp://127.0.0.1:{port}"])):
            audit = ["audit", "--only", "margin", "--cases", "60", "--out", str(folder / name)]
            hunt = ["hunt", "margin", "--form", "Lipschitz", "--json"]
            for words in (audit, hunt):
                command = [sys.executable, "-m", "mondeq_ref", *words, *where, "--quiet"]
                done = subprocess.run(command, check=True, capture_output=True)
                found[name, words[0]] = done.stdout
            audited = json.loads((folder / name / "audit.json").read_bytes())
            found[name, "audit"] = audited["claims"]
    for command in ("audit", "hunt"):
        assert found["here", command] == found["there", command], command


def main(count: int) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        study = folder / "study.toml"
        study.write_text(STUDY.format(count=count // 4))
        mq.sweep(study, folder / "one.jsonl")
        expected = lines(folder / "one.jsonl")
        killed = with_a_killed_worker(study, folder / "worker.jsonl", expected)
        print(f"a worker killed at {killed} of {len(expected)} records: equal bytes, sorted")
        killed = with_a_new_scheduler(study, folder / "scheduler.jsonl", expected)
        print(f"the scheduler killed at {killed} of {len(expected)}, resumed: equal bytes, sorted")
        other_commands(folder)
        print("audit and hunt on a cluster: equal findings")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else OPERATORS)
