"""An implementation in a process of its own, with a time limit an answer.

A process that hangs or dies fails the question it was asked; the next one gets a new process.
What the implementation prints goes to stderr.
"""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any

from threadpoolctl import threadpool_limits

from mondeq_ref.arrays import InputError
from mondeq_ref.oracle.answers import Came, Refused, direct
from mondeq_ref.oracle.question import OPERATIONS, Operation

LONGEST_START = 120.0  # seconds: importing a framework may take a while
PATIENCE = 5.0  # seconds for a process that was asked to end


class Process:
    """`ask` an object named MODULE:OBJECT (a class is instantiated without arguments)."""

    def __init__(self, where: str, timeout: float) -> None:
        if not timeout > 0:
            raise InputError(f"the timeout must be a number of seconds > 0, got {timeout}")
        if not all(where.partition(":")):
            raise InputError(f"an implementation is named MODULE:OBJECT, got {where!r}")
        self.where, self.timeout = where, timeout
        self._start()

    def __enter__(self) -> "Process":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._end()

    def ask(self, operation: Operation, arguments: Sequence[Any]) -> Came:
        """The answer, or how the process failed to give one."""
        if not self._process.is_alive():
            self._end()
            self._start()
        try:
            self._pipe.send((operation, list(arguments)))
            if self._pipe.poll(self.timeout):
                return self._pipe.recv()
        except (EOFError, OSError):
            self._process.join(PATIENCE)
            code = self._process.exitcode
            self._end()
            return Refused(f"the process died with exit code {code}")
        self._end()
        return Refused(f"gave no answer within {self.timeout:g} s")

    def _start(self) -> None:
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(self.where, theirs), daemon=True)
        self._process.start()
        theirs.close()
        try:
            hello = self._pipe.recv() if self._pipe.poll(LONGEST_START) else "it does not load"
        except EOFError:
            hello = "its process died while loading it"
        if isinstance(hello, str):
            self._end()
            raise InputError(f"{self.where}: {hello}")
        self.operations: list[str] = hello

    def _end(self) -> None:
        if self._process.is_alive():
            self._process.terminate()
            self._process.join(PATIENCE)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._pipe.close()


def serve(where: str, pipe: Connection) -> None:
    """Runs in the process of the implementation: load it, then answer until the pipe closes."""
    os.dup2(2, 1)
    sys.path.insert(0, os.getcwd())
    try:
        implementation = loaded(where)
    except Exception as error:  # a stranger's module may raise anything; the parent says it
        pipe.send(f"{type(error).__name__}: {error}")
        return
    pipe.send([name for name in OPERATIONS if callable(getattr(implementation, name, None))])
    ask = direct(implementation)
    with threadpool_limits(1):  # answers must not depend on how many cores there are
        while True:
            try:
                operation, arguments = pipe.recv()
            except EOFError:
                return
            pipe.send(ask(operation, arguments))


def loaded(where: str) -> object:
    """The object that MODULE:OBJECT names."""
    module, _, name = where.partition(":")
    found: object = import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    return found() if isinstance(found, type) else found
