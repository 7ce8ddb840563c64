"""Progress appears on a screen, after a while, and nowhere else; tables keep their width."""

import io

import pytest
from rich.console import Console

from mondeq_ref.report import console


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("screen", "quiet", "patience", "seen"),
    [
        (True, False, -1.0, True),
        (True, True, -1.0, False),
        (False, False, -1.0, False),
        (True, False, 3600.0, False),
    ],
)
def test_a_bar_appears_on_a_screen_once_patience_is_over(
    screen, quiet, patience, seen, monkeypatch
):
    stream = Screen() if screen else io.StringIO()
    monkeypatch.setattr(console, "Console", lambda stderr: Console(file=stream))
    monkeypatch.setattr(console, "PATIENCE", patience)
    assert list(console.track("abc", "letters", 3, quiet=quiet)) == ["a", "b", "c"]
    assert ("letters" in stream.getvalue()) == seen


LONG = "one equilibrium for every input, and solvers converge in the norm of the weights"


@pytest.mark.parametrize("width", [30, 40, 60, 80, 120])
def test_number_is_never_cut_or_folded(width):
    screen = Console(file=io.StringIO(), width=width)
    cells = ("8", "0.15376", "2,560 of 2,560", "-0.14234", LONG)
    screen.print(console.table("", ["bits", "ratio", "proved", "margin", "promise"], [cells]))
    shown = screen.file.getvalue()  # type: ignore[attr-defined]
    assert all(cell in shown for cell in cells[:-1])
    assert max(map(len, shown.splitlines())) <= max(width, len("proved 2,560 of 2,560") + 2)


def test_name_and_value_wider_than_the_screen_are_whole(monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")
    monkeypatch.setattr(console.sys, "stdout", io.StringIO())
    screen = console.console()
    screen.print(console.table("", ["quantity", "value"], [["digest", "0" * 40]]))
    assert screen.file.getvalue().splitlines()[-1] == "digest: " + "0" * 40  # type: ignore[attr-defined]


@pytest.mark.parametrize(("columns", "width"), [("72", 72), ("", 100), ("x", 100), ("0", 100)])
def test_width_is_that_of_columns_when_piped(columns, width, monkeypatch):
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setattr(console.sys, "stdout", io.StringIO())
    assert console.console().width == width


def test_progress_is_occasional_lines_without_a_screen(monkeypatch, capsys):
    monkeypatch.setattr(console, "EVERY", -1.0)
    assert list(console.track("abc", "letters", 3)) == ["a", "b", "c"]
    assert "letters: 1 of 3, about" in capsys.readouterr().err


@pytest.mark.parametrize("screen", [True, False])
def test_waiting_shows_the_label_until_the_work_ends(screen, monkeypatch, capsys):
    stream = Screen() if screen else io.StringIO()
    monkeypatch.setattr(console, "Console", lambda stderr: Console(file=stream))
    monkeypatch.setattr(console, "PATIENCE", 0.0)
    monkeypatch.setattr(console, "EVERY", 0.0)
    shown = ""
    with console.waiting("proving"):
        while "proving" not in shown:
            shown += stream.getvalue() if screen else capsys.readouterr().err
    with console.waiting("in silence", quiet=True):
        pass
    assert "in silence" not in stream.getvalue() + capsys.readouterr().err


def test_a_name_in_brackets_is_shown_and_is_no_style():
    screen = Console(file=io.StringIO(), width=60)
    screen.print(console.table("", ["test"], [["test_x[bold]"]]))
    assert "test_x[bold]" in screen.file.getvalue()  # type: ignore[attr-defined]
