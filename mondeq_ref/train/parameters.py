"""The trained numbers: one float32 buffer, seen as A, S, t, U, b and the head V, d.

One buffer makes Adam one line and a checkpoint one array.  In it every row of an array is followed
by zeros up to a multiple of LANES, and U lies pixel by pixel, for the kernels.  The margin is
m = softplus(t) + offset, so no step of any size can make it negative.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mondeq_ref.kernels.vectors import LANES, in_lanes, padded
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
    def tables(self) -> dict[str, tuple[int, int]]:
        """Rows and columns of each array as it lies in the buffer."""
        n, d, k = self.hidden, self.inputs, self.classes
        sizes = ((self.rank, n), (n, n), (1, 1), (d, n), (1, n), (k, n), (1, k))
        return dict(zip(NAMES, sizes, strict=True))

    def views(self, buffer: NDArray[Any] | None = None) -> dict[str, NDArray[Any]]:
        """The arrays by name, of this buffer or of another with the same layout (gradients)."""
        return self._own if buffer is None else self._seen(buffer)

    @cached_property
    def _own(self) -> dict[str, NDArray[Any]]:
        return self._seen(self.buffer)

    def _seen(self, whole: NDArray[Any]) -> dict[str, NDArray[Any]]:
        seen = {
            name: lanes.reshape(rows, -1)[:, :columns]
            for (name, (rows, columns)), lanes in zip(
                self.tables.items(), self.lanes(whole), strict=True
            )
        }
        one_row = {"t": seen["t"][0, 0, ...], "b": seen["b"][0], "d": seen["d"][0]}
        return seen | one_row | {"U": seen["U"].T}

    def lanes(self, whole: NDArray[Any]) -> list[NDArray[Any]]:
        """The arrays of a buffer as kernels take them."""
        return [whole[at] for at in self._places]

    @cached_property
    def _places(self) -> list[slice]:
        ends = accumulate(rows * padded(columns) for rows, columns in self.tables.values())
        return [slice(start, end) for start, end in pairwise((0, *ends))]

    def numbers(self, whole: Float32) -> Float32:
        """The numbers of a buffer without the zeros in between, array by array."""
        return np.concatenate([array.ravel() for array in self.views(whole).values()])

    def filled(self, numbers: Float32) -> Float32:
        """A buffer with these numbers in it."""
        whole, start = np.zeros_like(self.buffer), 0
        for array in self.views(whole).values():
            array[...] = numbers[start : start + array.size].reshape(array.shape)
            start += array.size
        return whole

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
    sizes = recipe.hidden, inputs, classes, recipe.rows_of_A
    tables = Trainable(np.zeros(0, np.float32), *sizes).tables.values()
    rows = sum(rows * padded(columns) for rows, columns in tables) // LANES
    return Trainable(in_lanes(np.zeros((rows, LANES), np.float32)), *sizes)


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
