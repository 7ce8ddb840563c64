"""The safetensors format: sizes are checked before the library sees them."""

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from mondeq_ref.files.reading import MAX_BYTES
from mondeq_ref.files.tensors import read_safetensors, safetensors_metadata, write_safetensors
from tests.support import forged

ARRAYS = {
    "W": np.arange(6, dtype=np.float32).reshape(2, 3),
    "b": np.array([0.5, -0.0, np.inf]),
    "m": np.array(0.25, np.float16),
    "k": np.array([True, False]),
    "codes": np.arange(-3, 3, dtype=np.int8),
}


def _file(path: Path, header: object, payload: bytes = b"") -> Path:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + payload)
    return path


def _one(dtype: str, shape: list[int], end: int) -> dict[str, object]:
    return {"W": {"dtype": dtype, "shape": shape, "data_offsets": [0, end]}}


def test_every_array_comes_back_bit_for_bit(tmp_path: Path) -> None:
    write_safetensors(tmp_path / "ours.safetensors", ARRAYS, {"a": "ä", "b": "2"})
    save_file(ARRAYS, tmp_path / "theirs.safetensors", {"a": "ä", "b": "2"})
    for name in ("ours", "theirs"):
        path = tmp_path / f"{name}.safetensors"
        for found in (read_safetensors(path), load_file(path)):
            assert found.keys() == ARRAYS.keys()
            for key, array in ARRAYS.items():
                assert (found[key].dtype, found[key].shape) == (array.dtype, array.shape)
                assert found[key].tobytes() == array.tobytes()
        assert safetensors_metadata(path) == {"a": "ä", "b": "2"}


def test_a_bfloat16_is_the_float32_of_its_value(tmp_path: Path) -> None:
    path = _file(tmp_path / "x", _one("BF16", [2], 4), b"\x80\x3f\x01\x80")
    assert read_safetensors(path)["W"].view(np.uint32).tolist() == [0x3F800000, 0x80010000]


FILES = {
    "a header of a terabyte": ((1 << 40).to_bytes(8, "little") + b"{}", "header is longer"),
    "a header of 2^64": (b"\xff" * 8 + b"{}", "header is longer"),
    "a header of two megabytes": (
        (2 << 20).to_bytes(8, "little") + b"{" + b" " * (2 << 20),
        "header is longer",
    ),
    "nothing": (b"", "header is longer"),
    "seven bytes": (b"\0" * 7, "header is longer"),
}


@pytest.mark.parametrize("case", FILES)
def test_no_header_is_longer_than_its_file(case: str, tmp_path: Path) -> None:
    content, reason = FILES[case]
    (tmp_path / "x").write_bytes(content)
    for read in (read_safetensors, safetensors_metadata):
        with forged.refused(reason):
            read(tmp_path / "x")


HEADERS = {
    "ten gigabytes": (_one("F64", [1_250_000_000], 10_000_000_000), ""),
    "ten gigabytes in few bytes": (_one("F64", [1_250_000_000], 8), ""),
    "more than can be counted": (_one("F64", [1 << 62, 1 << 62], 8), ""),
    "empty, yet huge": ({**_one("F64", [1], 8), "b": _one("F64", [0, 1 << 60], 0)["W"]}, ""),
    "thirty-three axes": (_one("F64", [1] * 33, 8), "no array can have"),
    "a hole": ({"W": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}, ""),
    "an overlap": ({**_one("F32", [2], 8), "b": _one("F32", [2], 8)["W"]}, ""),
    "an end before the beginning": (
        {"W": {"dtype": "F32", "shape": [1], "data_offsets": [8, 4]}},
        "",
    ),
    "a negative extent": (_one("F64", [-1], 8), ""),
    "no such dtype": (_one("O", [1], 8), ""),
    "eight-bit floats": (_one("F8_E4M3", [8], 8), "unsupported dtype"),
    "a nest of brackets": (b'{"a":' + b"[" * 100_000, ""),
    "no object": (b"[]", ""),
    "metadata that is no text": ({"__metadata__": {"a": 1}}, ""),
    "no text": (b"\xff\xfe", ""),
}


@pytest.mark.parametrize("case", HEADERS)
def test_no_tensor_is_made_that_its_bytes_do_not_account_for(case: str, tmp_path: Path) -> None:
    header, reason = HEADERS[case]
    with forged.refused(reason):
        read_safetensors(_file(tmp_path / "x", header, bytes(8)))


def test_metadata_of_a_damaged_file_is_refused(tmp_path: Path) -> None:
    with forged.refused(""):
        safetensors_metadata(_file(tmp_path / "x", {"W": {"dtype": "F64"}}))


def test_a_file_of_more_than_a_gibibyte_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "x").open("wb") as file:
        file.truncate(MAX_BYTES + 1)  # a hole: it takes no room on the disk
    for read in (read_safetensors, safetensors_metadata):
        with forged.refused(f"longer than {MAX_BYTES} bytes"):
            read(tmp_path / "x")
