"""The claim `certificate` holds on drawn instances, and its check can fail."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from mondeq_ref.certify.ladder import Reversal, Step
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.diagonal import weighted_margin_below, weighted_norm_above
from mondeq_ref.rigor.dyadic import identity
from mondeq_ref.rigor.pmatrix import TwoEquilibria
from mondeq_ref.rigor.verdict import Guarantee, Outcome
from proofs_checks.claims.certificate import rotation
from proofs_checks.quantities import convergence, uniqueness
from proofs_checks.quantities.rational_points import iterate, monotone
from proofs_checks.quantities.uniqueness import (
    count_equilibria,
    each_implies_the_next,
    one_equilibrium,
    p_matrix,
    rungs,
)
from tests.support.claims import drawn, form


def test_active_sets_and_minors_agree_on_uniqueness() -> None:
    """A P-matrix has one equilibrium for every c; -I has none or several for all but c = 0."""
    cycling = drawn("certificate", "cycling")
    pure = replace(cycling, perturbed=cycling.operator)
    assert p_matrix(pure) is Outcome.PROVED
    assert count_equilibria(pure) == [1, 1]
    turned = Operator(2 * np.eye(2), np.eye(2), np.zeros(2))
    several = replace(pure, perturbed=turned, c=np.array([[-1.0, -1.0], [1.0, 1.0]]))
    assert p_matrix(several) is Outcome.REFUTED
    assert count_equilibria(several) == [4, 0]
    assert {verdict.outcome for verdict in one_equilibrium(several) if verdict} == {Outcome.REFUTED}


def test_broken_ladder_is_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    instance = drawn("certificate", "negative_margin")
    wrong = list(rungs(instance))
    wrong[0] = Step(1, Outcome.PROVED, Guarantee.EXACT)
    monkeypatch.setattr(uniqueness, "rungs", lambda _: tuple(wrong))
    assert each_implies_the_next(instance)[0].outcome is Outcome.REFUTED


@pytest.mark.parametrize("family", ["negative_margin", "triangular"])
def test_two_equilibria_are_shown_when_a_minor_is_negative(family: str) -> None:
    instance = drawn("certificate", family, 1)
    evidence = rungs(instance)[5].evidence
    assert isinstance(evidence, Reversal)
    assert uniqueness.two_for_one_input(instance)[0].outcome is Outcome.PROVED


def test_two_equilibria_that_are_none_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    instance = drawn("certificate", "negative_margin")
    real = uniqueness.two_equilibria

    def shifted(M, x) -> TwoEquilibria:
        found = real(M, x)
        return TwoEquilibria(found.c + found.c, found.first, found.second)

    monkeypatch.setattr(uniqueness, "two_equilibria", shifted)
    assert uniqueness.two_for_one_input(instance)[0].outcome is Outcome.REFUTED


def test_distances_are_weighed_where_weights_are() -> None:
    """In the norm of D, which is not the Euclidean one here."""
    instance = drawn("certificate", "triangular", 4)
    weights, M = uniqueness.weights_of(instance), monotone(instance.after)
    assert len(set(weights)) > 1
    exact_M = identity(instance.after.n) - instance.after.exact_W
    m, L = weighted_margin_below(exact_M, weights), weighted_norm_above(exact_M, weights)
    verdicts = convergence.converges_with_weights(instance)
    for verdict, (c, z) in zip(verdicts, convergence.exact_points(instance), strict=True):
        assert verdict is not None
        assert z is not None
        away = iterate(M, c, Fraction(m / L / L), convergence.STEPS) - z
        floats = np.array([float(x.p) / float(x.q) for x in away.entries()])
        assert verdict.lhs.mid == pytest.approx(float(np.array(weights, dtype=float) @ floats**2))


def test_rate_is_that_of_the_perturbed_operator() -> None:
    instance = drawn("certificate", "generic", 1)
    (verdict,) = form("certificate", "rate").check(instance)
    assert verdict is not None
    a, M = float(convergence.step_size(instance)), np.eye(instance.after.n) - instance.after.W
    assert verdict.lhs.mid == pytest.approx(np.linalg.norm(np.eye(len(M)) - a * M, 2))


def test_rotation_nearly_attains_the_rate_with_weights() -> None:
    """W says nothing here: M~ = [[4, -3], [3, 4]] alone is iterated, from zero.  The bound is made
    of proven estimates of its m and L, which lose some roundings."""
    turning = rotation()
    elsewhere = turning.operator.with_weights(np.zeros((2, 2)))
    (verdict,) = convergence.converges_with_weights(replace(turning, operator=elsewhere))
    assert verdict is not None
    assert verdict.ratio is not None
    assert 1 - 1e-9 < verdict.ratio.lo <= verdict.ratio.hi <= 1
