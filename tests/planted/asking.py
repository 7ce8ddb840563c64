"""Claims and tests are asked in a tree, each in a process of its own.

The process is forked from one that has imported everything but our own code: half of the time of a
short question would be the start of Python.
"""

import json
import os
import re
import runpy
import signal
import sys
import traceback
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from tests.planted.fault import PACKAGES, is_test

SECONDS = 600  # for one question; many times what the slowest takes
CRASHED = 70  # no exit code of pytest, nor of a module of ours
SOME_TESTS_FAILED = 1  # pytest's exit code; the others mean that it did not come to a result
FAILED = re.compile(r"^(?:FAILED|ERROR) (tests/.+?)(?: - |$)", re.MULTILINE)
ALONE = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
PRIVATE = ("NUMBA_CACHE_DIR", "MONDEQ_SHARED", "PYTHONPYCACHEPREFIX", "PYTHONPATH")
OTHERS = (
    *("numpy", "scipy.linalg", "scipy.optimize", "flint", "threadpoolctl", "numba"),
    *("safetensors", "jinja2", "PIL.Image", "jsonschema", "pytest", "sortedcontainers"),
    *("hypothesis.strategies", "hypothesis.extra.numpy", "_hypothesis_pytestplugin"),
)
OPTIONS = (  # which test fails matters, and not why nor where the simplest example is
    *("-x", "-q", "-rfE", "--no-header", "--tb=no", "-p", "no:cacheprovider"),
    *("--assert=plain", "--hypothesis-profile=unshrunk"),
)


class NoAnswerError(Exception):
    """A question that got no answer: the fault is neither detected nor has it slipped through."""


@contextmanager
def warm() -> Generator[None]:
    """Processes forked in here are warm, have one thread, and nothing of the caller's tree."""
    get_context("forkserver").set_forkserver_preload(list(OTHERS))
    with patch.dict(os.environ, {**dict.fromkeys(ALONE, "1"), "CI": ""}):
        for name in PRIVATE:
            os.environ.pop(name, None)
        yield


def complaint(top: Path, asked: Sequence[str]) -> tuple[str, str] | None:
    """The first of these, claims before tests, that notices a fault in this tree; what it says."""
    for claim in (one for one in asked if not is_test(one)):
        code, said = answer(top, "tests.planted.testimony", [claim])
        if code != 0:
            raise NoAnswerError(f"{claim} cannot be asked: {last(said)}")
        found = json.loads(last(said))
        if found["verdict"] != "HOLDS":
            return claim, f"{found['verdict']}, {found['said']}"
    tests = [one for one in asked if is_test(one)]
    code, said = answer(top, "pytest", [*OPTIONS, *tests]) if tests else (0, "")
    if code == 0:
        return None
    failed = FAILED.search(said)
    if code != SOME_TESTS_FAILED or failed is None:
        raise NoAnswerError(f"tests cannot be asked, exit code {code}: {last(said)}")
    return failed[1], "this test fails"


def answer(top: Path, module: str, arguments: Sequence[str]) -> tuple[int, str]:
    """The exit code of `python -m module` in this tree, and what it wrote."""
    with TemporaryDirectory(dir=top, prefix="answer-") as folder:
        question = (str(top), module, [*arguments], folder)
        process = get_context("forkserver").Process(target=run, args=question)
        process.start()
        process.join(SECONDS)
        if process.is_alive() and process.pid is not None:
            os.killpg(process.pid, signal.SIGKILL)  # with whatever it has started
            process.join()
            raise NoAnswerError(f"no answer in {SECONDS} seconds")
        said = Path(folder, "said").read_text(encoding="utf-8", errors="replace")
        code = Path(folder, "code")
        return int(code.read_text()) if code.exists() else CRASHED, said


def run(top: str, module: str, arguments: list[str], folder: str) -> None:
    """In the fork: our code is imported anew from this tree, and run as `python -m` would."""
    os.setsid()
    os.chdir(top)
    said = os.open(os.path.join(folder, "said"), os.O_WRONLY | os.O_CREAT)
    for number, stream in ((0, os.open(os.devnull, os.O_RDONLY)), (1, said), (2, said)):
        os.dup2(stream, number)
    os.environ["PYTHONPATH"] = top
    sys.path.insert(0, top)
    sys.argv = [module, *arguments]
    for name in [name for name in sys.modules if name.partition(".")[0] == "tests"]:
        del sys.modules[name]
    code = CRASHED
    try:
        if any(name.partition(".")[0] in PACKAGES for name in sys.modules):
            raise RuntimeError("our own code would not be imported anew")
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    Path(folder, "code").write_text(str(code))
    os._exit(0)


def last(text: str) -> str:
    return (text.strip().splitlines() or [""])[-1]
