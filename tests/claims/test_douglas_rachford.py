"""The claim `douglas_rachford` holds on drawn instances, and its check can fail."""

from dataclasses import replace
from fractions import Fraction

import pytest
from flint import fmpq

from mondeq_ref.rigor.verdict import Outcome
from proofs_checks.audit.witnesses import broken, decided
from proofs_checks.claims.douglas_rachford import (
    THEOREM,
    one_active,
    rate_after_steps,
    reached,
    single,
    two_states,
)
from proofs_checks.quantities import steps
from proofs_checks.quantities.comparison import contracts
from proofs_checks.quantities.rational_points import column, monotone
from proofs_checks.quantities.two_points import named


def test_witness_contracts_by_the_named_fraction() -> None:
    (pair,) = two_states(one_active())
    assert pair.after / pair.before == Fraction(14, 15) ** 2
    assert decided(THEOREM.forms[0], one_active()).ratio.hi < 1


@pytest.mark.parametrize(
    "wrong",
    [
        lambda k: k.peaceman_rachford,  # not averaged
        lambda k: k.averaged(k.peaceman_rachford) * 99 / 100,
        lambda k: k.averaged(k.peaceman_rachford * k.peaceman_rachford),  # the root forgotten
    ],
)
def test_rate_is_refuted_when_too_small(wrong) -> None:
    form = contracts("", "", two_states, wrong)
    assert decided(form, one_active()).outcome is Outcome.REFUTED


def test_one_step_does_not_have_the_rate_of_two() -> None:
    form = contracts("", "", reached, rate_after_steps)
    built = replace(single(), numbers={"alpha": Fraction(1), "steps": Fraction(1)})
    (pair,) = reached(built)
    shorter = replace(single(), numbers={"alpha": Fraction(1), "steps": Fraction(2)})
    assert decided(form, built).equal
    wrong = contracts("", "", lambda _: [pair], rate_after_steps)
    assert decided(wrong, shorter).outcome is Outcome.REFUTED


def test_averaging_converges_at_margin_zero() -> None:
    """M = [[0, -1], [1, 0]], alpha = 1: one step halves the squared distance to s* = (8, 8),
    here; no contraction is claimed, since the operator has no margin."""
    built = named([[0, -1], [1, 0]], [-8, 8], [9, 8], [8, 8], Fraction(1))
    assert broken(THEOREM, built) == {"m > 0"}
    M, c, s = monotone(built.operator), column(built.c[0]), column([Fraction(9), Fraction(8)])
    for k in range(1, 6):
        s = steps.state(M, c, s, fmpq(1)).douglas_rachford
        away = s - column([Fraction(8), Fraction(8)])
        assert sum(entry * entry for entry in away.entries()) == fmpq(1, 2**k)
