"""What a person sees: tables, and progress once something takes more than two seconds.

With --json stdout belongs to the JSON object alone, so tables move to stderr.
"""

import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from mondeq_ref.documents import strict_json

T = TypeVar("T")
PATIENCE = 2.0  # seconds before progress is worth a line


def console(as_json: bool = False) -> Console:
    """stdout, or stderr when stdout carries JSON; plain ASCII width when not a terminal."""
    stream = sys.stderr if as_json else sys.stdout
    return Console(file=stream, width=None if stream.isatty() else 120, highlight=False)


def emit(value: object) -> None:
    """Exactly one JSON object on stdout."""
    sys.stdout.write(strict_json.dumps(value) + "\n")


def table(title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    made = Table(title=title or None, title_justify="left", box=box.SIMPLE, pad_edge=False)
    for heading in headings:
        made.add_column(heading, overflow="fold")
    for row in rows:
        made.add_row(*map(Text, row))  # a name in brackets is no style
    return made


def track(items: Iterable[T], label: str, total: int, *, quiet: bool = False) -> Iterator[T]:
    """Iterate; after `PATIENCE` seconds a progress bar appears on stderr, if that is a screen."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    quiet = quiet or not bar.console.is_terminal
    task, began, started = bar.add_task(label, total=total), time.monotonic(), False
    try:
        for done, item in enumerate(items):
            if not quiet and not started and time.monotonic() - began > PATIENCE:
                bar.start()
                started = True
            bar.update(task, completed=done)
            yield item
    finally:
        if started:
            bar.stop()
