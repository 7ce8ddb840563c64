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
FAILED = ("not_supported", "not_reproduced")  # published statements shown on the first screen


def first_sentence(words: str) -> str:
    """What stands before the first full stop that ends a word."""
    return re.split(r"(?<=[a-z0-9])\. ", words, maxsplit=1)[0]
