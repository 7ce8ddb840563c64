"""Tables in a terminal, and progress once a command takes more than two seconds.

With --json only the JSON object is written to stdout, and tables are written to stderr.
"""

import os
import sys
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from typing import Any, TypeVar

from rich import box
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from mondeq_ref.documents import strict_json

T = TypeVar("T")
PATIENCE = 2.0  # seconds before progress is shown
EVERY = 10.0  # seconds between lines of progress where stderr is not a terminal
PIPED = 100  # columns without a terminal and without COLUMNS
WORDS = 18  # least width of a column of sentences


class Uncropped(Console):
    """A console that does not cut lines that are wider than the screen, such as digests."""

    def print(self, *objects: Any, crop: bool = False, **options: Any) -> None:
        super().print(*objects, crop=crop, **options)


def console(as_json: bool = False) -> Console:
    """stdout, or stderr with `as_json`, in the width of the terminal or of COLUMNS."""
    stream = sys.stderr if as_json else sys.stdout
    columns = os.environ.get("COLUMNS", "")
    wide = int(columns) if columns.isdigit() and int(columns) > 0 else PIPED
    return Uncropped(file=stream, width=None if stream.isatty() else wide, highlight=False)


def emit(value: object) -> None:
    """Write one JSON object to stdout."""
    sys.stdout.write(strict_json.dumps(value) + "\n")


@dataclass(frozen=True)
class Listing:
    """Rows under headings; where the columns do not fit, each row is printed as a record.

    Only sentences are broken into lines; numbers are never cut."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        beside = self._beside()
        # Measured with a large width, because rich shrinks a table to the width it is given.
        least = Measurement.get(console, options.update(width=10_000), beside).minimum
        if least <= options.max_width:
            yield beside
        else:
            yield from self._records()

    def _beside(self) -> Table:
        made = Table(title=self.title or None, title_justify="left", box=box.SIMPLE, pad_edge=False)
        for k, heading in enumerate(self.headings):
            if any(_is_sentence(row[k]) for row in self.rows):
                made.add_column(heading, overflow="fold", min_width=WORDS)
            else:
                longest = max(map(len, (*heading.split("\n"), *(row[k] for row in self.rows))))
                made.add_column(heading, no_wrap=True, min_width=longest)
        for row in self.rows:
            made.add_row(*map(Text, row))  # Text, so that brackets are not read as a style
        return made

    def _records(self) -> Iterator[Text]:
        if self.title:
            yield Text(self.title, style="italic")
        for row in self.rows:
            if len(row) == 2:  # a name and its value
                yield _line(": ".join(row), row[1])
                continue
            pairs = zip(self.headings, row, strict=True)
            first, *others = (f"{heading} {cell}".strip() for heading, cell in pairs)
            yield Text(first, style="bold")
            for cell, one in zip(row[1:], others, strict=True):
                yield _line(f"  {one}", cell)


def _line(said: str, cell: str) -> Text:
    """A line, which is broken at the edge of the screen only if the cell is a sentence."""
    whole = not _is_sentence(cell)
    return Text(said, no_wrap=whole, overflow="ignore" if whole else "fold")


def _is_sentence(cell: str) -> bool:
    """Whether the cell has more than three words, unlike a number with a unit."""
    return len(cell.split()) > 3


def table(title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Listing:
    return Listing(title, tuple(headings), tuple(tuple(row) for row in rows))


def track(items: Iterable[T], label: str, total: int, *, quiet: bool = False) -> Iterator[T]:
    """The items; progress is shown on stderr, as a bar in a terminal, else every ten seconds."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    screen = bar.console.is_terminal
    task, began, started = bar.add_task(label, total=total), time.monotonic(), False
    told = began
    try:
        for done, item in enumerate(items):
            now = time.monotonic()
            if not quiet and screen and not started and now - began > PATIENCE:
                bar.start()
                started = True
            if not quiet and not screen and now - told > EVERY:
                told = now
                left = f", about {(now - began) / done * (total - done):.0f} s left" if done else ""
                sys.stderr.write(f"{label}: {done} of {total}{left}\n")
                sys.stderr.flush()
            bar.update(task, completed=done)
            yield item
    finally:
        if started:
            bar.stop()


@contextmanager
def waiting(label: str, *, quiet: bool = False) -> Generator[None]:
    """For work that has no parts to count: the seconds since it began, shown as by `track`."""
    ended = Event()
    teller = Thread(target=_tell, args=(label, ended), daemon=True)
    if not quiet:
        teller.start()
    try:
        yield
    finally:
        ended.set()
        if not quiet:
            teller.join()


def _tell(label: str, ended: Event) -> None:
    screen, began = Console(stderr=True), time.monotonic()
    if ended.wait(PATIENCE):
        return
    if screen.is_terminal:
        columns = TextColumn("{task.description}"), TimeElapsedColumn()
        with Progress(*columns, console=screen, transient=True) as bar:
            bar.add_task(label, total=None)
            ended.wait()
        return
    while not ended.wait(EVERY):
        sys.stderr.write(f"{label}: {time.monotonic() - began:.0f} s so far\n")
        sys.stderr.flush()
