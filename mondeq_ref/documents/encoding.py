"""One JSON form of exact numbers and arrays, and a reader that trusts nobody.

    array      {"dtype": "f64", "shape": [2], "enc": "hex", "data": ["3ff0000000000000", ...]}
               bit patterns, most significant digit first, C order; large arrays have "enc":
               "base64" and their little-endian bytes.  dtypes: f64, f32, i64, u8
    rational   "p/q" in lowest terms, q > 0
    dyadic     {"shape": [2, 2], "exponent": -3, "integers": ["1f", "-3", ...]}
               the matrix integers * 2^exponent, integers in hexadecimal, C order

Every number has one spelling, and any other is refused.  Sizes are checked before anything is
allocated, and every refusal is an InputError of one line.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from hashlib import sha256
from math import gcd, isfinite, prod
from typing import Any, NoReturn, cast

import numpy as np
from flint import fmpz_mat
from numpy.typing import NDArray

from mondeq_ref.arrays import InputError, Matrix
from mondeq_ref.files.reading import AnyPath, opened, shown, size_of
from mondeq_ref.rigor.dyadic import Dyadic

DTYPES = {"f64": "f8", "f32": "f4", "i64": "i8", "u8": "u1"}
NAMES = {np.dtype(code): name for name, code in DTYPES.items()}
HEX_UP_TO = 64  # entries; longer arrays are base64

MOST_BYTES = 1 << 26  # of a document, and of any array in it
MOST_VALUES = 1 << 22  # in a document: each becomes a Python object
MOST_DIGITS = 4000  # of p or q
MOST_EXPONENT = 8192  # products of a few floats reach some thousands
MOST_HEX_DIGITS = 1 << 16  # of one integer of a dyadic matrix
RATIONAL = re.compile(r"(-?(?:0|[1-9][0-9]*))/([1-9][0-9]*)")
HEXADECIMAL = re.compile(r"0|-?[1-9a-f][0-9a-f]*")

Json = Any  # what json.loads gives: looked at before it is used


def encode_array(array: NDArray[Any]) -> dict[str, Json]:
    """The bits of a float64, float32, int64 or uint8 array."""
    dtype = np.dtype(array.dtype)
    name = NAMES[dtype]
    if array.size <= HEX_UP_TO:
        digits = 2 * dtype.itemsize
        text = array.astype(dtype.newbyteorder(">")).tobytes().hex()
        data: Json = [text[i : i + digits] for i in range(0, len(text), digits)]
        return {"dtype": name, "shape": list(array.shape), "enc": "hex", "data": data}
    raw = array.astype(dtype.newbyteorder("<")).tobytes()
    data = base64.b64encode(raw).decode("ascii")
    return {"dtype": name, "shape": list(array.shape), "enc": "base64", "data": data}


def decode_array(
    value: Json,
    name: str,
    shape: Sequence[int | None],
    dtype: str = "f64",
    *,
    finite: bool = True,
) -> NDArray[Any]:
    """The array that `encode_array` wrote, of this shape (None: any extent) and dtype."""
    fields = members(value, name, ("dtype", "shape", "enc", "data"))
    if fields["dtype"] != dtype:
        raise InputError(f"{name} must have dtype {dtype}, got {shown(repr(fields['dtype']))}")
    extents = _extents(fields["shape"], name, np.dtype(DTYPES[dtype]).itemsize)
    if len(extents) != len(shape) or any(
        want not in (None, got) for want, got in zip(shape, extents, strict=True)
    ):
        wanted = ["*" if extent is None else extent for extent in shape]
        raise InputError(f"{name} must have shape {wanted}, got {extents}")
    size, itemsize = prod(extents), np.dtype(DTYPES[dtype]).itemsize
    if fields["enc"] == "hex":
        raw = _from_hex(fields["data"], name, size, itemsize)
    elif fields["enc"] == "base64":
        raw = _from_base64(fields["data"], name, size * itemsize)
    else:
        refuse(f"{name}.enc", "hex or base64", fields["enc"])
    order = ">" if fields["enc"] == "hex" else "<"
    stored = np.frombuffer(raw, np.dtype(DTYPES[dtype]).newbyteorder(order))
    array = stored.astype(DTYPES[dtype]).reshape(extents)
    if finite and array.dtype.kind == "f" and not np.isfinite(array).all():
        raise InputError(f"{name} must be finite, got a NaN or an infinity")
    array.setflags(write=False)
    return array


def encode_floats(array: Matrix) -> dict[str, Json]:
    """A float64 array, written as float32 where that loses nothing."""
    with np.errstate(over="ignore"):
        single = array.astype(np.float32)
    return encode_array(single if np.array_equal(single, array) else array)


def decode_floats(value: Json, name: str, shape: Sequence[int | None]) -> Matrix:
    """The finite float64 array that `encode_floats` wrote."""
    single = isinstance(value, dict) and value.get("dtype") == "f32"
    array = decode_array(value, name, shape, "f32" if single else "f64").astype(np.float64)
    array.setflags(write=False)
    return array


def _from_hex(data: Json, name: str, size: int, itemsize: int) -> bytes:
    words = sequence(data, f"{name}.data", size)
    pattern = re.compile(f"[0-9a-f]{{{2 * itemsize}}}")
    for word in words:
        if not (isinstance(word, str) and pattern.fullmatch(word)):
            refuse(f"{name}.data", f"words of {2 * itemsize} hexadecimal digits", word)
    return bytes.fromhex("".join(words))


def _from_base64(data: Json, name: str, size: int) -> bytes:
    if not isinstance(data, str) or len(data) != 4 * -(-size // 3) or not data.isascii():
        refuse(f"{name}.data", f"{4 * -(-size // 3)} characters of base64", data)
    try:
        raw = base64.b64decode(data, validate=True)
    except binascii.Error:
        refuse(f"{name}.data", "base64", data)
    if len(raw) != size or base64.b64encode(raw).decode("ascii") != data:
        refuse(f"{name}.data", "base64 as it is written", data)
    return raw


def encode_rational(value: Fraction) -> str:
    return f"{value.numerator}/{value.denominator}"


def decode_rational(value: Json, name: str) -> Fraction:
    found = RATIONAL.fullmatch(value) if isinstance(value, str) else None
    if found is None or max(map(len, found.groups())) > MOST_DIGITS or found[1] == "-0":
        refuse(name, 'a rational "p/q" in lowest terms', value)
    p, q = int(found[1]), int(found[2])
    if gcd(p, q) != 1:
        refuse(name, 'a rational "p/q" in lowest terms', value)
    return Fraction(p, q)


def encode_dyadic(matrix: Dyadic) -> dict[str, Json]:
    """Without common factors of two, so that equal matrices are spelled equally."""
    integers = [int(entry) for entry in matrix.integers.entries()]
    shift = min(((x & -x).bit_length() - 1 for x in integers if x), default=0)
    return {
        "shape": list(matrix.shape),
        "exponent": matrix.exponent + shift if any(integers) else 0,
        "integers": [format(x >> shift, "x") for x in integers],
    }


def decode_dyadic(value: Json, name: str, shape: tuple[int, int | None]) -> Dyadic:
    fields = members(value, name, ("shape", "exponent", "integers"))
    extents = _extents(fields["shape"], name, 8)
    if len(extents) != 2 or extents[0] != shape[0] or shape[1] not in (None, extents[1]):
        raise InputError(f"{name} must have shape {list(shape)}, got {extents}")
    exponent = integer(fields["exponent"], f"{name}.exponent", -MOST_EXPONENT, MOST_EXPONENT)
    words = sequence(fields["integers"], f"{name}.integers", prod(extents))
    for word in words:
        well_formed = isinstance(word, str) and len(word) <= MOST_HEX_DIGITS
        if not (well_formed and HEXADECIMAL.fullmatch(word)):
            refuse(f"{name}.integers", "integers in lower-case hexadecimal", word)
    matrix = Dyadic(fmpz_mat(extents[0], extents[1], [int(x, 16) for x in words]), exponent)
    if encode_dyadic(matrix)["exponent"] != exponent:
        refuse(name, "integers without a common factor of two", exponent)
    return matrix


def members(
    value: Json, name: str, wanted: Sequence[str], optional: Sequence[str] = ()
) -> dict[str, Json]:
    """The members of an object that has all of these and no others."""
    if not isinstance(value, dict):
        refuse(name, "an object", value)
    found = cast(dict[str, Json], value)
    missing = [key for key in wanted if key not in found]
    unknown = [key for key in found if key not in wanted and key not in optional]
    if missing or unknown:
        wrong = f"lacks {missing[0]}" if missing else f"has an unknown member {shown(unknown[0])}"
        raise InputError(f"{name} {wrong}")
    return found


def sequence(value: Json, name: str, length: int | None = None) -> list[Json]:
    if not isinstance(value, list):
        refuse(name, "a list", value)
    items = cast(list[Json], value)
    if length is not None and len(items) != length:
        raise InputError(f"{name} must have {length} entries, got {len(items)}")
    return items


def integer(value: Json, name: str, least: int, greatest: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= greatest:
        refuse(name, f"a whole number from {least} to {greatest}", value)
    return value


def text(value: Json, name: str) -> str:
    if not isinstance(value, str):
        refuse(name, "a string", value)
    return value


def refuse(name: str, wanted: str, came: object) -> NoReturn:
    raise InputError(f"{name} must be {wanted}, got {shown(repr(came), 40)}")


def _extents(value: Json, name: str, itemsize: int) -> list[int]:
    extents = [integer(k, f"{name}.shape", 0, MOST_BYTES) for k in sequence(value, f"{name}.shape")]
    if len(extents) > 8 or prod(extents) * itemsize > MOST_BYTES:
        raise InputError(f"{name} is too large: shape {shown(extents)}")
    return extents


def read_document(path: AnyPath) -> dict[str, Json]:
    """The one object of a JSON file: no repeated keys, no NaN, no number out of range."""
    with opened(path) as file:
        if size_of(file) > MOST_BYTES:
            raise InputError(f"it is larger than {MOST_BYTES} bytes")
        return parse_document(file.read(MOST_BYTES + 1))


def parse_document(raw: bytes) -> dict[str, Json]:
    if sum(raw.count(mark) for mark in (b",", b"[", b"{")) > MOST_VALUES:
        raise InputError(f"it holds more than {MOST_VALUES} values")
    try:
        value = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_without_repeats,
            parse_constant=_no_constant,
            parse_float=_finite,
        )
    except InputError:
        raise
    except RecursionError:
        raise InputError("it is nested too deeply to be read") from None
    except ValueError as error:  # malformed JSON, bad UTF-8, an integer of too many digits
        raise InputError(f"it is not JSON: {shown(error)}") from None
    if not isinstance(value, dict):
        refuse("the document", "an object", value)
    return cast(dict[str, Json], value)


def digest_of(document: Mapping[str, Json], without: str = "digest") -> str:
    """SHA-256 of the document in one spelling: keys sorted, no blanks, ASCII."""
    rest = {key: value for key, value in document.items() if key != without}
    spelled = json.dumps(rest, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return sha256(spelled.encode("ascii")).hexdigest()


def _without_repeats(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise InputError("an object repeats a key")
    return found


def _no_constant(word: str) -> NoReturn:
    raise InputError(f"{word} is not JSON")


def _finite(word: str) -> float:
    value = float(word)
    if not isfinite(value):
        raise InputError(f"the number {shown(word, 20)} is out of range")
    return value
