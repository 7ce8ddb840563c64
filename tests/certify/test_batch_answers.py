"""Certain classes, and the uniqueness radius."""

import numpy as np

from mondeq_ref.certify.decisions import UNCERTAIN, certain_class
from mondeq_ref.certify.uniqueness import uniqueness_radius
from mondeq_ref.instances.closed_forms import rotation_blocks
from mondeq_ref.instances.families import generic, negative_margin
from mondeq_ref.operator import Head, Operator
from mondeq_ref.rigor.dyadic import exact
from mondeq_ref.rigor.pmatrix import first_nonpositive_minor

RNG = np.random.default_rng


def of_M(M):
    n = len(M)
    return Operator(np.eye(n) - np.array(M), np.zeros((n, 0)), np.zeros(n))


def test_classes_are_certain_up_to_half_their_gap_only():
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


def test_uniqueness_radius_is_bracketed_and_needs_a_margin():
    operator = generic(RNG(1), n=30)
    radius = uniqueness_radius(operator, RNG(0))
    assert operator.margin.lo == radius.lo <= radius.hi < 1
    assert uniqueness_radius(negative_margin(RNG(1), n=30), RNG(0)) is None
    assert uniqueness_radius(of_M(-np.eye(2)), RNG(0)) is None
