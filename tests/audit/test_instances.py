"""What every claim is checked on: differences, lengths and points enclose the exact ones."""

from fractions import Fraction

import numpy as np
import pytest

from mondeq_ref.operator import Operator
from proofs_checks.instance import Instance, gap, length
from proofs_checks.quantities.rational_points import column


def scalar(w: float) -> Operator:
    return Operator(np.array([[w]]), np.zeros((1, 0)), np.zeros(1))


@pytest.mark.parametrize("radius", [0.0, 0.25, 9.0])
def test_lengths_and_gaps_are_known_to_within_their_radius(radius: float) -> None:
    v, w = np.array([3.0, 4.0]), np.array([0.0, 0.0])
    for found in (length(v, radius), gap(v, w, radius)):
        assert found.lo <= max(5 - radius, 0) <= 5 + radius <= found.hi
        assert found.lo >= 0


def test_moved_points_are_those_of_the_moved_injections() -> None:
    """z = c / M: 2 c before, 4 c~ / 3 after."""
    moved = Instance("made", scalar(0.5), scalar(0.25), np.ones((1, 1)), np.full((1, 1), 3.0))
    assert abs(moved.before.z[0, 0] - 2) <= moved.before.radius[0] + 1e-15
    assert abs(moved.moved.z[0, 0] - 4) <= moved.moved.radius[0] + 1e-15
    same = Instance("made", scalar(0.5), scalar(0.25), np.ones((1, 1)))
    assert same.moved.exactly(0) == column([Fraction(4, 3)])


def test_rounded_equilibrium_is_within_its_radius() -> None:
    """M = -3 has the equilibrium 1/3 for c = -1, and no margin."""
    found = Instance(
        "made", scalar(4.0), c=np.array([[-1.0]]), arrays={"z*": np.array([[0.3]])}
    ).before
    assert found.exactly(0) == column([Fraction(1, 3)])
    error = abs(Fraction(float(found.z[0, 0])) - Fraction(1, 3))
    assert 0 < error <= Fraction(float(found.radius[0])) < Fraction(1, 10**15)


def test_difference_of_weights_is_what_was_taken_away():
    before = Operator(np.array([[0.5, 0.25], [0.0, 0.5]]), np.zeros((2, 0)), np.zeros(2))
    after = before.with_weights(np.array([[0.5, 0.0], [0.125, 0.5]]))
    instance = Instance("", before, after)
    np.testing.assert_array_equal(instance.dW.center, [[0.0, 0.25], [-0.125, 0.0]])
    assert instance.dW.radius == 0.0
