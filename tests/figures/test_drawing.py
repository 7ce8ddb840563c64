"""A picture is made from its table alone, and is the same to the byte for the same numbers."""

import numpy as np
import pytest

from mondeq_ref.operator import Head
from paper_figures.drawing import style
from paper_figures.drawing.marks import WAYS
from paper_figures.figures import iterates, safe, sharpness
from paper_figures.numbers import proved_ways
from paper_figures.numbers.table import Comparison, Table, tabulated


def small() -> Table:
    return sharpness.compute(None, sharpness.SharpnessSettings(operators=2))


def test_same_table_gives_same_bytes_in_any_caller_style():
    import matplotlib as mpl

    table = small()
    kinds = ("png", "pdf", "svg")
    first = [style.rendered(sharpness.draw(table), kind, "x") for kind in kinds]
    with mpl.rc_context({"font.size": 20, "svg.hashsalt": "other", "lines.linewidth": 9}):
        second = [
            style.rendered(sharpness.draw(table), kind, "x") for kind in ("png", "pdf", "svg")
        ]
    assert first == second


def test_what_is_proved_decides_shape_and_fill_of_a_mark():
    marks = ("proved", "exists", "refuted", "undecided")

    @tabulated(safe.COLUMNS, ("series", "bits"), "accuracy")
    def table():
        about = {"series": proved_ways.SAFE, "margin": 1.0, "error": 0.0}
        return (about | {"bits": bits, "mark": mark} for bits, mark in enumerate(marks, 2))

    drawn = safe.draw(table())
    (ax,) = drawn.axes  # no row has an accuracy
    points = [line for line in ax.lines if len(line.get_xdata()) == 1]
    assert [point.get_marker() for point in points] == ["D", "D", "x", "+"]
    color = WAYS[proved_ways.SAFE][0]
    assert [point.get_markerfacecolor() for point in points[:2]] == [color, "white"]


def test_a_bound_on_rounded_iterates_is_its_recursion():
    r, d, g, n, first = 0.9, 1e-2, 0.95, 16, 3.0
    e = first
    for k in range(1, 40):
        e = r * e + d * g ** (k - 1) * np.sqrt(n) / 2
        assert iterates.bound(k, first, r, d, g, n) == pytest.approx(e, rel=1e-12)


def test_a_table_refuses_rows_that_do_not_fit():
    table = tabulated(("bits", "value", "error"), ("bits",), "value")(list)
    with pytest.raises(ValueError, match="no such columns"):
        table([{"width": 3}])
    with pytest.raises(ValueError, match="needs the column error"):
        Table(("bits",), "value", ("bits", "value"), ())
    made = table([{"bits": np.int64(3), "value": np.inf, "error": np.float64(0.5)}])
    assert made.rows == ((3, None, 0.5),)


def test_a_deviation_is_relative_and_said_only_of_two_numbers():
    assert Comparison("", 2.0, 3.0, "").deviation == 0.5
    assert Comparison("", -2.0, -1.0, "").deviation == 0.5
    assert Comparison("", None, 3.0, "").deviation is None
    assert Comparison("", True, True, "").deviation is None
    assert Comparison("", 5.35918, 5.3592, "").agrees
    assert not Comparison("", 5.36, 5.0, "").agrees


def test_a_head_is_needed_for_an_accuracy():
    from paper_figures.numbers.accuracy import exactly

    subject, head = small_operator(), Head(np.eye(4), np.zeros(4))
    with pytest.raises(ValueError, match="head"):
        exactly(subject, given_rows(), np.zeros(3, dtype=np.int64))
    from dataclasses import replace

    found = exactly(replace(subject, head=head), given_rows(), np.zeros(3, dtype=np.int64))
    assert found["inputs"] == 3
    assert found["unproved"] == 0


def small_operator():
    from mondeq_ref.instances.families import generic

    return generic(np.random.default_rng(0), 4)


def given_rows():
    from mondeq_ref.inputs import given

    return given(np.random.default_rng(1).normal(size=(3, 4)), 4)
