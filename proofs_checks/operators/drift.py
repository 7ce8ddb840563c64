"""How far quantization moves the equilibria of the inputs at hand, and what bounds promise.

With dW = W - W~, dc = c - c~ and m the margin before quantization, every input satisfies

    ||z~ - z*|| <= ||dW z~ + dc|| / m <= (||dW|| ||z~|| + ||dc||) / m.

All three are divided by ||z*||; each is the largest over the inputs whose equilibria are known.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mondeq_ref.arrays import Vector
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.fast import product_error, up
from proofs_checks.instance import Instance, gap, length


@dataclass(frozen=True)
class Drift:
    """Upper bounds of the largest shares; None where nothing is known."""

    inputs: int  # for which both equilibria are known
    of: int
    actual: float | None
    sharper: float | None
    paper: float | None

    @property
    def told(self) -> Mapping[str, float | int | None]:
        return {
            "inputs": self.inputs,
            "of": self.of,
            "actual": self.actual,
            "sharper": self.sharper,
            "paper": self.paper,
        }


def drift(instance: Instance) -> Drift:
    """The largest certified drift over the rows of an instance."""
    before, after = instance.before, instance.moved
    dW, norm, m = instance.dW, instance.dW_norm, instance.operator.margin
    shares: list[tuple[float, float, float]] = []
    for row in range(len(before.z)):
        z, w = before.z[row], after.z[row]
        r, s = float(before.radius[row]), float(after.radius[row])
        size, moved = length(z, r), length(w, s)
        if not (np.isfinite(r + s) and size.lo > 0):
            continue
        dc = gap(before.c[row], after.c[row])
        unseen = (Enclosure.of(dW.radius) * moved + norm * s).hi
        image = length(*_image(dW.center, w, before.c[row] - after.c[row], unseen))
        actual = (gap(w, z, 2 * (r + s)) / size).hi
        sides = (image / m / size).hi, ((norm * moved + dc) / m / size).hi
        shares.append((actual, *(sides if m.lo > 0 else (np.inf, np.inf))))
    worst = [max(side) for side in zip(*shares, strict=True)] if shares else [np.inf] * 3
    actual, sharper, paper = (float(x) if np.isfinite(x) else None for x in worst)
    return Drift(len(shares), len(before.z), actual, sharper, paper)


def _image(dW: np.ndarray, w: Vector, dc: Vector, unseen: float) -> tuple[Vector, float]:
    """dW w + dc in floats, and how far it may be from dW~ z~ + dc: products, sums, `unseen`."""
    image = dW @ w
    summed = image + dc
    rounding = up(2.0**-52 * up(np.linalg.norm(summed) + np.linalg.norm(dc)))  # of both sums
    return summed, float(up(up(product_error(dW, w[:, None]) + rounding) + unseen))
