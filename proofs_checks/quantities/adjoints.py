"""The adjoint lambda of an equilibrium in rationals, and its change with W and g.

With a = {i : z_i > 0} and D the projection on the units of a, lambda solves M_aa' lambda_a = g_a
and is zero elsewhere.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from flint import fmpq, fmpq_mat

from mondeq_ref import bounds
from proofs_checks.instance import Instance
from proofs_checks.quantities.comparison import Distances, sum_of_roots
from proofs_checks.quantities.constants import Constants
from proofs_checks.quantities.rational_points import (
    block,
    cleared,
    column,
    equilibria,
    matrix,
    monotone,
    squared_length,
    where_known,
)
from proofs_checks.quantities.steps import kept


@dataclass(frozen=True, eq=False)
class ExactAdjoint:
    """lambda for one equilibrium and one g."""

    active: list[bool]
    g: fmpq_mat
    z: fmpq_mat
    lam: fmpq_mat

    @property
    def units(self) -> list[int]:
        return [i for i, kept in enumerate(self.active) if kept]


@lru_cache(maxsize=2)
def adjoints(instance: Instance) -> list[ExactAdjoint | None]:
    """The adjoint of each row; None where no equilibrium is known or M_aa is singular."""
    M = monotone(instance.operator)

    def adjoint(row: int, z: fmpq_mat) -> ExactAdjoint | None:
        active, g = [x > 0 for x in z.entries()], column(instance.arrays["g"][row])
        lam = solved(M, g, active)
        return None if lam is None else ExactAdjoint(active, g, z, lam)

    return where_known(equilibria(instance), adjoint)


def solved(M: fmpq_mat, g: fmpq_mat, active: list[bool]) -> fmpq_mat | None:
    """lambda with M_aa' lambda_a = g_a, zero elsewhere; None where M_aa is singular."""
    units = [i for i, kept in enumerate(active) if kept]
    entries = [fmpq(0)] * M.nrows()
    if units:
        try:
            x = block(M.transpose(), units, units).solve(block(g, units, [0]))
        except ZeroDivisionError:
            return None
        for i, entry in zip(units, x.entries(), strict=True):
            entries[i] = entry
    return column(entries)


def solution(instance: Instance) -> list[Distances | None]:
    """||g_a|| and ||lambda||, squared."""
    return [
        None
        if at is None
        else Distances(squared_length(kept(cleared(at.g), at.active)), squared_length(at.lam))
        for at in adjoints(instance)
    ]


@dataclass(frozen=True)
class AdjointMove:
    """The squared change of an adjoint, and the squared terms that bound it."""

    weights: Fraction  # ||(dW' lambda~)_a||^2
    slope: Fraction  # ||(g~ - g)_a||^2
    both: Fraction  # ||(g~ - g - dW' lambda~)_a||^2
    adjoint: Fraction  # ||lambda~ - lambda||^2


@lru_cache(maxsize=2)
def changes(instance: Instance) -> list[AdjointMove | None]:
    """The change of each adjoint under dW and g~ - g, with the active set of z*."""
    M_after = monotone(instance.after)
    dW = matrix(instance.operator.exact_W - instance.after.exact_W)

    def change(row: int, at: ExactAdjoint) -> AdjointMove | None:
        g = column(instance.arrays["g~"][row])
        after = solved(M_after, g, at.active)
        if after is None:
            return None
        seen, moved = (block(v, at.units, [0]) for v in (dW.transpose() * after, g - at.g))
        return AdjointMove(*map(squared_length, (seen, moved, moved - seen, after - at.lam)))

    return where_known(adjoints(instance), change)


def moved_adjoint(instance: Instance) -> list[tuple[Fraction, AdjointMove] | None]:
    """||lambda~ - lambda||^2, with the terms that bound it."""
    return [None if change is None else (change.adjoint, change) for change in changes(instance)]


def perturbation(k: Constants, change: AdjointMove) -> Any:
    """(||(dW' lambda~)_a|| + ||(g~ - g)_a||)/m."""
    parts = (k.kind.root(k.kind.number(part)) for part in (change.weights, change.slope))
    return bounds.distance_of_inputs(k.m, sum(parts, start=k.kind.number(Fraction(0))))


def perturbation_in_fractions(
    k: Constants, change: AdjointMove, square: Fraction
) -> tuple[Fraction, Fraction]:
    return sum_of_roots(square * k.m**2, change.weights, change.slope)


def together(instance: Instance) -> list[Distances | None]:
    """||(g~ - g - dW' lambda~)_a|| and ||lambda~ - lambda||, squared."""
    return [
        None if change is None else Distances(change.both, change.adjoint)
        for change in changes(instance)
    ]
