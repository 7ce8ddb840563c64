"""Coordinates of the instances of a claim, in which the hunter searches.

An instance is read into blocks of numbers and written from changed blocks.  By default W, the
perturbation and the injections change freely; a claim with other instances overrides `read` and
`write`.  In names of blocks @u is the array u, and #alpha is the number alpha.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from mondeq_ref.arrays import Matrix
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.dyadic import Dyadic, identity
from proofs_checks.instance import Instance

Blocks = dict[str, Matrix]

SQUARE, FIRST = ("W", "dW", "S"), ("U", "b")  # a row and a column per unit; a row per unit
CHANGES = {"dW": "W~ - W", "dc": "c~ - c"}  # the names of these blocks in output


@dataclass(frozen=True)
class Coordinates:
    """Coordinates of most claims: a layer, a perturbation, injections, arrays and numbers."""

    fixed: Sequence[str] = ()  # numbers and arrays that a search does not change
    square: Sequence[str] = ()  # arrays with a row and a column for each unit
    shared: Sequence[str] = ()  # arrays without a row for each input
    unitless: Sequence[str] = ()  # arrays without a column for each unit
    inputs: bool = False  # whether U and b change too

    def read(self, instance: Instance) -> Blocks:
        found = {"W": np.array(instance.operator.W)}
        if instance.perturbed is not None:
            found["dW"] = instance.perturbed.W - instance.operator.W
        if instance.c.size:
            found["c"] = np.array(instance.c)
        if instance.c_perturbed is not None:
            found["dc"] = instance.c_perturbed - instance.c
        if self.inputs:
            found |= {"U": np.array(instance.operator.U), "b": np.array(instance.operator.b)}
        return found | self.extras(instance)

    def write(self, instance: Instance, blocks: Blocks) -> Instance:
        c = blocks.get("c", instance.c)
        moved = c + blocks["dc"] if "dc" in blocks else None
        found = replace(with_extras(instance, blocks), c=c, c_perturbed=moved)
        if "W" not in blocks:
            return found
        W = blocks["W"]
        n = len(W)
        operator = Operator(W, blocks.get("U", np.zeros((n, 0))), blocks.get("b", np.zeros(n)))
        after = operator.with_weights(W + blocks["dW"]) if "dW" in blocks else None
        return replace(found, operator=operator, perturbed=after)

    def extras(self, instance: Instance) -> Blocks:
        """The arrays, and the numbers that are not fixed."""
        numbers = {name: x for name, x in instance.numbers.items() if name not in self.fixed}
        arrays = {f"@{name}": np.array(array) for name, array in instance.arrays.items()}
        return arrays | {f"#{name}": np.array([float(x)]) for name, x in numbers.items()}

    def start(self, rng: np.random.Generator, drawn: Instance) -> Instance:
        """The instance with which a search from a drawn instance begins."""
        return drawn

    def one_input(self, rng: np.random.Generator, drawn: Instance) -> Instance:
        if not len(drawn.c):
            return drawn
        row = slice(k := int(rng.integers(len(drawn.c))), k + 1)
        arrays = {k: a if k in self.shared else a[row] for k, a in drawn.arrays.items()}
        moved = None if drawn.c_perturbed is None else drawn.c_perturbed[row]
        return replace(drawn, c=drawn.c[row], c_perturbed=moved, arrays=arrays)

    def addition(self, rng: np.random.Generator, at: Instance) -> Blocks:
        """Blocks that a search may add to an instance: by default, other injections for W~."""
        return {"dc": rng.normal(size=at.c.shape)} if at.c.size else {}

    def moving(self, blocks: Blocks) -> list[str]:
        still = {f"@{name}" for name in self.fixed}
        return [name for name, block in blocks.items() if name not in still and block.size]

    def without(self, blocks: Blocks, k: int) -> Blocks | None:
        """The blocks of an instance without its k-th unit; None where there is no other unit."""
        if not k < self.order(blocks) > 1:
            return None
        found: Blocks = {}
        for name, block in blocks.items():
            if self._is_square(name):
                found[name] = np.delete(np.delete(block, k, 0), k, 1)
            elif name.startswith("#") or name[1:] in self.unitless:
                found[name] = block
            else:
                found[name] = np.delete(block, k, 0 if name in FIRST else -1)
        return found

    def order(self, blocks: Blocks) -> int:
        """The number of units of the blocks; 0 where no matrix changes."""
        return max(
            (len(block) for name, block in blocks.items() if self._is_square(name)), default=0
        )

    def _is_square(self, name: str) -> bool:
        return name in SQUARE or (name.startswith("@") and name[1:] in self.square)

    def units(self, instance: Instance) -> int:
        """The size of an instance."""
        return instance.operator.n

    def described(self, instance: Instance) -> dict[str, Any]:
        """The blocks and numbers of an instance by name; blocks of zeros are left out."""
        blocks = self.shown(instance)
        found = {
            CHANGES.get(name, name.lstrip("@#")): np.squeeze(block).tolist()
            for name, block in blocks.items()
            if block.any() or name in ("W", "@w")
        }
        return found | self.words(instance)

    def shown(self, instance: Instance) -> Blocks:
        return self.read(instance)

    def words(self, instance: Instance) -> dict[str, Any]:
        """The fixed numbers; a claim may replace numbers by the words for which they stand."""
        return {name: int(x) for name, x in instance.numbers.items() if name in self.fixed}

    def family(self, instance: Instance) -> str:
        """The kind of matrix that I - W is."""
        n = instance.operator.n
        M = identity(n) - instance.operator.exact_W
        off = [M.integers[i, j] for i in range(n) for j in range(n) if i != j]
        equal = len({int(M.integers[i, i]) for i in range(n)}) == 1
        if n == 1:
            return "one unit"
        if not any(off):
            return "a multiple of I" if equal else "diagonal"
        if M == M.T:
            return "symmetric"
        return "m I + skew" if equal and _is_skew(M) else "not symmetric"


def _is_skew(M: Dyadic) -> bool:
    n = M.shape[0]
    return all(M.integers[i, j] == -M.integers[j, i] for i in range(n) for j in range(i))


def with_extras(instance: Instance, blocks: Blocks) -> Instance:
    numbers = dict(instance.numbers)
    numbers |= {k[1:]: Fraction(float(b[0])) for k, b in blocks.items() if k.startswith("#")}
    arrays = {k[1:]: b for k, b in blocks.items() if k.startswith("@")}
    return replace(instance, numbers=numbers, arrays=arrays)


def bare(n: int) -> Operator:
    """A layer whose entries are all 0."""
    return Operator(np.zeros((n, n)), np.zeros((n, 0)), np.zeros(n))
