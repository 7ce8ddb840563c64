"""Progress appears on stderr, after a while, and nowhere else; tables keep their width."""

import io

import pytest

from mondeq_ref.report import console


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(part: str | console.Listing, width: int) -> str:
    stream = io.StringIO()
    console.Screen(stream, width).print(part)
    return stream.getvalue()


@pytest.mark.parametrize("made", [Terminal, io.StringIO])
@pytest.mark.parametrize("counted", [True, False])
def test_progress_is_shown_until_the_work_ends(made, counted, monkeypatch):
    stream = made()
    monkeypatch.setattr(console.sys, "stderr", stream)
    for name in ("PATIENCE", "EVERY", "OFTEN"):
        monkeypatch.setattr(console, name, 0.001)
    if counted:
        for item in console.track("abc", "proving", 3):
            while item == "b" and "1 of 3, about" not in stream.getvalue():
                pass
    else:
        with console.waiting("proving"):
            while "0 s so far" not in stream.getvalue():
                pass
    assert "proving: " in stream.getvalue()
    if stream.isatty():  # the line is wiped
        assert stream.getvalue().endswith(" \r")


@pytest.mark.parametrize(("quiet", "patience"), [(True, 0.0), (False, 3600.0)])
def test_no_progress_is_shown_if_quiet_or_soon_over(quiet, patience, monkeypatch, capsys):
    monkeypatch.setattr(console, "PATIENCE", patience)
    assert list(console.track("abc", "letters", 3, quiet=quiet)) == ["a", "b", "c"]
    with console.waiting("proving", quiet=quiet):
        pass
    assert capsys.readouterr() == ("", "")


LONG = "one equilibrium for every input, and solvers converge in the norm of the weights"


@pytest.mark.parametrize("width", [30, 40, 60, 80, 120])
def test_number_is_never_cut_or_folded(width):
    cells = ("8", "0.15376", "2,560 of 2,560", "-0.14234", LONG)
    said = shown(
        console.table(LONG, ["bits", "ratio", "proved", "margin", "promise"], [cells]), width
    )
    assert all(cell in said for cell in cells[:-1])
    assert " ".join(said.split()).count("converge") == 2
    assert max(map(len, said.splitlines())) <= width


def test_table_lies_under_its_headings():
    rows = [["8", "0.5", "no promise for every input"], ["16", "-1", LONG]]
    assert shown(console.table("What", ["bits", "a\nratio", "promise"], rows), 40).splitlines() == [
        "What",
        "",
        "        a",
        " bits   ratio   promise",
        " ──────────────────────────────────────",
        " 8      0.5     no promise for every",
        "                input",
        " 16     -1      one equilibrium for",
        "                every input, and",
        "                solvers converge in the",
        "                norm of the weights",
        "",
    ]


def test_name_and_value_wider_than_the_screen_are_whole():
    said = shown(console.table("", ["quantity", "value"], [["digest", "0" * 40]]), 20)
    assert said == "digest: " + "0" * 40 + "\n"


@pytest.mark.parametrize(("columns", "width"), [("72", 72), ("", 100), ("x", 100), ("0", 100)])
def test_width_is_that_of_columns_when_piped(columns, width, monkeypatch):
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setattr(console.sys, "stdout", io.StringIO())
    assert console.console().width == width


def test_an_old_code_page_gets_ascii():
    stream = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")
    console.Screen(stream, 40).print(console.table("", ["bits"], [["8"]]))
    stream.seek(0)
    assert stream.read().splitlines() == ["", " bits", " ----", " 8", ""]


def test_brackets_are_text():
    assert "test_x[bold]" in shown(console.table("", ["test"], [["test_x[bold]"]]), 60)
