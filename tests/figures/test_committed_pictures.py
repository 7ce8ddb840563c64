"""The committed tables are drawn and compared again: pictures and comparisons are made of them."""

import json
from io import BytesIO
from math import isfinite

import matplotlib
import pytest
from PIL import Image

from paper_figures.drawing import style
from paper_figures.drawing.writer import compared, described
from paper_figures.numbers.table import Cell, Table
from paper_figures.readme import OUT
from paper_figures.run import NAMES, figure
from tests.support.csv_tables import read_csv

TRUE_OR_FALSE = {"unique", "open", "converged"}  # columns; elsewhere "yes" is a word
DRAWN = 1500  # rows of a table drawn by another matplotlib: the largest has fifty thousand dots
CELLS = {"yes": True, "no": False}


def cell(column: str, text: str) -> Cell:
    if text == "":
        return None
    if column in TRUE_OR_FALSE:
        return CELLS[text]
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return text


@pytest.fixture(scope="module", params=NAMES)
def committed(request) -> tuple[str, dict, Table]:
    name = request.param
    about = json.loads((OUT / f"{name}.json").read_text())
    columns = tuple(about["columns"])
    rows = tuple(tuple(cell(k, row[k]) for k in columns) for row in read_csv(OUT / f"{name}.csv"))
    return name, about, Table(tuple(about["keys"]), about["value"], columns, rows)


def test_published_numbers_stand_beside_the_table(committed):
    name, about, table = committed
    found = [described(one) for one in compared(figure(name), table)]
    assert found == about["published"]


def test_picture_is_what_its_table_draws_today(committed):
    """Another matplotlib places letters elsewhere; then only the panels are looked at."""
    name, about, table = committed
    same = matplotlib.__version__ == about["provenance"]["matplotlib"]
    every = 1 if same else max(len(table) // DRAWN, 1)
    some = Table(table.keys, table.value, table.columns, table.rows[::every])
    drawn = figure(name).draw(some)
    assert drawn.axes
    for ax in drawn.axes:
        assert ax.has_data()
        assert all(isfinite(end) for end in (*ax.get_xlim(), *ax.get_ylim()))
    assert any(ax.get_xlabel() for ax in drawn.axes)
    if same:
        with matplotlib.rc_context(style.RC):
            captioned = style.captioned(drawn, figure(name).CAPTION)
            captioned.savefig(made := BytesIO(), format="raw", dpi=style.DOTS_PER_INCH)
        with Image.open(OUT / f"{name}.png") as kept:
            assert made.getvalue() == kept.convert("RGBA").tobytes()
