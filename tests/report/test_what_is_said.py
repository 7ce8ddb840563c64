"""No word, color or column of a report says more than the JSON does."""

from typing import Any

import pytest

from mondeq_ref.certificates.rungs import RUNGS
from proofs_checks.report.difference import changes
from proofs_checks.report.html import MARKS, by_hypothesis, standing
from tests.support.made_up import full


@pytest.mark.parametrize(
    ("verdict", "word", "color"),
    [
        ("HOLDS", "holds", "good"),
        ("REFUTED", "refuted", "bad"),
        ("UNDECIDED", "undecided", "open"),
        ("ERROR", "error", "bad"),
        ("supported", "supported", "good"),
        ("not_supported", "not supported", "bad"),
        ("not_testable", "not testable here", "open"),
    ],
)
def test_a_verdict_is_shown_as_itself_and_only_what_is_so_in_green(
    verdict: str, word: str, color: str
) -> None:
    assert MARKS[verdict][1:] == (word, color)


@pytest.mark.parametrize("rung", [*RUNGS, None])
def test_convergence_is_said_of_the_rungs_that_promise_it(rung: int | None) -> None:
    sign, words, color = standing({"rung": rung})
    promise = "" if rung is None else RUNGS[rung].promise
    assert ("converges" in words) == ("solvers converge" in promise) == (color == "good")
    for said in ("one equilibrium for every input", "an equilibrium for every input"):
        assert (said in words) == (promise.startswith(said) and color != "good")
    assert (words == "not proved") == (rung is None) == (sign == "✗")


@pytest.mark.parametrize(
    ("ratio", "held"),
    [
        ([0.5, 0.75], "holds"),
        ([0.5, 1.5], "undecided"),
        ([0.5, 1.0], "undecided"),
        ([1.0, 1.5], "fails"),
        ([0.5, None], "undecided"),
        ([None, 0.75], "holds"),
        ([None, None], "undecided"),
    ],
)
def test_a_width_stands_where_both_ends_of_its_ratio_do(ratio: Any, held: str) -> None:
    ((found, cells),) = by_hypothesis([{"bits": 4, "rung": 4, "ratio": ratio}]).rows
    assert (found, cells) == (held, [[4]])


def test_another_verdict_is_a_difference() -> None:
    before, after = full(), full()
    after["claims"][0]["verdict"] = "UNDECIDED"
    (found,) = changes(before, after)
    assert (found.before, found.after) == ("HOLDS", "UNDECIDED")
