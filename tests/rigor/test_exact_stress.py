"""A sample of the stress script on every run; the long version on request."""

import numpy as np
import pytest

from tests.stress import stress_exact


@pytest.mark.parametrize("count", [60, pytest.param(3000, marks=pytest.mark.deep)])
@pytest.mark.parametrize("check", stress_exact.CHECKS, ids=lambda check: check.__name__)
def test_exact_layer_never_contradicts_the_definitions(check, count):
    for k in range(count):
        check(np.random.default_rng([1, k]))
