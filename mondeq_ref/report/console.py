"""Tables and sentences in a terminal.

With --json only the JSON object is written to stdout, and tables are written to stderr.
"""

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any, TextIO

from mondeq_ref.documents import strict_json
from mondeq_ref.report.progress import aside, columns

PIPED = 100  # columns without a terminal and without COLUMNS, and the most of a sentence
WORDS = 18  # least width of a column of sentences
GAP = "   "  # between two columns
TWINS = str.maketrans(  # for an old code page
    {"─": "-", "−": "-", "–": "-", "‖": "||", "“": '"', "”": '"', "✓": "+", "✗": "x", "≠": "!="}
    | {"●": "#", "◆": "*", "◇": "+", "○": "o", "◌": "."}
)
COLORS = {"✓●◆": 32, "○◌◇≠": 33, "✗": 31}  # marks, and the color of each in a terminal


@dataclass(frozen=True)
class Listing:
    """Rows under headings; where the columns do not fit, each row is printed as a record.

    Only sentences are broken into lines; numbers are never cut."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    close: bool = False  # no empty line around the rows

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
        if self.close:
            return [*title, *_beside(headings, widths, bottom=True), *body]
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


def table(
    title: str, headings: Sequence[str], rows: Iterable[Sequence[str]], *, close: bool = False
) -> Listing:
    return Listing(title, tuple(headings), tuple(tuple(row) for row in rows), close)


def hanging(first: str, said: str, width: int) -> str:
    """The lines of a text after the words of `first`, the later ones indented as far."""
    lines = _broken(said, max(width - len(first), 1))
    return "\n".join(
        f"{first if k == 0 else ' ' * len(first)}{line}" for k, line in enumerate(lines)
    )


@dataclass(frozen=True)
class Screen:
    """Where people read: text is broken at its width, between words."""

    stream: TextIO
    width: int
    colors: bool = False

    def print(self, *parts: str | Listing, whole: bool = False) -> None:
        """Each part on lines of its own; with `whole` no line is broken."""
        for part in parts:
            if isinstance(part, Listing):
                lines = part.lines(self.width)
            else:
                lines = [part] if whole else _broken(part, min(self.width, PIPED))
            said = "".join(f"{line}\n" for line in lines)
            encoding = self.stream.encoding or "utf-8"
            try:
                said.encode(encoding)
            except UnicodeEncodeError:
                said = said.translate(TWINS).encode(encoding, "replace").decode(encoding)
            with aside():
                self.stream.write(_colored(said) if self.colors else said)
                self.stream.flush()


def console(as_json: bool = False) -> Screen:
    """stdout, or stderr with --json, as wide as COLUMNS or else the terminal says."""
    stream = sys.stderr if as_json else sys.stdout
    wanted = os.environ.get("COLUMNS", "")
    width = columns(stream) if stream.isatty() else PIPED
    if wanted.isdecimal() and int(wanted) > 0:
        width = int(wanted)
    dull = "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb" or os.name == "nt"
    return Screen(stream, width, stream.isatty() and not dull)


def _colored(said: str) -> str:
    for marks, color in COLORS.items():
        said = re.sub(f"([{marks}])", f"\x1b[{color}m\\1\x1b[0m", said)
    return said


def emit(value: object) -> None:
    """Write one JSON object to stdout."""
    said = strict_json.dumps(value) + "\n"
    with aside():
        sys.stdout.write(said)


def list_names(what: str, sentences: Mapping[str, str], *, as_json: bool) -> int:
    """Each name with its sentence, on a line or as {what: [{"id", "sentence"}]}; the exit code."""
    if as_json:
        emit({what: [{"id": name, "sentence": said} for name, said in sentences.items()]})
    else:
        screen = console()
        width = min(screen.width, PIPED)
        lines = (hanging(f"{name:20} ", said, width) for name, said in sentences.items())
        screen.print(*lines)
    return 0
