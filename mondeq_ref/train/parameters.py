"""The trained numbers: one float32 buffer, seen as A, S, t, U, b and the head V, d.

One buffer makes Adam one line and a checkpoint one array.  The margin is m = softplus(t) +
offset, so no step of any size can make it negative.
"""

from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mondeq_ref.operator import Factors, Head, Operator
from mondeq_ref.rigor.softplus import softplus_margin
from mondeq_ref.train.recipe import INITIAL_SCALE, INITIAL_SOFTPLUS, MARGIN_OFFSET, Recipe

Float32 = NDArray[np.float32]
NAMES = ("A", "S", "t", "U", "b", "V", "d")


@dataclass(frozen=True, eq=False)
class Trainable:
    """`buffer` is changed in place by the optimizer; the properties are views into it."""

    buffer: Float32
    hidden: int
    inputs: int
    classes: int
    rank: int

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        n, d, k = self.hidden, self.inputs, self.classes
        sizes = ((self.rank, n), (n, n), (), (n, d), (n,), (k, n), (k,))
        return dict(zip(NAMES, sizes, strict=True))

    def views(self, buffer: NDArray[Any] | None = None) -> dict[str, NDArray[Any]]:
        """The arrays by name, of this buffer or of another with the same layout (gradients)."""
        return self._own if buffer is None else self._seen(buffer)

    @cached_property
    def _own(self) -> dict[str, NDArray[Any]]:
        return self._seen(self.buffer)

    def _seen(self, whole: NDArray[Any]) -> dict[str, NDArray[Any]]:
        return {name: whole[at].reshape(shape) for name, at, shape in self._places}

    @cached_property
    def _places(self) -> list[tuple[str, slice, tuple[int, ...]]]:
        ends = np.cumsum([prod(shape) for shape in self.shapes.values()]).tolist()
        starts = [0, *ends[:-1]]
        return [
            (name, slice(start, end), shape)
            for (name, shape), start, end in zip(self.shapes.items(), starts, ends, strict=True)
        ]

    @property
    def margin(self) -> float:
        """m in plain float64, for use while training; `operator` has it rounded correctly."""
        return float(np.logaddexp(0.0, np.float64(self.views()["t"]))) + MARGIN_OFFSET

    def operator(self) -> Operator:
        """The operator that these numbers mean: float32 factors read exactly."""
        views = self.views()
        m = softplus_margin(float(views["t"]), MARGIN_OFFSET)
        head = Head(views["V"], views["d"])
        factors = Factors(views["A"], views["S"], m)
        return factors.operator(views["U"], views["b"], head=head, stored="float32")


def blank(recipe: Recipe, inputs: int, classes: int) -> Trainable:
    """All zeros, in the layout of this recipe."""
    empty = Trainable(np.zeros(0, np.float32), recipe.hidden, inputs, classes, recipe.rows_of_A)
    size = sum(prod(shape) for shape in empty.shapes.values())
    return Trainable(np.zeros(size, np.float32), recipe.hidden, inputs, classes, recipe.rows_of_A)


def initial(recipe: Recipe, inputs: int, classes: int, rng: np.random.Generator) -> Trainable:
    """The published start: small normal A, S, U; b = 0; the head uniform as in a linear layer."""
    parameters = blank(recipe, inputs, classes)
    views = parameters.views()
    for name in ("A", "S", "U"):
        views[name][...] = INITIAL_SCALE * rng.standard_normal(views[name].shape)
    views["t"][...] = np.log(np.expm1(INITIAL_SOFTPLUS))
    reach = 1 / np.sqrt(recipe.hidden)
    for name in ("V", "d"):
        views[name][...] = rng.uniform(-reach, reach, views[name].shape)
    return parameters
