"""The claim `peaceman_rachford` holds on drawn instances, and its check can fail."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import fmpq

from mondeq_ref import bounds
from mondeq_ref.rigor.verdict import Outcome
from proofs_checks.audit.witnesses import broken, decided
from proofs_checks.claims.peaceman_rachford import THEOREM, diagonal, rotation, two_states
from proofs_checks.quantities import steps
from proofs_checks.quantities.constants import constants
from proofs_checks.quantities.kinds import BALLS, ENCLOSED, Kind
from proofs_checks.quantities.rational_points import cleared, monotone
from proofs_checks.quantities.reflections import fixed_points
from proofs_checks.quantities.two_points import named, read
from tests.support.claims import drawn, form


def test_published_rate_is_worse_on_a_rotation() -> None:
    assert decided(THEOREM.forms[0], rotation()).ratio.hi < 1
    assert decided(THEOREM.forms[1], rotation()).equal


def test_symmetric_rate_is_refuted_for_a_rotation() -> None:
    symmetric = form("peaceman_rachford", "symmetric W")
    assert broken(THEOREM, rotation(), symmetric) == {"W = W'"}
    assert decided(symmetric, rotation()).outcome is Outcome.REFUTED


def test_best_steps_have_the_quoted_rates() -> None:
    m, L = Fraction(1), Fraction(4)
    kappa = L / m
    sharp = bounds.peaceman_rachford_rate_squared(m, L, 1 / L)
    published = bounds.published_peaceman_rachford_rate_squared(m, L, 1 / L)
    assert (sharp, published) == ((kappa - 1) / (kappa + 1), 1 - 1 / kappa)
    for alpha in (Fraction(1, 5), Fraction(1, 3), Fraction(1)):
        assert bounds.peaceman_rachford_rate_squared(m, L, alpha) > sharp
        assert bounds.published_peaceman_rachford_rate_squared(m, L, alpha) > published
    (pair,) = two_states(diagonal())
    assert pair.after / pair.before == Fraction(1, 3) ** 2


@pytest.mark.parametrize("kind", [ENCLOSED, BALLS])
def test_norm_of_K_is_its_largest_singular_value(kind: Kind) -> None:
    for family in ("generic", "skew_dominant", "badly_scaled", "few_active"):
        instance = drawn("peaceman_rachford", family)
        alpha, M = float(instance.numbers["alpha"]), instance.operator.M.center
        eye = np.eye(len(M))
        expected = np.linalg.norm(np.linalg.solve(eye + alpha * M, eye - alpha * M), 2)
        found = constants(instance, kind).reflection
        square = found.mid if kind is ENCLOSED else float(found.mid())
        assert square**0.5 == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("family", ["generic", "short", "few_active", "negative_margin"])
def test_states_are_the_same_by_points_and_by_solving(family: str) -> None:
    instance = drawn("peaceman_rachford", family)
    M, a = monotone(instance.operator), fmpq(*instance.numbers["alpha"].as_integer_ratio())
    mirror = steps.mirror_of(cleared(M), a)
    assert mirror is not None
    c, u, _ = read(instance)
    there = steps.state_at(cleared(M), c, u, a)
    back = steps.state(steps.reflection(mirror, c, a), there.s)
    assert (back.s, back.mirror) == (there.s, there.mirror)


def test_singular_resolvent_gives_no_iteration() -> None:
    """M = -1 and alpha = 1."""
    built = replace(named([[-1]], [1], [1], [2], Fraction(1)))
    follow = form("peaceman_rachford", "after k steps")
    assert list(follow.check(built)) == [None]


def test_fixed_points_are_refuted_for_a_wrong_method(monkeypatch: pytest.MonkeyPatch) -> None:
    """The identity fixes every state; twice the state is no equilibrium."""
    instance = drawn("peaceman_rachford")

    def outcomes(image: Callable[[steps.State], Any]) -> set[Outcome]:
        return {verdict.outcome for verdict in fixed_points(image)(instance) if verdict}

    assert outcomes(lambda at: at.peaceman_rachford) == {Outcome.PROVED}
    assert Outcome.REFUTED in outcomes(lambda at: at.s)
    monkeypatch.setattr(steps.State, "read", property(lambda at: at.s * fmpq(2)))
    assert outcomes(lambda at: at.peaceman_rachford) == {Outcome.REFUTED}
