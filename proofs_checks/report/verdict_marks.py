"""How verdicts are said: a sign and a word each, never color alone."""

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
ENOUGH = 50  # characters of a reason
FAILED = ("not_supported", "not_reproduced")  # published statements shown on the first screen


def gist(words: str) -> str:
    """The first parts of a reason, up to a full stop or semicolon, that say enough together."""
    said = ""
    for part in re.split(r"(?<=[a-z0-9][.;]) ", words):
        said = f"{said} {part}".strip()
        if len(said) >= ENOUGH:
            break
    return said.rstrip(".;")
