"""Equilibria, classes and the uniqueness radius of whole batches."""

import numpy as np
import pytest

from mondeq_ref.certify.decisions import UNCERTAIN, certain_class
from mondeq_ref.certify.distance import distance
from mondeq_ref.certify.equilibria import by_floats, by_margin, by_rationals
from mondeq_ref.certify.uniqueness import uniqueness_radius
from mondeq_ref.documents.case import Rows
from mondeq_ref.inputs import given
from mondeq_ref.instances.closed_forms import rotation_blocks
from mondeq_ref.instances.families import FAMILIES, generic, injections, negative_margin
from mondeq_ref.operator import Head, Operator
from mondeq_ref.rigor.dyadic import exact, identity
from mondeq_ref.rigor.equilibria import ExactOperator
from mondeq_ref.rigor.pmatrix import first_nonpositive_minor
from mondeq_ref.solve import ActiveSet, solve
from mondeq_ref.solve.solution import Status
from mondeq_ref.study.exact_rows import with_exact_rows

RNG = np.random.default_rng


def of_M(M):
    n = len(M)
    return Operator(np.eye(n) - np.array(M), np.zeros((n, 0)), np.zeros(n))


def rational(operator, C, Z):
    return by_rationals(ExactOperator(identity(operator.n) - operator.exact_W), exact(C), Z)


@pytest.mark.parametrize("family", FAMILIES)
def test_floats_prove_nothing_that_rationals_do_not(family):
    operator = FAMILIES[family](RNG(2))
    C = injections(RNG(3), operator, 40)
    Z = solve(operator, given(C, operator.n), ActiveSet(), tol=1e-12).z
    floats, exactly = by_floats(operator, given(C, operator.n), Z), rational(operator, C, Z)
    assert not (floats.proved & ~exactly.proved).any()
    apart = np.linalg.norm(floats.z - exactly.z, axis=1)
    reach = floats.radius + exactly.radius
    assert (apart[floats.proved] <= reach[floats.proved] * (1 + 1e-12)).all()


def test_without_a_margin_no_radius_is_claimed_and_equilibria_are_proved():
    operator = negative_margin(RNG(1))
    C = injections(RNG(2), operator, 100)
    Z = solve(operator, given(C, operator.n), ActiveSet(), tol=1e-12).z
    assert np.isinf(distance(operator, given(C, operator.n), Z).radius).all()
    assert not by_margin(operator, given(C, operator.n), Z).proved.any()
    assert rational(operator, C, Z).proved.sum() > 40
    assert by_floats(operator, given(C, operator.n), Z).proved.sum() > 40


def test_kinks_are_decided_by_rationals_and_left_open_by_floats():
    """M = I, c = (1, 0): z_2 = w_2 = 0."""
    operator = of_M(np.eye(2))
    c, z = np.array([[1.0, 0.0]]), np.array([[1.0, 0.0]])
    assert not by_floats(operator, given(c, 2), z).proved.any()
    assert rational(operator, c, z).proved.all()


def test_a_singular_block_is_left_open():
    operator = of_M([[1.0, 1.0], [1.0, 1.0]])
    c = z = np.array([[1.0, 1.0]])
    assert not by_floats(operator, given(c, 2), z / 2).proved.any()
    assert not rational(operator, c, z / 2).proved.any()


def test_an_exact_equilibrium_is_its_float_but_for_one_rounding():
    operator = generic(RNG(2))
    C = injections(RNG(3), operator, 20)
    Z = solve(operator, given(C, operator.n), ActiveSet(), tol=1e-12).z
    found = rational(operator, C, Z)
    assert found.proved.all()
    sizes = np.linalg.norm(found.z, axis=1)
    assert (2.0**-54 * sizes <= found.radius).all()
    assert (found.radius <= 2.0**-52 * sizes + 1e-150).all()


def test_rows_become_exact_where_their_support_is_proved():
    operator = negative_margin(RNG(1))
    rows = Rows("c", injections(RNG(2), operator, 100))
    before = solve(operator, rows.injections(operator), ActiveSet())
    after = with_exact_rows(operator, rows, before)
    assert Status.EXACT not in before.status
    assert after.counts["EXACT"] == rational(operator, rows.rows, before.z).proved.sum()
    assert np.isinf(after.radius).all()
    monotone = generic(RNG(1))
    solution = solve(monotone, given(np.ones((1, monotone.n)), monotone.n))
    assert with_exact_rows(monotone, Rows("c", np.ones((1, monotone.n))), solution) is solution


def test_classes_are_certain_up_to_half_their_gap_and_no_further():
    head = Head(np.array([[1.0, 0.0], [0.0, 1.0]]), np.zeros(2))
    z = np.array([[3.0, 1.0]] * 4)  # the logits differ by 2, the rows by (1, -1)
    radius = np.array([0.0, np.sqrt(2) * (1 - 1e-12), np.sqrt(2) * (1 + 1e-12), np.inf])
    assert certain_class(head, z, radius).tolist() == [0, 0, UNCERTAIN, UNCERTAIN]


def test_equal_logits_have_no_certain_class():
    head = Head(np.array([[1.0], [1.0]]), np.zeros(2))
    assert certain_class(head, np.array([[2.0]]), np.zeros(1)).tolist() == [UNCERTAIN]


def test_the_uniqueness_radius_is_attained():
    """Subtracting sigma u v' from the worst block makes a minor vanish; 99 % of it does not."""
    operator = generic(RNG(4), n=5)
    radius = uniqueness_radius(operator, RNG(0))
    M = np.eye(5) - operator.W
    sets = [np.flatnonzero([k >> i & 1 for i in range(5)]) for k in range(1, 32)]
    worst = min(sets, key=lambda a: np.linalg.svd(M[np.ix_(a, a)])[1][-1])
    u, s, v = np.linalg.svd(M[np.ix_(worst, worst)])
    assert radius.lo <= s[-1] * (1 + 1e-12)
    assert s[-1] <= radius.hi * (1 + 1e-12)
    assert operator.margin.hi < radius.lo  # more than the margin knows
    for share, unique in ((0.99, True), (1.01, False)):
        perturbed = M.copy()
        perturbed[np.ix_(worst, worst)] -= share * s[-1] * np.outer(u[:, -1], v[-1])
        assert (first_nonpositive_minor(exact(perturbed)) is None) == unique


def test_the_uniqueness_radius_of_rotations_is_their_margin():
    operator = rotation_blocks(RNG(1), blocks=3).operator
    radius = uniqueness_radius(operator, RNG(0))
    assert radius.lo <= operator.margin.hi
    assert radius.hi - radius.lo < 1e-12


def test_many_units_bracket_the_uniqueness_radius_and_no_margin_gives_none():
    operator = generic(RNG(1), n=30)
    radius = uniqueness_radius(operator, RNG(0))
    assert operator.margin.lo == radius.lo <= radius.hi < 1
    assert uniqueness_radius(negative_margin(RNG(1), n=30), RNG(0)) is None
    assert uniqueness_radius(of_M(-np.eye(2)), RNG(0)) is None
