"""Progress appears on a screen, after a while, and nowhere else; tables keep their width."""

import io

import pytest
from rich.console import Console

from mondeq_ref.report import console
from mondeq_ref.rigor.enclosure import Enclosure


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


def test_a_number_is_shown_by_the_digits_on_which_both_ends_agree():
    assert console.shown(Enclosure(0.12344, 0.12346), 3) == "0.123"
    assert console.shown(Enclosure(0.1234, 0.1235), 4) == "[0.1234, 0.1235]"
    assert console.shown(1 / 3, 3) == "0.333"
