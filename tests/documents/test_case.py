"""Cases come back from JSON as they were, and are replayed."""

import numpy as np
import pytest

from mondeq_ref.arrays import InputError
from mondeq_ref.documents.case import (
    decode_case,
    decode_operator,
    encode_case,
    encode_operator,
)
from mondeq_ref.documents.float_arrays import encode_floats
from tests.support.documents import case, operator, through_json

RNG = np.random.default_rng


def test_a_case_comes_back_as_it_was():
    before = case()
    after = decode_case(through_json(encode_case(before)))
    assert after.operator.digest == before.operator.digest
    assert after.perturbed.digest == before.perturbed.digest
    assert after.perturbed.exact_W == before.perturbed.exact_W
    assert after.perturbed.exact_weights is not None
    assert after.operator.factors.m == before.operator.factors.m
    assert np.array_equal(after.operator.head.V, before.operator.head.V)
    assert np.array_equal(after.inputs.rows, before.inputs.rows)
    assert after.inputs.kind == "x"
    assert dict(after.settings) == dict(before.settings)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"W": None}, "W"),
        ({"W": encode_floats(np.zeros((4, 3)))}, "W is not the product"),
        ({"W": encode_floats(np.zeros((4, 4)))}, "W is not the product of operator.factors"),
        ({"b": encode_floats(np.zeros(3))}, "shape"),
        ({"U": encode_floats(np.zeros((3, 2)))}, "shape"),
        ({"U": None}, "U"),
        ({"head": {"V": encode_floats(np.zeros((3, 4)))}}, "lacks d"),
        ({"head": {"V": encode_floats(np.zeros((3, 5))), "d": encode_floats(np.ones(3))}}, "shape"),
        ({"factors": {}}, "lacks A"),
        ({"factors": {"A": encode_floats(np.full((1, 4), 1e200)),
                      "S": encode_floats(np.zeros((4, 4))),
                      "m": encode_floats(np.array(0.5))}}, "product"),
        ({"meant": {"shape": [4, 4], "exponent": 0, "integers": ["0"] * 16}}, "exact_weights"),
        ({"unknown": 1}, "unknown"),
    ],
)  # fmt: skip
def test_malformed_operators_are_refused(change, said):
    with pytest.raises(InputError, match=said):
        decode_operator(encode_operator(operator()) | change, "operator")


def test_u_without_b_is_refused():
    encoded = encode_operator(operator())
    del encoded["b"]
    with pytest.raises(InputError):
        decode_operator(encoded, "operator")
