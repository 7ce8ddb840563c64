"""No word, color or column of a report says more than the JSON does."""

import pytest

from mondeq_ref.certificates.rungs import EXISTENCE, RUNGS, UNIQUENESS
from proofs_checks.report.standing import standing
from proofs_checks.report.verdict_marks import MARKS


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
def test_only_verdicts_that_hold_are_green(verdict: str, word: str, color: str) -> None:
    assert MARKS[verdict][1:] == (word, color)


@pytest.mark.parametrize("rung", [*RUNGS, None])
def test_convergence_is_said_of_the_rungs_that_promise_it(rung: int | None) -> None:
    found = standing({"rung": rung, "equilibria_proved": 0, "inputs": 9})
    promise = "" if rung is None else RUNGS[rung].promise
    says_so = "solvers converge" in found.words
    assert says_so == ("solvers converge" in promise) == (found.tone == "good")
    if rung in (UNIQUENESS, EXISTENCE):
        assert "every input" in found.words
        assert found.tone == "open"


@pytest.mark.parametrize(("proved", "key"), [(9, "tried"), (4, "some"), (0, "undecided")])
def test_inputs_tried_are_no_promise_for_every_input(proved, key):
    found = standing({"rung": None, "equilibria_proved": proved, "inputs": 9})
    assert found.key == key
    assert "every input has" not in found.words
