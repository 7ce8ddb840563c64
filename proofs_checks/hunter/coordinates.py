"""An instance as blocks of numbers that can be moved, and the instance made of moved blocks.

W, the perturbation and the injections move freely; where a matrix is made of factors, the
factors move and the matrix follows.  Names: @u is the array u, #alpha the number alpha.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from mondeq_ref.arrays import Matrix
from mondeq_ref.operator import Factors, Operator
from proofs_checks.claims import parameterization, structured
from proofs_checks.instance import Instance
from proofs_checks.quantities.quantizers import quantizer

Blocks = dict[str, Matrix]

COUNTS = ("bits", "range", "rounding", "per row", "seed", "steps", "moved")  # not moved
FIXED = ("@subset",)  # neither is which units are tried as active
GRID = 2.0**-32  # of all coordinates, so that exact arithmetic stays short
SQUARE, FIRST, FREE = ("W", "dW", "S", "@S", "@K", "@W"), ("U", "b"), ("@x", "@d", "@w")


@dataclass(frozen=True)
class Coordinates:
    read: Callable[[Instance], Blocks]
    write: Callable[[Instance, Blocks], Instance]


def coordinates(claim: str) -> Coordinates:
    return SPECIAL.get(claim, Coordinates(_read, _write))


def moving(blocks: Mapping[str, Matrix]) -> list[str]:
    return [name for name, block in blocks.items() if name not in FIXED and block.size]


def size(name: str, block: Matrix) -> float:
    """How large a block's numbers are; of W, those of I - W."""
    entries = np.eye(len(block)) - block if name == "W" else block
    return float(np.abs(entries).max()) or 1.0


def snapped(blocks: Blocks) -> Blocks:
    """On the grid, and zeros without a sign."""
    return {name: np.round(block / GRID) * GRID + 0.0 for name, block in blocks.items()}


def without_unit(blocks: Blocks, k: int) -> Blocks:
    """The blocks of an instance without one of its units."""
    found: Blocks = {}
    for name, block in blocks.items():
        if name in SQUARE:
            found[name] = np.delete(np.delete(block, k, 0), k, 1)
        elif name in FREE or name.startswith("#"):
            found[name] = block
        else:
            found[name] = np.delete(block, k, 0 if name in FIRST else -1)
    return found


def units(blocks: Blocks) -> int:
    """How many units could be left out of these blocks; none where no matrix moves."""
    return max((len(block) for name, block in blocks.items() if name in SQUARE), default=0)


def _extras(instance: Instance) -> Blocks:
    free = {f"#{k}": np.array([float(x)]) for k, x in instance.numbers.items() if k not in COUNTS}
    return {f"@{k}": np.array(a) for k, a in instance.arrays.items()} | free


def _with_extras(instance: Instance, blocks: Blocks) -> Instance:
    numbers = dict(instance.numbers)
    numbers |= {k[1:]: Fraction(float(b[0])) for k, b in blocks.items() if k.startswith("#")}
    arrays = {k[1:]: b for k, b in blocks.items() if k.startswith("@")}
    return replace(instance, numbers=numbers, arrays=arrays)


def _read(instance: Instance) -> Blocks:
    found: Blocks = {}
    if not _made_of_one_entry(instance):
        found["W"] = np.array(instance.operator.W)
        if instance.perturbed is not None:
            found["dW"] = instance.perturbed.W - instance.operator.W
    if instance.c.size:
        found["c"] = np.array(instance.c)
    if instance.c_perturbed is not None:
        found["dc"] = instance.c_perturbed - instance.c
    if "x" in instance.arrays:
        found |= {"U": np.array(instance.operator.U), "b": np.array(instance.operator.b)}
    return found | _extras(instance)


def _made_of_one_entry(instance: Instance) -> bool:
    """Both operators come from factors that differ in one entry: they are left alone."""
    return instance.numbers.get("moved", -1) >= 0


def _write(instance: Instance, blocks: Blocks) -> Instance:
    c = blocks.get("c", instance.c)
    found = replace(
        _with_extras(instance, blocks),
        c=c,
        c_perturbed=c + blocks["dc"] if "dc" in blocks else None,
    )
    if "W" not in blocks:
        return found
    W = blocks["W"]
    n = len(W)
    operator = Operator(W, blocks.get("U", np.zeros((n, 0))), blocks.get("b", np.zeros(n)))
    after = operator.with_weights(W + blocks["dW"]) if "dW" in blocks else None
    return replace(found, operator=operator, perturbed=after)


def _bare(n: int) -> Operator:
    return Operator(np.zeros((n, n)), np.zeros((n, 0)), np.zeros(n))


def _write_array(instance: Instance, blocks: Blocks) -> Instance:
    """For the quantizer only its array counts."""
    return replace(_with_extras(instance, blocks), operator=_bare(1))


def _write_product(instance: Instance, blocks: Blocks) -> Instance:
    arrays = {k[1:]: b for k, b in blocks.items() if k.startswith("@")}
    m, target = float(blocks["#m"][0]), Fraction(float(blocks["#target"][0]))
    base = replace(_bare(len(arrays["W"])), W=arrays["W"])
    return parameterization.built(instance.family, base, arrays, m, target)


def _read_factors(instance: Instance) -> Blocks:
    held = structured.factors(instance)
    return {"A": np.array(held.A), "S": np.array(held.S), "#m": np.array([held.m])}


def _write_factors(instance: Instance, blocks: Blocks) -> Instance:
    held = Factors(blocks["A"], blocks["S"], float(blocks["#m"][0]))
    n = len(held.S)
    operator = Operator.from_factors(held, np.zeros((n, 0)), np.zeros(n))
    seed = int(instance.numbers["seed"])
    return structured.built(instance.family, operator, quantizer(instance), seed)


SPECIAL: Mapping[str, Coordinates] = {
    "quantizer": Coordinates(_extras, _write_array),
    "parameterization": Coordinates(_extras, _write_product),
    "structured": Coordinates(_read_factors, _write_factors),
}
