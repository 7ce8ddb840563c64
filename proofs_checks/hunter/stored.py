"""The file of the sharpest cases of all searches, each a document that `replay` reads.

    {"kind": "claim",
     "runs":     the runs that found them: command, versions, seed, minutes, time
     "searches": [{"claim": ..., "form": ..., "without": a hypothesis or null,
                   "restarts": number of restarts in all runs, "cases": [document, ...]}, ...]}

The first case is the sharpest; where it does not have two units, the sharpest of two units
follows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from mondeq_ref.documents.encoding import members, read_document
from mondeq_ref.documents.strict_json import dumps
from mondeq_ref.instances.shipped import data_folder, verified
from proofs_checks.audit.claim_replay import KIND, SEARCH

FILE = "hunt.json"

Document = dict[str, Any]


@dataclass(frozen=True)
class Aim:
    """The subject of a search: a form of a claim, perhaps without one hypothesis."""

    claim: str
    form: str
    without: str | None = None  # the hypothesis that is violated, alone


@dataclass(frozen=True)
class Hunted:
    """The result of a search: the number of restarts and the stored cases."""

    restarts: int
    cases: Sequence[Document]


def written(searches: Iterable[tuple[Aim, Hunted]], runs: Sequence[Document]) -> str:
    """The text of the file, with one line for each run and each search."""
    lines = [
        {
            "claim": aim.claim,
            "form": aim.form,
            "without": aim.without,
            "restarts": found.restarts,
            "cases": found.cases,
        }
        for aim, found in searches
    ]
    rows = [",\n".join(dumps(one, indent=None) for one in part) for part in (runs, lines)]
    return f'{{"kind": "{KIND}",\n"runs": [\n{rows[0]}\n],\n"searches": [\n{rows[1]}\n]}}\n'


def read(document: Mapping[str, Any]) -> dict[Aim, Hunted]:
    searches = members(document, "a hunt", ("kind", "runs", "searches"))["searches"]
    found = dict[Aim, Hunted]()
    for search in searches:
        one = members(search, "a search", SEARCH)
        aim = Aim(one["claim"], one["form"], one["without"])
        found[aim] = Hunted(int(one["restarts"]), list(one["cases"]))
    return found


@cache
def shipped() -> Mapping[Aim, Hunted] | None:
    """The shipped cases; None where none ship."""
    if not (data_folder() / FILE).is_file():
        return None
    return read(read_document(verified(FILE)))
