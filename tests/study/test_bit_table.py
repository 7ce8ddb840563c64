"""Rates that solvers keep, and a planner that says where each rung starts and what is missing."""

import numpy as np

from mondeq_ref.instances.families import generic
from mondeq_ref.operator import Operator
from mondeq_ref.quantize import Quantizer, quantize
from mondeq_ref.study.bit_table import plan, promised_rates, row_of

RNG = np.random.default_rng
ROUNDING = 1e-14  # dozens of roundings of numbers below 2, in the 2-norm of a 2 x 2 matrix
PROMISE = 1e-12  # a rate is rounded up by the widths of enclosures, and by no more than this


def assessed(operator, bits, what="W"):
    return row_of(quantize(operator, Quantizer(bits), what), rng=RNG(0))


def test_promised_rates_are_those_of_the_rotation_and_not_below():
    """M = [[m, -s], [s, m]] attains both: ||I - a M|| and ||(I + aM)^-1 (I - aM)||."""
    m, s = 0.25, 0.75
    M, eye = np.array([[m, -s], [s, m]]), np.eye(2)
    L = float(np.sqrt(m * m + s * s))
    rates = promised_rates(m, L, weighted=False)
    forward = np.linalg.norm(eye - rates.step * M, 2)
    reflected = np.linalg.norm(np.linalg.solve(eye + M / L, eye - M / L), 2)
    assert forward - ROUNDING <= rates.forward_backward <= forward + PROMISE
    assert reflected - ROUNDING <= rates.peaceman_rachford <= reflected + PROMISE
    assert np.isclose(rates.step_below, 2 * m / L**2)
    assert np.isclose(rates.forward_backward, np.sqrt(1 - (m / L) ** 2))


def test_weights_promise_rates_that_hold_in_their_norm():
    """A triangular M~ without a margin: FB at the promised step contracts in the D-norm."""
    W = np.triu(RNG(1).normal(size=(5, 5)), 1) * 3
    before = Operator(W, np.zeros((5, 0)), np.zeros(5))
    row = assessed(before, 6)
    assert row.rung == 5
    assert row.sides.margin_after.hi < 0
    assert row.rates.weighted
    D = np.array(row.steps[-1].evidence.D, dtype=float)
    M = np.eye(5) - row.quantized.operator.W
    root = np.sqrt(D / D.max())
    step = np.eye(5) - row.rates.step * (root[:, None] * M / root)
    assert np.linalg.norm(step, 2) <= row.rates.forward_backward < 1


def test_planner_finds_where_rungs_start_and_what_is_missing():
    before = generic(RNG(1), n=12)
    rows = [assessed(before, bits) for bits in range(12, 1, -1)]
    planned = plan(rows)
    by_bits = {row.bits: row for row in rows}
    for rung, least in planned.smallest.items():
        if least is not None:
            assert by_bits[least].rung <= rung
            below = [by_bits[b].rung for b in range(2, least)]
            assert all(held is None or held > rung for held in below)
    assert planned.lasting[2] == planned.smallest[2]
    missing = planned.missing[2]
    below = by_bits[planned.smallest[2] - 1].sides
    assert np.isclose(missing, below.norm.mid - below.margin.mid)
    assert missing > 0
    assert planned.structured == 2
    assert abs(planned.predicted - planned.smallest[2]) <= 1
