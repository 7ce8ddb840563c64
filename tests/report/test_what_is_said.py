"""No word, color or column of a report says more than the JSON does."""

from typing import Any

import pytest

from mondeq_ref.certificates.rungs import EXISTENCE, RUNGS, UNIQUENESS
from proofs_checks.report.html import by_hypothesis
from proofs_checks.report.standing import STANDINGS, mark, standing
from proofs_checks.report.verdict_marks import MARKS, gist


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


def test_every_standing_has_a_shape_of_its_own():
    assert len({mark(one.key, 0, 0) for one in STANDINGS}) == len(STANDINGS)


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
    row = {"bits": 4, "rung": 4, "equilibria_proved": 9, "inputs": 9}
    ((found, cells),) = by_hypothesis([row | {"ratio": ratio}]).rows
    assert (found, cells) == (held, [[4]])


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("published: 0.006; ours: -0.42, proved", "published: 0.006; ours: -0.42, proved"),
        (
            "at 4 bits every one of 128 inputs has an equilibrium; at 3 bits 76. More.",
            "at 4 bits every one of 128 inputs has an equilibrium",
        ),
        ("", ""),
    ],
)
def test_gist_is_whole_parts_of_the_reason(reason, said):
    assert gist(reason) == said
