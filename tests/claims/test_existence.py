"""The claim `existence` holds on drawn instances, and its check can fail."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq

from mondeq_ref.rigor.dyadic import exact
from mondeq_ref.rigor.semimonotone import Copositive
from mondeq_ref.rigor.verdict import Outcome
from proofs_checks.claims.existence import named, several, two, zero
from proofs_checks.quantities import existence
from proofs_checks.quantities.existence import (
    all_equilibria,
    below_the_bound,
    exists,
    has_weights,
    implied_by_minors,
    is_p_matrix,
    only_zero,
    semimonotone,
    two_below_zero,
)


def outcomes(verdicts) -> list[Outcome | None]:
    return [None if verdict is None else verdict.outcome for verdict in verdicts]


def test_existence_does_not_imply_uniqueness() -> None:
    """c = (1, 1) has the equilibria (1/3, 1/3), (1, 0) and (0, 1)."""
    instance = several()
    assert semimonotone(instance) is Outcome.PROVED
    assert is_p_matrix(instance) is Outcome.REFUTED
    found, hidden = all_equilibria(instance)[0]
    third = fmpq(1, 3)
    points = {tuple(z.entries()) for z in found}
    assert points == {(fmpq(1), fmpq(0)), (fmpq(0), fmpq(1)), (third, third)}
    assert not hidden
    assert outcomes(exists(instance)) == [Outcome.PROVED]
    assert outcomes(below_the_bound(instance)) == [Outcome.PROVED]


def test_a_singular_block_may_hide_an_equilibrium_or_show_none() -> None:
    """M~ = 0: c = 1 has none; c = 0 is solved by 0, and by all others."""
    assert outcomes(exists(zero())) == [Outcome.REFUTED]
    still = replace(zero(), c=np.array([[0.0]]))
    assert all_equilibria(still)[0][1]
    assert outcomes(exists(still)) == [Outcome.PROVED]


def test_a_bound_that_is_too_small_is_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert outcomes(below_the_bound(two())) == [Outcome.PROVED]
    monkeypatch.setattr(existence, "_level", lambda pair, M: Fraction(2001, 1000))
    assert outcomes(below_the_bound(two())) == [Outcome.REFUTED]


def test_weights_that_prove_nothing_are_not_used() -> None:
    wrong = replace(several(), arrays={"N": np.zeros((2, 2))})
    assert has_weights(wrong) is Outcome.REFUTED
    assert below_the_bound(wrong) == []
    assert has_weights(several()) is Outcome.PROVED
    assert Copositive((1, 1), exact(several().arrays["N"])).holds_for(existence.M_of(several()))


def test_a_second_equilibrium_below_zero_is_refuted() -> None:
    """M~ = -1: c = -1 has the equilibria 0 and 1."""
    turned = named([[-1.0]], [1.0])
    assert semimonotone(turned) is Outcome.REFUTED
    assert outcomes(only_zero(turned)) == [Outcome.REFUTED]
    assert outcomes(two_below_zero(turned)) == [Outcome.PROVED]
    assert outcomes(two_below_zero(several())) == [Outcome.REFUTED]


def test_what_is_no_p_matrix_need_not_be_semimonotone() -> None:
    assert outcomes(implied_by_minors(named([[-1.0]], [1.0]))) == [Outcome.REFUTED]
