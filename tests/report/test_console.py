"""Tables keep the width of the screen, and no number and no path is broken."""

import io

import pytest

from mondeq_ref.report import console


def shown(part: str | console.Listing, width: int) -> str:
    stream = io.StringIO()
    console.Screen(stream, width).print(part)
    return stream.getvalue()


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


@pytest.mark.parametrize(
    ("columns", "width"), [("72", 72), ("", 100), ("x", 100), ("0", 100), ("²", 100)]
)
def test_width_is_that_of_columns_when_piped(columns, width, monkeypatch):
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setattr(console.sys, "stdout", io.StringIO())
    assert console.console().width == width


@pytest.mark.parametrize(
    ("encoding", "wanted"), [("cp1252", "- - || 1 ± 0.1 ?"), ("ascii", "- - || 1 ? 0.1 ?")]
)
def test_an_old_code_page_loses_only_what_it_lacks(encoding, wanted):
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    console.Screen(stream, 40).print("─ – ‖ 1 ± 0.1 ≤")
    stream.seek(0)
    assert stream.read() == f"{wanted}\n"


def test_brackets_are_text():
    assert "test_x[bold]" in shown(console.table("", ["test"], [["test_x[bold]"]]), 60)


def test_marks_have_colors_where_colors_are_wanted():
    stream = io.StringIO()
    console.Screen(stream, 40, colors=True).print("✓ holds")
    assert stream.getvalue() == "\x1b[32m✓\x1b[0m holds\n"
    assert shown("✓ holds", 40) == "✓ holds\n"
