"""The JSON form of exact numbers and arrays, and a reader that checks every value.

    array      {"dtype": "f64", "shape": [2], "enc": "hex", "data": ["3fb999999999999a", ...]}
               bit patterns, most significant digit first, C order; arrays of more than 64
               entries have "enc": "base64" and their little-endian bytes.  dtypes: f64, f32,
               i64, u8; numbers that float32 holds without loss are f32
    rational   "p/q" in lowest terms, q > 0
    dyadic     {"shape": [2, 2], "exponent": -3, "integers": ["1f", "-3", ...]}
               the matrix integers * 2^exponent, integers in hexadecimal, C order

Every array and every rational has one spelling; any other raises InputError.  Sizes are checked
before memory is allocated, and every message is one line.  This module does not import NumPy;
`float_arrays` reads and writes NumPy arrays.
"""

import base64
import binascii
import json
import re
import struct
from collections.abc import Mapping, Sequence
from fractions import Fraction
from hashlib import sha256
from math import gcd, isfinite, prod
from typing import Any, NoReturn, cast

from flint import fmpz_mat

from mondeq_ref.documents.size import MOST_NUMBERS, check_size
from mondeq_ref.errors import InputError
from mondeq_ref.files.reading import AnyPath, opened, shown, size_of
from mondeq_ref.rigor.dyadic import Dyadic

ITEMS = {"f64": "d", "f32": "f", "i64": "q", "u8": "B"}  # the codes of `struct`
HEX_UP_TO = 64  # entries; longer arrays are base64

MOST_BYTES = 1 << 26  # of a document, and of any array in it
MOST_VALUES = 1 << 22  # in a document: each becomes a Python object
USUAL_VALUES = MOST_NUMBERS + (1 << 16)  # without --trust-size
MOST_DIGITS = 4000  # of p or q
MOST_EXPONENT = 8192  # products of a few floats reach some thousands
MOST_HEX_DIGITS = 1 << 16  # of one integer of a dyadic matrix
RATIONAL = re.compile(r"(-?(?:0|[1-9][0-9]*))/([1-9][0-9]*)")
HEXADECIMAL = re.compile(r"0|-?[1-9a-f][0-9a-f]*")

Json = Any  # a result of json.loads, which is checked before it is used


def decode_bytes(
    value: Json, name: str, shape: Sequence[int | None], dtype: str
) -> tuple[list[int], bytes]:
    """The extents and the little-endian bytes of an array of this shape (None: any extent)."""
    fields = members(value, name, ("dtype", "shape", "enc", "data"))
    if fields["dtype"] != dtype:
        raise InputError(f"{name} must have dtype {dtype}, got {shown(repr(fields['dtype']))}")
    itemsize = struct.calcsize("<" + ITEMS[dtype])
    extents = _extents(fields["shape"], name, itemsize)
    if len(extents) != len(shape) or any(
        want not in (None, got) for want, got in zip(shape, extents, strict=True)
    ):
        wanted = ["*" if extent is None else extent for extent in shape]
        raise InputError(f"{name} must have shape {wanted}, got {extents}")
    size = prod(extents)
    enc = "hex" if size <= HEX_UP_TO else "base64"
    if fields["enc"] != enc:
        refuse(f"{name}.enc", f"{enc} (hex up to {HEX_UP_TO} entries)", fields["enc"])
    if enc == "hex":
        return extents, _from_hex(fields["data"], name, size, itemsize)
    return extents, _from_base64(fields["data"], name, size * itemsize)


def decode_numbers(
    value: Json, name: str, shape: Sequence[int | None], dtype: str
) -> tuple[list[int], tuple[Any, ...]]:
    """The extents and the entries of an array, as Python numbers."""
    extents, raw = decode_bytes(value, name, shape, dtype)
    numbers = struct.unpack(f"<{prod(extents)}{ITEMS[dtype]}", raw)
    if dtype in ("f64", "f32") and not all(map(isfinite, numbers)):
        raise InputError(f"{name} must be finite, got a NaN or an infinity")
    return extents, numbers


def decode_reals(
    value: Json, name: str, shape: Sequence[int | None]
) -> tuple[list[int], tuple[float, ...]]:
    """The extents and the entries of a finite float array, as Python floats."""
    dtype = float_dtype(value)
    extents, numbers = decode_numbers(value, name, shape, dtype)
    if dtype == "f64" and all(map(_is_single, numbers)):
        refuse(f"{name}.dtype", "f32, which holds these numbers without loss", dtype)
    return extents, numbers


def decode_rows(value: Json, name: str, shape: tuple[int | None, int | None]) -> list[list[float]]:
    """The rows of a finite float array."""
    (rows, columns), numbers = decode_reals(value, name, shape)
    return [list(numbers[i * columns : (i + 1) * columns]) for i in range(rows)]


def float_dtype(value: Json) -> str:
    return "f32" if isinstance(value, dict) and cast(Any, value).get("dtype") == "f32" else "f64"


def _is_single(number: float) -> bool:
    try:
        return struct.unpack("<f", struct.pack("<f", number))[0] == number
    except OverflowError:
        return False


def _from_hex(data: Json, name: str, size: int, itemsize: int) -> bytes:
    words = sequence(data, f"{name}.data", size)
    pattern = re.compile(f"[0-9a-f]{{{2 * itemsize}}}")
    for word in words:
        if not (isinstance(word, str) and pattern.fullmatch(word)):
            refuse(f"{name}.data", f"words of {2 * itemsize} hexadecimal digits", word)
    return b"".join(bytes.fromhex(word)[::-1] for word in words)


def _from_base64(data: Json, name: str, size: int) -> bytes:
    if not isinstance(data, str) or len(data) != 4 * -(-size // 3) or not data.isascii():
        refuse(f"{name}.data", f"{4 * -(-size // 3)} characters of base64", data)
    try:
        raw = base64.b64decode(data, validate=True)
    except binascii.Error:
        refuse(f"{name}.data", "base64", data)
    if len(raw) != size or base64.b64encode(raw).decode("ascii") != data:
        refuse(f"{name}.data", "base64 in canonical form", data)
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
    """The matrix in JSON, without common factors of two, so that equal matrices are equal text."""
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
    """The members of an object that has all `wanted` members and no others but `optional` ones."""
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
    """Raise InputError: `name` must be `wanted`, got `came`."""
    raise InputError(f"{name} must be {wanted}, got {shown(repr(came), 40)}")


def _extents(value: Json, name: str, itemsize: int) -> list[int]:
    extents = [integer(k, f"{name}.shape", 0, MOST_BYTES) for k in sequence(value, f"{name}.shape")]
    if len(extents) > 8 or prod(extents) * itemsize > MOST_BYTES:
        raise InputError(f"{name} is too large: shape {shown(extents)}")
    return extents


def read_document(path: AnyPath, *, trust_size: bool = False) -> dict[str, Json]:
    """The object in a JSON file without repeated keys, NaN or numbers out of range.

    `trust_size` disables the limits of `check_size`."""
    with opened(path) as file:
        if size_of(file) > MOST_BYTES:
            raise InputError(f"it is larger than {MOST_BYTES} bytes")
        return parse_document(file.read(MOST_BYTES + 1), trust_size=trust_size)


def parse_document(raw: bytes, *, trust_size: bool = False) -> dict[str, Json]:
    most = MOST_VALUES if trust_size else USUAL_VALUES
    if sum(raw.count(mark) for mark in (b",", b"[", b"{")) > most:
        lifts = "" if trust_size else f" (--trust-size lifts this limit to {MOST_VALUES})"
        raise InputError(f"it holds more than {most} values{lifts}")
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
    check_size(value, trust_size=trust_size)
    return cast(dict[str, Json], value)


def digest_of(document: Mapping[str, Json], without: str = "digest") -> str:
    """SHA-256 of the document as ASCII with sorted keys and without blanks."""
    rest = {key: value for key, value in document.items() if key != without}
    spelled = ",".join(f"{json.dumps(key)}:{_spelled(key, rest[key])}" for key in sorted(rest))
    return sha256(f"{{{spelled}}}".encode("ascii")).hexdigest()


def _spelled(name: str, value: Json) -> str:
    try:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise InputError(f"{name} is not JSON: {shown(error)}") from None


def weights_digest(n: int, rows: bytes, exact: Dyadic | None = None) -> str:
    """The digest by which every command names an n x n matrix W: SHA-256 of its shape and its
    little-endian float64s, without -0; and of the exact matrix, where that is not this array."""
    found = sha256(f"W({n}, {n})".encode() + rows).hexdigest()
    if exact is None:
        return found
    return sha256(f"{found} {encode_dyadic(exact)}".encode()).hexdigest()


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
