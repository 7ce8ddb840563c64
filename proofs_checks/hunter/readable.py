"""An instance as people read it: what it is made of, by name, and which family it belongs to."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from mondeq_ref.rigor.dyadic import Dyadic, identity
from proofs_checks.hunter.coordinates import SPECIAL, coordinates
from proofs_checks.instance import Instance
from proofs_checks.quantities.quantizers import RANGES, ROUNDINGS

CHANGES = {"dW": "W~ - W", "dc": "c~ - c"}
ITERATE_ROUNDINGS = ("to nearest", "toward zero")


def numbers(claim: str, instance: Instance) -> dict[str, Any]:
    """What makes the instance, under the names of the claim; what is not named is 0."""
    blocks = coordinates(claim).read(instance)
    if claim not in SPECIAL and "W" not in blocks:  # made of factors that differ in one entry
        blocks = {"W": instance.operator.W, "dW": instance.after.W - instance.operator.W} | blocks
    found = {
        CHANGES.get(name, name.lstrip("@#")): _plain(block)
        for name, block in blocks.items()
        if block.any() or name in ("W", "@w")
    }
    return found | _counts(instance.numbers)


def _plain(block: np.ndarray) -> Any:
    """One row as a list, one number as a number."""
    return np.squeeze(block).tolist()


def _counts(held: Mapping[str, Any]) -> dict[str, Any]:
    """What is not a number to move, in words where it stands for words."""
    found: dict[str, Any] = {name: int(held[name]) for name in ("bits", "steps") if name in held}
    if "rounding" in held:
        names = ROUNDINGS if "bits" in held else ITERATE_ROUNDINGS
        found["rounding"] = names[int(held["rounding"])]
    if "range" in held:
        found |= {"range": RANGES[int(held["range"])], "per row": bool(held["per row"])}
    return found


def family(instance: Instance) -> str:
    """What kind of matrix I - W is."""
    if "w" in instance.arrays:
        return "one number" if units(instance) == 1 else "an array"
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


def units(instance: Instance) -> int:
    """How many there are to read; of the quantizer's array, how many numbers."""
    return instance.arrays["w"].size if "w" in instance.arrays else instance.operator.n
