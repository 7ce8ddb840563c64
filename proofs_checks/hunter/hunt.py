"""The search for the sharpest instance of a form, its shrinking, and its exact verdict."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.verdict import Outcome
from proofs_checks.hunter.search import RESTARTS, SIZES, Searched, search
from proofs_checks.hunter.shrinking import shrunk
from proofs_checks.hunter.target import Candidate, Target
from proofs_checks.theorem import Form, Theorem, Witness


@dataclass(frozen=True, eq=False)
class Found:
    """The sharpest instance of one form, shrunk, and its verdict."""

    form: Form
    case: Candidate | None
    by_units: dict[int, float]  # the greatest ratio before shrinking
    outcome: Outcome | None
    exact: bool  # measured and bound are equal, exactly
    ratio: Enclosure | None
    restarts: int
    known: str


def hunt(
    theorem: Theorem,
    forms: Sequence[Form],
    *,
    seed: int = 0,
    dropped: str | None = None,
    restarts: int | None = None,
    seconds: float = 0.0,
) -> Iterator[Found]:
    """The result for every form, after `restarts` restarts and its share of `seconds`."""
    for form in forms:
        target = Target(theorem, form, dropped)
        until = time.monotonic() + seconds / len(forms)
        made = fair_share(len(forms)) if restarts is None else restarts
        yield sharpest(target, search(target, seed, made, until=until))


def fair_share(forms: int) -> int:
    """The number of restarts of one form, where `forms` forms are searched."""
    return max(len(SIZES), RESTARTS // forms)


def sharpest(target: Target, searched: Searched) -> Found:
    best = searched.sharpest
    best = None if best is None else shrunk(target, best)
    verdict = None if best is None else target.decided(best.instance, best.measured.row)
    ratio = None if verdict is None else verdict.ratio
    witness = target.theorem.attained.get(target.form.name, "")
    return Found(
        target.form,
        best,
        {n: found.measured.ratio for n, found in sorted(searched.by_units.items())},
        None if verdict is None else verdict.outcome,
        verdict is not None and verdict.equal and ratio is not None,
        ratio,
        searched.restarts,
        "1, attained" if isinstance(witness, Witness) else witness,
    )
