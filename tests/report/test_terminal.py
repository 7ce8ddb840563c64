"""The audit in a terminal of 80 columns."""

import io
import re

import pytest

from mondeq_ref.report.console import Screen
from proofs_checks.report.html import OPTIONAL
from proofs_checks.report.long_tables import long_tables, note
from proofs_checks.report.terminal import story
from tests.support.made_up import bad, full, hostile


def printed(parts, width=80) -> str:
    stream = io.StringIO()
    Screen(stream, width).print(*parts)
    return stream.getvalue()


def told(audit, width=80) -> str:
    return printed(story(audit, width), width)


@pytest.mark.parametrize("width", [40, 60, 80])
def test_story_fits_its_screen(width):
    lines = told(full(), width).splitlines()
    assert width < 80 or len(lines) <= 60
    assert max(map(len, lines)) <= width


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_no_width_cuts_or_folds_a_number(width):
    """All numbers of the widest screen, in the story and in the long tables."""

    def numbers(width):
        said = told(full(), width) + printed(long_tables(full()), width)
        return {one.strip(",.:;()") for one in said.split() if re.search(r"\d", one)}

    assert numbers(300) <= numbers(width)


def test_drift_has_both_bounds_at_every_width():
    lines = told(full()).splitlines()
    first = next(k for k, line in enumerate(lines) if line.startswith("How far equilibria move"))
    assert [re.split(r"\s{2,}", line.strip()) for line in lines[first + 1 : first + 5]] == [
        ["bits", *"865432"],
        ["the paper's bound", *["20.01"] * 6],
        ["the sharper bound", *["7.001"] * 6],
        ["actual", *["3"] * 6],
    ]


def test_every_claim_that_holds_is_named():
    named = told(full()).split("Claims that hold, 13 of 13:")[1]
    assert named.replace(",", "").split() == [claim["id"] for claim in full()["claims"]]


def test_bad_news_are_words():
    shown = told(bad())
    for word in ("refuted: margin (3 refuted)", "undecided", "error: condition"):
        assert word in " ".join(shown.split())
    assert "condition: instance 3: ValueError: W must be square" in shown
    assert "refuted by the hunter: margin, as published" in shown


def test_long_tables_have_a_row_for_every_claim():
    lines = printed(long_tables(full()), 120).splitlines()
    assert max(map(len, lines)) <= 120
    for claim in full()["claims"]:
        row = next(line for line in lines if line.startswith(f" {claim['id']} "))
        assert claim["verdict"] in row
        assert f"{claim['met'][0]} of {claim['records']}" in row


def test_worst_comes_first_in_a_note():
    margin, condition = bad()["claims"][3], bad()["claims"][9]
    assert note(margin) == "3 refuted, NOT attained"
    assert note(condition).startswith("1 fault, ")


def test_markup_is_text_in_the_terminal_too():
    audit = bad()
    audit["claims"][9]["faults"] = ["[bold]x[/nonsense]"]
    assert "[bold]x[/nonsense]" in told(audit)
    assert "<script>" in told(hostile(full()))


@pytest.mark.parametrize("name", OPTIONAL)
def test_section_may_be_null_or_absent(name):
    audit = full()
    audit[name] = None
    without = told(audit)
    del audit[name]
    assert told(audit) == without
