"""Inputs from which forward-backward, started at zero, provably does not converge.

    GROWS   the active units stay the same from some step on, and the states grow without bound
    CYCLES  an iterate returns exactly, and the iterates between are not all the same

The first is proved in three parts.  Floats find a step K and a cone (`certify.growing_cone`).
Iterates on a grid of 2^-P, in integers, follow the exact ones to step K: ReLU does not increase
distances, so e_k <= ||I - alpha M|| e_{k-1} + rounding, and no sign needs to be known on the way.
Then the exact iterate K is in the cone.  M and c are the exact ones, alpha is the float.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from math import ceil, isfinite, log2

import numpy as np
from flint import fmpq, fmpz, fmpz_mat

from mondeq_ref.arrays import Booleans, Matrix
from mondeq_ref.certify.growing_cone import GrowingCone, growing_cone
from mondeq_ref.certify.limits import EXACT_BELOW
from mondeq_ref.inputs import Injections
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.dyadic import Dyadic, identity
from mondeq_ref.rigor.fast import gamma
from mondeq_ref.rigor.process import one_thread
from mondeq_ref.rigor.rational import fmpq_of, times_power
from mondeq_ref.rigor.spectrum import spectral_norm

LOOK = 25  # steps between two looks at the active units
SETTLED = 2  # looks without a change before a cone is looked for
TINY = 1e-9  # of the largest entry: a step that may end the search
SPARE_BITS = 80  # of the grid, beyond what the growth of errors takes
MOST_BITS = 4096  # of the grid
LONGEST_CYCLE = 12  # steps in which an exact return is looked for; the numbers grow in length
MOST_STEPS = 4000
LEAST = 2.0**-1000  # more than underflow can take from a step, and no loss to any other bound


class NeverSettles(Enum):
    GROWS = "the states grow without bound"
    CYCLES = "the iterates return exactly"


@dataclass(frozen=True)
class Divergence:
    """Why forward-backward from zero does not converge: from `step` on it grows on these active
    units, or returns with this period."""

    way: NeverSettles
    step: int
    active: tuple[int, ...] = ()
    period: int = 0


def divergences(
    operator: Operator, injections: Injections, alpha: float, most_steps: int = MOST_STEPS
) -> list[Divergence | None]:
    """For every row a proof that forward-backward from zero does not converge, or None."""
    return proofs_and_limits(operator, injections, alpha, most_steps)[0]


@one_thread()
def proofs_and_limits(
    operator: Operator, injections: Injections, alpha: float, most_steps: int = MOST_STEPS
) -> tuple[list[Divergence | None], Matrix | None]:
    """The proofs, and where there was a search the limit that the run of a row seems to have in
    floats: NaN where it seems to have none."""
    answers: list[Divergence | None] = [None] * len(injections)
    C = injections.exact
    if C is None or operator.n == 0 or operator.n >= EXACT_BELOW:
        return answers, None
    walk = Walk(operator.exact_M, alpha)
    columns = [Dyadic(fmpz_mat(C.shape[1], 1, row), C.exponent) for row in C.integers.table()]
    maybe = walk.may_return(C.rounded())
    answers = [walk.cycle(c) if some else None for c, some in zip(columns, maybe, strict=True)]
    left = np.array([row for row, answer in enumerate(answers) if answer is None], dtype=np.int64)
    proposals, limits = walk.proposals(injections.c[left], most_steps)
    wanted = {int(left[place]): found for place, found in proposals.items()}
    groups: dict[int, dict[int, int]] = {}  # the finer the grid, the slower
    for row, (step, _) in wanted.items():
        groups.setdefault(step.bit_length(), {})[row] = step
    for steps in groups.values():
        for row, iterate in walk.on_grid(columns, steps):
            step, cone = wanted[row]
            if iterate.enters(cone, columns[row]):
                answers[row] = Divergence(NeverSettles.GROWS, step, tuple(cone.active))
    found = np.full_like(injections.c, np.nan)
    found[left] = limits
    return answers, found


@dataclass(frozen=True, eq=False)
class GridIterate:
    """The exact iterate is ReLU of a column that is within `error` of y."""

    y: Dyadic
    error: fmpq

    def enters(self, cone: GrowingCone, c: Dyadic) -> bool:
        """Whether the exact iterate is zero off the cone's active units, and kept by the cone."""
        entries = self.y.integers.entries()
        if not all(times_power(entries[j], self.y.exponent) <= -self.error for j in cone.inactive):
            return False
        return cone.keeps(_relu(self.y), c, self.error)


class Walk:
    """Forward-backward with one matrix and one step: exactly, in floats, and on grids."""

    def __init__(self, M: Dyadic, alpha: float) -> None:
        self.M, self.alpha = M, alpha
        self.B = identity(M.shape[0]) - M * alpha
        self._cones: dict[bytes, GrowingCone | None] = {}
        self._attracts: dict[bytes, bool] = {}

    def cone(self, active: Booleans) -> GrowingCone | None:
        key = active.tobytes()
        if key not in self._cones:
            self._cones[key] = growing_cone(self.M, self.B, np.flatnonzero(active).tolist())
        return self._cones[key]

    def attracts(self, active: Booleans) -> bool:
        """Whether the map of these units alone seems to contract in the long run."""
        key = active.tobytes()
        if key not in self._attracts:
            units = np.flatnonzero(active)
            values = np.linalg.eigvals(self.B.rounded()[np.ix_(units, units)])
            self._attracts[key] = bool((np.abs(values) < 1).all())
        return self._attracts[key]

    def cycle(self, c: Dyadic) -> Divergence | None:
        """Whether one of the first iterates, which are exact, returns."""
        drift = c * self.alpha
        seen = [Dyadic(fmpz_mat(c.shape[0], 1), 0)]
        for step in range(1, LONGEST_CYCLE + 1):
            z = _relu(self.B @ seen[-1] + drift)
            if z == seen[-1]:
                return None  # an equilibrium
            for before, other in enumerate(seen):
                if z == other:
                    return Divergence(NeverSettles.CYCLES, before, period=step - before)
            seen.append(z)
        return None

    @np.errstate(over="ignore", invalid="ignore")  # an overflow proves nothing here
    def may_return(self, C: Matrix) -> Booleans:
        """Which rows may return; of the others floats prove that the first iterates all differ.
        C has the nearest floats of the exact entries.

        A step errs in no entry by more than lost (g |z| + drift), with g the largest sum of a row
        of |B|, and ReLU does not increase distances: e_k <= g e_{k-1} + that.  What underflow
        takes is less than lost LEAST, and what roundings take from the bounds less than half."""
        B, drift = self.B.rounded().T, self.alpha * C
        lost, g = 2 * gamma(len(B) + 8), np.abs(B).sum(axis=0).max() + LEAST
        most = np.abs(drift).max(axis=1) + (1 + self.alpha) * LEAST
        z, error, found = np.zeros_like(C), np.zeros(len(C)), np.zeros(len(C), np.bool_)
        seen = [(z, error)]
        for _ in range(LONGEST_CYCLE):
            error = (1 + lost) * g * error + lost * (g * z.max(axis=1) + most)
            z = np.maximum(z @ B + drift, 0.0)
            for other, before in seen:
                found |= ~(np.abs(z - other).max(axis=1) > 2 * (error + before))
            seen.append((z, error))
        return found

    @np.errstate(over="ignore", invalid="ignore")  # of rows that overflow nothing is read
    def proposals(
        self, C: Matrix, most_steps: int
    ) -> tuple[dict[int, tuple[int, GrowingCone]], Matrix]:
        """Row -> a step, and a cone that seems to hold the iterate from there on; and the limits
        of the other rows, as far as floats show one.

        A row seems to converge, and is left, when its steps are tiny and become shorter on the
        same active units, from which nothing leads away as from a saddle."""
        B, drift = self.B.rounded().T, self.alpha * C
        z, rows, limits = np.zeros_like(C), np.arange(len(C)), np.full_like(C, np.nan)
        last, zeros = np.empty_like(C), np.zeros_like(C)  # maximum is slow with one number
        before, moved_before = np.zeros(C.shape, np.bool_), np.zeros(len(C))
        looks = np.zeros(len(C), np.int64)  # in a row at which the active units were the same
        found: dict[int, tuple[int, GrowingCone]] = {}
        for step in range(LOOK, most_steps + 1, LOOK):
            if len(rows) == 0:
                break
            for _ in range(LOOK):
                after = np.matmul(z, B, out=last)
                after += drift
                z, last = np.maximum(after, zeros, out=after), z
            moved = np.abs(z - last).max(axis=1, initial=0.0)
            now, keep = z > 0, np.isfinite(moved) & (moved > 0)
            looks = np.where((now == before).all(axis=1), looks + 1, 0)
            grows = keep & (looks >= SETTLED) & (moved > moved_before)
            for k in np.flatnonzero(grows).tolist():
                cone = self.cone(now[k])
                if cone is not None and cone.seems_to_keep(z[k], C[rows[k]]):
                    found[int(rows[k])], keep[k] = (step, cone), False
            settles = (looks >= SETTLED) & (moved < moved_before)
            settles &= moved <= TINY * z.max(axis=1, initial=0.0)
            settles |= moved == 0
            for k in np.flatnonzero(settles).tolist():
                settles[k] = self.attracts(now[k])
            limits[rows[settles]] = z[settles]
            keep &= ~settles
            before, moved_before = now, moved
            if keep.all():
                continue
            z, rows, looks, drift = z[keep], rows[keep], looks[keep], drift[keep]
            before, moved_before = now[keep], moved[keep]
            last, zeros = last[: len(z)], zeros[: len(z)]
        return found, limits

    def on_grid(
        self, columns: Sequence[Dyadic], steps: Mapping[int, int]
    ) -> Iterator[tuple[int, GridIterate]]:
        """The iterate of every row at its step, on a grid that is fine enough for the last."""
        last = max(steps.values(), default=0)
        growth = max(1.0, spectral_norm(self.B).hi)
        bits = SPARE_BITS + ceil(last * log2(growth)) if isfinite(growth) else MOST_BITS + 1
        if last == 0 or bits > MOST_BITS:
            return
        rows, n = sorted(steps, key=lambda row: -steps[row]), self.M.shape[0]
        drifts = [d for row in rows for d in _on_grid(columns[row] * self.alpha, -bits).entries()]
        Z, error, factor = fmpz_mat(len(rows), n), fmpz(0), fmpq_of(growth)
        shift = max(0, -self.B.exponent)
        transposed = self.B.T.integers_at(-shift)
        for step in range(1, last + 1):
            image = (Z * transposed).entries()
            # Rounding down the drift and the image moves each entry by less than 2 units.
            error = error * factor.p // factor.q + 1 + 2 * n
            states = [(x >> shift) + d for x, d in zip(image, drifts, strict=True)]
            while rows and steps[rows[-1]] == step:
                y = Dyadic(fmpz_mat(n, 1, states[-n:]), -bits)
                del states[-n:], drifts[-n:]
                yield rows.pop(), GridIterate(y, times_power(error, -bits))
            Z = fmpz_mat(len(rows), n, _positive(states))


def _relu(column: Dyadic) -> Dyadic:
    entries = _positive(column.integers.entries())
    return Dyadic(fmpz_mat(len(entries), 1, entries), column.exponent)


def _positive(entries: Iterable[fmpz]) -> list[fmpz]:
    return [x if x > 0 else fmpz(0) for x in entries]


def _on_grid(A: Dyadic, exponent: int) -> fmpz_mat:
    """The entries rounded down to multiples of 2^exponent."""
    shift = A.exponent - exponent
    if shift >= 0:
        return A.integers_at(exponent)
    entries = [x >> -shift for x in A.integers.entries()]
    return fmpz_mat(A.integers.nrows(), A.integers.ncols(), entries)
