"""Class decisions certified in the Euclidean and in the maximum norm: either is enough."""

from fractions import Fraction

import numpy as np
import pytest

from mondeq_ref.certify import pair as pairs
from mondeq_ref.certify.decisions import UNCERTAIN, certain_class, entrywise_reach
from mondeq_ref.certify.pair import Pair
from mondeq_ref.certify.prove import prove
from mondeq_ref.files.load import Inputs
from mondeq_ref.inputs import given
from mondeq_ref.operator import Head, Operator
from mondeq_ref.solve import solve
from mondeq_ref.study.effects import effects, workload
from tests.support.lcp_twin import fractions, least_index

# Triangular: a margin of 1/20 and none, where |dW z| = 1/10 moves no unit by more than 3/10.
CHAIN = [[1.0, 0.0], [-1.9, 1.0]], [[1.0, 0.0], [-2.0, 1.0]]
# A margin of 2, and barely an H-matrix: eta is about (10, 10) where delta is (1, 1).
TURNED = [[2.0, -1.9], [1.9, 2.0]], [[1.95, -1.9], [1.9, 1.95]]


def paired(M, M_after, V, d) -> Pair:
    n = len(M)
    head = Head(np.array(V), np.array(d))
    before = Operator(np.eye(n) - np.array(M), np.eye(n), np.zeros(n), head=head)
    return Pair(before, before.with_weights(np.eye(n) - np.array(M_after)))


def counted(pair: Pair, c) -> tuple[int | None, int | None]:
    rows = Inputs("c", np.array([c]), None, "", "by hand")
    found = effects(workload(pair.original, rows, exact=True), pair)
    return found.decisions_certified, found.decisions_unchanged


def located(operator: Operator, c):
    return prove(operator, given(c), solve(operator, given(c)).z)


def test_maximum_norm_certifies_where_euclidean_does_not(monkeypatch):
    """z* = (1, 1.9), class 1 where z_2 > 1."""
    chain = (*CHAIN, [[0.0, 0.0], [0.0, 1.0]], [0.0, -1.0])
    assert counted(paired(*chain), [1.0, 0.0]) == (1, 1)
    monkeypatch.setattr(pairs, "h_matrix", lambda M: None)
    assert counted(paired(*chain), [1.0, 0.0]) == (0, 1)


def test_euclidean_norm_certifies_where_maximum_does_not():
    """z* = (1.02, 0.03), class 1 where z_1 > 0.8."""
    pair = paired(*TURNED, [[0.0, 0.0], [1.0, 0.0]], [0.0, -0.8])
    c = np.array([[2.0, 2.0]])
    assert counted(pair, c[0]) == (1, 1)
    dW = pair.original.weights - pair.perturbed.weights
    for dominant, operator in (
        (pair.dominant_after, pair.original),
        (pair.dominant, pair.perturbed),
    ):
        assert dominant is not None
        at, norm = located(operator, c), pair.sides.norm.hi
        reach = entrywise_reach(dominant, at, dW, norm, (given(c), given(c)))
        assert certain_class(pair.original.head, at.z, reach).tolist() == [UNCERTAIN]


def test_without_a_margin_an_h_matrix_certifies_decisions():
    """M = [[1, 0], [-3, 1]] has the margin -1/2."""
    M = [[1.0, 0.0], [-3.0, 1.0]]
    pair = paired(M, [[1.0, 0.0], [-3.125, 1.0]], [[0.0, 0.0], [0.0, 1.0]], [0.0, -1.0])
    assert pair.sides.margin.hi < 0
    assert counted(pair, [1.0, 0.0]) == (1, 1)


@pytest.mark.parametrize("seed", range(12))
def test_reach_holds_the_other_equilibrium_exactly(seed):
    """Both in rationals: z~ within the reach of z*, and z* within that of z~."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 5))
    B = rng.normal(size=(n, n))
    M = B + np.diag(np.abs(B).sum(axis=1) + 0.1 - np.diagonal(B))
    M_after = M + rng.normal(size=(n, n)) * 0.02
    pair = paired(M, M_after, np.eye(n), np.zeros(n))
    c, moved = rng.normal(size=(2, 1, n))
    dW, norm = pair.original.weights - pair.perturbed.weights, pair.sides.norm.hi
    ends = [(pair.original, c), (pair.perturbed, moved)]
    exact = [least_index(op.exact_M.fractions(), fractions(x)[0]) for op, x in ends]
    for dominant, (operator, x), other in (
        (pair.dominant_after, ends[0], exact[1]),
        (pair.dominant, ends[1], exact[0]),
    ):
        assert dominant is not None
        at = located(operator, x)
        reach = entrywise_reach(dominant, at, dW, norm, (given(c), given(moved)))
        apart = [abs(Fraction(float(z)) - y) for z, y in zip(at.z[0], other, strict=True)]
        assert all(d <= Fraction(float(r)) for d, r in zip(apart, reach[0], strict=True))
        assert reach.max() < 10 * (np.abs(c - moved).max() + 1) / 0.05


def test_class_is_certain_up_to_the_reach_of_every_unit():
    """The logits differ by 2, the rows by (1, -1): reaches may sum to 2, and no more."""
    head = Head(np.eye(2), np.zeros(2))
    reach = np.array([[1.5, 0.5], [0.0, 2.0]])
    z = np.array([[3.0, 1.0]] * 2)
    assert certain_class(head, z, reach * (1 - 1e-12)).tolist() == [0, 0]
    assert certain_class(head, z, reach * (1 + 1e-12)).tolist() == [UNCERTAIN] * 2
    assert certain_class(head, z, np.array([[0.0, np.inf]] * 2)).tolist() == [UNCERTAIN] * 2
