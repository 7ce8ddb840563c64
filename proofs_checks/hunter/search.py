"""Restarts and ascents on one form, and the sharpest instance of every size that they met.

Restart i has its own generator made of (seed, form, i), so a longer search makes the same
restarts and then more: it can only tighten.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from proofs_checks.hunter.ascent import ENOUGH, FIRST_RADIUS, ascend
from proofs_checks.hunter.shrinking import SAME
from proofs_checks.hunter.starts import breaking, start
from proofs_checks.hunter.target import Candidate, Target
from proofs_checks.instance import Instance

SIZES = (1, 2, 3, 4)  # units; restarts take them in turn
RESTARTS = 32  # shared by the forms of a hunt; each gets at least one a size
STARTS = 12  # looked at in a restart; the sharpest is the one that is climbed from
CLIMB = 170  # evaluations
FACT_CLIMB = 30  # where there is no ratio to climb on, true or false
BREAKS = 6  # changes, at most, to break a hypothesis
NEAREST = 5.0  # decades below the first radius, where a climb goes on from the sharpest


@dataclass(frozen=True, eq=False)
class Searched:
    by_units: Mapping[int, Candidate]
    restarts: int

    @property
    def sharpest(self) -> Candidate | None:
        """Of ratios that are the same to within SAME, the one with the fewest units."""
        best = None
        for n in sorted(self.by_units):
            found = self.by_units[n]
            refuted = found.measured.refuted
            if best is None or refuted or found.measured.ratio > best.measured.ratio + SAME:
                best = found
            if refuted:
                break
        return best


def search(
    target: Target,
    seed: int,
    restarts: int,
    *,
    until: float = 0.0,
    sizes: Sequence[int] = SIZES,
    known: Sequence[Candidate] = (),
    made: int = 0,
) -> Searched:
    """So many restarts, and more until that time; `known` was found by `made` earlier ones."""
    number, done = target.theorem.forms.index(target.form), made
    by_units = dict[int, Candidate]()
    for found in known:
        _keep(target, by_units, found)
    while done < made + restarts or time.monotonic() < until:
        if _settled(by_units, sizes):
            break
        turn, which = divmod(done, len(sizes))
        n = sizes[which]
        rng = np.random.default_rng(np.random.SeedSequence([seed, number, done]))
        done += 1
        sharpest = by_units.get(n)
        if sharpest is not None and sharpest.measured.ratio >= ENOUGH:
            continue
        if turn % 2 and sharpest is not None:
            # Uphill from the sharpest instance so far, first in steps of any size.
            radius = FIRST_RADIUS * 10.0 ** -rng.uniform(0, NEAREST)
            found = _climbed(rng, target, sharpest, radius)
        else:
            found = restart(rng, target, n)
        if found is not None:
            _keep(target, by_units, found)
    return Searched(by_units, done)


def _keep(target: Target, by_units: dict[int, Candidate], found: Candidate) -> None:
    before = by_units.get(found.units)
    if before is not None and found.measured <= before.measured:
        return
    if target.is_decided(found):
        by_units[found.units] = found


def _settled(by_units: Mapping[int, Candidate], sizes: Sequence[int]) -> bool:
    """Refuted, or too near to 1 to be distinguished from it at every size."""
    if any(found.measured.refuted for found in by_units.values()):
        return True
    return all(n in by_units and by_units[n].measured.ratio >= ENOUGH for n in sizes)


def restart(rng: np.random.Generator, target: Target, n: int) -> Candidate | None:
    """The sharpest of a few random instances, and uphill from there."""
    best = None
    for _ in range(STARTS):
        at = start(rng, target.theorem, n)
        found = target.measure(at if target.dropped is None else _broken(rng, target, at))
        if found is not None and (best is None or found.measured > best.measured):
            best = found
    return None if best is None else _climbed(rng, target, best, FIRST_RADIUS)


def _climbed(rng: np.random.Generator, target: Target, at: Candidate, radius: float) -> Candidate:
    evaluations = CLIMB if isfinite(at.measured.ratio) else FACT_CLIMB
    return ascend(rng, target, at, evaluations, radius=radius)


def _broken(rng: np.random.Generator, target: Target, at: Instance | None) -> Instance | None:
    """Moved until the dropped hypothesis, and nothing else, is broken."""
    for _ in range(BREAKS):
        if at is None or target.measure(at) is not None:
            return at
        at = breaking(rng, target.coordinates, at)
    return at
