"""The operators and inputs that ship with the project, in a checkout or as a package of their own.

    operators/NAME.npz        trained factors; with .codes.npz and .json (see instances.trained)
    inputs/NAME.npz           float32 injections by key, and labels; they define the inputs exactly

The key `c` of an operator's inputs is U x + b of that operator as it is evaluated, for the first
MNIST test images; c_B of the main float operator is U~ x + b~ with U and b quantized to B bits,
for the same images in the same order.  SHA256SUMS lists every file of data/ that a program reads;
its SHA-256 is checked before it is read.
"""

import json
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from mondeq_ref.arrays import InputError, Integers
from mondeq_ref.files.npz import read_npz
from mondeq_ref.inputs import Injections, given
from mondeq_ref.instances.trained import Trained, read_trained
from mondeq_ref.operator import Operator

MAIN = "float-42"
SUMS = "SHA256SUMS"
PACKAGE = "mondeq_ref_data"


def data_folder() -> Path:
    """`data/` of the checkout, or the folder in which the package mondeq-ref-data is installed."""
    places = [Path(__file__).resolve().parents[2] / "data"]
    if found := find_spec(PACKAGE):
        places += [Path(place) for place in found.submodule_search_locations or ()]
    for folder in places:
        if (folder / SUMS).is_file():
            return folder
    raise InputError("what ships is a package of its own: pip install mondeq-ref-data")


def names() -> tuple[str, ...]:
    """Every shipped operator, the main one first."""
    found = {PurePosixPath(name).stem for name in _sums() if _is_operator(name)}
    return tuple(sorted(found, key=lambda name: (name != MAIN, name)))


def operator(name: str = MAIN) -> Operator:
    """The operator that was evaluated: for quantization-aware training the quantized one."""
    return trained(name).evaluated


def digest(name: str = MAIN) -> str:
    """SHA-256 of the operator's file, as recorded."""
    _check_name(name)
    return _sums()[f"operators/{name}.npz"]


def trained(name: str = MAIN) -> Trained:
    """The trained factors and the quantized operator of a shipped operator."""
    _check_name(name)
    codes = f"operators/{name}.codes.npz"
    if codes in _sums():
        verified(codes)
    return read_trained(verified(f"operators/{name}.npz"))


def provenance(name: str = MAIN) -> dict[str, Any]:
    """Recipe, digests of the data, log and accuracy on all test images."""
    _check_name(name)
    return document(f"operators/{name}.json")


def keys(name: str = MAIN) -> tuple[str, ...]:
    """The named injections of an operator."""
    return tuple(sorted(set(_inputs(name)) - {"labels"}, key=lambda key: (len(key), key)))


def injections(name: str = MAIN, key: str = "c") -> Injections:
    """Named injections of a shipped operator, one row per image, exact as stored."""
    arrays = _inputs(name)
    if key not in arrays or key == "labels":
        raise InputError(f"{name} has injections {', '.join(keys(name))}, got {key!r}")
    return given(arrays[key], arrays[key].shape[1])


def labels(name: str = MAIN) -> Integers:
    """The classes of the images whose injections ship."""
    return _inputs(name)["labels"].astype(np.int64)


def document(name: str) -> Any:
    """The content of a shipped JSON file."""
    return json.loads(verified(name).read_text(encoding="utf-8"))


def verified(name: str) -> Path:
    """The path of a shipped file, named below data/, whose SHA-256 is the recorded one."""
    path, recorded = data_folder() / name, _sums().get(name)
    if recorded is None or not path.is_file():
        raise InputError(f"there is no shipped file {name}")
    if sha256(path.read_bytes()).hexdigest() != recorded:
        raise InputError(f"the shipped file {name} was changed: its SHA-256 is wrong")
    return path


def listed(pattern: str) -> tuple[str, ...]:
    """The names of the shipped files that match, sorted."""
    return tuple(sorted(name for name in _sums() if PurePosixPath(name).match(pattern)))


def _inputs(name: str) -> dict[str, np.ndarray]:
    _check_name(name)
    return read_npz(verified(f"inputs/{name}.npz"))


def _sums() -> dict[str, str]:
    """Name below data/ -> SHA-256, as `sha256sum` writes and checks them."""
    path = data_folder() / SUMS
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    pairs = (line.split(maxsplit=1) for line in lines)
    return {name: digest for digest, name in pairs}


def _is_operator(name: str) -> bool:
    path = PurePosixPath(name)
    return path.match("operators/*.npz") and not path.match("*.codes.npz")


def _check_name(name: str) -> None:
    if name not in names():
        raise InputError(f"the shipped operators are {', '.join(names())}, got {name!r}")
