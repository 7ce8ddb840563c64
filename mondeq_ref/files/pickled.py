"""Descriptions of the parts of a state dict: storages, tensors that view them, and names.

A name in a pickle stays text; a call of it is a lookup in `built`.
"""

from dataclasses import dataclass
from math import prod
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mondeq_ref.arrays import InputError
from mondeq_ref.files.elements import check_shape, decoded, stored_as
from mondeq_ref.files.reading import shown

MAX_EXTENT = 1 << 40  # bound on every size, stride and offset

_STORAGES = {
    "torch DoubleStorage": "float64",
    "torch FloatStorage": "float32",
    "torch HalfStorage": "float16",
    "torch BFloat16Storage": "bfloat16",
    "torch LongStorage": "int64",
    "torch IntStorage": "int32",
    "torch ShortStorage": "int16",
    "torch CharStorage": "int8",
    "torch ByteStorage": "uint8",
    "torch BoolStorage": "bool",
    "torch UntypedStorage": "uint8",
    "torch.storage UntypedStorage": "uint8",
}
_DTYPES = {"torch uint16": "uint16", "torch uint32": "uint32", "torch uint64": "uint64"}
_CALLABLE = {
    "collections OrderedDict",
    "torch._utils _rebuild_parameter",
    "torch._utils _rebuild_parameter_with_state",
    "torch._utils _rebuild_tensor",
    "torch._utils _rebuild_tensor_v2",
    "torch._utils _rebuild_tensor_v3",
}


@dataclass(frozen=True)
class Name:
    """The name of a global in the pickle, as text."""

    text: str


@dataclass(frozen=True)
class Storage:
    """A sequence of `length` numbers, stored elsewhere in the file under `key`."""

    key: str
    element: str
    length: int

    @property
    def size(self) -> int:
        """The size in bytes."""
        return self.length * stored_as(self.element).itemsize


@dataclass(frozen=True)
class StoredTensor:
    """A strided view of a storage as numbers of type `element`, the unit of offset and strides."""

    storage: Storage
    element: str
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    @property
    def size(self) -> int:
        """The size in bytes of a copy."""
        return prod(self.shape) * stored_as(self.element).itemsize

    def check(self, name: str) -> None:
        """Raise InputError unless the view lies inside its storage and is no larger than it.

        Strides of zero or overlapping windows could show a storage of one number as a terabyte.
        """
        length = self.storage.size // stored_as(self.element).itemsize
        last = sum((n - 1) * stride for n, stride in zip(self.shape, self.strides, strict=True))
        check_shape(name, self.shape)
        if 0 not in self.shape and self.offset + last >= length:
            raise InputError(f"its tensor {shown(name)} reaches beyond its storage")
        if prod(self.shape) > length:
            raise InputError(f"its tensor {shown(name)} is larger than its storage")

    def array(self, storage: bytes) -> NDArray[Any]:
        """A copy of the numbers in the view; a bfloat16 becomes the float32 of the same value."""
        dtype = stored_as(self.element)
        if 0 in self.shape:
            return np.zeros(self.shape, dtype)
        strides = tuple(
            stride * dtype.itemsize if n > 1 else 0  # the stride of an extent of 1 has no effect
            for n, stride in zip(self.shape, self.strides, strict=True)
        )
        start = self.offset * dtype.itemsize
        bits = np.ndarray(self.shape, dtype, storage, start, strides).copy(order="C")
        return decoded(bits, self.element)


Scalar: TypeAlias = int | float | str | Name | Storage | StoredTensor | None
Value: TypeAlias = Scalar | tuple["Value", ...] | list["Value"] | dict[str | int, "Value"]


def named(text: str) -> Name:
    """The name 'module name'; InputError if it is not one that a state dict needs."""
    if not (text in _CALLABLE or text in _STORAGES or text in _DTYPES):
        dotted = shown(text.replace(" ", "."))
        raise InputError(f"its pickle names {dotted}, which no state dict needs")
    return Name(text)


def built(function: Value, arguments: Value) -> Value:
    """The description of the result of an allowed call; InputError for any other call."""
    if not (isinstance(function, Name) and isinstance(arguments, tuple)):
        raise InputError("its pickle calls something that is not a known function")
    match function.text.split()[-1], arguments:
        case "OrderedDict", ():
            return {}
        case "_rebuild_tensor", (Storage() as storage, offset, shape, strides):
            return _tensor(storage, storage.element, offset, shape, strides)
        case "_rebuild_tensor_v2", (Storage() as storage, offset, shape, strides, _, _, *_):
            return _tensor(storage, storage.element, offset, shape, strides)
        case "_rebuild_tensor_v3", (
            (Storage() as storage, offset, shape, strides, _, _, Name(dtype), *_)
        ) if dtype in _DTYPES:
            return _tensor(storage, _DTYPES[dtype], offset, shape, strides)
        case "_rebuild_parameter" | "_rebuild_parameter_with_state", (StoredTensor() as tensor, *_):
            return tensor
        case _:
            raise InputError(f"its pickle calls {function.text} with unknown arguments")


def storage_named(identity: Value) -> Storage:
    """The storage with this persistent id; the device in the id is ignored."""
    match identity:
        case ("storage", Name(text), str(key), str(), int(length), *view) if (
            text in _STORAGES and 0 <= length < MAX_EXTENT and view in ([], [None])
        ):
            return Storage(key, _STORAGES[text], length)
        case _:
            raise InputError("its pickle refers to something outside that is not a storage")


def _tensor(
    storage: Storage, element: str, offset: Value, shape: Value, strides: Value
) -> StoredTensor:
    extents, steps = _extents(shape), _extents(strides)
    if len(extents) != len(steps):
        raise InputError("a tensor's shape and strides differ in length")
    return StoredTensor(storage, element, _extents((offset,))[0], extents, steps)


def _extents(values: Value) -> tuple[int, ...]:
    if not isinstance(values, tuple):
        raise InputError("a tensor's shape and strides must be tuples")
    checked = [v for v in values if isinstance(v, int) and 0 <= v < MAX_EXTENT]
    if len(checked) != len(values):
        raise InputError(
            "a tensor's shape, strides and offset must be nonnegative integers in range"
        )
    return tuple(checked)
