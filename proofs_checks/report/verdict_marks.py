"""A sign, a word and a tone for every verdict."""

import re

MARKS = {
    "HOLDS": ("✓", "holds", "good"),
    "REFUTED": ("✗", "refuted", "bad"),
    "UNDECIDED": ("?", "undecided", "open"),
    "ERROR": ("!", "error", "bad"),
    "supported": ("✓", "supported", "good"),
    "not_supported": ("✗", "not supported", "bad"),
    "not_reproduced": ("≠", "not reproduced", "open"),
    "not_testable": ("○", "not testable here", "open"),
}
ENOUGH = 30  # characters of a reason
FAILED = ("not_supported", "not_reproduced")  # published statements shown on the first screen


def gist(words: str) -> str:
    """The first sentences or clauses of a reason, until they have ENOUGH characters."""
    said = ""
    for part in re.split(r"(?<=[a-z0-9][.;]) ", words):
        said = f"{said} {part}".strip()
        if len(said) >= ENOUGH:
            break
    return said.rstrip(".;")
