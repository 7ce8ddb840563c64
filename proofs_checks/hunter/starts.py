"""Where a search starts: what the claim itself draws for a small random operator."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

import numpy as np

from mondeq_ref.operator import Factors, Operator
from proofs_checks.hunter.coordinates import Blocks, coordinates, moving, size, snapped, units
from proofs_checks.instance import Instance
from proofs_checks.theorem import Theorem

PER_INPUT = ("step", "subset", "u", "v", "start", "g", "g~")  # arrays with a row for each input
FREED = 0.7  # of those whose perturbation belongs to one entry of the factors
LARGEST = 2.0**20  # of a coordinate, and one over it the smallest positive number


def start(rng: np.random.Generator, theorem: Theorem, n: int) -> Instance:
    """One input of an instance for n units.

    A perturbation of one entry of the factors stays as it is drawn; more often it is let go.
    """
    drawn = theorem.draw(rng, "hunted", small_operator(rng, n))
    if "moved" in drawn.numbers and rng.random() < FREED:
        drawn = replace(drawn, numbers={**drawn.numbers, "moved": Fraction(-1)})
    return _tidy(theorem.name, _one_input(rng, drawn))


def small_operator(rng: np.random.Generator, n: int) -> Operator:
    """Factors of any rank and any size against the margin."""
    rank = int(rng.integers(1, n + 1))
    A = rng.normal(size=(rank, n)) * 10.0 ** rng.uniform(-1.5, 0.5)
    S = rng.normal(size=(n, n)) * 10.0 ** rng.uniform(-1.5, 0.5)
    factors = Factors(A, S, float(rng.uniform(0.1, 1.5)))
    return Operator.from_factors(factors, rng.normal(size=(n, 1)), rng.normal(size=n) + 1)


def _one_input(rng: np.random.Generator, drawn: Instance) -> Instance:
    if not len(drawn.c):
        return drawn
    row = slice(k := int(rng.integers(len(drawn.c))), k + 1)
    arrays = {name: a[row] if name in PER_INPUT else a for name, a in drawn.arrays.items()}
    moved = None if drawn.c_perturbed is None else drawn.c_perturbed[row]
    return replace(drawn, c=drawn.c[row], c_perturbed=moved, arrays=arrays)


def _tidy(claim: str, drawn: Instance) -> Instance:
    """Without what the claim does not look at."""
    how = coordinates(claim)
    return how.write(drawn, snapped(how.read(drawn)))


def moved(claim: str, at: Instance, delta: Blocks) -> Instance | None:
    """None where the coordinates leave the range in which they can be told apart."""
    how = coordinates(claim)
    blocks = snapped({k: block + delta.get(k, 0.0) for k, block in how.read(at).items()})
    if any(np.abs(block).max(initial=0.0) > LARGEST for block in blocks.values()):
        return None
    return how.write(at, blocks)


def breaking(rng: np.random.Generator, claim: str, at: Instance) -> Instance:
    """One coarse change of a kind that hypotheses speak of, whatever they are."""
    how = coordinates(claim)
    blocks = how.read(at)
    name = str(rng.choice(moving(blocks)))
    kind = int(rng.integers(4))
    scale = size(name, blocks[name])
    if kind == 0 and "W" in blocks:
        blocks["W"] = blocks["W"] + scale * rng.uniform(0, 4) * np.eye(units(blocks))
    elif kind == 1:
        blocks[name] = blocks[name] * rng.choice([-4.0, -1.0, 0.0, 0.25, 4.0])
    elif kind == 2:
        blocks[name] = blocks[name] + scale * rng.normal(size=blocks[name].shape)
    else:
        blocks |= EXTRAS.get(claim, _other_input)(rng, at)
    return how.write(at, snapped(blocks))


def _other_input(rng: np.random.Generator, at: Instance) -> Blocks:
    return {"dc": rng.normal(size=at.c.shape)} if at.c.size else {}


def _any_last_part(rng: np.random.Generator, at: Instance) -> Blocks:
    return {"@K": rng.normal(size=at.operator.W.shape)}


def _any_step(rng: np.random.Generator, at: Instance) -> Blocks:
    return {"#step": np.abs(at.arrays["w"]).max(keepdims=True).ravel() * rng.uniform(0, 1, 1)}


def _any_end(rng: np.random.Generator, at: Instance) -> Blocks:
    return {"#greatest": np.array([float(at.numbers["grid"]) * float(rng.integers(1, 9))])}


def _nothing(_: np.random.Generator, __: Instance) -> Blocks:
    return {}


# What an instance may have beside what is drawn.
EXTRAS: Mapping[str, Callable[[np.random.Generator, Instance], Blocks]] = {
    "parameterization": _any_last_part,
    "quantizer": _any_step,
    "inexact": _any_end,
    "structured": _nothing,
}
