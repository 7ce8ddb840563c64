"""The claim `structured` holds on drawn factors, and its check can fail."""

from dataclasses import replace

import numpy as np
import pytest

from mondeq_ref.instances.families import FAMILIES, rank_deficient
from mondeq_ref.quantize import Quantizer, quantize
from mondeq_ref.rigor.dyadic import of_integers
from mondeq_ref.rigor.verdict import Outcome
from proofs_checks.claims import structured
from proofs_checks.claims.structured import (
    built,
    draw,
    half_up,
    of_its_array,
    of_product,
    promise,
    skew,
    small,
    step_a_row,
)
from proofs_checks.instance import Instance
from proofs_checks.quantities.margins import decided, of_array


def quantized(bits: int, seed: int = 0, **kind: str) -> Instance:
    operator = rank_deficient(np.random.default_rng(seed))
    return built("rank_deficient", operator, Quantizer(bits, **kind))  # type: ignore[arg-type]


@pytest.mark.parametrize("bits", range(2, 13))
def test_margin_is_m_at_every_bit_width(bits: int) -> None:
    assert decided(*of_product(quantized(bits))).equal


def test_quantizing_the_dense_product_loses_the_margin() -> None:
    lost = 0
    for seed in range(10):
        instance = quantized(3, seed)
        assert instance.after.margin.hi >= instance.operator.margin.lo
        lost += quantize(instance.operator, Quantizer(3)).operator.margin.hi < 0
    assert lost > 0


def test_float_array_lies_below_m() -> None:
    below = 0
    for seed in range(10):
        instance = quantized(4, seed)
        assert decided(*of_its_array(instance)).outcome is Outcome.PROVED
        array, d = of_array(instance.after)
        assert d > 0
        meant_too = replace(instance, perturbed=array)
        below += decided(*of_product(meant_too)).outcome is Outcome.REFUTED
    assert below > 0


def test_one_code_that_is_not_skew_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    instance = small()
    found = structured.made(instance)
    codes = found.arrays["K"].codes.copy()
    codes[0, 1] += 1
    wrong = replace(found.arrays["K"], codes=codes)
    monkeypatch.setattr(
        structured, "made", lambda _: replace(found, arrays={**found.arrays, "K": wrong})
    )
    assert skew(instance)[0].outcome is Outcome.REFUTED


@pytest.mark.parametrize("build", [step_a_row, half_up])
def test_promised_margin_is_refuted_when_it_does_not_hold(
    build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tool promises nothing for these quantizers; did it promise m, that would be false."""
    instance = build()
    assert promise(instance)[0].outcome is Outcome.PROVED
    found = structured.made(instance)
    monkeypatch.setattr(structured, "made", lambda _: replace(found, promised_margin=0.125))
    assert promise(instance)[0].outcome is Outcome.REFUTED


@pytest.mark.parametrize("family", FAMILIES)
def test_perturbed_operator_is_the_exact_product_of_codes(family: str) -> None:
    rng = np.random.default_rng(5)
    instance = draw(rng, family, FAMILIES[family](rng))
    found, held = structured.made(instance), structured.factors(instance)
    assert instance.after.exact_W == found.operator.exact_W
    A = found.arrays["A"]
    if not isinstance(A.step, np.ndarray):
        assert A.exact == of_integers(A.codes, float(A.step))
    assert held.m > 0
