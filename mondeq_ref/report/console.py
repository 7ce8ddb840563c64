"""Tables in a terminal, and progress once a command takes more than two seconds.

With --json only the JSON object is written to stdout, and tables are written to stderr.
"""

import os
import shutil
import sys
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from textwrap import wrap
from threading import Event, Thread
from typing import Any, TextIO, TypeVar

from mondeq_ref.documents import strict_json

T = TypeVar("T")
PATIENCE = 2.0  # seconds before progress is shown
EVERY = 10.0  # seconds between lines of progress where stderr is not a terminal
OFTEN = 0.5  # seconds between two states of the line of progress in a terminal
BAR = 30  # columns of a bar
PIPED = 100  # columns without a terminal and without COLUMNS
WORDS = 18  # least width of a column of sentences
GAP = "   "  # between two columns


@dataclass(frozen=True)
class Listing:
    """Rows under headings; where the columns do not fit, each row is printed as a record.

    Only sentences are broken into lines; numbers are never cut."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def lines(self, width: int) -> list[str]:
        title = _broken(self.title, width) if self.title else []
        widths = self._widths(width)
        if widths is None:
            return [*title, *self._records(width)]
        headings = [heading.split("\n") for heading in self.headings]
        rows = [
            [_broken(cell, size) for cell, size in zip(row, widths, strict=True)]
            for row in self.rows
        ]
        rule = "─" * (sum(widths) + len(GAP) * (len(widths) - 1))
        body = [line for row in rows for line in _beside(row, widths)]
        return [*title, "", *_beside(headings, widths, bottom=True), f" {rule}", *body, ""]

    def _widths(self, width: int) -> list[int] | None:
        """The columns' widths; None where even the shortest lines of sentences do not fit."""
        columns = [
            [
                part
                for cell in (heading, *(row[k] for row in self.rows))
                for part in cell.split("\n")
            ]
            for k, heading in enumerate(self.headings)
        ]
        widths = [max(map(len, column)) for column in columns]
        least = [
            min(size, max(WORDS, *map(_least, column))) if any(map(_is_sentence, column)) else size
            for column, size in zip(columns, widths, strict=True)
        ]
        room = width - len(GAP) * (len(widths) - 1) - 2
        if sum(least) > room:
            return None
        while sum(widths) > room:
            wide = [k for k, low in enumerate(least) if widths[k] > low]
            widths[max(wide, key=widths.__getitem__)] -= 1
        return widths

    def _records(self, width: int) -> Iterator[str]:
        for row in self.rows:
            if len(row) == 2:  # a name and its value
                yield from _broken(": ".join(row), width)
                continue
            pairs = zip(self.headings, row, strict=True)
            first, *others = (" ".join(f"{heading} {cell}".split()) for heading, cell in pairs)
            yield first
            for cell, one in zip(row[1:], others, strict=True):
                yield from (
                    _broken(f"  {one}", width, "    ") if _is_sentence(cell) else (f"  {one}",)
                )


def _beside(cells: Sequence[list[str]], widths: Sequence[int], bottom: bool = False) -> list[str]:
    """The lines of one row of cells, each of which has several lines."""
    high = max(map(len, cells))
    empty = [[""] * (high - len(cell)) for cell in cells]
    columns = [
        [*missing, *cell] if bottom else [*cell, *missing]
        for cell, missing in zip(cells, empty, strict=True)
    ]
    return [
        f" {GAP.join(f'{line:{size}}' for line, size in zip(lines, widths, strict=True))}".rstrip()
        for lines in zip(*columns, strict=True)
    ]


def _broken(said: str, width: int, indent: str = "") -> list[str]:
    """The lines of a text; a sentence is broken between its words, so that no number is cut."""
    if not _is_sentence(said):
        return said.split("\n")
    how: dict[str, Any] = {"break_long_words": False, "break_on_hyphens": False}
    return [
        line
        for part in said.split("\n")
        for line in wrap(part, width, subsequent_indent=indent, **how) or [""]
    ]


def _least(cell: str) -> int:
    """The width that a cell needs: that of its longest word, if it is a sentence."""
    return max(map(len, cell.split()), default=0) if _is_sentence(cell) else len(cell)


def _is_sentence(cell: str) -> bool:
    """Whether the cell has more than three words, unlike a number with a unit."""
    return len(cell.split()) > 3


def table(title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Listing:
    return Listing(title, tuple(headings), tuple(tuple(row) for row in rows))


@dataclass(frozen=True)
class Screen:
    """Where people read: text is broken at its width, between words."""

    stream: TextIO
    width: int

    def print(self, *parts: str | Listing, whole: bool = False) -> None:
        """Each part on lines of its own; with `whole` no line is broken."""
        for part in parts:
            if isinstance(part, Listing):
                lines = part.lines(self.width)
            else:
                lines = [part] if whole else _broken(part, self.width)
            said = "".join(f"{line}\n" for line in lines)
            try:
                said.encode(self.stream.encoding or "utf-8")
            except UnicodeEncodeError:  # an old code page has no rules and no Greek
                said = said.replace("─", "-").encode("ascii", "replace").decode()
            self.stream.write(said)
        self.stream.flush()


def stream_and_width(as_json: bool) -> tuple[TextIO, int]:
    """stdout, or stderr with --json, and the width of the terminal or of COLUMNS."""
    stream = sys.stderr if as_json else sys.stdout
    columns = os.environ.get("COLUMNS", "")
    if columns.isdigit() and int(columns) > 0:
        return stream, int(columns)
    return stream, shutil.get_terminal_size().columns if stream.isatty() else PIPED


def console(as_json: bool = False) -> Screen:
    return Screen(*stream_and_width(as_json))


def emit(value: object) -> None:
    """Write one JSON object to stdout."""
    sys.stdout.write(strict_json.dumps(value) + "\n")


def track(items: Iterable[T], label: str, total: int, *, quiet: bool = False) -> Iterator[T]:
    """The items; how many are done is shown on stderr."""
    began, done = time.monotonic(), 0

    def line() -> str:
        left = (time.monotonic() - began) / done * (total - done) if done else None
        return f"{done} of {total}" + ("" if left is None else f", about {left:.0f} s left")

    with _shown(label, line, quiet, lambda: done / total if total else 0.0):
        for item in items:
            yield item
            done += 1


@contextmanager
def waiting(label: str, *, quiet: bool = False) -> Generator[None]:
    """For work that has no parts to count: the seconds since it began, shown as by `track`."""
    began = time.monotonic()
    with _shown(label, lambda: f"{time.monotonic() - began:.0f} s so far", quiet):
        yield


@contextmanager
def _shown(
    label: str, line: Callable[[], str], quiet: bool, share: Callable[[], float] | None = None
) -> Generator[None]:
    """The line, with a bar for the share done: kept up in a terminal, else every ten seconds."""
    ended = Event()
    teller = Thread(target=_tell, args=(label, line, share, ended), daemon=True)
    if not quiet:
        teller.start()
    try:
        yield
    finally:
        ended.set()
        if not quiet:
            teller.join()


def _tell(
    label: str, line: Callable[[], str], share: Callable[[], float] | None, ended: Event
) -> None:
    stream, shown = sys.stderr, 0
    if ended.wait(PATIENCE):
        return
    if not stream.isatty():
        while not ended.wait(EVERY):
            stream.write(f"{label}: {line()}\n")
            stream.flush()
        return
    while True:
        full = 0 if share is None else round(BAR * share())
        bar = "" if share is None else f"{'#' * full}{'.' * (BAR - full)} "
        said = f"{label}: {bar}{line()}"[: shutil.get_terminal_size().columns - 1]
        stream.write(f"\r{said:{shown}}")
        stream.flush()
        shown = len(said)
        if ended.wait(OFTEN):
            stream.write(f"\r{'':{shown}}\r")
            stream.flush()
            return
