"""Points near to and far from an exact equilibrium, and the vectors whose lengths are compared."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from flint import fmpq, fmpq_mat

from mondeq_ref.rigor.rational import fmpq_of, fraction_of
from proofs_checks.instance import Instance
from proofs_checks.quantities.rational_points import (
    basic_solution,
    column,
    least,
    monotone,
    projected,
)
from proofs_checks.quantities.two_points import alpha

NUDGE = fmpq(1, 2**200)  # far below the spacing of floats near 1


@dataclass(frozen=True, eq=False)
class NearbyPoint:
    """A point z, the equilibrium of the same injection, F(z), and one step from z."""

    z: fmpq_mat
    equilibrium: fmpq_mat
    F: fmpq_mat
    stepped: fmpq_mat  # ReLU(z - alpha F(z))
    forward: fmpq_mat  # M (z - stepped)


@lru_cache(maxsize=2)
def places(instance: Instance) -> list[NearbyPoint | None]:
    """One point for each injection; None where the equilibrium is not known."""
    return [_place(instance, row) for row in range(len(instance.c))]


def _place(instance: Instance, row: int) -> NearbyPoint | None:
    exactly = instance.before.exactly(row)
    if exactly is None:
        return None
    M, c = monotone(instance.operator), column(instance.c[row])
    z = column(point(instance, row, np.array([float(fraction_of(x)) for x in exactly.entries()])))
    F = M * z - c
    stepped = projected(z - F * fmpq_of(alpha(instance)))
    return NearbyPoint(z, exactly, F, stepped, M * (z - stepped))


def point(instance: Instance, row: int, start: np.ndarray) -> np.ndarray:
    """The point of the instance; without one, ReLU(start + step)."""
    if "point" in instance.arrays:
        return instance.arrays["point"][row]
    return np.maximum(start + instance.arrays["step"][row], 0.0)


def candidates(instance: Instance, M: fmpq_mat, c: fmpq_mat, row: int) -> list[fmpq_mat]:
    """The point of the row, z*, z* plus NUDGE in one entry, and a basic solution, where known."""
    if "point" in instance.arrays:
        return [column(instance.arrays["point"][row])]
    found = [column(point(instance, row, instance.before.z[row]))]
    active = np.flatnonzero(instance.arrays["subset"][row]).tolist()
    place = places(instance)[row]
    if place is not None:
        nudged = [
            entry + (NUDGE if i == row % instance.operator.n else 0)
            for i, entry in enumerate(place.equilibrium.entries())
        ]
        found += [place.equilibrium, column(nudged)]
    basic = basic_solution(M, c, active)
    return found if basic is None else [*found, basic]


def residual(_: Instance, place: NearbyPoint) -> tuple[fmpq_mat, fmpq_mat]:
    """rho = z - ReLU(z - F(z)), and z - z*."""
    return least(place.z, place.F), place.z - place.equilibrium


def distance(_: Instance, place: NearbyPoint) -> tuple[fmpq_mat, fmpq_mat]:
    """z - z*, and rho = z - ReLU(z - F(z))."""
    return place.z - place.equilibrium, least(place.z, place.F)


def from_inclusion(_: Instance, place: NearbyPoint) -> tuple[fmpq_mat, fmpq_mat]:
    """z - z*, and v with v_i = F_i(z) where z_i > 0 and min(F_i(z), 0) where z_i = 0."""
    pairs = zip(place.z.entries(), place.F.entries(), strict=True)
    v = column([F if z > 0 else min(F, fmpq(0)) for z, F in pairs])
    return place.z - place.equilibrium, v


def after_step(instance: Instance, place: NearbyPoint) -> tuple[fmpq_mat, fmpq_mat]:
    """y - z*, and v = (z - y)/alpha - M (z - y)."""
    v = (place.z - place.stepped) * fmpq_of(1 / alpha(instance)) - place.forward
    return place.stepped - place.equilibrium, v


def from_step(_: Instance, place: NearbyPoint) -> tuple[fmpq_mat, fmpq_mat]:
    """y - z*, and z - y."""
    return place.stepped - place.equilibrium, place.z - place.stepped
