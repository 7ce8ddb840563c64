"""The audit as one page without scripts or requests, made from the JSON object alone.

All text is escaped, a picture must be a PNG in a data URI, and the page's content security policy
allows only its own style sheet and such pictures.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, cast

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from mondeq_ref.documents.strict_json import dumps
from mondeq_ref.report.digits import is_enclosure, listed, percent, text
from proofs_checks.report import network
from proofs_checks.report.drift_chart import drift_chart
from proofs_checks.report.ends_chart import ends_chart
from proofs_checks.report.figure_1_chart import figure_1_chart
from proofs_checks.report.formula import prose, typeset
from proofs_checks.report.histogram import histogram, sparkline
from proofs_checks.report.standing import STANDINGS, bit_map, icon, standing
from proofs_checks.report.verdict_marks import FAILED, MARKS, gist

OPTIONAL = ("operators", "answers", "ladder", "figure_1", "published", "hunter", "figures")
PICTURE = re.compile(r"data:image/png;base64,[A-Za-z0-9+/]+={0,2}")

POWER = re.compile(r"e([+-])0*(\d+)")


def page(audit: Mapping[str, Any]) -> str:
    """The whole page; sections that are null or absent are not drawn."""
    complete = {**dict.fromkeys(OPTIONAL), **audit}
    return template().render(audit=complete)


@cache
def template() -> Template:
    """The page's template, compiled once, with those that it imports."""
    templates = _environment()
    for name in templates.list_templates():
        templates.get_template(name)
    return templates.get_template("page.html.j2")


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("proofs_checks.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        number=number,
        percent=lambda value: number(value, percent),
        listed=lambda value: number(value, listed),
        math=typeset,
        prose=prose,
        label=lambda key: prose(str(key).replace("_", " ")),
        gist=gist,
    )
    cast(dict[str, Any], made.globals).update(
        histogram=histogram,
        sparkline=sparkline,
        standing=standing,
        icon=icon,
        bit_map=bit_map,
        network=network.sentence,
        others=network.others,
        drift_chart=drift_chart,
        ends_chart=ends_chart,
        figure_1_chart=figure_1_chart,
        by_hypothesis=by_hypothesis,
        marks=MARKS,
        failed=FAILED,
        style=Markup((files("mondeq_ref.report") / "style.css").read_text()),
    )
    made.tests.update(
        enclosure=is_enclosure,
        list_of_things=lambda value: isinstance(value, list) and not is_enclosure(value),
        tabular=tabular,
        picture=lambda value: isinstance(value, str) and bool(PICTURE.fullmatch(value)),
    )
    return made


def number(value: Any, shown: Callable[[Any], str] = text) -> Markup:
    """A number in readable form, with the exact value as its title and value."""
    words = shown(value)
    if value is None:
        return Markup('<span class="absent">{}</span>').format(words)
    exact = dumps(value, indent=None)
    if isinstance(value, float | list) and not _says_all(words, value):
        opening = Markup('<data value="{}" title="{}">').format(exact, exact)
    else:
        opening = Markup('<data value="{}">').format(exact)
    return opening + typographic(words) + Markup("</data>")


def _says_all(words: str, value: Any) -> bool:
    """Whether the words are the exact value."""
    try:
        return json.loads(words) == value
    except ValueError:
        return False


def tabular(value: Any) -> bool:
    """Whether the value is an object of several nonempty objects, which is shown as a table."""
    return (
        isinstance(value, dict)
        and len(value) > 1
        and all(isinstance(item, dict) and item for item in value.values())
    )


def typographic(words: str) -> Markup:
    """The words with typeset minus signs and powers of ten."""
    parts = POWER.split(words)
    made = escape(parts[0].replace("-", "−"))
    for sign, power, rest in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        raised = ("−" if sign == "-" else "") + power
        made += Markup("×10<sup>{}</sup>").format(raised) + escape(rest.replace("-", "−"))
    return made


@dataclass(frozen=True)
class Groups:
    """Bit-widths by whether ||dW|| < m holds (rows) and by what is concluded (columns)."""

    conclusions: list[str]
    rows: list[tuple[str, list[list[int]]]]


def by_hypothesis(rows: Sequence[Mapping[str, Any]]) -> Groups:
    """The groups of rows of a ladder, without empty rows and columns."""
    rated = [row for row in rows if row["ratio"] is not None]
    reached = {standing(row) for row in rated}
    conclusions = [one for one in STANDINGS if one in reached]
    found: list[tuple[str, list[list[int]]]] = []
    for held, words in ((True, "holds"), (False, "fails"), (None, "undecided")):
        group = [row for row in rated if _below_one(row) is held]
        if group:
            cells = [
                [row["bits"] for row in group if standing(row) == concluded]
                for concluded in conclusions
            ]
            found.append((words, cells))
    return Groups([one.words for one in conclusions], found)


def _below_one(row: Mapping[str, Any]) -> bool | None:
    low, high = row["ratio"]
    if high is not None and high < 1:
        return True
    return False if low is not None and low >= 1 else None
