"""The audit in a terminal of 120 characters."""

import io
from typing import Any

import pytest
from rich.console import Console

from proofs_checks.report.html import OPTIONAL
from proofs_checks.report.terminal import note, rendered
from tests.support.made_up import bad, full, hostile


def printed(audit: dict[str, Any]) -> str:
    stream = io.StringIO()
    console = Console(file=stream, width=120, highlight=False)
    for part in rendered(audit):
        console.print(part)
    return stream.getvalue()


def test_every_line_fits_and_every_claim_has_a_row() -> None:
    audit = full()
    lines = printed(audit).splitlines()
    assert max(map(len, lines)) <= 120
    for claim in audit["claims"]:
        row = next(line for line in lines if line.startswith(f" {claim['id']} "))
        assert claim["verdict"] in row
        assert f"{claim['met'][0]} of {claim['records']}" in row


def test_bad_news_are_words() -> None:
    shown = printed(bad())
    for word in ("REFUTED", "UNDECIDED", "ERROR", "3 refuted", "5 undecided", "NOT attained"):
        assert word in " ".join(shown.split())
    assert "condition: instance 3: ValueError: W must be square" in shown
    assert "\x1b" not in shown


def test_what_the_hunter_did_not_reach_or_refuted_is_named() -> None:
    shown = " ".join(printed(full()).split())
    assert "2 of 4 bounds that are attained were reached" in shown
    assert "without a hypothesis: 2 of 4" in shown
    assert "not reached by the hunter: displacement, from z* alone: 0.98" in shown
    assert "REFUTED by the hunter: margin, as published" in printed(bad())


def test_the_worst_comes_first_in_a_note() -> None:
    margin, condition = bad()["claims"][3], bad()["claims"][9]
    assert note(margin) == "3 refuted, NOT attained"
    assert note(condition).startswith("1 fault, see below")


def test_markup_of_the_terminal_is_text_too() -> None:
    audit = full()
    audit["claims"][0]["sentence"] = "[bold]x[/nonsense]"
    assert "[bold]x[/nonsense]" in printed(audit)
    assert "<script>" in printed(hostile(full()))


@pytest.mark.parametrize("name", OPTIONAL)
def test_sections_may_be_null_or_absent(name: str) -> None:
    audit = full()
    audit[name] = None
    without = printed(audit)
    del audit[name]
    assert printed(audit) == without
