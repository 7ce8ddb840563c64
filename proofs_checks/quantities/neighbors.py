"""Exact equilibria of a layer and of the perturbed layer, with their active sets."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from flint import fmpq_mat

from mondeq_ref.arrays import Matrix
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.dyadic import Dyadic, exact
from mondeq_ref.rigor.equilibria import ExactEquilibrium, ExactOperator
from proofs_checks.instance import Instance, points
from proofs_checks.quantities.rational_points import block, column, matrix, monotone


@dataclass(frozen=True, eq=False)
class ActiveSets:
    """An equilibrium z, its active units (z_i > 0) and its kinks (z_i = F_i(z) = 0)."""

    z: fmpq_mat
    active: tuple[int, ...]
    kinks: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class EquilibriumPair:
    """z* and z~ of one input, and the image dW z~ + c - c~."""

    before: ActiveSets
    after: ActiveSets
    image: fmpq_mat

    @property
    def moved(self) -> fmpq_mat:
        return self.after.z - self.before.z

    @property
    def common(self) -> list[int] | None:
        """A set a with F_a = 0 at both equilibria and both zero off a; None if none or empty."""
        both = set(self.before.active) | set(self.after.active)
        shared = all(both <= {*place.active, *place.kinks} for place in (self.before, self.after))
        return sorted(both) if shared and both else None


@lru_cache(maxsize=2)
def places(instance: Instance) -> list[ActiveSets | None]:
    """z* of every input; None where it is not known."""
    return [
        _place(instance.operator, column(c), instance.before.exactly(row))
        for row, c in enumerate(instance.c)
    ]


@lru_cache(maxsize=2)
def pairs(instance: Instance) -> list[EquilibriumPair | None]:
    """z* and z~ of every input; None where one of them is not known."""
    dW = matrix(instance.operator.exact_W - instance.after.exact_W)
    moved_c = instance.c if instance.c_perturbed is None else instance.c_perturbed
    found: list[EquilibriumPair | None] = []
    for row, before in enumerate(places(instance)):
        c, c_after = column(instance.c[row]), column(moved_c[row])
        after = _place(instance.after, c_after, instance.moved.exactly(row))
        if before is None or after is None:
            found.append(None)
        else:
            found.append(EquilibriumPair(before, after, dW * after.z + c - c_after))
    return found


def _place(operator: Operator, c: fmpq_mat, known: fmpq_mat | None) -> ActiveSets | None:
    if known is None:
        return None
    F = (monotone(operator) * known - c).entries()
    entries = known.entries()
    return ActiveSets(
        known,
        tuple(i for i, x in enumerate(entries) if x > 0),
        tuple(i for i, x in enumerate(entries) if x == 0 and F[i] == 0),
    )


def satisfies_identity(instance: Instance, pair: EquilibriumPair, a: list[int]) -> bool:
    """Whether M_aa (z~ - z*)_a = -(dW z~ + c - c~)_a, entry by entry."""
    M_aa = block(monotone(instance.operator), a, a)
    return M_aa * block(pair.moved, a, [0]) == -block(pair.image, a, [0])


def gram(operator: Operator, a: Sequence[int]) -> Dyadic:
    """M_aa' M_aa, whose least eigenvalue is 1/||M_aa^-1||^2."""
    M_aa = operator.exact_M.block(a, a)
    return M_aa.T @ M_aa


def of_inputs(operator: Operator, X: Matrix) -> list[fmpq_mat | None]:
    """The exact equilibria for the exact injections U x + b; None where none is found."""
    C = exact(X) @ exact(operator.U).T + exact(np.tile(operator.b, (len(X), 1)))
    near = points(operator, C.rounded())
    prepared = ExactOperator(operator.exact_M)
    found = prepared.equilibria(C, near.z > 0)
    return [one.column if isinstance(one, ExactEquilibrium) else None for one in found]
