"""Each rung adds something, implies the next, and is decided on its very threshold."""

import numpy as np
import pytest

from mondeq_ref.certificates.rungs import RUNGS
from mondeq_ref.certify.ladder import (
    Structure,
    by_frobenius_norm,
    by_margin,
    by_norm,
    by_one_side,
    climb,
    first_that_holds,
)
from mondeq_ref.certify.limits import EXACT_BELOW
from mondeq_ref.certify.pair import Pair
from mondeq_ref.certify.prove import prove
from mondeq_ref.inputs import given
from mondeq_ref.instances.closed_forms import threshold
from mondeq_ref.instances.families import cycling
from mondeq_ref.operator import Factors
from mondeq_ref.quantize import Quantizer, quantize
from mondeq_ref.rigor.verdict import Guarantee, Outcome
from tests.support.layers import bare, of_M

DECIDE = (by_frobenius_norm, by_norm, by_one_side, by_margin)


def seed(k=0):
    return np.random.default_rng(k)


# W and W~ for which the first rung that holds is the key.
FIRST = {
    1: (np.eye(4) / 2, np.eye(4) * 0.625),
    2: (np.eye(4) / 2, np.eye(4) * 0.8125),  # five eighths of m in every direction
    3: (np.eye(2) / 2, -np.eye(2)),  # far from W, in the good direction
    4: (np.diag([0.5, -2.0]), np.diag([0.5, -1.0])),  # worse, where there was room
    5: (np.zeros((2, 2)), [[0.0, 4.0], [0.0, 0.0]]),  # triangular
    6: (np.zeros((3, 3)), [[0.0, 0.0, -3.0], [-3.0, 0.0, 0.0], [0.0, -3.0, 0.0]]),
    None: (np.zeros((2, 2)), [[2.0, -2.0], [-0.25, 2.0]]),
}


@pytest.mark.parametrize("guarantee", Guarantee)
@pytest.mark.parametrize("first", FIRST)
def test_an_operator_for_every_rung_that_fails_the_one_before(first, guarantee):
    W, W_after = FIRST[first]
    pair = Pair(bare(W), bare(W_after), guarantee)
    steps = climb(pair, seed())
    assert first_that_holds(steps) == first
    assert [step.rung for step in steps] == list(range(1, len(steps) + 1))
    before = steps[:-1] if first else steps
    assert all(step.outcome is Outcome.REFUTED for step in before)


def test_eighth_rung_holds_where_the_sixth_fails():
    """M = [[-1, 2], [1/4, -1]] is no P-matrix, and c = (1, -1) has the equilibrium (0, 1)."""
    after = bare(FIRST[None][1])
    assert first_that_holds(climb(Pair(bare(np.zeros((2, 2))), after), seed())) is None
    found = prove(after, given([[1.0, -1.0]], 2), np.array([[0.0, 1.0]]), Guarantee.EXACT)
    assert found.proved.all()
    assert found.z.tolist() == [[0.0, 1.0]]


def test_floats_alone_never_decide_what_they_cannot_see():
    made = threshold(seed(3), "at", EXACT_BELOW, along="pair")
    pair = Pair(made.operator, made.perturbed, Guarantee.EXACT)
    assert not pair.is_exact
    step = by_norm(pair)
    assert step.outcome is Outcome.UNDECIDED
    assert step.guarantee is Guarantee.RIGOROUS_FLOAT


def test_integers_decide_what_floats_leave_open():
    made = threshold(seed(3), "at", 6, along="pair")
    step = by_norm(Pair(made.operator, made.perturbed, Guarantee.RIGOROUS_FLOAT))
    assert step.outcome is Outcome.REFUTED
    assert step.guarantee is Guarantee.EXACT
    assert step.evidence is not None


def test_quantized_factors_keep_the_margin_by_structure():
    factors = Factors(seed(1).normal(size=(2, 6)), seed(2).normal(size=(6, 6)), 0.25)
    before = factors.operator(np.zeros((6, 0)), np.zeros(6))
    made = quantize(before, Quantizer(2), "factors")
    structure = Structure(made.promised_margin, made.arrays["A"], made.arrays["K"])
    pair = Pair(before, made.operator, structure=structure)
    step = by_margin(pair)
    assert step.evidence is structure
    assert (step.rung, step.outcome, step.guarantee) == (4, Outcome.PROVED, Guarantee.EXACT)
    assert pair.sides.margin_after.lo >= 0.25
    assert by_margin(Pair(before, made.operator)).outcome is Outcome.PROVED


def test_third_rung_can_hold_below_a_negative_margin():
    """m = -1/2, W~ - W = -(3/2) I."""
    pair = Pair(of_M(-np.eye(2) / 2), of_M(np.eye(2)))
    assert first_that_holds(climb(pair, seed())) == 3


def test_cycling_p_matrix_has_uniqueness_but_no_convergence():
    after = cycling(seed())
    steps = climb(Pair(bare(np.zeros((after.n, after.n))), after), seed())
    assert first_that_holds(steps) == 6
    assert "no convergence" in RUNGS[6].promise
