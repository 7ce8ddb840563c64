"""Whether an input has an equilibrium, against all 2^n active sets of small systems."""

import numpy as np
import pytest

from mondeq_ref.certificates.branches import Conditions, Linear, Tree
from mondeq_ref.certificates.quadratics import Quadratic
from mondeq_ref.certify.quadratic_search import QuadraticSearch, Supported
from mondeq_ref.certify.undecided_input import Decider
from mondeq_ref.rigor.dyadic import exact
from mondeq_ref.rigor.equilibria import ExactEquilibrium, ExactOperator
from tests.support.lcp_twin import fractions
from tests.support.truth import equilibria

pytestmark = pytest.mark.kernel

CASES = 4000


def exists(M, c) -> bool:
    """Only for matrices without singular blocks."""
    return bool(equilibria(exact(M).fractions(), fractions(c[None])[0]))


def drawn(seed: int, n: int):
    """Eighths, so that floats are exact; no principal minor is zero but by accident."""
    rng = np.random.default_rng(seed)
    return rng.integers(-16, 17, (n, n)) / 8 + rng.random((n, n)), rng.normal(size=n)


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_small_systems_are_decided_as_by_enumeration(n):
    outcomes = set()
    for seed in range(40):
        M, c = drawn(seed, n)
        found = Decider(exact(M)).decide(exact(c), CASES)
        assert found is not None
        assert isinstance(found, ExactEquilibrium) is exists(M, c)
        outcomes.add(type(found))
    assert outcomes == {ExactEquilibrium, Tree}


def test_an_ended_budget_decides_nothing():
    M, c = drawn(0, 5)
    assert Decider(exact(M)).decide(exact(c), 0) is None


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_quadratic_forms_decide_alone(n):
    outcomes = set()
    for seed in range(40):
        M, c = drawn(seed, n)
        found = QuadraticSearch(exact(M), exact(c), CASES).run()
        outcomes.add(type(found))
        if isinstance(found, Tree):
            assert not exists(M, c)
            assert Conditions(exact(M).integers, exact(c).integers.entries()).refuted_by(found)
        else:
            assert found is not None
            settled = ExactOperator(exact(M)).equilibrium(exact(c), np.flatnonzero(found.active))
            assert isinstance(settled, ExactEquilibrium)
    assert outcomes == {Supported, Tree}


# One unit, M = -1, c = 1: w = -z - 1 is never >= 0.  Row 0 of R is that of w, row 1 that of u.
ALONE = Conditions(exact(np.array([[-1.0]])).integers, [1])
NEVER = Linear(0, (), ())


# Divided by two, w = -(z + 1)/2, and 2 z w + 3 z + 4 w + 1 = -1 - z^2 is negative for every z.
BY_FORM = (0.0, 1.0, 1.5, 0.0, 2.0, 1.0)


@pytest.mark.parametrize(
    ("weights", "zeros", "needs"),
    [
        ((0.0, -1.0, 1.5, 0.0, 2.0, 1.0), (), None),  # the form is indefinite
        ((0.0, 1.0, 1.5, 0.0, 2.0, 0.0), (), None),  # nothing positive is left
        ((0.0, 1.0, 1.5, 0.0, -2.0, 1.0), (), None),  # w has the sign of -w
        ((-1.0, 1.0, 1.5, 0.0, 2.0, 1.0), (), None),  # z^2 has the sign of -z^2
        ((-1.0, 1.0, 1.5, 0.0, 2.0, 1.0), (0,), {(0, False)}),  # unless z = 0
        ((0.0, 1e-300, 1e308, 0.0, 1e-300, 1e-308), (), None),  # beyond the range of floats
    ],
)
def test_what_a_quadratic_form_must_be(weights, zeros, needs):
    assert ALONE.needs(Quadratic(zeros, weights)) == needs


def test_a_search_hands_on_what_refutes_the_whole():
    """Not the branch that was made last, which something below made needless."""

    class Strayed(QuadraticSearch):
        def _settle(self, X, zeros):
            self.contradictions += [Quadratic((0,), BY_FORM), Quadratic((), BY_FORM)]
            self.branches.append((0, -1, -1))
            return -2, frozenset()

    found = Strayed(exact(np.array([[-1.0]])), exact(np.ones(1)), 9).run()
    assert found == Tree((Quadratic((), BY_FORM),), ())


@pytest.mark.parametrize(
    "tree",
    [
        Tree((), ()),
        Tree((Linear(1, (), ()),), ()),  # u = z + 1 contradicts nothing
        Tree((Linear(0, (1,), (0,)),), ()),  # the column vanishes, and the number with it
        Tree((NEVER, Linear(1, (), ())), ((0, -1, -2),)),
    ],
)
def test_what_shows_nothing_is_no_proof(tree):
    assert not ALONE.refuted_by(tree)


def test_branch_not_looked_at_leaves_a_tree_open():
    """M = 1, c = 1 has the equilibrium 1; z = 0 is contradictory, and that is not enough."""
    conditions = Conditions(exact(np.array([[1.0]])).integers, [1])
    inactive = Linear(0, (), ())
    assert conditions.needs(inactive) == {(0, False)}
    assert not conditions.refuted_by(Tree((inactive,), ()))
    assert not conditions.refuted_by(Tree((inactive,), ((0, -1, -1),)))
