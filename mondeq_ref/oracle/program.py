"""An implementation as a separate program: one JSON object per line on stdin and stdout.

    -> {"cmd": "start", "version": 1}
    <- {"name": .., "operations": [..], ..}                     see `oracle.capabilities`
    -> {"cmd": "run", "seq": n, "case": {"id": .., "operation": .., "arguments": {..}}}
    <- {"seq": n, "outputs": {name: array}}, or "skipped": "why", or "error": {"message": ..}
    -> {"cmd": "stop"}

An answer is identified by its number; late or repeated answers (from a fork) are ignored.  A
program that hangs, ends or prints anything but an answer fails the current question, and a new
process is started for the next one.  The whole process group is ended, with all children.  The last
lines of stderr are kept.  Where the system can, the memory of each of its processes is limited.
"""

import contextlib
import json
import os
import resource
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import IO, Any, cast

from mondeq_ref.arrays import InputError
from mondeq_ref.oracle.answers import Came, Refused
from mondeq_ref.oracle.capabilities import Capabilities, described
from mondeq_ref.oracle.question import Operation
from mondeq_ref.oracle.recorded import outcome
from mondeq_ref.oracle.wire import VERSION, MalformedError, parsed, sent

LONGEST_START = 120.0  # seconds, for programs that import a framework
LONGEST_LINE = 2**26  # bytes of an answer
PATIENCE = 2.0  # seconds for a program to end after "stop"
MEMORY = 8.0  # gigabytes
KEPT = 2000  # bytes of stderr
HANGS = 3  # in one operation, after which its questions are not asked


class Program:
    """The connection to a program; every process that it starts is ended with it."""

    def __init__(
        self, command: Sequence[str], timeout: float, budget: float = 600.0, memory: float = MEMORY
    ) -> None:
        for name, seconds in (("timeout", timeout), ("budget", budget)):
            if not seconds > 0:
                raise InputError(f"the {name} must be a number of seconds > 0, got {seconds}")
        if not 0 <= memory < 2**20:
            raise InputError(f"the memory must be a number of GB >= 0, got {memory}")
        self._memory = int(memory * 2**30)
        self.command, self.timeout, self.budget = list(command), timeout, budget
        self._until = time.monotonic() + budget
        self._hung = dict[Operation, int]()
        self._seq, self._running = 0, False
        self.capabilities: Capabilities = self._start()

    def __enter__(self) -> "Program":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._end()

    def put(self, operation: Operation, arguments: Mapping[str, Any], test: str = "") -> Came:
        """The answer, or a `Refused` that states how the program failed."""
        if time.monotonic() > self._until:
            return Refused(f"was not asked: the {self.budget:g} s of the whole run are spent")
        if self._hung.get(operation, 0) >= HANGS:
            return Refused(f"was not asked: {HANGS} questions about {operation} hung")
        try:
            if not self._running:
                self._start()
            self._seq += 1
            case = {"id": test, "operation": operation, "arguments": sent(arguments)}
            message = {"cmd": "run", "seq": self._seq, "case": case}
            deadline = min(time.monotonic() + self.timeout, self._until)
            self._send(message, deadline)
            return self._answer(operation, deadline)
        except TimeoutError:
            self._hung[operation] = self._hung.get(operation, 0) + 1
            self._end(patience=0.0)
            return Refused(f"gave no answer within {self.timeout:g} s")
        except (EOFError, OSError):
            return Refused(f"the process {self._last_words()}", self._trace())
        except (MalformedError, InputError) as error:
            self._end(patience=0.0)
            return Refused(str(error), self._trace())

    def _answer(self, operation: Operation, deadline: float) -> Came:
        """The answer with the current number; others are late or from a fork, and are ignored."""
        while True:
            came = parsed(self._line(deadline))
            if came.get("seq") == self._seq:
                break
        return outcome(operation, came)

    def _start(self) -> Capabilities:
        self._rest, self._stderr = b"", b""
        try:
            self._process = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as error:
            raise InputError(f"{self.command[0]}: {error.strerror}") from None
        self._running = True
        _limit_memory(self._process.pid, self._memory)
        self._streams = selectors.DefaultSelector()
        stdin, stdout, stderr = self._pipes()
        for stream in (stdout, stderr):
            os.set_blocking(stream.fileno(), False)
            self._streams.register(stream, selectors.EVENT_READ)
        os.set_blocking(stdin.fileno(), False)
        shown = " ".join(self.command[-1:])
        deadline = time.monotonic() + LONGEST_START
        try:
            self._send({"cmd": "start", "version": VERSION}, deadline)
            hello = parsed(self._line(deadline))
        except TimeoutError:
            self._end()
            raise InputError(f"{shown}: it does not start") from None
        except (EOFError, OSError):
            raise InputError(f"{shown}: its process {self._last_words()} while loading") from None
        except MalformedError as error:
            self._end()
            raise InputError(f"{shown}: {error}") from None
        try:
            if "error" in hello:
                raise InputError(f"{shown}: {hello['error']}")
            return described(hello)
        except InputError:
            self._end()
            raise

    def _send(self, message: Mapping[str, Any], deadline: float) -> None:
        rest = (json.dumps(message) + "\n").encode()
        out = self._pipes()[0].fileno()
        while rest:
            try:
                rest = rest[os.write(out, rest) :]
            except BlockingIOError:
                self._wait(min(deadline, time.monotonic() + 0.05), deadline)

    def _line(self, deadline: float) -> str:
        """The next line of stdout; MalformedError if it is too long."""
        while b"\n" not in self._rest:
            if len(self._rest) > LONGEST_LINE:
                raise MalformedError(f"printed more than {LONGEST_LINE} bytes without an answer")
            self._wait(deadline, deadline)
        line, _, self._rest = self._rest.partition(b"\n")
        return line.decode("utf-8", "replace")

    def _wait(self, until: float, deadline: float) -> None:
        """Read available output.  EOFError where stdout has ended, TimeoutError at the deadline."""
        left = until - time.monotonic()
        ready = self._streams.select(max(left, 0.0))
        if not ready and time.monotonic() >= deadline:
            raise TimeoutError
        for key, _ in ready:
            piece = os.read(key.fd, 2**20)
            if key.fileobj is self._process.stderr:
                self._stderr = (self._stderr + piece)[-KEPT:]
                if not piece:
                    self._streams.unregister(key.fileobj)
            elif piece:
                self._rest += piece
            else:
                raise EOFError

    def _last_words(self) -> str:
        """The end of the process in words, once its stdout is closed."""
        until = time.monotonic() + PATIENCE
        while not _ended(self._process.pid) and time.monotonic() < until:
            time.sleep(0.01)
        closed = "" if _ended(self._process.pid) else "closed its output and went on"
        self._end()
        code = self._process.returncode
        if closed:
            return closed
        return f"died of signal {-code}" if code < 0 else f"ended with exit code {code}"

    def _trace(self) -> str:
        return "\n".join(self._stderr.decode("utf-8", "replace").splitlines()[-12:])

    def _end(self, patience: float = PATIENCE) -> None:
        """Stop the program, then kill the rest of its process group."""
        if not self._running:
            return
        self._running = False
        with contextlib.suppress(OSError, TimeoutError, EOFError):
            self._send({"cmd": "stop"}, time.monotonic())
        stdin, stdout, stderr = self._pipes()
        with contextlib.suppress(OSError):
            stdin.close()
        self._drained(patience)
        with contextlib.suppress(OSError):  # before wait(), so that the pid is not reused
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        with contextlib.suppress(BlockingIOError):  # what it wrote before it was killed
            while piece := os.read(stderr.fileno(), 2**20):
                self._stderr = (self._stderr + piece)[-KEPT:]
        self._streams.close()
        for stream in (stdout, stderr):
            stream.close()

    def _pipes(self) -> tuple[IO[bytes], IO[bytes], IO[bytes]]:
        found = self._process.stdin, self._process.stdout, self._process.stderr
        return cast("tuple[IO[bytes], IO[bytes], IO[bytes]]", found)

    def _drained(self, patience: float) -> None:
        """Read and drop output until it ends, for at most `patience` seconds."""
        deadline = time.monotonic() + patience
        with contextlib.suppress(OSError, TimeoutError, EOFError):
            while True:
                self._rest = b""
                self._wait(deadline, deadline)


def _limit_memory(pid: int, size: int) -> None:
    """Limit what this process, and each that it starts, can write to (Linux; 0: no limit)."""
    if size > 0 and hasattr(resource, "prlimit"):
        with contextlib.suppress(ProcessLookupError):
            _, most = resource.prlimit(pid, resource.RLIMIT_DATA)
            size = size if most == resource.RLIM_INFINITY else min(size, most)
            resource.prlimit(pid, resource.RLIMIT_DATA, (size, size))


def _ended(pid: int) -> bool:
    """Whether the process has ended; it is not reaped, so that its pid is not reused."""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def python_command(where: str) -> list[str]:
    """The command that serves a Python object, found on the same sys.path as in this process."""
    if not all(where.partition(":")):
        raise InputError(f"an implementation is named MODULE:OBJECT, got {where!r}")
    look = f"import sys; sys.path[:] = {sys.path!r}"
    return [
        sys.executable,
        "-c",
        f"{look}; from mondeq_ref.oracle.serve import main; main()",
        where,
    ]
