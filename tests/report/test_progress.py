"""Progress appears on stderr, after a while, on one line that nothing else is written to."""

import io
import os
import re
import sys
import termios
import threading
import time

import pytest

from mondeq_ref.arrays import InputError
from mondeq_ref.cli import doctor
from mondeq_ref.cli.main import main
from mondeq_ref.report import progress
from mondeq_ref.report.console import console, emit


class Terminal(io.StringIO):
    """What is on the screen, after everything that was written."""

    def __init__(self):
        super().__init__()
        self.states = [[""]]

    def isatty(self) -> bool:
        return True

    def write(self, said: str) -> int:
        self.states.append(screen(self.getvalue() + said))
        return super().write(said)

    def shows(self, part: str):
        return lambda: part in self.states[-1][-1]


def screen(said: str) -> list[str]:
    rows = [""]
    at = 0
    for sign in said:
        if sign == "\n":
            rows.append("")
        elif sign != "\r":
            rows[-1] = rows[-1][:at] + sign + rows[-1][at + 1 :]
        at = 0 if sign in "\r\n" else at + 1
    return [row.rstrip() for row in rows]


def until(happened):
    last = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < last


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    for name in ("PATIENCE", "EVERY", "OFTEN"):
        monkeypatch.setattr(progress, name, 0.001)


def terminal_of(monkeypatch) -> Terminal:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    return terminal


@pytest.mark.parametrize(
    ("made", "term"), [(Terminal, "xterm"), (Terminal, "dumb"), (io.StringIO, "xterm")]
)
@pytest.mark.parametrize("counted", [True, False])
def test_progress_is_shown_until_the_work_ends(made, term, counted, monkeypatch):
    stream = made()
    monkeypatch.setenv("TERM", term)
    monkeypatch.setattr(sys, "stderr", stream)
    if counted:
        for item in progress.track("abc", "proving", 3):
            until(lambda item=item: item != "b" or "1 of 3, about" in stream.getvalue())
    else:
        with progress.waiting("proving"):
            until(lambda: "0 s so far" in stream.getvalue())
    said = stream.getvalue()
    if (made, term) == (Terminal, "xterm"):
        assert screen(said) == [""]  # the line is wiped
    else:
        assert "\r" not in said
        assert all(line.startswith("proving: ") for line in said.splitlines())


@pytest.mark.parametrize(("quiet", "patience"), [(True, 0.0), (False, 3600.0)])
def test_no_progress_is_shown_if_quiet_or_soon_over(quiet, patience, monkeypatch, capsys):
    for name in ("PATIENCE", "EVERY"):
        monkeypatch.setattr(progress, name, patience)
    assert list(progress.track("abc", "letters", 3, quiet=quiet)) == ["a", "b", "c"]
    with progress.waiting("proving", quiet=quiet):
        pass
    assert capsys.readouterr() == ("", "")


def test_of_nested_works_the_innermost_has_the_line(monkeypatch):
    terminal = terminal_of(monkeypatch)
    for _ in progress.track("ab", "bit-widths", 16):
        until(terminal.shows("bit-widths: "))
        for item in progress.track("ab", "inputs", 200000):
            until(terminal.shows("0 of 200000" if item == "a" else "1 of 200000, about"))
            few = len(terminal.states) + 20
            until(lambda few=few: len(terminal.states) > few)
    said = re.compile(r"((bit-widths|inputs): [#.]{30} \d of (16|200000)(, about \d+ s left)?)?")
    assert [rows for rows in terminal.states if not said.fullmatch(*rows)] == []
    assert terminal.states[-1] == [""]


def test_nothing_is_written_onto_the_line_or_after_an_error(monkeypatch):
    terminal = terminal_of(monkeypatch)
    monkeypatch.setattr(sys, "stdout", terminal)
    solving = progress.track("ab", "solving", 2)  # kept, like that of a traceback
    threads = threading.active_count()

    def failing(args):
        next(solving)
        for tell in (console().print, emit):
            until(terminal.shows("solving"))
            tell("row")
        until(terminal.shows("solving"))
        raise InputError("disk full")

    monkeypatch.setattr(doctor, "run", failing)
    assert main(["doctor"]) == 2
    assert terminal.states[-1] == ["row", '"row"', "mondeq-ref doctor: disk full", ""]
    until(lambda: threading.active_count() == threads)
    assert next(solving) == "b"


def test_work_goes_on_where_the_terminal_is_lost(monkeypatch):
    terminal = terminal_of(monkeypatch)
    for _ in progress.track("a", "solving", 1):
        until(terminal.shows("solving"))
        terminal.close()


@pytest.mark.parametrize(
    ("columns", "wanted"),
    [
        (100, r"inputs searched: \.{30} 1 of 200000, about \d+ s left"),
        (60, r"inputs searched: 1 of 200000, about \d+ s left"),
        (40, r"inputs searched: 1 of 200000"),
        (20, ""),
    ],
)
def test_line_fits_the_terminal_without_a_number_cut(columns, wanted, monkeypatch):
    monkeypatch.setattr(progress, "OFTEN", 3600.0)  # one state of the line
    monkeypatch.setenv("COLUMNS", "200")  # that of stdout
    screen_side, program_side = os.openpty()
    termios.tcsetwinsize(program_side, (10, columns))
    with os.fdopen(screen_side, "rb", 0) as shown, os.fdopen(program_side, "w") as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        for item in progress.track("ab", "inputs searched", 200000):
            if item == "a":
                monkeypatch.setattr(progress, "PATIENCE", 0.0)
            else:
                assert re.fullmatch(wanted, shown.read(1000).decode().strip())
