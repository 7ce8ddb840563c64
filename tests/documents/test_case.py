"""Cases come back from JSON as they were, and are replayed."""

import json

import numpy as np
import pytest

from mondeq_ref.arrays import InputError
from mondeq_ref.documents.case import (
    Case,
    Rows,
    decode_case,
    decode_operator,
    encode_case,
    encode_operator,
)
from mondeq_ref.documents.float_arrays import encode_array
from mondeq_ref.operator import Factors, Head, Operator
from mondeq_ref.quantize import Quantizer, quantize
from mondeq_ref.rigor.dyadic import exact
from mondeq_ref.study.cases import displacement_document, equilibria_document, replay

RNG = np.random.default_rng


def layer(m=0.5, n=4):
    rng = RNG(0)
    factors = Factors(rng.normal(size=(1, n)), rng.normal(size=(n, n)), m)
    head = Head(rng.normal(size=(3, n)), rng.normal(size=3))
    U, b = rng.normal(size=(n, 2)), rng.normal(size=n)
    return factors.operator(U, b, head=head)


def case(kind="x"):
    before = layer()
    after = quantize(before, Quantizer(5), "factorsUb").operator
    rows = RNG(1).normal(size=(6, 2 if kind == "x" else 4))
    return Case(before, after, Rows(kind, rows), {"note": "five bits", "bits": 5})


def through_json(value):
    return json.loads(json.dumps(value, allow_nan=False))


def test_a_case_comes_back_as_it_was():
    before = case()
    after = decode_case(through_json(encode_case(before)))
    assert after.operator.digest == before.operator.digest
    assert after.perturbed.digest == before.perturbed.digest
    assert after.perturbed.exact_W == before.perturbed.exact_W
    assert after.perturbed.meant is not None
    assert after.operator.factors.m == before.operator.factors.m
    assert np.array_equal(after.operator.head.V, before.operator.head.V)
    assert np.array_equal(after.inputs.rows, before.inputs.rows)
    assert after.inputs.kind == "x"
    assert dict(after.settings) == dict(before.settings)


def test_injections_are_exact():
    rows = case().inputs
    operator = case().operator
    C = rows.exact_injections(operator)
    expected = exact(operator.U) @ exact(rows.rows[3]) + exact(operator.b)
    assert expected == C.block([3], range(4)).T
    gap = np.abs(C.rounded() - rows.injections(operator).c)
    assert (np.linalg.norm(gap, axis=1) <= rows.injections(operator).error).all()


@pytest.mark.parametrize(
    "change",
    [
        {"W": None},
        {"W": encode_array(np.zeros((4, 3)))},
        {"W": encode_array(np.zeros((4, 4)))},  # is not the product of the factors
        {"b": encode_array(np.zeros(3))},
        {"U": encode_array(np.zeros((3, 2)))},
        {"U": None},
        {"head": {"V": encode_array(np.zeros((3, 4)))}},
        {"head": {"V": encode_array(np.zeros((3, 5))), "d": encode_array(np.zeros(3))}},
        {"factors": {}},
        {"factors": {"A": encode_array(np.full((1, 4), 1e200)), "S": encode_array(np.zeros((4, 4))),
                     "m": encode_array(np.array(0.5))}},
        {"meant": {"shape": [4, 4], "exponent": 0, "integers": ["0"] * 16}},
        {"unknown": 1},
    ],
)  # fmt: skip
def test_malformed_operators_are_refused(change):
    with pytest.raises(InputError):
        decode_operator(encode_operator(layer()) | change, "operator")


def test_u_without_b_is_refused():
    encoded = encode_operator(layer())
    del encoded["b"]
    with pytest.raises(InputError):
        decode_operator(encoded, "operator")


@pytest.mark.parametrize("kind", ["x", "c"])
@pytest.mark.parametrize("make", [equilibria_document, displacement_document])
def test_replaying_gives_the_same_bits(make, kind):
    replayed = replay(through_json(make(case(kind))))
    assert replayed.same
    assert "last bit" in replayed.sentence


def test_equilibria_without_a_margin_are_exact_and_replayed():
    M = np.array([[-1.0, 2.0], [0.25, -1.0]])
    alone = Operator(np.eye(2) - M, np.zeros((2, 0)), np.zeros(2))
    document = equilibria_document(Case(alone, inputs=Rows("c", np.array([[1.0, -1.0]]))))
    assert replay(through_json(document)).same


def test_another_answer_is_told_from_the_same_one():
    document = through_json(equilibria_document(case("c")))
    moved = np.array(RNG(5).normal(size=(6, 4)))
    document["result"]["z"] = encode_array(moved)
    assert not replay(document).same
    wide = document | {
        "result": {"z": encode_array(moved), "radius": encode_array(np.full(6, 9.9))}
    }
    assert replay(wide).same  # a wide ball says little, and nothing false
    document = through_json(displacement_document(case("c")))
    for name in ("actual", "sharper", "paper"):
        less = document["result"] | {name: encode_array(np.zeros(6))}
        assert not replay(document | {"result": less}).same
    more = document["result"] | {"at_least": encode_array(np.full(6, 1e9))}
    assert not replay(document | {"result": more}).same


@pytest.mark.parametrize(
    "change", [{"kind": "poem"}, {"kind": 3}, {"format": 2}, {"result": {}}, {"case": {}}]
)
def test_malformed_cases_are_refused(change):
    with pytest.raises(InputError):
        replay(equilibria_document(case()) | change)
