"""What a command found is what its exit code says."""

import pytest

from mondeq_ref.cli.main import main
from proofs_checks.commands import hunt


@pytest.mark.parametrize(
    ("outcomes", "code", "without"),
    [(["PROVED", "PROVED"], 0, 4), (["PROVED", "REFUTED"], 1, 0), ([None, "UNDECIDED"], 0, 4)],
)
def test_a_hunt_says_whether_something_was_refuted(
    outcomes: list[str | None], code: int, without: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [{"outcome": outcome} for outcome in outcomes]
    monkeypatch.setattr(hunt, "_searched", lambda *_: found)
    monkeypatch.setattr(hunt, "_show", lambda *_: None)
    assert main(["hunt", "margin", "--quiet"]) == code
    assert main(["hunt", "displacement", "--drop", "m > 0", "--quiet"]) == without
