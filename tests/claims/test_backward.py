"""The claim `backward` holds on drawn instances, and its check can fail."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from flint import fmpq, fmpq_mat

from mondeq_ref.rigor.verdict import Outcome
from proofs_checks.audit.witnesses import broken
from proofs_checks.claims.backward import THEOREM, across_the_line, named, single
from proofs_checks.instance import Instance
from proofs_checks.quantities import adjoints, slopes, steps
from proofs_checks.quantities.rational_points import cleared, column, monotone
from tests.support.claims import drawn


def moving(name: str, family: str = "generic") -> Instance:
    """The first instance that moves this parameter, with a row to look at."""
    for seed in range(200):
        instance = drawn("backward", family, seed)
        if slopes.parameter(instance) == name and any(slopes.slopes(instance)):
            return instance
    raise AssertionError(f"{name} is never moved")


def test_backward_pass_diverges_where_the_forward_converges() -> None:
    """Exactly: forward from 0 is (1 - (1 - 4 alpha)^k) (1, 1, 1); backward leaves for ever."""
    built, a = across_the_line(), fmpq(1, 10)
    M, c, z = (cleared(A) for A in (monotone(built.operator), column(built.c[0]), fmpq_mat(3, 1)))
    lam, g = fmpq_mat(3, 1), column([Fraction(1), 0, 0])
    sizes: list[fmpq] = []
    for k in range(1, 41):
        z = steps.forward_backward(M, c, z, a)
        assert z.value.entries() == [1 - (1 - 4 * a) ** k] * 3
        lam = lam - (M.value.transpose() * lam - g) * a
        sizes.append(slopes.inner(lam, lam))
    assert sizes[-1] > 4 * sizes[19] > 16 * sizes[0]
    assert broken(THEOREM, built) == {"m > 0"}


def test_tiny_move_at_a_kink_switches_the_adjoint() -> None:
    """n = 1, M = 1: lambda = 1 for c = 2^-60 and 0 for c = -2^-60; dW = 0 and g~ = g."""
    found = [
        adjoints.adjoints(named([[1.0]], [c], [0.0], [1.0], Fraction(1)))[0]
        for c in (2.0**-60, -(2.0**-60), 0.0)
    ]
    assert [at.lam[0, 0] for at in found if at is not None] == [1, 0, 0]


Wrong = Callable[[Instance, int, str, Any], tuple[fmpq, fmpq]]


def with_gradient(
    monkeypatch: pytest.MonkeyPatch, wrong: Wrong, instance: Instance
) -> set[Outcome]:
    """The outcomes of the form on this gradient when its formulas are replaced."""
    slopes.slopes.cache_clear()
    monkeypatch.setattr(slopes, "along", wrong)
    wanted = f"gradient of {slopes.parameter(instance)}"
    form = next(form for form in THEOREM.forms if form.name == wanted)
    assert form.escalate is not None
    found = {
        form.escalate(instance, row).outcome
        if verdict.outcome is Outcome.UNDECIDED
        else verdict.outcome
        for row, verdict in enumerate(form.check(instance))
        if verdict is not None
    }
    monkeypatch.undo()
    slopes.slopes.cache_clear()
    return found


@pytest.mark.parametrize("name", slopes.PARAMETERS)
def test_gradient_is_refuted_when_multiplied_by_alpha(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    right = slopes.along

    def scaled(instance: Instance, row: int, parameter: str, at: Any) -> tuple[fmpq, fmpq]:
        predicted, curvature = right(instance, row, parameter, at)
        return predicted * fmpq(*instance.numbers["alpha"].as_integer_ratio()), curvature

    instance = moving(name)
    assert with_gradient(monkeypatch, right, instance) == {Outcome.PROVED}
    assert Outcome.REFUTED in with_gradient(monkeypatch, scaled, instance)


def test_singular_block_has_no_adjoint() -> None:
    assert adjoints.solved(fmpq_mat(1, 1, [0]), fmpq_mat(1, 1, [1]), [True]) is None
    assert adjoints.solved(fmpq_mat(1, 1, [0]), fmpq_mat(1, 1, [1]), [False]) == column([0])


def test_slope_is_rational_to_the_last_digit() -> None:
    """n = 1, M = 1/2, W~ = W + 1/4, g = 1: z* = 2, z~ = 4, lambda = 2, H = 4."""
    (found,) = slopes.slopes(single())
    assert found == slopes.MeasuredSlope(Fraction(2), Fraction(1), Fraction(1), Fraction(0))
