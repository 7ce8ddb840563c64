"""Files in the safetensors format, through the library of that name.

The library does not limit the length of the header, so it is checked here first.  Only the
functions that need the library import it, so solving and certifying do not load it.
"""

import json
from collections.abc import Mapping
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mondeq_ref.arrays import InputError
from mondeq_ref.files.atomic import write_atomically
from mondeq_ref.files.elements import check_shape, decoded, stored_as
from mondeq_ref.files.npz import text_pairs
from mondeq_ref.files.reading import MAX_BYTES, AnyPath, opened, shown, size_of

MAX_HEADER_BYTES = 1 << 20  # some ten thousand tensors

# The library writes several metadata keys in a random order; one key makes the bytes repeatable.
METADATA_KEY = "mondeq_ref"

_ELEMENTS = {
    "F64": "float64",
    "F32": "float32",
    "F16": "float16",
    "BF16": "bfloat16",
    "BOOL": "bool",
    "I64": "int64",
    "I32": "int32",
    "I16": "int16",
    "I8": "int8",
    "U64": "uint64",
    "U32": "uint32",
    "U16": "uint16",
    "U8": "uint8",
}


def read_safetensors(path: AnyPath) -> dict[str, NDArray[Any]]:
    """The tensors by name; a bfloat16 tensor comes as the float32 array of the same values."""
    with opened(path) as file:
        _check_sizes(file)
        return {name: _array(name, parts) for name, parts in _parts(file.read())}


def safetensors_metadata(path: AnyPath) -> dict[str, str]:
    """The texts stored with the tensors, by this package or by another program."""
    from safetensors import SafetensorError, safe_open

    with opened(path) as file:
        _check_sizes(file)
        try:
            with safe_open(path, framework="np") as tensors:
                pairs = dict(tensors.metadata() or {})
        except SafetensorError as error:
            raise InputError(shown(error)) from None
        ours = pairs.pop(METADATA_KEY, None)
        return pairs if ours is None else {**pairs, **text_pairs(ours.encode())}


def write_safetensors(
    path: AnyPath, arrays: Mapping[str, ArrayLike], metadata: Mapping[str, str] | None = None
) -> None:
    """Write arrays and metadata atomically; equal arrays and metadata give equal bytes."""
    from safetensors.numpy import save

    contiguous = {name: np.asarray(array, order="C") for name, array in arrays.items()}
    texts = {METADATA_KEY: json.dumps(dict(metadata), sort_keys=True)} if metadata else None
    write_atomically(path, save(contiguous, texts))


def _check_sizes(file: BinaryIO) -> None:
    size = size_of(file)
    if size > MAX_BYTES:
        raise InputError(f"it is longer than {MAX_BYTES} bytes")
    header = int.from_bytes(file.read(8), "little")
    if size < 8 or header > min(size - 8, MAX_HEADER_BYTES):
        raise InputError("its header is longer than a safetensors file of this size can have")
    file.seek(0)


def _array(name: str, parts: Mapping[str, Any]) -> NDArray[Any]:
    if parts["dtype"] not in _ELEMENTS:
        raise InputError(f"its tensor {shown(name)} has the unsupported dtype {parts['dtype']}")
    check_shape(f"its tensor {name}", parts["shape"])
    element = _ELEMENTS[parts["dtype"]]
    bits = np.ndarray(parts["shape"], stored_as(element).newbyteorder("<"), parts["data"])
    return decoded(bits.astype(stored_as(element)), element)


def _parts(data: bytes) -> list[tuple[str, dict[str, Any]]]:
    from safetensors import SafetensorError, deserialize

    try:
        return deserialize(data)
    except SafetensorError as error:
        raise InputError(shown(error)) from None
