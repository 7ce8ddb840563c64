"""The audit in a terminal of 80 columns."""

import io

import pytest
from rich.console import Console

from proofs_checks.report.html import OPTIONAL, page
from proofs_checks.report.long_tables import long_tables, note
from proofs_checks.report.terminal import rendered
from tests.support.made_up import bad, full, hostile


def printed(parts, width=80) -> str:
    stream = io.StringIO()
    console = Console(file=stream, width=width, highlight=False)
    for part in parts:
        console.print(part)
    return stream.getvalue()


def test_story_fits_a_screen_of_80_columns():
    lines = printed(rendered(full())).splitlines()
    assert len(lines) <= 60
    assert max(map(len, lines)) <= 80


def test_every_claim_is_named_with_its_cases():
    shown = printed(rendered(full()))
    for claim in full()["claims"]:
        assert f"{claim['id']} ({claim['cases']:,})" in shown


def test_bad_news_are_words():
    shown = printed(rendered(bad()))
    for word in ("refuted: margin (3 refuted)", "undecided", "error: condition"):
        assert word in " ".join(shown.split())
    assert "condition: instance 3: ValueError: W must be square" in shown
    assert "refuted by the hunter: margin, as published" in shown
    assert "\x1b" not in shown


def test_long_tables_have_a_row_for_every_claim():
    lines = printed(long_tables(full()), 120).splitlines()
    assert max(map(len, lines)) <= 120
    for claim in full()["claims"]:
        row = next(line for line in lines if line.startswith(f" {claim['id']} "))
        assert claim["verdict"] in row
        assert f"{claim['met'][0]} of {claim['records']}" in row


def test_bound_that_the_hunter_missed_is_named():
    shown = " ".join(printed(long_tables(full()), 120).split())
    assert "2 of 4 bounds that are attained were reached" in shown
    assert "not reached by the hunter: displacement, from z* alone: 0.98" in shown


def test_worst_comes_first_in_a_note():
    margin, condition = bad()["claims"][3], bad()["claims"][9]
    assert note(margin) == "3 refuted, NOT attained"
    assert note(condition).startswith("1 fault, see below")


def test_markup_is_text_in_the_terminal_too():
    audit = bad()
    audit["claims"][9]["faults"] = ["[bold]x[/nonsense]"]
    assert "[bold]x[/nonsense]" in printed(rendered(audit))
    assert "<script>" in printed(rendered(hostile(full())))


@pytest.mark.parametrize("name", OPTIONAL)
def test_section_may_be_null_or_absent(name):
    audit = full()
    audit[name] = None
    without = printed(rendered(audit))
    del audit[name]
    assert printed(rendered(audit)) == without


def test_form_that_holds_in_one_case_is_named() -> None:
    audit = full()
    audit["claims"][3]["forms"][0]["cases"] = 1
    said = "margin, as published: holds in the only case that was tried"
    assert said in printed(rendered(audit))
    assert said not in printed(rendered(full()))
    assert "in the only case" in page(audit)
