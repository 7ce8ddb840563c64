"""A sample of the stress script on every run; the long version on request."""

import numpy as np
import pytest

from tests.stress import stress_exact


@pytest.mark.parametrize("check", stress_exact.CHECKS, ids=lambda check: check.__name__)
def test_exact_layer_never_contradicts_the_definitions(check):
    for k in range(60):
        check(np.random.default_rng([1, k]))


@pytest.mark.deep
@pytest.mark.parametrize("check", stress_exact.CHECKS, ids=lambda check: check.__name__)
def test_thousands_of_exact_answers_fit_the_definitions(check):
    for k in range(3000):
        check(np.random.default_rng([2, k]))
