"""The claim `forward_backward` holds on drawn instances, and its check can fail."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq

from mondeq_ref.rigor.verdict import Outcome
from proofs_checks.audit.witnesses import broken, decided
from proofs_checks.claims import forward_backward as claim
from proofs_checks.claims.forward_backward import THEOREM, pairs, swap, tseng
from proofs_checks.instance import Instance
from proofs_checks.quantities import steps
from proofs_checks.quantities.comparison import contracts
from proofs_checks.quantities.constants import constants
from proofs_checks.quantities.kinds import ENCLOSED
from proofs_checks.quantities.rational_points import (
    cleared_monotone,
    column,
    is_equilibrium,
    monotone,
)
from proofs_checks.quantities.two_points import alpha, named, read


def orbit(instance: Instance, count: int) -> list[list[Fraction]]:
    """The forward-backward iterates, exactly."""
    M, (c, z, _), found = cleared_monotone(instance.operator), read(instance), []
    for _ in range(count):
        found.append([Fraction(int(x.p), int(x.q)) for x in z.value.entries()])
        z = steps.forward_backward(M, c, z, fmpq(*alpha(instance).as_integer_ratio()))
    return found


@pytest.mark.parametrize("end", [Fraction(2), Fraction(5, 2), Fraction(7), Fraction(1001, 3)])
def test_steps_beyond_the_interval_swap_two_points(end: Fraction) -> None:
    built = replace(swap(), numbers={"alpha": end})
    assert orbit(built, 6) == [[0], [end]] * 3
    assert broken(THEOREM, built) == {"alpha L^2 < 2 |m|"}


def test_rotation_cycles_at_the_end_of_the_interval() -> None:
    built = named([[1, -1], [1, 1]], [0, 2], [0, 0], [0, 2], Fraction(1))
    assert orbit(built, 8) == [[0, 0], [0, 2], [2, 2], [2, 0]] * 2
    M = monotone(built.operator)
    assert is_equilibrium(M, column(built.c[0]), column([Fraction(1)] * 2))
    assert broken(THEOREM, built) == {"alpha L^2 < 2 |m|"}
    assert decided(THEOREM.forms[0], built).outcome is Outcome.REFUTED


def test_tseng_comes_as_near_to_its_bound_as_the_claim_says() -> None:
    built = named([[1.0]], [1.0], [5.0], [0.0], Fraction(1, 2))
    built = replace(built, numbers={**built.numbers, "tseng": Fraction(1, 2)})
    (pair,) = tseng(built)
    assert pair is not None
    assert pair.after / pair.before == Fraction(9, 16)
    assert claim.tseng_rate(constants(built, ENCLOSED)).lo <= 4 / 7
    wrong = contracts("", "", tseng, lambda k: 1 - 1 / (k.L / k.m + 1))
    assert decided(wrong, built).outcome is Outcome.REFUTED


def perturbed_scalar(alpha: Fraction, c: float) -> Instance:
    """M = 1 and M~ = 3/2, from 1 and 2."""
    built = named([[1.0]], [c], [1.0], [2.0], alpha)
    return replace(built, perturbed=built.operator.with_weights(np.array([[-0.5]])))


def test_perturbed_map_is_that_of_the_perturbed_operator() -> None:
    built = perturbed_scalar(Fraction(1, 4), 1.0)
    assert [pair.after for pair in claim.pairs_after(built)] == [Fraction(5, 8) ** 2]
    assert [pair.after for pair in pairs(built)] == [Fraction(3, 4) ** 2]
