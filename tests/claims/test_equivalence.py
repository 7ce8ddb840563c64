"""The claim `equivalence` holds on drawn instances, and its check can fail."""

from fractions import Fraction

import pytest
from flint import fmpq

from mondeq_ref.instances.families import FAMILIES
from mondeq_ref.rigor.verdict import Outcome
from proofs_checks.audit.witnesses import broken, decided
from proofs_checks.claims.equivalence import THEOREM, scalar
from proofs_checks.quantities.places import candidates, places
from proofs_checks.quantities.rational_points import column, is_equilibrium, is_fixed, monotone
from tests.support.claims import drawn, form


@pytest.mark.parametrize("family", FAMILIES)
def test_candidates_hold_equilibria_and_other_points(family: str) -> None:
    instance = drawn("equivalence", family)
    M = monotone(instance.operator)
    for row, place in enumerate(places(instance)):
        if place is None:
            continue
        c = column(instance.c[row])
        assert is_equilibrium(M, c, place.equilibrium)
        tried = candidates(instance, M, c, row)
        assert place.equilibrium in tried
        assert sum(not is_equilibrium(M, c, z) for z in tried) >= 1


def test_map_without_projection_moves_the_equilibrium() -> None:
    """At an inactive unit z = z - alpha F(z) fails although z is the equilibrium."""
    M, c, z = column([Fraction(1)]), column([Fraction(-1)]), column([Fraction(0)])
    assert is_fixed(M, c, z, fmpq(1, 3))
    assert z - (M * z - c) * fmpq(1, 3) != z


def test_residual_bound_holds_without_a_margin() -> None:
    """M = -1: z* = 0 is an equilibrium for c = -1, and so is 1."""
    built = scalar(-1.0, -1.0, 0.25, Fraction(1))
    assert places(built)[0] is not None
    residual = form("equivalence", "residual")
    assert broken(THEOREM, built, residual) == set()
    assert decided(residual, built).outcome is Outcome.PROVED
