"""Typesetting of formulas, which are written in ASCII, for a page.

    ||z~ - z*|| <= (||dW||/m) ||z~||    becomes    ‖z̃ − z*‖ ≤ (‖ΔW‖/m) ‖z̃‖

The ASCII text is kept as the title of the element.
"""

import re
from functools import cache

from markupsafe import Markup, escape

TILDE = "\u0303"  # a combining character: over the preceding letter
GREEK = {
    "alpha": "α",
    "beta": "β",
    "eps": "ε",
    "kappa": "κ",
    "lambda": "λ",
    "phi": "φ",
    "Phi": "Φ",
    "rho": "ρ",
    "sigma": "σ",
    "sqrt": "√",
}
SIGNS = {
    "||": "‖",
    "||_2": "‖₂",
    "<=": "≤",
    ">=": "≥",
    "!=": "≠",
    "->": "→",
    " - ": " − ",
    " in ": " ∈ ",
}

_TOKEN = re.compile(
    r"(?P<sign><=|>=|!=|->| - | in )"
    r"|(?P<word>\|\||[A-Za-z]+)(?P<tilde>~?)(?:_(?P<sub>\w+|\{[^{}]*\}))?(?P<transpose>\'?)"
    r"|\^(?P<power>-?\w+|\([^()]*\))"
)


@cache
def typeset(formula: str) -> Markup:
    """The formula as markup; text that no rule matches stays as it is."""
    made, end = Markup(), 0
    for found in _TOKEN.finditer(formula):
        made += escape(formula[end : found.start()]) + _token(found)
        end = found.end()
    made += escape(formula[end:])
    return Markup('<span class="math" title="{}">{}</span>').format(formula, made)


def _token(found: re.Match[str]) -> Markup:
    if found["sign"]:
        return escape(SIGNS[found["sign"]])
    if found["power"]:
        return Markup("<sup>{}</sup>").format(found["power"].replace("-", "−"))
    word, sub = found["word"], found["sub"]
    made = _word(word, TILDE if found["tilde"] else "")
    if sub:
        made += Markup("<sub>{}</sub>").format(sub.strip("{}"))
    if found["transpose"]:
        made += Markup("<sup>⊤</sup>")
    return made


def _word(word: str, accent: str) -> Markup:
    """Letters of mathematics are italic; words are not."""
    if word in SIGNS:
        return escape(SIGNS[word])
    if word in GREEK:
        return escape(GREEK[word] + accent)
    if len(word) == 2 and word[0] == "d" and (word[1].isupper() or word[1] in "bxc"):
        return Markup("Δ<i>{}</i>").format(word[1] + accent)
    if len(word) == 1:
        return Markup("<i>{}</i>").format(word + accent)
    return escape(word + accent)


_IN_PROSE = re.compile(r"\|\|(?:_2\b)?|<=|>=|!=|->|\bd([WUbcx])\b|\b([A-Za-z])~")


def prose(text: str) -> str:
    """The text with typeset signs; letters stay as they are, because `a` may be an article."""

    def sign(found: re.Match[str]) -> str:
        if found[1]:
            return f"Δ{found[1]}"
        return f"{found[2]}{TILDE}" if found[2] else SIGNS[found[0]]

    return _IN_PROSE.sub(sign, text)
