"""The claim `equivalence` holds on drawn instances, and its check can fail."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq

from mondeq_ref.instances.families import FAMILIES
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.verdict import Outcome
from proofs_checks.audit.witnesses import broken, decided
from proofs_checks.claims.equivalence import THEOREM, bounded, draw, published, scalar
from proofs_checks.instance import Instance
from proofs_checks.quantities.constants import constants
from proofs_checks.quantities.kinds import ENCLOSED
from proofs_checks.quantities.places import candidates, distance, from_step, places
from proofs_checks.quantities.rational_points import column, is_equilibrium, is_fixed, monotone


def drawn(family: str = "generic", seed: int = 3) -> Instance:
    rng = np.random.default_rng(seed)
    return draw(rng, family, FAMILIES[family](rng))


@pytest.mark.parametrize("family", FAMILIES)
def test_candidates_hold_equilibria_and_other_points(family: str) -> None:
    instance = drawn(family)
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


def test_attained_bound_is_refuted_when_halved() -> None:
    form = THEOREM.forms[4]
    for built in (scalar(0.5, 1.0, 4.0, Fraction(1)), scalar(0.5, 1.0, 3.0, Fraction(5, 7))):
        assert decided(form, built).equal
        halved = bounded("", "", distance, lambda k, _: (k.beta + k.q) / (4 * k.m))
        assert decided(halved, built).outcome is Outcome.REFUTED


def test_forgetting_the_step_size_in_the_error_bound_is_refuted() -> None:
    """The step length alone is no error bound: at alpha = 1/100 it is far too small."""
    wrong = bounded("", "", from_step, lambda k, _: 1 / k.m)
    assert decided(wrong, scalar(0.5, 1.0, 4.0, Fraction(1, 100))).outcome is Outcome.REFUTED


def test_bound_from_the_margin_is_not_always_better() -> None:
    """W = diag(-w, w), as the docstring says."""
    W = np.diag([-0.5, 0.5])
    instance = replace(drawn(), operator=Operator(W, np.eye(2), np.zeros(2)))
    k = constants(instance, ENCLOSED)
    assert ((k.beta + k.q) / 2).lo > (1 + k.W).hi


def test_unknown_equilibrium_gives_no_verdict() -> None:
    operator = Operator(np.array([[1.0]]), np.zeros((1, 1)), np.zeros(1))
    instance = Instance(
        "witness",
        operator,
        c=np.array([[1.0]]),
        numbers={"alpha": Fraction(1)},
        arrays={"step": np.array([[1.0]]), "subset": np.array([[1.0]])},
    )
    assert places(instance) == [None]
    assert [verdict.outcome for verdict in published(instance)] == [Outcome.PROVED]
    assert list(THEOREM.forms[1].check(instance)) == [None]


def test_distance_nears_its_bound_when_the_margin_is_small() -> None:
    """n = 1 and M = 2^-30: the ratio is 1/(1 + M)."""
    form = next(form for form in THEOREM.forms if form.name == "distance")
    ratio = decided(form, scalar(2.0**-30, 2.0**-30, 4.0, Fraction(1))).ratio
    assert ratio is not None
    assert 1 - 2.0**-29 < ratio.lo <= ratio.hi < 1


def test_residual_bound_holds_without_a_margin() -> None:
    """M = -1: z* = 0 is an equilibrium for c = -1, and so is 1."""
    built = scalar(-1.0, -1.0, 0.25, Fraction(1))
    assert places(built)[0] is not None
    form = next(form for form in THEOREM.forms if form.name == "residual")
    assert broken(THEOREM, built, form) == set()
    assert decided(form, built).outcome is Outcome.PROVED
