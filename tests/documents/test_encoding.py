"""Exact numbers survive JSON to the bit, and what is malformed is refused in one line."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from mondeq_ref.arrays import InputError
from mondeq_ref.documents import encoding
from mondeq_ref.documents.encoding import (
    decode_dyadic,
    decode_rational,
    decode_reals,
    digest_of,
    encode_dyadic,
    encode_rational,
    parse_document,
    read_document,
)
from mondeq_ref.documents.float_arrays import NAMES, decode_array, decode_floats, encode_array
from mondeq_ref.rigor.dyadic import Dyadic, exact
from tests.support.documents import through_json

SHAPES = arrays.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=12)


@given(arrays.arrays(st.sampled_from(["f8", "f4", "i8", "u1"]), SHAPES))
def test_arrays_survive_to_the_bit(array):
    name = NAMES[array.dtype]
    back = decode_array(through_json(encode_array(array)), "a", array.shape, name, finite=False)
    assert back.dtype == array.dtype
    assert back.shape == array.shape
    assert back.tobytes() == array.tobytes()


def test_bits_are_spelled_as_in_the_standard():
    assert encode_array(np.array([1.0, -0.0, 5e-324]))["data"] == [
        "3ff0000000000000",
        "8000000000000000",
        "0000000000000001",
    ]
    assert encode_array(np.array([-1]))["data"] == ["ffffffffffffffff"]
    assert encode_array(np.zeros(100))["enc"] == "base64"


@given(st.fractions())
def test_rationals_survive(value):
    assert decode_rational(encode_rational(value), "q") == value


@given(arrays.arrays("f8", (3, 2), elements=st.floats(-1e300, 1e300)), st.integers(-60, 60))
def test_dyadic_matrices_survive_and_have_one_spelling(array, shift):
    matrix = exact(array)
    encoded = encode_dyadic(matrix)
    assert decode_dyadic(through_json(encoded), "d", (3, 2)) == matrix
    assert decode_dyadic(through_json(encoded), "d", (3, None)) == matrix
    same = Dyadic(matrix.integers * (1 << abs(shift)), matrix.exponent - abs(shift))
    assert encode_dyadic(same) == encoded


@pytest.mark.parametrize(
    "text",
    [
        *("1", "2/4", "1/0", "-0/1", "1/-2", "+1/2", "01/2", " 1/2", "1/2\n", "1.5/2"),
        *(5, None, ["1/2"], "9" * 5000 + "/1", "٣/4"),
    ],
)
def test_rationals_of_another_spelling_are_refused(text):
    with pytest.raises(InputError):
        decode_rational(text, "q")


GOOD = encode_array(np.array([[1.0, 2.0]]))
LARGE = encode_array(np.arange(100.0))


@pytest.mark.parametrize(
    "change",
    [
        {"dtype": "f32"},
        {"dtype": 3},
        {"shape": [2]},
        {"shape": [2, 1]},
        {"shape": [1, True]},
        {"shape": [1, 2.0]},
        {"shape": [-1, -2]},
        {"shape": "12"},
        {"enc": "HEX"},
        {"enc": "base64"},
        {"data": []},
        {"data": ["3ff0000000000000"]},
        {"data": ["3FF0000000000000", "4000000000000000"]},
        {"data": ["3ff000000000000", "4000000000000000"]},
        {"data": ["3ff0000000000000", 4]},
        {"data": ["7ff0000000000000", "4000000000000000"]},
        {"data": ["7ff8000000000000", "4000000000000000"]},
        {"extra": 1},
    ],
)
def test_malformed_arrays_are_refused(change):
    with pytest.raises(InputError) as refused:
        decode_array(GOOD | change, "a", (1, 2))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("data", [LARGE["data"][:-4], LARGE["data"] + "AAAA", "é" * 1068, 7])
def test_malformed_base64_is_refused(data):
    with pytest.raises(InputError):
        decode_array(LARGE | {"data": data}, "a", (100,))


def test_unused_bits_of_base64_cannot_vary():
    """800 bytes end in padding; its spare bits would otherwise spell one array in many ways."""
    text = LARGE["data"]
    assert text.endswith("=")
    other = text[:-2] + chr(ord(text[-2]) + 1) + "="
    with pytest.raises(InputError):
        decode_array(LARGE | {"data": other}, "a", (100,))


@pytest.mark.parametrize("shape", [[1 << 40], [1 << 20, 1 << 20], [1 << 25, 4], [1] * 9])
def test_sizes_are_looked_at_before_anything_is_allocated(shape):
    with pytest.raises(InputError):
        decode_array({"dtype": "f64", "shape": shape, "enc": "hex", "data": []}, "a", [None])
    dyadic = {"shape": shape, "exponent": 0, "integers": []}
    with pytest.raises(InputError):
        decode_dyadic(dyadic, "d", (shape[0], None))


DYADIC = encode_dyadic(exact(np.array([[1.0], [-0.75]])))


@pytest.mark.parametrize(
    "change",
    [
        {"shape": [1, 2]},
        {"exponent": 10**6},
        {"exponent": "-2"},
        {"exponent": True},
        {"integers": ["4"]},
        {"integers": ["04", "-3"]},
        {"integers": ["4", "-0"]},
        {"integers": ["4", "-A"]},
        {"integers": ["8", "-6"]},
        {"integers": [4, -3]},
        {"integers": ["4", "1" * 100_000]},
    ],
)
def test_malformed_dyadic_matrices_are_refused(change):
    with pytest.raises(InputError):
        decode_dyadic(DYADIC | change, "d", (2, 1))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[1]",
        b"{",
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": 1e999}',
        b'{"a": 1, "a": 2}',
        b'{"a": "\xff"}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b"[" + b"[]," * (1 << 22) + b"1]",
    ],
)
def test_documents_that_are_not_one_json_object_are_refused(raw):
    with pytest.raises(InputError) as refused:
        parse_document(raw)
    assert "\n" not in str(refused.value)


def test_documents_are_read_from_files_of_bounded_size(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    path.write_text('{"a": [1, 2]}')
    assert read_document(path) == {"a": [1, 2]}
    monkeypatch.setattr(encoding, "MOST_BYTES", 5)
    with pytest.raises(InputError, match="larger"):
        read_document(path)
    with pytest.raises(InputError, match=r"absent\.json"):
        read_document(tmp_path / "absent.json")


def test_the_digest_depends_on_content_and_not_on_spelling():
    first = {"b": [1, "x"], "a": {"c": "1/2"}, "digest": "old"}
    again = parse_document(json.dumps(first, indent=3).encode())
    assert digest_of(first) == digest_of({"a": {"c": "1/2"}, "b": [1, "x"]}) == digest_of(again)
    assert digest_of(first) != digest_of({"a": {"c": "1/3"}, "b": [1, "x"]})


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ({"W": {"shape": [1025, 1025]}}, "W has 1025 units"),
        ({"a": {"shape": [1 << 11, 1 << 10]}, "b": [{"shape": [1]}]}, "2097153 numbers"),
        ({"a": {"shape": [1], "exponent": -4097}}, "4097 bits"),
        ({"a": {"shape": [1], "exponent": 0, "integers": ["f" * 1025]}}, "4100 bits"),
    ],
)
def test_sizes_are_bounded_unless_trusted(held, said):
    raw = json.dumps(held).encode()
    with pytest.raises(InputError, match=f"{said}.*--trust-size"):
        parse_document(raw)
    assert parse_document(raw, trust_size=True) == held


def test_deep_nesting_is_refused():
    with pytest.raises(InputError, match="nested more than 40 deep"):
        parse_document(b'{"a": ' + b"[" * 40 + b"]" * 40 + b"}")


@pytest.mark.parametrize("dtype", ["f8", "f4"])
@pytest.mark.parametrize("size", [3, 100])
def test_float_arrays_have_one_spelling(dtype, size):
    encoded = encode_array(np.full(size, 0.5, dtype))
    one = dtype == "f4"
    for read in (decode_floats, lambda *given: decode_reals(*given)[1]):
        if one:
            assert list(read(encoded, "a", (size,))) == [0.5] * size
        else:
            with pytest.raises(InputError, match="f32, which holds"):
                read(encoded, "a", (size,))
    other = encoded | {"enc": "base64" if size == 3 else "hex"}
    with pytest.raises(InputError, match="hex up to 64"):
        decode_array(other, "a", (size,), encoded["dtype"])
