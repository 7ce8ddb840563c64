"""An instance of a claim: an operator, its perturbation, injections, numbers and arrays.

All claims use this one type, so that any instance can be stored, shown and replayed.  Equilibria
and norms are computed once and shared by all forms of a claim.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

import numpy as np
from flint import fmpq_mat

from mondeq_ref.arrays import Matrix, Vector
from mondeq_ref.certify.prove import prove
from mondeq_ref.inputs import given
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.balls import MatrixBall, of_exact, spectral_norm
from mondeq_ref.rigor.dyadic import exact
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.equilibria import ExactEquilibrium, ExactOperator
from mondeq_ref.rigor.fast import norms_above, norms_below
from mondeq_ref.rigor.verdict import Guarantee
from mondeq_ref.solve import solve
from mondeq_ref.solve.active_set import proposed

SOLVER_TOL = 1e-12  # the tolerance given to the solver; the radii are the distances reached


@dataclass(frozen=True, eq=False)
class Instance:
    """`c` are the injections of the operator, `c_perturbed` those of the perturbed one."""

    family: str
    operator: Operator
    perturbed: Operator | None = None
    c: Matrix = field(default_factory=lambda: np.zeros((0, 0)))
    c_perturbed: Matrix | None = None
    numbers: Mapping[str, Fraction] = field(default_factory=dict[str, Fraction])
    arrays: Mapping[str, Matrix] = field(default_factory=dict[str, Matrix])

    @property
    def after(self) -> Operator:
        """The perturbed operator; ValueError if the instance has none."""
        if self.perturbed is None:
            raise ValueError("this instance has no perturbed operator")
        return self.perturbed

    @cached_property
    def dW(self) -> MatrixBall:
        """W - W~, the difference of the exact matrices, enclosed."""
        return change(self.operator, self.after)

    @cached_property
    def dW_norm(self) -> Enclosure:
        return spectral_norm(self.dW)

    @cached_property
    def before(self) -> "Points":
        """z* for every injection."""
        return self._points("z*", self.operator, self.c)

    @cached_property
    def moved(self) -> "Points":
        """z~ for every injection."""
        return self._points(
            "z~", self.after, self.c if self.c_perturbed is None else self.c_perturbed
        )

    def _points(self, name: str, operator: Operator, c: Matrix) -> "Points":
        """Equilibria stored in `arrays` are verified; without them the solver is run."""
        if name not in self.arrays:
            return points(operator, c)
        z = self.arrays[name]
        return in_rationals(Points(operator, c, z.copy(), np.full(len(z), np.inf)))


@dataclass(frozen=True, eq=False)
class Points:
    """Equilibria to within a radius; an infinite radius means that none is known for that row."""

    operator: Operator
    c: Matrix
    z: Matrix
    radius: Vector

    @cached_property
    def lengths(self) -> list[Enclosure]:
        """The lengths of the equilibria."""
        return [length(z, float(r)) for z, r in zip(self.z, self.radius, strict=True)]

    def exactly(self, row: int) -> fmpq_mat | None:
        """The equilibrium with the active set of `z`, in rationals; None where there is none."""
        if row not in self._exact_rows:
            found = self._exact_operator.equilibrium(
                exact(self.c[row]), np.flatnonzero(self.z[row] > 0).tolist()
            )
            column = found.column if isinstance(found, ExactEquilibrium) else None
            self._exact_rows[row] = column
        return self._exact_rows[row]

    @cached_property
    def _exact_rows(self) -> dict[int, fmpq_mat | None]:
        return {}

    @cached_property
    def _exact_operator(self) -> ExactOperator:
        return ExactOperator(self.operator.exact_M)


def points(operator: Operator, c: Matrix) -> Points:
    """Certified equilibria where m > 0; else exact equilibria, where found, rounded to floats."""
    injections = given(c, operator.n)
    if operator.margin.lo > 0:
        solution = solve(operator, injections, tol=SOLVER_TOL, workers=1)
        return in_rationals(Points(operator, c, solution.z.copy(), solution.radius.copy()))
    # No residual bounds a distance; of the points only the signs are used.
    z = proposed(operator, injections.c)
    z[~np.isfinite(z).all(axis=1)] = 0.0
    return in_rationals(Points(operator, c, z, np.full(len(z), np.inf)))


def in_rationals(found: Points) -> Points:
    """The points; infinite radii are replaced where exact arithmetic proves an equilibrium."""
    left = np.flatnonzero(~np.isfinite(found.radius))
    if len(left) == 0:
        return found
    c = given(found.c[left], found.operator.n)
    again = prove(found.operator, c, found.z[left], Guarantee.EXACT)
    known = left[again.proved]
    found.z[known], found.radius[known] = again.z[again.proved], again.radius[again.proved]
    return found


def change(before: Operator, after: Operator) -> MatrixBall:
    """W - W~ of two operators.

    Where the exact matrices are the arrays, what rounding takes from a difference of floats is
    itself a float, which a few operations yield exactly, as in `rigor.directed`."""
    if before.exact_weights is not None or after.exact_weights is not None:
        return of_exact(before.exact_W - after.exact_W)
    with np.errstate(over="ignore", invalid="ignore"):
        center = before.W - after.W
        back = center - before.W
        rest = (before.W - (center - back)) - (after.W + back)
    if not np.isfinite(rest).all():
        return of_exact(before.exact_W - after.exact_W)
    return MatrixBall(center, float(norms_above(rest.reshape(1, -1))[0]) if rest.any() else 0.0)


def length(v: Vector, radius: float = 0.0) -> Enclosure:
    """||v||_2 of a vector known to within `radius`; a norm is never negative."""
    rounded = Enclosure(float(norms_below(v[None])[0]), float(norms_above(v[None])[0]))
    reach = rounded.widened(radius)
    return Enclosure(max(reach.lo, 0.0), reach.hi)


def gap(v: Vector, w: Vector, radius: float = 0.0) -> Enclosure:
    """||v - w||_2 of vectors whose difference is known to within `radius`."""
    difference = MatrixBall(v[None]) - MatrixBall(w[None])
    return length(difference.center[0], (Enclosure.of(difference.radius) + radius).hi)
