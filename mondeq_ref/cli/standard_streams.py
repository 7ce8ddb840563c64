"""stdout and stderr of a command, whatever is behind them: a closed one, or a reader that left.

`mondeq-ref verify-certificate FILE | head -1` must exit as it does without `head`: what nobody
reads is written nowhere, and the command goes on to its own exit code.
"""

import io
import os
import stat
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

NAMES = ("stdout", "stderr")


def prepare() -> None:
    """Before a command writes: no stream is missing, and none fails because its reader left."""
    for name in NAMES:
        stream = getattr(sys, name)
        if stream is None:  # closed by the shell, `>&-`
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w"))
        elif type(stream) is io.TextIOWrapper and _is_pipe(stream):
            stream.flush()
            patient = io.TextIOWrapper(
                io.BufferedWriter(_Patient(stream.fileno(), "w", closefd=False)),
                stream.encoding,
                stream.errors,
                line_buffering=stream.line_buffering,
                write_through=stream.write_through,
            )
            setattr(sys, name, patient)


def discard_stdout() -> None:
    """What is still to be written to stdout goes nowhere, so that nothing fails at the end."""
    _discard(sys.stdout.fileno())


class _Patient(io.FileIO):
    """A pipe that swallows what is written after its reader has gone."""

    def write(self, data: "Buffer", /) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:
            _discard(self.fileno())
            return memoryview(data).nbytes


def _is_pipe(stream: io.TextIOWrapper) -> bool:
    mode = os.fstat(stream.fileno()).st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def _discard(descriptor: int) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)
