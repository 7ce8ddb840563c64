"""PyTorch's state dicts, read without PyTorch.

`torch.save` writes a zip file: `data.pkl` describes the tensors, one stored entry holds the bytes
of each storage.  Before version 1.6 it wrote five pickles (a magic number, a protocol, the
machine, the object, the storage keys) and then the storages, each after its length.
Every check is made on the descriptions, before a storage is read.
"""

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any, BinaryIO

from numpy.typing import NDArray

from mondeq_ref.arrays import InputError
from mondeq_ref.files.archive import ZIP_MAGIC, Archive
from mondeq_ref.files.pickled import Storage, StoredTensor, Value
from mondeq_ref.files.pickles import unpickled
from mondeq_ref.files.reading import MAX_BYTES, AnyPath, opened, shown, size_of

MAX_PICKLE_BYTES = 1 << 24
LEGACY_MAGIC = 0x1950A86A20F9469CFC6C
LEGACY_PROTOCOL = 1001
LEGACY_START = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."  # the pickle of the magic number

# The keys under which training scripts store the state dict of the model.
NESTED = ("model", "state_dict", "model_state_dict")


def read_pt(path: AnyPath, *, trust_size: bool = False) -> dict[str, NDArray[Any]]:
    """The tensors of a .pt file by name; of a training checkpoint, those of its model.

    A bfloat16 tensor comes as the float32 array of the same values.
    """
    with opened(path) as file:
        start = file.read(len(LEGACY_START))
        file.seek(0)
        if start.startswith(ZIP_MAGIC):
            return _from_zip(Archive(file, MAX_BYTES, trust_size=trust_size))
        if start == LEGACY_START:
            return _from_legacy(file)
        raise InputError("it is not a file made by torch.save")


def _from_zip(archive: Archive) -> dict[str, NDArray[Any]]:
    pickles = [name for name in archive.names if name.split("/")[1:] == ["data.pkl"]]
    if len(pickles) != 1:
        raise InputError("it is not a zip file made by torch.save")
    root = pickles[0].split("/")[0]
    if archive.size(pickles[0]) > MAX_PICKLE_BYTES:
        raise InputError(f"its pickle is longer than {MAX_PICKLE_BYTES} bytes")
    if f"{root}/byteorder" in archive.names and archive.read(f"{root}/byteorder") != b"little":
        raise InputError("its numbers are not little-endian")

    def bytes_of(storage: Storage) -> bytes:
        name = f"{root}/data/{storage.key}"
        if archive.is_compressed(name):
            raise InputError(f"its storage {shown(storage.key)} is compressed, never so by torch")
        if archive.size(name) != storage.size:
            raise InputError(f"its storage {shown(storage.key)} has another length than declared")
        return archive.read(name)

    return _arrays(state_dict(unpickled(BytesIO(archive.read(pickles[0])))), bytes_of)


def _from_legacy(file: BinaryIO) -> dict[str, NDArray[Any]]:
    head = BytesIO(file.read(MAX_PICKLE_BYTES))
    magic, protocol, machine, value, keys = (unpickled(head) for _ in range(5))
    if (magic, protocol) != (LEGACY_MAGIC, LEGACY_PROTOCOL) or not isinstance(machine, dict):
        raise InputError("it is not a legacy file made by torch.save")
    if machine.get("little_endian") is not True:
        raise InputError("its numbers are not little-endian")
    tensors = state_dict(value)
    starts = _starts(file, head.tell(), keys, _storages_within(value))

    def bytes_of(storage: Storage) -> bytes:
        if storage.key not in starts:
            raise InputError(f"its storage {shown(storage.key)} is missing")
        file.seek(starts[storage.key])
        return file.read(storage.size)

    return _arrays(tensors, bytes_of)


def _starts(
    file: BinaryIO, position: int, keys: Value, storages: Mapping[str, Storage]
) -> dict[str, int]:
    """The position of the first byte of each storage, which follows its length."""
    if not isinstance(keys, list):
        raise InputError("it lists no storages")
    starts: dict[str, int] = {}
    for key in keys:
        if not isinstance(key, str) or key not in storages or key in starts:
            raise InputError("its list of storages does not fit its tensors")
        file.seek(position)
        if int.from_bytes(file.read(8), "little") != storages[key].length:
            raise InputError(f"its storage {shown(key)} has another length than declared")
        starts[key] = position + 8
        position = starts[key] + storages[key].size
        if position > size_of(file):
            raise InputError(f"its storage {shown(key)} is cut short")
    return starts


def _storages_within(value: Value) -> dict[str, Storage]:
    """Every storage anywhere in the value, by key; without recursion, each container once."""
    storages: dict[str, Storage] = {}
    seen: set[int] = set()
    unvisited = [value]
    while unvisited:
        here = unvisited.pop()
        if isinstance(here, StoredTensor):
            if storages.setdefault(here.storage.key, here.storage) != here.storage:
                raise InputError(f"it describes storage {shown(here.storage.key)} in two ways")
        elif isinstance(here, dict | list | tuple) and id(here) not in seen:
            seen.add(id(here))
            unvisited.extend(here.values() if isinstance(here, dict) else here)
    return storages


def state_dict(value: Value) -> dict[str, StoredTensor]:
    """The model's tensors: under a key of NESTED, at the top, or in the only dict with tensors."""
    if not isinstance(value, dict):
        raise InputError("it holds no dict of tensors: save model.state_dict()")
    nested = {str(name): found for name, inner in value.items() if (found := _tensors(inner))}
    usual = [name for name in NESTED if name in nested]
    if not usual and (here := _tensors(value)):
        return here
    candidates = usual or list(nested)
    if len(candidates) != 1:
        found = shown(", ".join(candidates)) if candidates else "none"
        raise InputError(f"it must hold one dict of tensors, got {found}")
    return nested[candidates[0]]


def _tensors(value: Value) -> dict[str, StoredTensor]:
    if not isinstance(value, dict):
        return {}
    return {
        name: tensor
        for name, tensor in value.items()
        if isinstance(name, str) and isinstance(tensor, StoredTensor)
    }


def _arrays(
    tensors: Mapping[str, StoredTensor], bytes_of: Callable[[Storage], bytes]
) -> dict[str, NDArray[Any]]:
    for name, tensor in tensors.items():
        tensor.check(name)
    storages = {tensor.storage for tensor in tensors.values()}
    copies = sum(tensor.size for tensor in tensors.values())
    if max(copies, sum(storage.size for storage in storages)) > MAX_BYTES:
        raise InputError(f"its tensors take more than {MAX_BYTES} bytes")
    contents = {storage: bytes_of(storage) for storage in storages}
    return {name: tensor.array(contents[tensor.storage]) for name, tensor in tensors.items()}
