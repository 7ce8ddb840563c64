"""The claim `condition` holds on drawn instances, and its check can fail."""

from dataclasses import replace

import numpy as np
import pytest

from mondeq_ref.instances.families import FAMILIES, generic
from mondeq_ref.rigor.verdict import Outcome
from proofs_checks.audit.witnesses import decided
from proofs_checks.claims import condition
from proofs_checks.claims.condition import THEOREM, draw, named, neighbors
from proofs_checks.instance import Instance
from proofs_checks.quantities import drifts
from proofs_checks.quantities.constants import Constants, constants
from proofs_checks.quantities.kinds import ENCLOSED
from proofs_checks.quantities.neighbors import pairs, places, satisfies_identity
from proofs_checks.theorem import Form


def form(name: str) -> Form:
    return next(form for form in THEOREM.forms if form.name == name)


def drawn(family: str = "generic", seed: int = 3) -> Instance:
    rng = np.random.default_rng(seed)
    return draw(rng, family, FAMILIES[family](rng))


def scalar() -> Instance:
    return named(np.array([[0.5]]), np.array([[0.75]]), [1.0])


@pytest.mark.parametrize("name", ["common active set", "finite change", "inputs", "logits"])
def test_bound_is_refuted_when_the_margin_is_doubled(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert decided(form(name), scalar()).equal
    if name == "common active set":
        monkeypatch.setattr(condition, "inverse_squared", lambda *_: lambda k: k.kind.number(1))
    else:
        honest = Constants.m.func  # type: ignore[attr-defined]
        monkeypatch.setattr(Constants, "m", property(lambda k: 2 * honest(k)))
        constants.cache_clear()
    assert decided(form(name), scalar()).outcome is Outcome.REFUTED


def test_identity_breaks_with_the_wrong_perturbed_point() -> None:
    """z* in place of z~ on the right-hand side is true to first order only."""
    (pair,) = pairs(scalar())
    assert pair is not None
    assert satisfies_identity(scalar(), pair, [0])
    wrong = replace(pair, image=pair.before.z * 0)
    assert not satisfies_identity(scalar(), wrong, [0])


def test_every_set_up_to_the_kinks_is_checked() -> None:
    assert neighbors((1, 4), (0, 2)) == [[1, 4], [0, 1, 4], [1, 2, 4], [0, 1, 2, 4]]
    assert neighbors((), (0,)) == [None]


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
    built = drawn()
    same = {**built.arrays, "V": np.ones_like(built.arrays["V"])}
    assert set(form("logits").check(replace(built, arrays=same))) == {None}


def test_unit_at_a_kink_may_be_in_a_common_active_set() -> None:
    """M = [[1, 0], [1, 1]], c = (1, 1): z*_2 = F_2 = 0; with M~_21 = 1/2 it is z~_2 = 1/2."""
    W = np.array([[0.0, 0.0], [-1.0, 0.0]])
    (pair,) = pairs(named(W, W / 2, [1.0, 1.0]))
    assert pair is not None
    assert (pair.before.active, pair.before.kinks, pair.after.active) == ((0,), (1,), (0, 1))
    assert pair.common == [0, 1]


def test_radius_of_a_class_includes_that_of_the_solver(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """n = 1, z* = 2, z~ = 8/3: from a point 1 beside z~ the radius reaches beyond z*."""
    built, asked = scalar(), list[float]()
    honest = drifts.certain_class

    def noting(head, Z, radius):
        asked.append(float(radius[0]))
        return honest(head, Z, radius)

    found = pairs(built)
    built.__dict__["moved"] = replace(built.moved, z=built.moved.z + 1, radius=np.array([1.0]))
    monkeypatch.setattr(drifts, "certain_class", noting)
    monkeypatch.setattr(drifts, "pairs", lambda _: found)
    drifts.decisions(built)
    assert asked[0] >= 8 / 3 + 1 - 2


def test_class_is_open_when_the_solver_stopped_early() -> None:
    """z* = z~ = (1, 7/8) is of the first class; the solver has stopped at (7/8, 1)."""
    nothing = np.zeros((2, 2))
    instance = named(nothing, nothing, [1.0, 0.875])
    stopped = replace(instance.moved, z=np.array([[0.875, 1.0]]), radius=np.array([0.25]))
    instance.__dict__["moved"] = stopped
    assert drifts.decisions(instance) == [None]


def test_limit_is_refuted_when_the_number_is_larger(monkeypatch: pytest.MonkeyPatch) -> None:
    """By 2^-19 of itself, where 2^-20 is allowed."""
    instance = drawn("generic", 8)
    limit = form("limit")
    assert {v.outcome for v in limit.check(instance) if v} == {Outcome.PROVED}
    honest = condition.inverse_squared

    def larger(operator, a):
        return lambda k: honest(operator, a)(k) * (1 + 2.0**-18)

    monkeypatch.setattr(condition, "inverse_squared", larger)
    assert {v.outcome for v in limit.check(instance) if v} == {Outcome.REFUTED}


def test_limit_is_refuted_when_the_direction_is_not_the_worst(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    instance = drawn("generic", 8)
    real = np.linalg.svd

    def turned(A, **more):
        left, sizes, right = real(A, **more)
        return left[:, ::-1], sizes, right

    place = places(instance)[0]
    assert place is not None
    monkeypatch.setattr(np.linalg, "svd", turned)
    sides = condition.along_worst(instance, 0, place)
    monkeypatch.undo()
    assert sides is not None
    lhs, rhs = (side(constants(instance, ENCLOSED)) for side in sides)
    assert lhs.lo > rhs.hi


def test_limit_is_silent_at_a_kink_and_at_zero() -> None:
    at_kink = named(np.diag([0.5, 0.0]), np.diag([0.5, 0.0]), [1.0, 0.0])
    at_zero = named(np.diag([0.5, 0.0]), np.diag([0.5, 0.0]), [-1.0, -1.0])
    for built in (at_kink, at_zero):
        assert list(form("limit").check(built)) == [None]
