"""Restarts, ascents and shrinking, one form after the other, and what they found.

Restart i has its own generator made of (seed, form, i), so a longer hunt makes the same
restarts and then more: it can only tighten.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.verdict import Outcome
from proofs_checks.hunter.ascent import ENOUGH, Found, ascend
from proofs_checks.hunter.quarry import Quarry
from proofs_checks.hunter.shrinking import instance_units, shrunk
from proofs_checks.hunter.starts import breaking, start
from proofs_checks.instance import Instance
from proofs_checks.theorem import Form, Theorem, Witness

SIZES = (1, 2, 3, 4)  # units; restarts take them in turn
RESTARTS = 32  # shared by the forms of a hunt; each gets at least one a size
STARTS = 12  # looked at in a restart; the sharpest is the one that is climbed from
CLIMB = 170  # evaluations
FACT_CLIMB = 30  # where there is no ratio to climb on, true or false
BREAKS = 6  # changes, at most, to break a hypothesis
SAME = 1e-6  # ratios this close are equally sharp: then fewer units are better


@dataclass(frozen=True, eq=False)
class Catch:
    """The sharpest instance of one form, shrunk, and what exact arithmetic says of it."""

    form: str
    formula: str
    found: Found | None
    by_size: dict[int, float]  # units -> the greatest ratio before shrinking
    outcome: Outcome | None
    exact: bool  # measured and bound are equal, exactly
    ratio: Enclosure | None
    restarts: int
    known: str

    @property
    def units(self) -> int | None:
        return None if self.found is None else instance_units(self.found.instance)


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
    if restarts is None:
        restarts = max(len(SIZES), RESTARTS // len(forms))
    for form in forms:
        until = time.monotonic() + seconds / len(forms)
        yield _hunt_form(Quarry(theorem, form, dropped), seed, restarts, until)


def _hunt_form(quarry: Quarry, seed: int, restarts: int, until: float) -> Catch:
    number = quarry.theorem.forms.index(quarry.form)
    by_size, done = dict[int, Found](), 0
    while done < restarts or time.monotonic() < until:
        n = SIZES[done % len(SIZES)]
        rng = np.random.default_rng(np.random.SeedSequence([seed, number, done]))
        done += 1
        if n in by_size and by_size[n].measured.ratio >= ENOUGH:
            continue
        found = restart(rng, quarry, n)
        if found is None:
            continue
        if n not in by_size or found.measured > by_size[n].measured:
            by_size[n] = found
        if found.measured.refuted:
            break
    best = _sharpest(by_size)
    return _caught(quarry, None if best is None else shrunk(quarry, best), by_size, done)


def restart(rng: np.random.Generator, quarry: Quarry, n: int) -> Found | None:
    """The sharpest of a few random instances, and uphill from there."""
    found = None
    for _ in range(STARTS):
        drawn = start(rng, quarry.theorem, n)
        at = drawn if quarry.dropped is None else _broken(rng, quarry, drawn)
        measured = quarry.measure(at)
        if at is not None and measured is not None and (found is None or measured > found.measured):
            found = Found(at, measured)
    if found is None:
        return None
    return ascend(rng, quarry, found, CLIMB if isfinite(found.measured.ratio) else FACT_CLIMB)


def _broken(rng: np.random.Generator, quarry: Quarry, at: Instance) -> Instance | None:
    """Moved until the dropped hypothesis, and nothing else, is broken."""
    for _ in range(BREAKS):
        if quarry.measure(at) is not None:
            return at
        try:
            at = breaking(rng, quarry.theorem.name, at)
        except (ValueError, ArithmeticError):
            return None
    return at


def _sharpest(by_size: dict[int, Found]) -> Found | None:
    """Of ratios that are the same to within SAME, the one with the fewest units."""
    best = None
    for n in sorted(by_size):
        found = by_size[n]
        refuted = found.measured.refuted
        if best is None or refuted or found.measured.ratio > best.measured.ratio + SAME:
            best = found
        if refuted:
            break
    return best


def _caught(quarry: Quarry, best: Found | None, by_size: dict[int, Found], restarts: int) -> Catch:
    verdict = None if best is None else quarry.decided(best.instance, best.measured.row)
    witness = quarry.theorem.attained.get(quarry.form.name, "")
    return Catch(
        quarry.form.name,
        quarry.form.formula,
        best,
        {n: found.measured.ratio for n, found in sorted(by_size.items())},
        None if verdict is None else verdict.outcome,
        verdict is not None and verdict.equal and verdict.ratio is not None,
        None if verdict is None else verdict.ratio,
        restarts,
        "1, attained" if isinstance(witness, Witness) else witness,
    )
