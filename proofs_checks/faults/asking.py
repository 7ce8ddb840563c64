"""Running a module in a planted tree: a process of its own, cold or forked from a warm one."""

import json
import os
import queue
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer
from typing import NamedTuple

from proofs_checks.faults import warm_start
from proofs_checks.faults.tree import environment

SECONDS = 600  # for one question; many times what the slowest takes


class InquiryError(Exception):
    """A question that got no answer: the fault is neither caught nor has it slipped through."""


class Answer(NamedTuple):
    code: int
    said: str
    complained: str


Ask = Callable[[Path, str, Sequence[str]], Answer]  # tree, module, its arguments


def cold(top: Path, module: str, arguments: Sequence[str]) -> Answer:
    """`python -m module`, started for this question."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=top,
            env=environment(top),
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise InquiryError(f"no answer in {SECONDS} seconds") from None
    return Answer(done.returncode, done.stdout, done.stderr)


class Warm:
    """The same from a process that has NumPy, FLINT, Numba and pytest imported already."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, warm_start.__file__],
            env=environment(None),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            start_new_session=True,
        )

    def __call__(self, top: Path, module: str, arguments: Sequence[str]) -> Answer:
        to, back = self._process.stdin, self._process.stdout
        assert to is not None
        assert back is not None
        question = {"top": str(top), "module": module, "arguments": list(arguments)}
        with TemporaryDirectory(dir=top, prefix="answer-") as out:
            to.write(json.dumps({**question, "out": out}) + "\n")
            limit = Timer(SECONDS, self._kill)
            limit.start()
            line = back.readline()
            limit.cancel()
            if not line.strip():
                raise InquiryError(f"no answer in {SECONDS} seconds, or its process was killed")
            said, complained = (
                Path(out, name).read_text(encoding="utf-8", errors="replace")
                for name in (warm_start.SAID, warm_start.COMPLAINED)
            )
            return Answer(int(line), said, complained)

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def end(self) -> None:
        self._kill()
        self._process.communicate()

    def _kill(self) -> None:
        """With whatever it has forked."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)


@contextmanager
def warm(workers: int) -> Generator[Ask]:
    """As many questions at once; where processes cannot fork, each of them starts cold."""
    if not hasattr(os, "fork"):
        yield cold
        return
    free = queue.SimpleQueue[Warm]()
    for _ in range(workers):
        free.put(Warm())

    def ask(top: Path, module: str, arguments: Sequence[str]) -> Answer:
        one = free.get()
        try:
            return one(top, module, arguments)
        finally:
            free.put(one if one.alive else Warm())

    try:
        yield ask
    finally:
        while not free.empty():
            free.get().end()
