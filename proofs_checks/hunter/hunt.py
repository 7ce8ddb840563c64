"""A search, what it found made readable, and what exact arithmetic says of it."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.verdict import Outcome
from proofs_checks.hunter.ascent import Found
from proofs_checks.hunter.quarry import Quarry
from proofs_checks.hunter.search import RESTARTS, SIZES, Searched, search
from proofs_checks.hunter.shrinking import shrunk
from proofs_checks.theorem import Form, Theorem, Witness


@dataclass(frozen=True, eq=False)
class Catch:
    """The sharpest instance of one form, shrunk, and its verdict."""

    form: str
    formula: str
    found: Found | None
    by_units: dict[int, float]  # the greatest ratio before shrinking
    outcome: Outcome | None
    exact: bool  # measured and bound are equal, exactly
    ratio: Enclosure | None
    restarts: int
    known: str

    @property
    def units(self) -> int | None:
        return None if self.found is None else self.found.units


def hunt(
    theorem: Theorem,
    forms: Sequence[Form],
    *,
    seed: int = 0,
    dropped: str | None = None,
    restarts: int | None = None,
    seconds: float = 0.0,
) -> Iterator[Catch]:
    """Every form with at least so many restarts, and more of them while its time lasts."""
    for form in forms:
        quarry = Quarry(theorem, form, dropped)
        until = time.monotonic() + seconds / len(forms)
        made = fair_share(len(forms)) if restarts is None else restarts
        yield caught(quarry, search(quarry, seed, made, until=until))


def fair_share(forms: int) -> int:
    """Restarts of one form, where so many are hunted."""
    return max(len(SIZES), RESTARTS // forms)


def caught(quarry: Quarry, searched: Searched) -> Catch:
    best = searched.sharpest
    best = None if best is None else shrunk(quarry, best)
    verdict = None if best is None else quarry.decided(best.instance, best.measured.row)
    witness = quarry.theorem.attained.get(quarry.form.name, "")
    return Catch(
        quarry.form.name,
        quarry.form.formula,
        best,
        {n: found.measured.ratio for n, found in sorted(searched.by_units.items())},
        None if verdict is None else verdict.outcome,
        verdict is not None and verdict.equal and verdict.ratio is not None,
        None if verdict is None else verdict.ratio,
        searched.restarts,
        "1, attained" if isinstance(witness, Witness) else witness,
    )
