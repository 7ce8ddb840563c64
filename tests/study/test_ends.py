"""How runs end, on layers whose runs are known by hand."""

import pytest

import mondeq_ref as mq
from mondeq_ref.study.ends import ends
from tests.support.layers import of_M


@pytest.mark.parametrize("off", [1e-12, 1e-11, 1e-10])
def test_run_that_passes_a_saddle_has_not_reached_it(off):
    """z_1 = 1, and z_2 is driven away from 1 at first by `off`, at last without bound."""
    found = ends(of_M([[1.0, 0.0], [1.25, -0.25]]), mq.injections([[1.0, 1.0 + off]]))
    assert [(end.reached, end.diverge, end.undecided) for end in found] == [(0, 1, 0)] * 2


def test_every_input_is_reached_with_short_enough_steps():
    """M = [[0.05, -4], [4, 0.05]], whose runs leave z* = (1, 1) with the step 0.1."""
    found = ends(of_M([[0.05, -4.0], [4.0, 0.05]]), mq.injections([[-3.95, 4.05]]))
    assert [(end.inputs, end.diverge, end.undecided) for end in found] == [(1, 0, 0)] * 2
    assert max(end.alpha for end in found) < 2 * 0.05 / 16.0025
