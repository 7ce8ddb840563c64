"""The claim `displacement` holds on drawn instances, and its check can fail."""

from dataclasses import replace

import numpy as np
import pytest

from mondeq_ref.operator import Operator
from mondeq_ref.rigor.verdict import Outcome
from proofs_checks.audit.witnesses import broken, decided
from proofs_checks.claims.displacement import THEOREM, scalar
from proofs_checks.instance import Instance
from proofs_checks.quantities.hypotheses import has_margin
from proofs_checks.quantities.rational_points import matrix, squared_length
from tests.support.claims import drawn, form

COARSE = 0.01  # how far from the equilibria a solver might have stopped


def blurred(instance: Instance, seed: int = 0) -> Instance:
    """The same, its equilibria known no better than to within COARSE."""
    made, rng = replace(instance), np.random.default_rng(seed)
    for name in ("before", "moved"):
        points = getattr(instance, name)
        away = rng.normal(size=points.z.shape)
        away *= COARSE / np.linalg.norm(away, axis=1, keepdims=True)
        made.__dict__[name] = replace(
            points, z=points.z + away, radius=points.radius + 1.01 * COARSE
        )
    return made


@pytest.mark.parametrize("seed", range(4))
def test_sides_contain_exact_ones_when_the_solver_is_coarse(seed: int) -> None:
    """For bounds the size is compared, times the margin, since roots are no rationals."""
    instance = drawn("displacement", "many_active", seed)
    coarse, m = blurred(instance, seed), instance.operator.margin
    for name in ("as published", "sharper", "from z* alone"):
        for row, verdict in enumerate(form("displacement", name).check(coarse)):
            z, w = instance.before.exactly(row), instance.moved.exactly(row)
            if z is None or w is None:
                continue
            assert verdict is not None
            distance = squared_length(z - w)
            assert verdict.lhs.lo**2 <= distance <= verdict.lhs.hi**2
            if name == "sharper":
                dW = matrix(instance.operator.exact_W - instance.after.exact_W)
                image = squared_length(dW * w)
                assert (verdict.rhs * m).lo ** 2 <= image <= (verdict.rhs * m).hi ** 2


def test_perturbed_weights_need_no_margin() -> None:
    """M = 1/2 and M~ = -1/2, so that ||dW|| = 1 > m: for c = -1 both 0 and 2 are equilibria."""
    built = replace(scalar(0.5, 1.5, -1.0), arrays={"z~": np.array([[2.0]])})
    assert broken(THEOREM, built) == set()
    verdict = decided(form("displacement", "as published"), built)
    assert (verdict.outcome, float(verdict.lhs.mid), float(verdict.rhs.mid)) == (
        Outcome.PROVED,
        2.0,
        4.0,
    )
    assert broken(THEOREM, built, form("displacement", "from z* alone")) == {"||dW|| < m"}
    assert decided(form("displacement", "from z* alone"), built).outcome is Outcome.REFUTED


def test_squares_do_not_hide_that_the_bound_is_negative() -> None:
    """m = -1 and m~ = -3, c = -1: z* = 0 and z~ = 1/3, and |bound| = 2/3 would be enough."""
    named = {"z*": np.array([[0.0]]), "z~": np.array([[1 / 3]])}
    built = replace(scalar(2.0, 4.0, -1.0), arrays=named)
    assert has_margin(built) is Outcome.REFUTED
    assert decided(form("displacement", "as published"), built).outcome is Outcome.REFUTED


def test_margin_just_below_zero_proves_nothing() -> None:
    """M = [[1, 3/2 + 2^-52], [1/2, 1]] has m = -2^-53: the bound is negative, its square huge."""
    W = np.array([[0.0, -1.5 - 2.0**-52], [-0.5, 0.0]])
    operator = Operator(W, np.eye(2), np.zeros(2))
    built = Instance("witness", operator, operator.with_weights(W - np.eye(2)), np.ones((1, 2)))
    assert has_margin(built) is Outcome.REFUTED
    assert operator.margin.lo < 0 < operator.margin.hi
    assert decided(form("displacement", "as published"), built).outcome is not Outcome.PROVED
