"""Random ascent on measured/bound by Gaussian moves whose radius adapts to their success."""

import numpy as np

from proofs_checks.coordinates import Blocks, Coordinates
from proofs_checks.hunter.starts import moved, size
from proofs_checks.hunter.target import Candidate, Target
from proofs_checks.instance import Instance

FIRST_RADIUS, LEAST_RADIUS = 0.5, 1e-9  # relative to the size of a block
WIDER, NARROWER = 1.6, 0.88  # a fifth of the moves should succeed
ENOUGH = 1 - 1e-12  # ratios above this cannot be distinguished from 1 in floats


def ascend(
    rng: np.random.Generator,
    target: Target,
    at: Candidate,
    evaluations: int,
    *,
    radius: float = FIRST_RADIUS,
) -> Candidate:
    again = None
    for _ in range(evaluations):
        if at.measured.refuted or at.measured.ratio >= ENOUGH:
            break
        delta = again or move(rng, target.coordinates, at.instance, radius)
        found = target.measure(moved(target.coordinates, at.instance, delta))
        if found is not None and found.measured >= at.measured:
            # After an increase the same move is tried again with twice the length.
            uphill = found.measured > at.measured
            again = {name: 2 * step for name, step in delta.items()} if uphill else None
            at = found
            radius = min(radius * WIDER, 1.0)
        else:
            again, radius = None, radius if again else radius * NARROWER
        if radius < LEAST_RADIUS:
            radius = FIRST_RADIUS
    return at


def move(rng: np.random.Generator, how: Coordinates, at: Instance, radius: float) -> Blocks:
    """A random move of all blocks, of one block, or of one coordinate, or one that sets a
    coordinate to 0 or to plus or minus another coordinate."""
    blocks = how.read(at)
    names = how.moving(blocks)
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
