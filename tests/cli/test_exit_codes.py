"""What a command found is what its exit code says."""

from pathlib import Path

import pytest

from mondeq_ref.cli.main import main
from proofs_checks.commands import audit, hunt
from proofs_checks.report import terminal


@pytest.mark.parametrize(
    ("verdict", "lax", "strict"),
    [("HOLDS", 0, 0), ("UNDECIDED", 0, 4), ("REFUTED", 1, 1), ("ERROR", 3, 3)],
)
def test_an_audit_exits_with_the_worst_it_found(
    verdict: str,
    lax: int,
    strict: int,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    made = {"summary": {"verdict": verdict}}
    monkeypatch.setattr(audit, "_audit", lambda _: made)
    monkeypatch.setattr(audit, "_write", lambda *_: None)
    monkeypatch.setattr(terminal, "story", lambda *_: [])
    asked = ["audit", "--only", "margin", "--out", str(tmp_path)]
    assert main(asked) == lax
    assert main([*asked, "--strict"]) == strict


@pytest.mark.parametrize(
    ("outcomes", "code", "without"),
    [
        (["PROVED", "PROVED"], 0, 4),
        (["PROVED", "REFUTED"], 1, 0),
        ([None, "UNDECIDED"], 0, 4),
    ],
)
def test_a_hunt_says_whether_something_was_refuted(
    outcomes: list[str | None], code: int, without: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [{"outcome": outcome} for outcome in outcomes]
    monkeypatch.setattr(hunt, "_searched", lambda *_: found)
    monkeypatch.setattr(hunt, "_show", lambda *_: None)
    assert main(["hunt", "margin", "--quiet"]) == code
    assert main(["hunt", "displacement", "--drop", "m > 0", "--quiet"]) == without
