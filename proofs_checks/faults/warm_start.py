"""A process in which everything but our own code is imported already, and that forks on request.

Run by its path, so that no package of ours is imported on the way; half of the time of a short
question would be the start of Python.  One JSON line in: {"top", "module", "arguments", "out"}.
The fork runs the module as `python -m` would in the folder `top`, imports our code anew from
there, and writes to `said` and `complained` in the folder `out`.  One line out: its exit code.
"""

import json
import os
import runpy
import sys
import traceback
from contextlib import suppress
from importlib import import_module

SAID, COMPLAINED = "said", "complained"  # stdout and stderr
CRASHED = 70  # no exit code of pytest, nor of a module of ours
OTHERS = (  # what tests need is not everywhere
    *("numpy", "scipy.linalg", "scipy.optimize", "flint", "threadpoolctl", "numba", "rich.table"),
    *("safetensors", "jinja2", "PIL.Image", "jsonschema", "pytest", "sortedcontainers"),
    *("hypothesis.strategies", "hypothesis.extra.numpy", "_hypothesis_pytestplugin"),
)
OURS = ("mondeq_ref", "proofs_checks", "paper_figures")


def main() -> None:
    sys.path.pop(0)
    for name in OTHERS:
        with suppress(ImportError):
            import_module(name)
    if any(name.partition(".")[0] in OURS for name in sys.modules):
        raise SystemExit("our own code would not be imported anew")
    for line in sys.stdin:
        sys.stdout.write(f"{forked(**json.loads(line))}\n")
        sys.stdout.flush()


def forked(top: str, module: str, arguments: list[str], out: str) -> int:
    child = os.fork()
    if child == 0:
        code = CRASHED
        try:
            code = run(top, module, arguments, out)
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def run(top: str, module: str, arguments: list[str], out: str) -> int:
    os.chdir(top)
    for number, name in ((1, SAID), (2, COMPLAINED)):
        os.dup2(os.open(os.path.join(out, name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ["PYTHONPATH"] = top
    sys.path.insert(0, top)
    sys.argv = [module, *arguments]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        return 0
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        return CRASHED
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


if __name__ == "__main__":
    main()
