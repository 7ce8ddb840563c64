"""An input without any equilibrium: no z of any active set solves it, in fractions."""

import numpy as np

from mondeq_ref.certify.no_equilibrium import refutes_existence, without_equilibrium
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.dyadic import exact
from tests.support.lcp_twin import fractions
from tests.support.truth import equilibria


def test_an_exhibited_input_has_no_equilibrium():
    rng, exhibited = np.random.default_rng(0), 0
    for _ in range(60):
        n = int(rng.integers(1, 5))
        operator = Operator(rng.normal(size=(n, n)) * 2, np.ones((n, 1)), np.zeros(n))
        c = without_equilibrium(operator)
        if c is not None:
            exhibited += 1
            assert not equilibria(operator.exact_M.fractions(), fractions(c[None])[0])
    assert exhibited >= 5


def test_a_margin_leaves_no_input_without_equilibrium():
    for scale in (1.0, 1e-300, 0.0):
        W = np.eye(3) * (1 - scale)
        assert without_equilibrium(Operator(W, np.ones((3, 1)), np.zeros(3))) is None


def test_a_vector_is_held_against_the_condition_exactly():
    M = exact(np.array([[1.0, -2.0], [-2.0, 1.0]]))
    assert refutes_existence(M, exact(np.array([[1.0], [1.0]])))
    for other in ([1.0, 0.5], [0.0, 0.0], [-1.0, 4.0], [1.0, 0.0]):
        assert not refutes_existence(M, exact(np.array([other]).T))
