"""The claim `condition` holds on drawn instances, and its check can fail."""

from dataclasses import replace

import numpy as np
import pytest

from mondeq_ref.instances.families import generic
from mondeq_ref.rigor.verdict import Outcome
from proofs_checks.claims.condition import draw, named
from proofs_checks.instance import Instance
from proofs_checks.quantities import drifts
from proofs_checks.quantities.neighbors import pairs, satisfies_identity
from tests.support.claims import drawn, form


def scalar() -> Instance:
    return named(np.array([[0.5]]), np.array([[0.75]]), [1.0])


def test_identity_breaks_with_the_wrong_perturbed_point() -> None:
    """z* in place of z~ on the right-hand side is true to first order only."""
    (pair,) = pairs(scalar())
    assert pair is not None
    assert satisfies_identity(scalar(), pair, [0])
    wrong = replace(pair, image=pair.before.z * 0)
    assert not satisfies_identity(scalar(), wrong, [0])


def test_certain_class_is_refuted_when_it_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were the radius forgotten, some class would be called certain and change."""
    rng = np.random.default_rng(0)
    honest = drifts.certain_class

    def careless(head, Z, radius):
        return honest(head, Z, 0 * radius)

    def outcomes() -> set[Outcome]:
        found = set[Outcome]()
        for _ in range(12):
            instance = draw(rng, "generic", generic(rng))
            after = instance.operator.with_weights(
                instance.operator.W + rng.normal(size=(8, 8)) / 4
            )
            moved = replace(instance, perturbed=after, c_perturbed=None)
            found |= {verdict.outcome for verdict in drifts.decisions(moved) if verdict}
        return found

    assert outcomes() <= {Outcome.PROVED}
    monkeypatch.setattr(drifts, "certain_class", careless)
    assert Outcome.REFUTED in outcomes()


def test_logits_that_are_all_the_same_have_no_gap_to_bound() -> None:
    built = drawn("condition")
    same = {**built.arrays, "V": np.ones_like(built.arrays["V"])}
    assert set(form("condition", "logits").check(replace(built, arrays=same))) == {None}


def test_unit_at_a_kink_may_be_in_a_common_active_set() -> None:
    """M = [[1, 0], [1, 1]], c = (1, 1): z*_2 = F_2 = 0; with M~_21 = 1/2 it is z~_2 = 1/2."""
    W = np.array([[0.0, 0.0], [-1.0, 0.0]])
    (pair,) = pairs(named(W, W / 2, [1.0, 1.0]))
    assert pair is not None
    assert (pair.before.active, pair.before.kinks, pair.after.active) == ((0,), (1,), (0, 1))
    assert pair.common == [0, 1]


def test_limit_is_silent_at_a_kink_and_at_zero() -> None:
    at_kink = named(np.diag([0.5, 0.0]), np.diag([0.5, 0.0]), [1.0, 0.0])
    at_zero = named(np.diag([0.5, 0.0]), np.diag([0.5, 0.0]), [-1.0, -1.0])
    for built in (at_kink, at_zero):
        assert list(form("condition", "limit").check(built)) == [None]
