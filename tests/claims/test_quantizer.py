"""The claim `quantizer` holds on drawn arrays, and its check can fail."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq

from mondeq_ref.instances.families import FAMILIES
from mondeq_ref.quantize import Quantizer, quantize_array
from mondeq_ref.quantize.quantizer import Rounding
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.rational import fmpq_of, fraction_of
from mondeq_ref.rigor.verdict import Outcome
from proofs_checks.claims.quantizer import (
    draw,
    float_error,
    idempotent,
    named,
    odd,
    readme,
    worst,
)
from proofs_checks.instance import Instance
from proofs_checks.quantities.error_norms import error_matrix
from proofs_checks.quantities.quantizers import group, groups, nearest


def test_worst_entry_decides_and_not_the_last() -> None:
    pairs = [(fmpq(3), fmpq(2)), (fmpq(0), fmpq(1)), (fmpq(1), fmpq(0))]
    assert worst(pairs).outcome is Outcome.REFUTED
    assert worst(pairs[1:2]).outcome is Outcome.PROVED
    assert worst(pairs[1:]).outcome is Outcome.REFUTED  # an error where the step is zero


def test_float_array_misses_half_a_step() -> None:
    """The exact bound s/2 does not hold of fl(s k): the allowance for rounding is needed."""
    rng = np.random.default_rng(0)
    for _ in range(200):
        w = rng.normal(size=(1, 8))
        made = quantize_array(w, Quantizer(10))
        tie = (np.floor(w / made.step) + 0.5) * made.step
        w = np.where(np.abs(w) < np.abs(w).max(), tie, w)
        instance = named(w.tolist(), Quantizer(10))
        (verdict,) = float_error(instance)
        assert verdict.outcome is Outcome.PROVED
        half = Fraction(float(quantize_array(w, Quantizer(10)).step)) / 2
        errors = np.abs(
            np.vectorize(Fraction)(quantize_array(w, Quantizer(10)).array - 0)
            - np.vectorize(Fraction)(w)
        )
        assert Enclosure.of(errors.max()) == verdict.lhs
        if errors.max() > half:
            return
    pytest.fail("no array exceeded half a step")


def test_rounding_half_up_is_not_odd() -> None:
    """The form does not speak of it; its check would refute it."""
    instance = named([[1.0, 0.5]], Quantizer(2, rounding="half-up"))
    assert odd(instance)[0].outcome is Outcome.REFUTED
    assert odd(named([[1.0, 0.5]], Quantizer(2)))[0].outcome is Outcome.PROVED


def test_published_code_is_idempotent_and_the_readme_is_not() -> None:
    w = [[1.0, -0.3, 0.2]]
    other = named(w, Quantizer.named("paper-readme", 4))
    assert idempotent(other)[0].outcome is Outcome.REFUTED
    assert readme(other)[0].outcome is Outcome.PROVED
    same = named(w, Quantizer.named("paper-code", 4))
    assert idempotent(same)[0].outcome is Outcome.PROVED
    assert readme(same)[0].outcome is Outcome.REFUTED


def test_largest_entry_may_move_by_an_ulp_in_floats() -> None:
    """fl(s q) is not max|w|, although s q is by definition."""
    rng = np.random.default_rng(1)
    for _ in range(100):
        w = rng.normal(size=(1, 3))
        if np.abs(quantize_array(w, Quantizer(4)).array).max() != np.abs(w).max():
            entries = group([fmpq_of(x) for x in w[0].tolist()], Quantizer(4)).array
            assert max(map(abs, entries)) == fmpq_of(float(np.abs(w).max()))
            return
    pytest.fail("every largest entry was kept")


@pytest.mark.parametrize("family", FAMILIES)
def test_error_matrix_is_the_difference_of_the_arrays(family: str) -> None:
    instance: Instance = draw(
        np.random.default_rng(2), family, FAMILIES[family](np.random.default_rng(3))
    )
    plain = replace(instance, arrays={"w": np.clip(instance.arrays["w"], -1e6, 1e6)})
    E, unit = error_matrix(plain)
    found = [float(x / unit) for row in E.fractions() for x in row]
    expected = [float(fraction_of(x)) for g in groups(plain) for x in g.errors]
    assert found == expected


@pytest.mark.parametrize(
    ("rounding", "codes"),
    [
        ("half-even", [-2, -2, 0, 0, 2, 2]),
        ("half-up", [-2, -1, 0, 1, 2, 3]),
        ("half-away", [-3, -2, -1, 1, 2, 3]),
        ("toward-zero", [-2, -1, 0, 0, 1, 2]),
    ],
)
def test_ties_are_rounded_as_the_name_says(rounding: Rounding, codes: list[int]) -> None:
    assert [nearest(fmpq(k, 2), rounding) for k in (-5, -3, -1, 1, 3, 5)] == codes


def test_chosen_codes_are_not_rounded() -> None:
    with pytest.raises(ValueError, match="stochastic is not defined by the number alone"):
        nearest(fmpq(1, 2), "stochastic")
