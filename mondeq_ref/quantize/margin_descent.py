"""A descent on codes, the step and the offset, whose loss falls while a ceiling is kept.

With E = W~ - W, a loss tr(P E S E') and a ceiling f (see `ceilings`), what is looked for is a small
loss with f below its limit.  Coordinate descent on loss + nu f: a move adds h to a code or takes h
from it, h being the distance of neighboring codes, and costs

    s h (2 (P E S)_ij + nu G_ij) + s^2 h^2 (P_ii S_jj + nu k_ij / 2)

to second order.  The best move is taken, both slopes are updated, and after some moves f is looked
at again.  Then t and s take the values that are best for these codes (the cost is quadratic in
each), and nu grows while f is above its limit and falls while it is below.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from mondeq_ref.arrays import Vector
from mondeq_ref.quantize.ceilings import CeilingSlope, MarginCeiling
from mondeq_ref.quantize.descent import Choice, Descent

TINY = 1e-300
ENTRIES_A_MOVE = 160  # between two looks at f, one move for so many entries
FEWEST_MOVES = 40
FIRST_PRICE = 0.05  # nu at first, in units of loss over limit
DEARER, CHEAPER = 1.25, 0.88  # what nu is multiplied by
BLUNT, SHARP = 20.0, 100.0  # beta times the ceiling's scale, at first and at last
STEP_MOVES = 0.05  # the share of itself by which the step may change at a time
OFFSET_MOVES = 0.05  # and the offset, in units of the ceiling's scale
NEGLIGIBLE = 1e-12  # of the loss: moves that gain less are not made


def _span(x: Vector, i: int) -> slice:
    """The indices from the first to the last entry that is not zero, and i."""
    held = [i, *np.flatnonzero(x).tolist()]
    return slice(min(held), max(held) + 1)


@dataclass(eq=False)
class MarginDescent(Descent):
    """A descent below a ceiling of the margin."""

    ceiling: MarginCeiling

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
        slope = self.ceiling.slope(self.E, sharpness / self.ceiling.scale)
        return slope, self.choice(slope.value, self.ceiling.limit)

    def descend(self, slope: CeilingSlope | None, price: float, moves: int) -> None:
        """At most so many moves, each the one that promises most."""
        (P, S), plain, h = (self.loss.P, self.loss.S), self.loss.plain, self.spacing
        s = self.step * h  # what a move changes
        g = 2 * s * self.loss.weighed(self.E)
        square = s * s * np.outer(np.diag(P), np.diag(S))
        bend = np.zeros_like(g)  # how much a move changes the slope of nu f
        if slope is not None:
            g += s * price * slope.gradient
            bend = s * s * price * slope.curvature
        square += bend / 2
        least = -NEGLIGIBLE * self.loss(self.W)
        n, cost = len(g), np.empty_like(g)

        def weigh(*part: Any) -> None:
            """What the better move of each of these entries costs."""
            slope = g[part]
            cost[part] = square[part] - np.abs(slope)
            cost[part][self.beyond(self.codes[part] - h * np.sign(slope))] = np.inf

        weigh(slice(None))
        for _ in range(moves):
            at = int(cost.argmin())
            if cost.flat[at] >= least:
                return
            i, j = divmod(at, n)
            d = -np.sign(g[i, j])
            self.codes[i, j] += d * h
            part = slice(i, i + 1), slice(j, j + 1)
            if not plain:
                part = _span(P[:, i], i), _span(S[j], j)
            g[part] += 2 * s * s * d * P[part[0], i, None] * S[j, part[1]]
            g[i, j] += d * bend[i, j]
            if i != j:
                g[j, i] += d * bend[i, j]
                weigh(slice(j, j + 1), slice(i, i + 1))
            weigh(*part)

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
        weighed = self.loss.weighed(self.codes)
        curvature = float(np.sum(weighed * self.codes))
        if curvature > 0:
            wanted = (float(np.sum(weighed * self.K)) - push) / curvature
            bounds = (1 - STEP_MOVES) * self.step, (1 + STEP_MOVES) * self.step
            self.step = float(np.clip(wanted, *bounds))
