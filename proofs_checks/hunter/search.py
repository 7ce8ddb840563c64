"""Restarts and ascents on one form, and the sharpest instance of every size that they met.

Restart i has its own generator made of (seed, form, i), so a longer search makes the same
restarts and then more: it can only tighten.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from proofs_checks.hunter.ascent import ENOUGH, FIRST_RADIUS, Found, ascend
from proofs_checks.hunter.quarry import Quarry
from proofs_checks.hunter.shrinking import SAME
from proofs_checks.hunter.starts import breaking, start
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
    by_units: Mapping[int, Found]
    restarts: int

    @property
    def sharpest(self) -> Found | None:
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
    quarry: Quarry,
    seed: int,
    restarts: int,
    *,
    until: float = 0.0,
    sizes: Sequence[int] = SIZES,
    known: Sequence[Found] = (),
    made: int = 0,
) -> Searched:
    """So many restarts, and more until that time; `known` was found by `made` earlier ones."""
    number, done = quarry.theorem.forms.index(quarry.form), made
    by_units = dict[int, Found]()
    for found in known:
        _keep(quarry, by_units, found)
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
            found = _onward(rng, quarry, sharpest)
        else:
            found = restart(rng, quarry, n)
        if found is not None:
            _keep(quarry, by_units, found)
    return Searched(by_units, done)


def _keep(quarry: Quarry, by_units: dict[int, Found], found: Found) -> None:
    before = by_units.get(found.units)
    if before is not None and found.measured <= before.measured:
        return
    if quarry.is_decided(found.instance, found.measured.row):
        by_units[found.units] = found


def _settled(by_units: Mapping[int, Found], sizes: Sequence[int]) -> bool:
    """Refuted, or as sharp as can be told from 1 at every size."""
    if any(found.measured.refuted for found in by_units.values()):
        return True
    return all(n in by_units and by_units[n].measured.ratio >= ENOUGH for n in sizes)


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


def _onward(rng: np.random.Generator, quarry: Quarry, at: Found) -> Found:
    """Uphill from the sharpest instance so far, first in steps of any size."""
    radius = FIRST_RADIUS * 10.0 ** -rng.uniform(0, NEAREST)
    return ascend(
        rng, quarry, at, CLIMB if isfinite(at.measured.ratio) else FACT_CLIMB, radius=radius
    )


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
