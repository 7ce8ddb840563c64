"""Forward-backward with every iterate rounded to a grid, computed exactly.

With a fixed grid only finitely many points are near the equilibrium, so the iteration becomes
periodic, and the greatest error on the cycle is the limit superior of the errors.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache

from flint import fmpq, fmpq_mat, fmpz, fmpz_mat

from mondeq_ref.rigor.rational import fmpq_of
from proofs_checks.instance import Instance
from proofs_checks.quantities.rational_points import (
    Affine,
    Cleared,
    cleared,
    column,
    equilibria,
    monotone,
    positive,
    squared_length,
    where_known,
)
from proofs_checks.quantities.steps import damping, forward

LONGEST = 60  # maximum number of steps in which a cycle is looked for

NEAREST, TOWARD_ZERO = 0, 1


@dataclass(frozen=True, eq=False)
class RoundedRun:
    """The rounded iteration from one start; squared distances, exact."""

    target: Cleared  # z*
    step: Affine  # its positive part is Phi
    points: list[Cleared]
    saturated: bool
    cycle: int | None  # index of the first iterate on the cycle; None if no cycle was found

    @property
    def steps(self) -> int:
        return len(self.points) - 1

    def error(self, k: int) -> Fraction:
        """||z_k - z*||^2."""
        return squared_length(self.points[k] - self.target)

    def rounding(self, k: int) -> Fraction:
        """||z_{k+1} - Phi(z_k)||^2."""
        image = self.step(self.points[k]).entrywise(positive)
        return squared_length(self.points[k + 1] - image)

    @cached_property
    def limit(self) -> Fraction | None:
        """limsup e_k^2; None if no cycle was found."""
        if self.cycle is None:
            return None
        return max(self.error(k) for k in range(self.cycle, len(self.points)))


def number(instance: Instance, name: str) -> Fraction:
    return instance.numbers[name]


def is_fixed(instance: Instance) -> bool:
    """Whether every step rounds to the same grid."""
    return number(instance, "shrink") == 1


@lru_cache(maxsize=2)
def runs(instance: Instance) -> list[RoundedRun | None]:
    """The rounded iteration of every row; None where z* is not known."""
    linear = damping(monotone(instance.operator), fmpq_of(number(instance, "alpha")))
    return where_known(equilibria(instance), lambda row, z: _run(instance, linear, row, z))


def _run(instance: Instance, linear: Cleared, row: int, target: fmpq_mat) -> RoundedRun:
    alpha, c = fmpq_of(number(instance, "alpha")), cleared(column(instance.c[row]))
    step, fixed = forward(linear, c, alpha), is_fixed(instance)
    grid, shrink = fmpq_of(number(instance, "grid")), fmpq_of(number(instance, "shrink"))
    rounding, greatest = int(number(instance, "rounding")), instance.numbers.get("greatest")
    points = [cleared(column(instance.arrays["start"][row]))]
    seen: dict[tuple[int, ...], int] = {}
    saturated, cycle = False, None
    for k in range(LONGEST if fixed else int(number(instance, "steps"))):
        codes = rounded(step(points[-1]).entrywise(positive), grid, rounding)
        clipped = clip(codes, grid, greatest)
        saturated = saturated or clipped != codes
        points.append(on_grid(clipped, grid, (len(clipped), 1)))
        if fixed:
            if clipped in seen:
                cycle = seen[clipped]
                break
            seen[clipped] = k + 1
        grid *= shrink
    return RoundedRun(cleared(target), step, points, saturated, cycle)


def rounded(v: Cleared, grid: fmpq, rounding: int) -> tuple[int, ...]:
    """The codes of v on the grid: to nearest with ties to even, or toward zero."""
    sign = 1 if grid > 0 else -1  # denominators are positive
    numerators, denominator = v.numerators * (grid.q * sign), v.denominator * grid.p * sign
    if rounding == TOWARD_ZERO:
        return tuple(_toward_zero(x, denominator) for x in numerators.entries())
    doubled = denominator * 2
    halves = [divmod(x * 2 + denominator, doubled) for x in numerators.entries()]  # a half more
    return tuple(int(code) - (rest == 0 and code % 2 == 1) for code, rest in halves)  # ties to even


def _toward_zero(x: fmpz, denominator: fmpz) -> int:
    return int(x // denominator) if x >= 0 else -int(-x // denominator)


def on_grid(codes: Sequence[int], grid: fmpq, shape: tuple[int, int]) -> Cleared:
    """The matrix with these codes, row by row."""
    return Cleared(fmpz_mat(*shape, codes) * grid.p, grid.q)


def clip(codes: tuple[int, ...], grid: fmpq, greatest: Fraction | None) -> tuple[int, ...]:
    """The codes, limited to the greatest multiple of the grid that is at most `greatest`."""
    if greatest is None:
        return codes
    last = int((fmpq_of(greatest) / grid).floor())
    return tuple(min(code, last) for code in codes)
