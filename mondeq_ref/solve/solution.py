"""What a solver may say about the point it returns, row by row."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import chain

import numpy as np

from mondeq_ref.arrays import Booleans, Integers, Matrix, Vector
from mondeq_ref.inputs import Injections
from mondeq_ref.report.digits import at_most


class Status(Enum):
    """`value` is the sentence shown to people."""

    CERTIFIED = "within tol of the equilibrium, proved"
    EXACT = "the equilibrium itself, its active set verified in rationals, rounded once"
    RESIDUAL_ONLY = "no positive margin was proved: residual at most tol, no distance claimed"
    STALLED = "what is left is down to rounding, above tol"
    MAX_STEPS = "out of steps above tol; this is not a divergence"
    GAVE_UP = "no equilibrium was found; this does not prove that there is none"
    NONFINITE = "an iterate left the finite floats"
    DIVERGES = "forward-backward from zero with this step does not converge, proved"

    @property
    def succeeded(self) -> bool:
        return self in (Status.CERTIFIED, Status.EXACT, Status.RESIDUAL_ONLY)


STATUSES = tuple(Status)
UNSOLVED = (
    Status.MAX_STEPS,
    Status.GAVE_UP,
    Status.NONFINITE,
    Status.DIVERGES,
)  # no point to work with


@dataclass(frozen=True, eq=False, repr=False)
class Solution:
    """A batch of points, each with what was proved of it.  The z returned is the z tested.

    Attributes
    ----------
    z : array of shape (B, n)
        One point per input; a NONFINITE row is zero.
    radius, residual : array of shape (B,)
        Upper bounds of ||z - z*||, infinite where none is claimed, and of ||v||, v the least
        element of F(z) + G(z).
    status : list of Status
        How each row ended.
    ok : array of bool, shape (B,)
        The rows that ended well: CERTIFIED, EXACT or RESIDUAL_ONLY.
    steps : array of int, shape (B,)
        Steps taken; for the active set, linear solves.
    """

    z: Matrix  # (B, n); a NONFINITE row is zero
    codes: Integers  # (B,) indices into STATUSES
    steps: Integers  # (B,) steps to the point, or to the support that an EXACT one has; solves
    radius: Vector  # (B,) ||z - z*|| <= radius, infinite where nothing is claimed
    residual: Vector  # (B,) ||v|| <= residual, v the least element of F(z) + G(z)
    history: tuple[tuple[int, float], ...]  # (step, largest residual of the rows under way)
    method: str
    dtype: str
    inputs: Injections | None = None  # what was solved for, where a caller keeps it

    def __repr__(self) -> str:
        counts = ", ".join(f"{count} {name}" for name, count in self.counts.items())
        return (
            f"Solution({len(self.codes)} inputs by {self.method}: {counts};\n"
            f"         {self.about_radii}, at most {self.steps.max(initial=0)} steps)"
        )

    @property
    def about_radii(self) -> str:
        """Without a margin no distance is claimed, not even of exact rows: there may be others."""
        known = self.radius[np.isfinite(self.radius)]
        if len(known) == 0 and len(self.radius) > 0:
            return "no radius is claimed"
        largest = f"largest radius {at_most(float(known.max(initial=0.0)))}"
        unknown = len(self.radius) - len(known)
        return largest if unknown == 0 else f"{largest}, none is claimed for {unknown} inputs"

    @property
    def x(self) -> Matrix | None:
        """The inputs x, where the injections were computed from them."""
        made = None if self.inputs is None else self.inputs.computed_from
        return None if made is None else made[0]

    @property
    def ok(self) -> Booleans:
        """The rows that ended well."""
        good = [index for index, status in enumerate(STATUSES) if status.succeeded]
        return np.isin(self.codes, good)

    @property
    def status(self) -> list[Status]:
        return [STATUSES[code] for code in self.codes.tolist()]

    @property
    def counts(self) -> dict[str, int]:
        return dict(Counter(status.name for status in self.status))

    @property
    def succeeded(self) -> bool:
        return all(STATUSES[code].succeeded for code in set(self.codes.tolist()))


def code(status: Status) -> int:
    return STATUSES.index(status)


def joined(parts: list[Solution], n: int) -> Solution:
    """Blocks of rows, put together again."""
    if len(parts) == 1:
        return parts[0]
    if not parts:
        none = np.zeros(0)
        return Solution(
            np.zeros((0, n)), none.astype(np.int64), none.astype(np.int64), none, none, (), "", ""
        )
    return Solution(
        np.concatenate([part.z for part in parts]),
        np.concatenate([part.codes for part in parts]),
        np.concatenate([part.steps for part in parts]),
        np.concatenate([part.radius for part in parts]),
        np.concatenate([part.residual for part in parts]),
        (),
        parts[0].method,
        parts[0].dtype,
    )


def gathered(parts: Iterator[Solution], rows: int, n: int) -> Solution:
    """`joined` for a known number of rows: each block is written to its place and forgotten, so
    that the points are in memory once."""
    first = next(parts, None)
    if first is None or len(first.codes) == rows:
        return joined([] if first is None else [first], n)
    whole = Solution(
        np.empty((rows, n)),
        np.empty(rows, np.int64),
        np.empty(rows, np.int64),
        np.empty(rows),
        np.empty(rows),
        (),
        first.method,
        first.dtype,
    )
    start, parts = 0, chain([first], parts)
    del first
    for part in parts:
        here = slice(start, start + len(part.codes))
        for name in ("z", "codes", "steps", "radius", "residual"):
            getattr(whole, name)[here] = getattr(part, name)
        start = here.stop
        del part
    return whole
