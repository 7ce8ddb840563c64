"""The two exact ways to definiteness, where floats see nothing."""

import numpy as np
import pytest

from mondeq_ref.rigor import definite
from mondeq_ref.rigor.definite import nonpositive_vector, quadratic_form
from mondeq_ref.rigor.dyadic import exact, identity


def gram_at(rank, n, shift):
    A = exact(np.random.default_rng(rank).normal(size=(rank, n)))
    return A.T @ A + identity(n) * shift


@pytest.mark.parametrize("shift", [1e-300, 0.0, -1e-300])
@pytest.mark.parametrize("stages", [0, 1, 4])
def test_multiple_eigenvalue_far_below_the_floats_is_decided(monkeypatch, shift, stages):
    monkeypatch.setattr(definite, "STAGES", stages)
    S = gram_at(5, 14, shift)
    x = nonpositive_vector(S)
    assert (x is None) == (shift > 0)
    assert x is None or (not x.integers.is_zero() and quadratic_form(S, x) <= 0)


def test_75_fold_eigenvalue_next_to_zero_is_decided_at_n_100():
    assert nonpositive_vector(gram_at(25, 100, 2.0**-60)) is None
    S = gram_at(25, 100, -(2.0**-60))
    x = nonpositive_vector(S)
    assert x is not None
    assert quadratic_form(S, x) <= 0
