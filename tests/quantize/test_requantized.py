"""The checker's own definition of a quantizer makes what the library makes, bit for bit."""

import numpy as np
import pytest

from mondeq_ref.arrays import InputError
from mondeq_ref.certificates.check import verify
from mondeq_ref.certificates.integers import ProofError
from mondeq_ref.certificates.layer import layer_of
from mondeq_ref.certificates.make import certificate
from mondeq_ref.certificates.requantize import is_known, requantized
from mondeq_ref.certify.ladder import by_margin, by_norm
from mondeq_ref.certify.pair import Pair
from mondeq_ref.instances.families import generic
from mondeq_ref.operator import Operator
from mondeq_ref.quantize import Quantizer, quantize
from mondeq_ref.quantize.operators import default_offset


def test_kept_offset_makes_the_matrix_that_is_meant() -> None:
    """W = diag(3/4, 1/2) with t = 1/2 and 2 bits: K = diag(1/4, 0) has s = 1/4 and is kept."""
    operator = Operator(np.diag([0.75, 0.5]), np.eye(2), np.zeros(2))
    made = quantize(operator, Quantizer(2), "K", offset=0.5)
    assert made.offset == made.spec["offset"] == 0.5
    assert made.operator.exact_W == operator.exact_W
    assert "t I + s k with t = 0.5 kept" in made.statement
    assert quantize(operator, Quantizer(2), "W").operator.W.tolist() == [[0.75, 0], [0, 0.75]]


def test_default_offset_is_one_minus_the_margin() -> None:
    for seed in range(5):
        operator = generic(np.random.default_rng(seed))
        dense = operator.with_weights(operator.W)
        assert operator.factors is not None
        for given_as, m in ((operator, operator.factors.m), (dense, dense.margin.mid)):
            t = default_offset(given_as)
            assert t * 2**12 == round(t * 2**12)
            assert abs(t - (1 - m)) <= 2.0**-13


def test_offset_goes_with_k_alone() -> None:
    operator = generic(np.random.default_rng(0))
    with pytest.raises(InputError, match="an offset is kept where K or KUb is quantized, not W"):
        quantize(operator, Quantizer(4), "W", offset=0.5)
    with pytest.raises(InputError, match="offset must lie within 1"):
        quantize(operator, Quantizer(4), "K", offset=np.inf)
    layer, spec = layer_of(operator), Quantizer(4).spec("K")
    for wrong in (spec, Quantizer(4).spec("W", 0.5)):
        with pytest.raises(ProofError, match="an offset is kept where K is quantized"):
            requantized(layer, wrong)
    with pytest.raises(InputError, match=r"quantizer\.offset must be a finite number"):
        requantized(layer, spec | {"offset": "0.5"})


@pytest.mark.parametrize("what", ["K", "KUb", "offdiagonal", "offdiagonalUb"])
def test_certificate_names_what_is_kept_and_can_be_checked(what) -> None:
    operator = generic(np.random.default_rng(0), 6)
    made = quantize(operator, Quantizer(8), what)
    document = certificate(Pair(operator, made.operator), by_norm_of(made), made.spec, {})
    assert document is not None
    assert document["case"]["settings"]["quantizer"] == made.spec
    assert verify(document, operator).accepted


def by_norm_of(made):
    return by_norm(Pair(made.original, made.operator))


def test_certificate_holds_the_matrix_where_codes_are_not_known() -> None:
    operator = generic(np.random.default_rng(0), 6)
    made = quantize(operator, Quantizer(8, factor=0.9), "K")
    assert not is_known(made.spec)
    pair = Pair(operator, made.operator)
    document = certificate(pair, by_margin(pair), made.spec, {})
    assert document is not None
    assert document["case"]["settings"]["quantizer"] is None
    assert "meant" in document["case"]["perturbed"]
    assert verify(document, operator).accepted
