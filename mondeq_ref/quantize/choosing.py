"""Choose the codes, the step and the offset of W~ = t I + s C, so that an error is small where it
matters, and not large where it must not be.

With E = W~ - W, a loss tr(P E S E') and a ceiling f (see `ceilings`), what is looked for is a small
loss with f below its limit.  Without inputs P = S = I, and the loss is ||E||_F^2.  With inputs S is
the second moment of their equilibria and P that of what a change of the injection does to them,
so that the loss is about the mean of ||z~ - z*||^2.

Coordinate descent on loss + nu f: a move adds 1 to a code or takes 1 from it, and costs

    s (2 (P E S)_ij + nu G_ij) + s^2 (P_ii S_jj + nu h_ij / 2)

to second order.  The best move is taken, both slopes are updated, and after some moves f is looked
at again.  Then t and s take the values that are best for these codes (the cost is quadratic in
each), and nu grows while f is above its limit and falls while it is below.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mondeq_ref.arrays import Matrix
from mondeq_ref.quantize.ceilings import CeilingSlope, MarginCeiling

SmallIntegers = NDArray[np.int16]  # of codes with at most 16 bits

TINY = 1e-300
ENTRIES_A_MOVE = 160  # between two looks at f, one move for so many entries
FEWEST_MOVES = 40
FIRST_PRICE = 0.05  # nu at first, in units of loss over limit
DEARER, CHEAPER = 1.25, 0.88  # what nu is multiplied by
BLUNT, SHARP = 20.0, 100.0  # beta times the ceiling's scale, at first and at last
STEP_MOVES = 0.05  # the share of itself by which the step may change at a time
OFFSET_MOVES = 0.05  # and the offset, in units of the ceiling's scale
NEGLIGIBLE = 1e-12  # of the loss: moves that gain less are not made


@dataclass(frozen=True, eq=False)
class Loss:
    """tr(P E S E'), both symmetric and positive semidefinite."""

    P: Matrix
    S: Matrix

    def __call__(self, E: Matrix) -> float:
        return float(np.sum((self.P @ E) * (E @ self.S)))


@dataclass(frozen=True, eq=False)
class Choice:
    """Codes with their step and offset, and what they cost."""

    codes: SmallIntegers  # many choices are kept at a time
    step: float
    offset: float
    loss: float
    value: float  # of the ceiling
    kept: bool  # whether it is below its limit


@dataclass(eq=False)
class Search:
    """One descent, whose state changes; `W` does not."""

    W: Matrix
    reach: int  # codes lie between -reach and reach
    loss: Loss
    ceiling: MarginCeiling
    step: float
    offset: float
    codes: Matrix = field(init=False)

    def __post_init__(self) -> None:
        self.codes = np.clip(np.rint(self.K / self.step), -self.reach, self.reach)

    @property
    def K(self) -> Matrix:
        return self.W - self.offset * np.eye(len(self.W))

    @property
    def E(self) -> Matrix:
        return self.step * self.codes - self.K

    def resume(self, choice: Choice) -> None:
        """Go on from here."""
        self.codes = choice.codes.astype(np.float64)
        self.step, self.offset = choice.step, choice.offset

    def freely(self) -> None:
        """Descend on the loss alone, whatever f is."""
        self.descend(None, 0.0, self.codes.size)
        self.refit(None, 0.0)
        self.descend(None, 0.0, self.codes.size)

    def choices(self, rounds: int) -> Iterator[Choice]:
        """What is found from here on: this, and then one choice a round."""
        size = self.codes.size
        most = moves = max(FEWEST_MOVES, size // ENTRIES_A_MOVE)
        slope, found = self.now(BLUNT)
        yield found
        price = FIRST_PRICE * max(found.loss, TINY) / self.ceiling.scale
        for part in np.linspace(0, 1, rounds):
            before, cost = found, found.loss + price * slope.smooth
            self.descend(slope, price, moves)
            self.refit(slope, price)
            slope, found = self.now(BLUNT * (SHARP / BLUNT) ** part)
            yield found
            if found.loss + price * slope.smooth > cost:  # too many moves at one slope
                moves = max(1, moves // 2)
                self.resume(before)
                slope, found = self.now(BLUNT * (SHARP / BLUNT) ** part)
            else:
                moves = min(most, 2 * moves)
            price *= CHEAPER if found.kept else DEARER

    def now(self, sharpness: float) -> tuple[CeilingSlope, Choice]:
        E = self.E
        slope = self.ceiling.slope(E, sharpness / self.ceiling.scale)
        kept = slope.value < self.ceiling.limit
        codes = self.codes.astype(np.int16)
        return slope, Choice(codes, self.step, self.offset, self.loss(E), slope.value, kept)

    def descend(self, slope: CeilingSlope | None, price: float, moves: int) -> None:
        """At most so many moves, each the one that promises most."""
        P, S, s = self.loss.P, self.loss.S, self.step
        g = 2 * s * (P @ self.E @ S)
        square = s * s * np.outer(np.diag(P), np.diag(S))
        bend = np.zeros_like(g)  # how much a move changes the slope of nu f
        if slope is not None:
            g += s * price * slope.gradient
            bend = s * s * price * slope.curvature
        square += bend / 2
        least = -NEGLIGIBLE * self.loss(self.W)
        n = len(g)
        for _ in range(moves):
            cost = square - np.abs(g)
            cost[(np.abs(self.codes) >= self.reach) & (g * self.codes < 0)] = np.inf
            at = int(cost.argmin())
            if cost.flat[at] >= least:
                return
            i, j = divmod(at, n)
            d = -np.sign(g[i, j])
            self.codes[i, j] += d
            g += np.outer(2 * s * s * d * P[:, i], S[j])
            g[i, j] += d * bend[i, j]
            if i != j:
                g[j, i] += d * bend[i, j]

    def refit(self, slope: CeilingSlope | None, price: float) -> None:
        """t, and then s, where the cost as a quadratic in each is least."""
        P, S, E = self.loss.P, self.loss.S, self.E
        pull = push = 0.0
        if slope is not None:
            pull = price * float(np.trace(slope.gradient)) / 2
            push = price * float(np.sum(slope.gradient * self.codes)) / 2
        moved = (float(np.sum(P * (E @ S).T)) + pull) / float(np.sum(P * S))
        most = OFFSET_MOVES * self.ceiling.scale
        self.offset -= float(np.clip(moved, -most, most))
        weighed = P @ self.codes @ S
        curvature = float(np.sum(weighed * self.codes))
        if curvature > 0:
            wanted = (float(np.sum(weighed * self.K)) - push) / curvature
            bounds = (1 - STEP_MOVES) * self.step, (1 + STEP_MOVES) * self.step
            self.step = float(np.clip(wanted, *bounds))
