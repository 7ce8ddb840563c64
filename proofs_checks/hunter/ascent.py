"""Uphill on measured/bound: Gaussian moves whose radius follows their success."""

from dataclasses import dataclass

import numpy as np

from proofs_checks.hunter.coordinates import Blocks, coordinates, moving, size
from proofs_checks.hunter.quarry import Measured, Quarry
from proofs_checks.hunter.readable import units
from proofs_checks.hunter.starts import moved
from proofs_checks.instance import Instance

FIRST_RADIUS, LEAST_RADIUS = 0.5, 1e-9  # relative to the size of a block
WIDER, NARROWER = 1.6, 0.88  # a fifth of the moves should succeed
ENOUGH = 1 - 1e-12  # nothing sharper can be told from 1


@dataclass(frozen=True, eq=False)
class Found:
    instance: Instance
    measured: Measured

    @property
    def units(self) -> int:
        return units(self.instance)


def ascend(
    rng: np.random.Generator,
    quarry: Quarry,
    at: Found,
    evaluations: int,
    *,
    radius: float = FIRST_RADIUS,
) -> Found:
    again = None
    for _ in range(evaluations):
        if at.measured.refuted or at.measured.ratio >= ENOUGH:
            break
        delta = again or move(rng, quarry.theorem.name, at.instance, radius)
        candidate = moved_or_none(quarry, at.instance, delta)
        measured = quarry.measure(candidate)
        better = measured is not None and measured >= at.measured
        if candidate is not None and measured is not None and better:
            # Once more the same way, twice as far, where it led uphill.
            uphill = measured > at.measured
            again = {name: 2 * step for name, step in delta.items()} if uphill else None
            at = Found(candidate, measured)
            radius = min(radius * WIDER, 1.0)
        else:
            again, radius = None, radius if again else radius * NARROWER
        if radius < LEAST_RADIUS:
            radius = FIRST_RADIUS
    return at


def moved_or_none(quarry: Quarry, at: Instance, delta: Blocks) -> Instance | None:
    """Factors with a negative m, say, are refused when they are built."""
    try:
        return moved(quarry.theorem.name, at, delta)
    except (ValueError, ArithmeticError):
        return None


def move(rng: np.random.Generator, claim: str, at: Instance, radius: float) -> Blocks:
    """Of all blocks, of one, of one coordinate; or one coordinate onto 0 or another's size."""
    blocks = coordinates(claim).read(at)
    names = moving(blocks)
    kind = rng.random()
    if kind < 0.35:
        return {name: _gauss(rng, name, blocks[name], radius) for name in names}
    name = str(rng.choice(names))
    block = blocks[name]
    if kind < 0.65:
        return {name: _gauss(rng, name, block, radius)}
    k, other = (int(i) for i in rng.integers(block.size, size=2))
    delta = np.zeros(block.size)
    if kind < 0.9:
        delta[k] = radius * size(name, block) * rng.normal()
    else:
        delta[k] = float(rng.choice([-1, 0, 1])) * block.flat[other] - block.flat[k]
    return {name: delta.reshape(block.shape)}


def _gauss(rng: np.random.Generator, name: str, block: np.ndarray, radius: float) -> np.ndarray:
    return radius * size(name, block) * rng.normal(size=block.shape)
