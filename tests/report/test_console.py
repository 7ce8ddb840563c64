"""Progress appears on a screen, after a while, and nowhere else; tables keep their width."""

import io

import pytest
from rich.console import Console

from mondeq_ref.report import console


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("screen", "quiet", "patience", "seen"),
    [
        (True, False, -1.0, True),
        (True, True, -1.0, False),
        (False, False, -1.0, False),
        (True, False, 3600.0, False),
    ],
)
def test_a_bar_appears_on_a_screen_once_patience_is_over(
    screen, quiet, patience, seen, monkeypatch
):
    stream = Screen() if screen else io.StringIO()
    monkeypatch.setattr(console, "Console", lambda stderr: Console(file=stream))
    monkeypatch.setattr(console, "PATIENCE", patience)
    assert list(console.track("abc", "letters", 3, quiet=quiet)) == ["a", "b", "c"]
    assert ("letters" in stream.getvalue()) == seen


def test_a_name_in_brackets_is_shown_and_is_no_style():
    screen = Console(file=io.StringIO(), width=60)
    screen.print(console.table("", ["test"], [["test_x[bold]"]]))
    assert "test_x[bold]" in screen.file.getvalue()  # type: ignore[attr-defined]
