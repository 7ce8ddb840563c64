"""The committed tables can be computed again, and say nothing that a theorem forbids."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from paper_figures.drawing.marks import MEANINGS
from paper_figures.drawing.writer import csv_text
from paper_figures.figures import (
    fig1_margin,
    fig2_displacement,
    fig3_qat,
    iterates,
    ladder,
    phase,
    safe,
    sharpness,
    splitting,
    steps,
)
from paper_figures.numbers.subject import shipped_subject
from paper_figures.readme import HERE, OUT, page
from paper_figures.run import NAMES
from tests.support.csv_tables import read_csv

PUBLISHED = json.loads((HERE.parent / "data" / "published.json").read_text())
MOST_BYTES = 400_000  # of a committed picture with its caption; figure 1 has five panels
PIXELS = 1050  # 3.5 inches at 300 dots an inch

# Settings under which a few rows of every table are computed again.
AGAIN = {
    "fig1_margin": (fig1_margin, {"published": (8,), "ended": (4,), "bits": (2,), "chosen": ()}),
    "fig2_displacement": (
        fig2_displacement,
        {"published": (), "stored": (), "W": (6, 32), "WUb": (4,), "first": 100, "inputs": 12},
    ),
    "fig3_qat": (fig3_qat, {"bits": (8,), "published": (8,)}),
    "splitting": (splitting, {"bits": (8,), "iterations": 20}),
    "ladder": (ladder, {"bits": (5, 8)}),
    "phase": (phase, {"operators": 2}),
    "sharpness": (sharpness, {"operators": 1}),
    "iterates": (iterates, {"cells": (1e-3,), "iterations": 60}),
    "safe": (safe, {"bits": (8,)}),
    "steps": (steps, {"bits": (5, 8)}),
}


@pytest.fixture(scope="module")
def main_operator_alone():
    return replace(shipped_subject(), is_shipped=False)


def committed(name: str) -> list[dict[str, str]]:
    return read_csv(OUT / f"{name}.csv")


def numbers(name: str, column: str, wanted: dict[str, str] | None = None) -> np.ndarray:
    rows = [r for r in committed(name) if all(r[k] == v for k, v in (wanted or {}).items())]
    return np.array([float(row[column] or "nan") for row in rows])


@pytest.mark.parametrize("name", NAMES)
def test_rows_computed_again_agree_within_their_errors(name, main_operator_alone, tmp_path):
    module, changes = AGAIN[name]
    table = module.compute(main_operator_alone, replace(module.SETTINGS, **changes))
    (tmp_path / "again.csv").write_text(csv_text(table))
    again = read_csv(tmp_path / "again.csv")
    known = {tuple(row[key] for key in table.keys): row for row in committed(name)}
    compared = 0
    for row in again:
        old = known[tuple(row[key] for key in table.keys)]
        assert (old[table.value] == "") == (row[table.value] == "")
        if row[table.value]:
            allowed = float(old["error"]) + float(row["error"])
            assert abs(float(row[table.value]) - float(old[table.value])) <= allowed, row
            compared += 1
        for decided in {"rung", "unique", "exists", "reached", "mark", "open"} & set(row):
            assert row[decided] == old[decided]
    assert compared >= 2


def test_nothing_is_called_divergent():
    marks = {"", *MEANINGS}
    for name in ("fig1_margin", "fig3_qat", "safe"):
        assert {row["mark"] for row in committed(name)} <= marks
    assert {row["reached"] for row in committed("phase")} <= {"proved", "yes", "undecided"}


def test_certified_displacements_are_below_their_bounds():
    for series in ("W", "WUb"):
        moved, bound, error = (
            numbers("fig2_displacement", column, {"series": series})
            for column in ("displacement", "bound", "error")
        )
        assert len(moved) > 10_000
        assert (moved - error <= bound).all()


def test_no_inequality_is_refuted_by_an_instance():
    ratio, error = numbers("sharpness", "ratio"), numbers("sharpness", "error")
    assert len(ratio) > 1000
    assert (ratio - error <= 1).all()


def test_sharp_rates_bound_iterates_and_beat_the_claimed():
    for name in ("splitting", "iterates"):
        distance, error = numbers(name, "distance"), numbers(name, "error")
        assert (distance - error <= numbers(name, "sharp")).all()
        assert (numbers(name, "sharp") <= numbers(name, "claimed")).all()


def test_no_proved_step_is_below_the_promised_one():
    tight, error = numbers("steps", "tightness"), numbers("steps", "error")
    assert (tight + error >= 1).all()
    assert (error < 1e-8).all()
    assert len(numbers("steps", "bits", {"series": "structured"})) == len(steps.SETTINGS.bits)


def test_the_margin_left_is_what_theorem_2_says():
    assert (numbers("phase", "margin_left") >= 1 - numbers("phase", "ratio") - 1e-9).all()


def test_the_page_is_made_from_the_files_beside_it():
    assert (HERE / "README.md").read_text() == page()


@pytest.mark.parametrize("name", NAMES)
def test_a_committed_figure_is_small_and_a_column_wide(name):
    content = (OUT / f"{name}.png").read_bytes()
    assert len(content) < MOST_BYTES
    assert int.from_bytes(content[16:20], "big") == PIXELS


@pytest.mark.parametrize("name", NAMES)
def test_the_json_names_its_numbers_and_no_machine(name):
    text = (OUT / f"{name}.json").read_text()
    found = json.loads(text)
    assert found["provenance"]["inputs"]
    assert found["count"] == len(committed(name))
    for word in ("/work", "/home", "/tmp"):
        assert word not in text


def test_every_published_number_of_the_figures_is_compared():
    compared = {name: json.loads((OUT / f"{name}.json").read_text())["published"] for name in NAMES}
    figure_1 = PUBLISHED["figure_1"]["recomputed"]
    assert len(compared["fig1_margin"]) == sum(len(point) - 1 for point in figure_1)
    # The protocol of the stored fractions belongs to a published statement, which runs it.
    figure_2 = PUBLISHED["figure_2"].items()
    theirs = [
        value
        for key, value in figure_2
        if isinstance(value, dict) and key != "stored_fractions_protocol"
    ]
    assert len(compared["fig2_displacement"]) == sum(len(value) for value in theirs)
    assert all(row["ours"] is not None for row in compared["fig2_displacement"])
    assert Path(HERE / "README.md").read_text().count("\n| ") >= sum(map(len, compared.values()))
