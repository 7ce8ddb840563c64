"""The current choice of a descent: codes, step and offset of W~ = t I + s C, and what they cost.

With E = W~ - W a descent looks for a small loss tr(P E S E').  Without inputs P = S = I, and the
loss is ||E||_F^2.  With inputs S is the second moment of their equilibria and P that of what a
change of the injection does to them, so that the loss is about the mean of ||z~ - z*||^2.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mondeq_ref.arrays import Booleans, Matrix
from mondeq_ref.quantize.quantizer import Quantizer
from mondeq_ref.quantize.rounding import nearest_codes

SmallIntegers = NDArray[np.int16]  # of codes with at most 16 bits


@dataclass(frozen=True, eq=False)
class Loss:
    """tr(P E S E'), both symmetric and positive semidefinite."""

    P: Matrix
    S: Matrix

    @cached_property
    def plain(self) -> bool:
        """Whether P = S = I, by which nothing needs to be multiplied."""
        one = np.eye(len(self.P))
        return np.array_equal(self.P, one) and np.array_equal(self.S, one)

    def weighed(self, E: Matrix) -> Matrix:
        """P E S."""
        return E if self.plain else self.P @ E @ self.S

    def __call__(self, E: Matrix) -> float:
        return float(np.sum(E * E if self.plain else (self.P @ E) * (E @ self.S)))


@dataclass(frozen=True, eq=False)
class Choice:
    """Codes with their step and offset, and what they cost."""

    codes: SmallIntegers  # many choices are kept at a time
    step: float
    offset: float
    loss: float
    value: float  # of what must not be large
    kept: bool  # whether it is below its limit


@dataclass(eq=False)
class Descent:
    """Codes, step and offset, which change; the other fields do not.  At first the nearest codes.

    Neighboring codes differ by 1, and the two codes of `signs` by 2."""

    W: Matrix
    quantizer: Quantizer
    loss: Loss
    step: float
    offset: float
    codes: Matrix = field(init=False)

    def __post_init__(self) -> None:
        self.codes = nearest_codes(self.K, self.step, self.quantizer)

    @property
    def K(self) -> Matrix:
        return self.W - self.offset * np.eye(len(self.W))

    @property
    def E(self) -> Matrix:
        return self.step * self.codes - self.K

    @property
    def spacing(self) -> float:
        """The distance of neighboring codes."""
        return 2.0 if self.quantizer.levels == "signs" else 1.0

    def beyond(self, codes: Matrix) -> Booleans:
        """Whether each of these is too large for a code."""
        return np.abs(codes) > self.quantizer.greatest_code

    def choice(self, value: float, limit: float) -> Choice:
        """A copy of the current choice; `value` is that of what must stay below `limit`."""
        codes = self.codes.astype(np.int16)
        return Choice(codes, self.step, self.offset, self.loss(self.E), value, value < limit)

    def resume(self, choice: Choice) -> None:
        """Go on from a copy."""
        self.codes = choice.codes.astype(np.float64)
        self.step, self.offset = choice.step, choice.offset
