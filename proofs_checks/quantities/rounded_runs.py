"""Forward-backward with every iterate rounded to a grid, computed exactly.

With a fixed grid only finitely many points are near the equilibrium, so the iteration becomes
periodic, and the greatest error on the cycle is the limit superior of the errors.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache

from flint import fmpq, fmpz, fmpz_mat

from mondeq_ref.rigor.rational import fmpq_of
from proofs_checks.instance import Instance
from proofs_checks.quantities.rational_points import (
    NOTHING,
    Cleared,
    cleared,
    cleared_monotone,
    columns,
    equilibria,
    positive,
    squared_length,
)
from proofs_checks.quantities.steps import forward

LONGEST = 60  # maximum number of steps in which a cycle is looked for

NEAREST, TOWARD_ZERO = 0, 1


@dataclass(frozen=True, eq=False)
class RoundedRun:
    """The rounded iteration from one start; squared distances, exact."""

    column: int
    target: Cleared  # z*
    points: list[Cleared]  # of all known rows, as columns
    images: list[Cleared]  # z - alpha F(z) at the points; its positive part is Phi(z)
    steps: int
    last: int  # the instance's `steps`, or the length of the run where a cycle ended it before
    saturated: bool  # this run, or another one of the instance
    cycle: int | None  # index of the first iterate on the cycle; None if no cycle was found

    def distance(self, points: Cleared) -> Fraction:
        """||z - z*||^2 of this run's column of the points."""
        return squared_length(points.column(self.column) - self.target)

    def error(self, k: int) -> Fraction:
        """||z_k - z*||^2."""
        return self.distance(self.points[k])

    @cached_property
    def end(self) -> Fraction:
        """||z_k - z*||^2 at the last step that was made, at most the instance's `steps`."""
        return self.error(self.last)

    def rounding(self, k: int) -> Fraction:
        """||z_{k+1} - Phi(z_k)||^2."""
        image = self.images[k].column(self.column).entrywise(positive)
        return squared_length(self.points[k + 1].column(self.column) - image)

    @cached_property
    def limit(self) -> Fraction | None:
        """limsup e_k^2; None if no cycle was found."""
        if self.cycle is None:
            return None
        return max(self.error(k) for k in range(self.cycle, self.steps))


def number(instance: Instance, name: str) -> Fraction:
    return instance.numbers[name]


def is_fixed(instance: Instance) -> bool:
    """Whether every step rounds to the same grid."""
    return number(instance, "shrink") == 1


@lru_cache(maxsize=2)
def targets(instance: Instance) -> dict[int, Cleared]:
    """z* of every row where it is known."""
    return {row: cleared(z) for row, z in enumerate(equilibria(instance)) if z is not None}


@lru_cache(maxsize=2)
def given(instance: Instance) -> tuple[Cleared, Cleared]:
    """The injections and the starts of the known rows, as columns."""
    rows = list(targets(instance))
    return columns(instance.c[rows]), columns(instance.arrays["start"][rows])


def cells(instance: Instance) -> list[fmpq]:
    """|d_0|, |d_0 g|, |d_0 g^2|, ..., one for each step: the multiples of -d are those of d."""
    grid, shrink = fmpq_of(number(instance, "grid")), fmpq_of(number(instance, "shrink"))
    return [abs(grid * shrink**k) for k in range(int(number(instance, "steps")))]


@lru_cache(maxsize=2)
def runs(instance: Instance) -> list[RoundedRun | None]:
    """The rounded iteration of every row; None where z* is not known.

    All rows are iterated together, until a cycle is found in each of them."""
    alpha, (c, start) = fmpq_of(number(instance, "alpha")), given(instance)
    step, fixed = forward(cleared_monotone(instance.operator), c, alpha), is_fixed(instance)
    rounding, greatest = int(number(instance, "rounding")), instance.numbers.get("greatest")
    (_, count), each = start.shape, cells(instance)
    if fixed:
        each = [abs(fmpq_of(number(instance, "grid")))] * LONGEST
    points, images, saturated = [start], list[Cleared](), False
    cycles: dict[int, tuple[int, int]] = {}  # the first point of each, and its first return
    going = {j: dict[tuple[fmpz, ...], int]() for j in range(count)}  # the points of each so far
    for k, cell in enumerate(each, 1):
        images.append(step(points[-1]))
        codes = tuple(
            [code if code > 0 else NOTHING for code in rounded(images[-1], cell, rounding)]
        )
        clipped = clip(codes, cell, greatest)
        saturated = saturated or clipped != codes
        points.append(on_grid(clipped, cell, start.shape))
        for j, seen in list(going.items()) if fixed else ():
            first = seen.setdefault(clipped[j::count], k)
            if first < k:
                cycles[j] = first, k
                del going[j]
        if not going:
            break

    found: dict[int, RoundedRun] = {}
    for j, (row, z) in enumerate(targets(instance).items()):
        cycle, steps = cycles.get(j, (None, len(images)))
        last = min(int(number(instance, "steps")), steps)
        found[row] = RoundedRun(j, z, points, images, steps, last, saturated, cycle)
    return [found.get(row) for row in range(len(instance.c))]


def rounded(v: Cleared, cell: fmpq, rounding: int) -> list[fmpz]:
    """The codes of v on the grid with this cell > 0: to nearest with ties to even, or toward
    zero."""
    denominator = v.denominator * cell.p
    if rounding == TOWARD_ZERO:
        numerators = (v.numerators * cell.q).entries()
        return [x // denominator if x >= 0 else -(-x // denominator) for x in numerators]
    numerators, doubled = (v.numerators * (cell.q * 2)).entries(), denominator * 2
    return [
        code if rest else code - code % 2  # ties to even
        for x in numerators
        for code, rest in [divmod(x + denominator, doubled)]
    ]


def on_grid(codes: Iterable[fmpz], cell: fmpq, shape: tuple[int, int]) -> Cleared:
    """The matrix with these codes, row by row."""
    return Cleared(fmpz_mat(*shape, codes) * cell.p, cell.q)


def clip(codes: tuple[fmpz, ...], cell: fmpq, greatest: Fraction | None) -> tuple[fmpz, ...]:
    """The codes, limited to the greatest multiple of the cell that is at most `greatest`."""
    if greatest is None:
        return codes
    last = (fmpq_of(greatest) / cell).floor()
    return tuple(min(code, last) for code in codes)
