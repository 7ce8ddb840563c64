"""Whatever solves, every field that it returns is that of the point that it returns."""

from importlib import import_module

import numpy as np
import pytest

from mondeq_ref.inputs import given, inject
from mondeq_ref.instances.families import generic, injections, negative_margin
from mondeq_ref.operator import Operator
from mondeq_ref.solve import METHODS, solve
from tests.support.solutions import check_fields

RNG = np.random.default_rng
MAKERS = {"margin": generic, "none": negative_margin}


@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize("budget", [0, 3, 10_000])
@pytest.mark.parametrize("method", METHODS)
def test_every_field_is_that_of_the_point(maker, budget, method):
    operator = MAKERS[maker](RNG(4))
    c = given(injections(RNG(5), operator, 12), operator.n)
    chosen = METHODS[method](None if maker == "margin" else 0.02)
    found = solve(operator, c, chosen, max_steps=budget if maker == "margin" else budget // 5)
    check_fields(operator, c, found)
    for row in (0, 7):  # a row's steps are those that lead to its point
        steps = int(found.steps[row])
        again = solve(operator, c.rows(slice(row, row + 1)), chosen, max_steps=steps)
        assert np.allclose(again.z[0], found.z[row], rtol=1e-6, atol=1e-6)
    if found.history:
        last = found.steps == found.history[-1][0]
        assert found.history[-1][1] == found.residual[last].max()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_rounded_injections_and_blocks_are_judged_too(dtype, monkeypatch):
    monkeypatch.setattr(import_module("mondeq_ref.solve"), "BLOCK", 5)
    rng, base = RNG(1), generic(RNG(1))
    operator = Operator(base.W, rng.normal(size=(base.n, 3)), rng.normal(size=base.n))
    c = inject(operator, rng.normal(size=(12, 3)))
    check_fields(operator, c, solve(operator, c, METHODS["peaceman-rachford"](None), dtype=dtype))


def test_what_overflows_has_no_residual_and_no_radius():
    operator = Operator(np.array([[-1e300]]), np.zeros((1, 0)), np.zeros(1))
    c = given([[1e300], [-1.0]], 1)
    check_fields(operator, c, solve(operator, c, METHODS["forward-backward"](1e300)))
