"""Progress on stderr, once a command takes more than two seconds.

Where works are nested, the innermost one that takes long is told of.  One thread tells, and whoever
else writes to the terminal does so while that thread waits (`aside`).
"""

import os
import sys
import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, RLock, Thread
from typing import TextIO, TypeVar

T = TypeVar("T")
PATIENCE = 2.0  # seconds before work is told of
EVERY = 10.0  # seconds between lines where nothing can be erased, as in a file
OFTEN = 0.5  # seconds between two states of the line in a terminal
BAR = 30  # columns of a bar
USUAL = 80  # columns of a terminal that does not tell


def track(items: Iterable[T], label: str, total: int, *, quiet: bool = False) -> Iterator[T]:
    """The items; how many are done is shown on stderr."""
    with _told(_Work(label, total), quiet) as work:
        for item in items:
            yield item
            work.done += 1


@contextmanager
def waiting(label: str, *, quiet: bool = False) -> Generator[None]:
    """For work that has no parts to count: the seconds since it began, shown as by `track`."""
    with _told(_Work(label), quiet):
        yield


def end_progress() -> None:
    """All work is over, even where a traceback keeps alive the generator that would say so."""
    _TELLER.end_all()


@contextmanager
def aside() -> Generator[None]:
    """The terminal without a line of progress, to write to."""
    with _TELLER.lock:
        _TELLER.erase()
        yield


def columns(stream: TextIO) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns or USUAL
    except (OSError, ValueError):  # no terminal, or a closed one
        return USUAL


@dataclass(eq=False)
class _Work:
    label: str
    total: int | None = None  # parts; None where there are none to count
    done: int = 0
    began: float = field(default_factory=time.monotonic)

    @property
    def spent(self) -> float:
        return time.monotonic() - self.began

    def said(self) -> list[str]:
        """What can be said without a bar, the longest first."""
        if self.total is None:
            return [f"{self.spent:.0f} s so far"]
        counted = f"{self.done} of {self.total}"
        if self.done == 0:
            return [counted]
        left = self.spent / self.done * (self.total - self.done)
        return [f"{counted}, about {left:.0f} s left", counted]

    def line(self, room: int) -> str:
        """As much as there is room for; a number is whole or absent."""
        said = self.said()
        if self.total:
            full = round(BAR * self.done / self.total)
            said = [f"{'#' * full}{'.' * (BAR - full)} {said[0]}", *said]
        lines = (f"{self.label}: {one}" for one in said)
        return next((line for line in lines if len(line) <= room), "")


class _Teller:
    """The one writer of progress in this process, at work while there is any."""

    def __init__(self) -> None:
        self.lock = RLock()  # held by whoever writes
        self._works: list[_Work] = []  # the innermost last
        self._over = Event()
        self._stream: TextIO = sys.stderr
        self._shown = 0  # columns to erase

    def begin(self, work: _Work) -> None:
        with self.lock:
            if not self._works:
                self._over, self._stream = Event(), sys.stderr
                Thread(target=self._tell, args=(self._over,), daemon=True).start()
            self._works.append(work)

    def end(self, work: _Work) -> None:
        with self.lock:
            self._works = [one for one in self._works if one is not work]
            if not self._works:
                self.end_all()

    def end_all(self) -> None:
        with self.lock:
            self._works = []
            self._over.set()
            self.erase()

    def erase(self) -> None:
        if self._shown:
            self._draw("", "\r")

    def _tell(self, over: Event) -> None:
        erasable = self._stream.isatty() and os.environ.get("TERM") != "dumb"
        pause = PATIENCE if erasable else EVERY
        while not over.wait(pause):
            pause = OFTEN if erasable else EVERY
            with self.lock:
                patient = [one for one in self._works if one.spent >= PATIENCE]
                if over.is_set() or not patient:
                    continue
                work = patient[-1]
                if erasable:
                    self._draw(work.line(columns(self._stream) - 1))
                else:
                    self._write(f"{work.label}: {work.said()[0]}\n")

    def _draw(self, line: str, end: str = "") -> None:
        room = min(self._shown, columns(self._stream) - 1)  # the terminal may be narrower by now
        self._write(f"\r{line.ljust(room)}{end}")
        self._shown = len(line)

    def _write(self, said: str) -> None:
        with suppress(OSError, ValueError):  # where the terminal is lost, the work goes on
            self._stream.write(said)
            self._stream.flush()


_TELLER = _Teller()


@contextmanager
def _told(work: _Work, quiet: bool) -> Generator[_Work]:
    if not quiet:
        _TELLER.begin(work)
    try:
        yield work
    finally:
        _TELLER.end(work)
