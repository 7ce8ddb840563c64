"""Restarts and ascents on one form, and the sharpest instance found for every number of units.

Restart i has its own generator from (seed, form, i), so a longer search makes the same restarts
and then more.
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

SIZES = (1, 2, 3, 4)  # units of successive restarts
RESTARTS = 32  # shared by the forms of a hunt; each has at least one per size
STARTS = 12  # random instances per restart, of which the sharpest starts the ascent
CLIMB = 170  # evaluations per ascent
FACT_CLIMB = 30  # evaluations where the form is true or false, without a ratio
BREAKS = 6  # maximum number of changes to violate a hypothesis
NEAREST = 5.0  # decades below the first radius, for an ascent from the sharpest instance


@dataclass(frozen=True, eq=False)
class Searched:
    """The sharpest instance for every number of units, and the number of restarts made."""

    by_units: Mapping[int, Candidate]
    restarts: int

    @property
    def sharpest(self) -> Candidate | None:
        """The sharpest instance; of ratios that agree to within SAME, the one of fewest units."""
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
    """`restarts` restarts, and more until the time `until`; `made` earlier ones found `known`."""
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
            # Ascent from the sharpest instance so far, with a random first radius.
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
    """Whether the form is refuted, or its ratios are too close to 1 at every size."""
    if any(found.measured.refuted for found in by_units.values()):
        return True
    return all(n in by_units and by_units[n].measured.ratio >= ENOUGH for n in sizes)


def restart(rng: np.random.Generator, target: Target, n: int) -> Candidate | None:
    """The result of an ascent from the sharpest of a few random instances."""
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
    """The instance, changed until it violates the dropped hypothesis alone."""
    for _ in range(BREAKS):
        if at is None or target.measure(at) is not None:
            return at
        at = breaking(rng, target.coordinates, at)
    return at
