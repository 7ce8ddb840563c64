"""No equilibrium is longer than the bound that the proof of existence gives."""

from fractions import Fraction

import numpy as np
import pytest

from mondeq_ref.certify.equilibrium_bound import equilibrium_bounds, least_eigenvalue_below
from mondeq_ref.certify.semimonotone import strictly_semimonotone
from mondeq_ref.cli.main import main
from mondeq_ref.rigor.dyadic import exact
from mondeq_ref.rigor.semimonotone import Copositive
from tests.support import truth
from tests.support.commands import told


@pytest.mark.parametrize("seed", range(20))
def test_no_equilibrium_is_longer_than_the_bound(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 6))
    lift, skew = np.abs(rng.normal(size=(n, n))), rng.normal(size=(n, n))
    M = np.eye(n) * 0.7 + lift + skew - skew.T
    if n > 3:
        M[:2, 2:] = 0  # two blocks, the second fed by the first
    C = rng.normal(size=(2, n))
    bounds = equilibrium_bounds(exact(M), strictly_semimonotone(exact(M)), C)
    assert bounds is not None
    for c, bound in zip(C, bounds, strict=True):
        found = truth.equilibria(exact(M).fractions(), [Fraction(float(x)) for x in c])
        assert found
        assert max(sum(x * x for x in z) for z in found) <= Fraction(float(bound)) ** 2


def test_the_bound_is_attained_by_a_multiple_of_the_identity():
    """M = 2 I: z = c/2, and D = I, N = 0, l = 2 give ||c||/2."""
    M = exact(2 * np.eye(3))
    level = least_eigenvalue_below(Copositive((1, 1, 1), exact(np.zeros((3, 3)))), M)
    assert 2 * (1 - 2**-11) < level <= 2


def test_without_a_proof_or_weights_there_is_no_bound():
    refuted = exact(-np.eye(2))
    assert equilibrium_bounds(refuted, strictly_semimonotone(refuted), np.ones((1, 2))) is None
    M = exact(np.array([[1.0, 2.0], [2.0, 1.0]]))
    assert least_eigenvalue_below(Copositive((1, 1), exact(np.zeros((2, 2)))), M) == 0


def test_certify_tells_how_long_an_equilibrium_can_be(tmp_path, capsys):
    """M = [[1, 2], [2, 1]], c = (1, 1): equilibria (1/3, 1/3), (1, 0) and (0, 1)."""
    W = np.array([[0.0, -2.0], [-2.0, 0.0]])
    np.savez(tmp_path / "w.npz", W=W, U=np.zeros((2, 1)), b=np.zeros(2))
    np.savez(tmp_path / "c.npz", c=np.ones((1, 2)))
    files = [str(tmp_path / "w.npz"), "--inputs", str(tmp_path / "c.npz"), "--bits", "4"]
    (row,) = told(capsys, ["certify", *files, "--json"])["rows"]
    assert row["rung"] == 7
    assert 1 <= row["longest_equilibrium"] < 100
    assert main(["certify", *files]) == 0
    assert "At 4 bits no equilibrium of a given input is longer than" in capsys.readouterr().out
