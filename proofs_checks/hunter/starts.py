"""Starts and moves of a search, from instances that the claim draws for small operators."""

import numpy as np

from mondeq_ref.operator import Factors, Operator
from proofs_checks.coordinates import Blocks, Coordinates
from proofs_checks.instance import Instance
from proofs_checks.theorem import Theorem

GRID = 2.0**-32  # of all coordinates, so that exact arithmetic stays short
LARGEST = 2.0**20  # of a coordinate


def start(rng: np.random.Generator, theorem: Theorem, n: int) -> Instance:
    """One input of a drawn instance of n units, reduced to the coordinates of the claim."""
    how = theorem.coordinates
    drawn = how.start(rng, theorem.draw(rng, "hunted", small_operator(rng, n)))
    one = how.one_input(rng, drawn)
    return how.write(one, snapped(how.read(one)))


def small_operator(rng: np.random.Generator, n: int) -> Operator:
    """A random operator from factors of any rank, small or large compared with the margin."""
    rank = int(rng.integers(1, n + 1))
    A = rng.normal(size=(rank, n)) * 10.0 ** rng.uniform(-1.5, 0.5)
    S = rng.normal(size=(n, n)) * 10.0 ** rng.uniform(-1.5, 0.5)
    factors = Factors(A, S, float(rng.uniform(0.1, 1.5)))
    return factors.operator(rng.normal(size=(n, 1)), rng.normal(size=n) + 1)


def snapped(blocks: Blocks) -> Blocks:
    """The blocks, rounded to the grid, with zeros of positive sign."""
    return {name: np.round(block / GRID) * GRID + 0.0 for name, block in blocks.items()}


def size(name: str, block: np.ndarray) -> float:
    """The largest |entry| of a block (of I - W for the block W); 1 if that is 0."""
    entries = np.eye(len(block)) - block if name == "W" else block
    return float(np.abs(entries).max()) or 1.0


def moved(how: Coordinates, at: Instance, delta: Blocks) -> Instance | None:
    """The instance moved by `delta`; None where coordinates exceed LARGEST or give no instance,
    such as factors with a negative m."""
    blocks = snapped({k: block + delta.get(k, 0.0) for k, block in how.read(at).items()})
    if any(np.abs(block).max(initial=0.0) > LARGEST for block in blocks.values()):
        return None
    return written(how, at, blocks)


def written(how: Coordinates, at: Instance, blocks: Blocks) -> Instance | None:
    """The instance with these blocks; None where they give no instance."""
    try:
        return how.write(at, snapped(blocks))
    except (ValueError, ArithmeticError):
        return None


def breaking(rng: np.random.Generator, how: Coordinates, at: Instance) -> Instance | None:
    """One random coarse change that may violate a hypothesis: a shift of W, a factor, a
    perturbation of a block, or an added block."""
    blocks = how.read(at)
    name = str(rng.choice(how.moving(blocks)))
    kind = int(rng.integers(4))
    scale = size(name, blocks[name])
    if kind == 0 and "W" in blocks:
        blocks["W"] = blocks["W"] + scale * rng.uniform(0, 4) * np.eye(len(blocks["W"]))
    elif kind == 1:
        blocks[name] = blocks[name] * rng.choice([-4.0, -1.0, 0.0, 0.25, 4.0])
    elif kind == 2:
        blocks[name] = blocks[name] + scale * rng.normal(size=blocks[name].shape)
    else:
        blocks |= how.addition(rng, at)
    return written(how, at, blocks)
