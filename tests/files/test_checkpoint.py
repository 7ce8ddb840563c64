"""A checkpoint is read by its content and written by its suffix, and nothing is lost."""

from pathlib import Path

import numpy as np
import pytest

from mondeq_ref.files.checkpoint import read_checkpoint, write_checkpoint
from mondeq_ref.files.layouts import Checkpoint
from mondeq_ref.files.npz import read_npz
from mondeq_ref.files.tensors import read_safetensors
from tests.support import forged

FIXTURES = Path(__file__).parents[1] / "fixtures"
FIELDS = ("W", "A", "S", "m", "U", "b", "V", "d")
SUFFIXES = ("npz", "safetensors")


def _same(one: Checkpoint, other: Checkpoint) -> bool:
    return all(
        (x is None and y is None) or np.array_equal(x, y)
        for x, y in ((getattr(one, name), getattr(other, name)) for name in FIELDS)
    )


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("name", ["companion_zip.pt", "companion_legacy.pt", "half_zip.pt"])
def test_a_checkpoint_survives_being_written(name: str, suffix: str, tmp_path: Path) -> None:
    first = read_checkpoint(FIXTURES / name)
    path = tmp_path / f"x.{suffix}"
    write_checkpoint(path, first, {"made by": "a test"})
    second = read_checkpoint(path)
    assert second.layout == "ours"
    assert (second.dtype, second.metadata) == (first.dtype, {"made by": "a test"})
    assert _same(first, second)
    again = tmp_path / f"again.{suffix}"
    write_checkpoint(again, second, {"made by": "a test"})
    assert again.read_bytes() == path.read_bytes()


def test_float32_arrays_stay_float32_and_the_margin_stays_exact(tmp_path: Path) -> None:
    checkpoint = read_checkpoint(FIXTURES / "companion_zip.pt")
    write_checkpoint(tmp_path / "x.npz", checkpoint)
    write_checkpoint(tmp_path / "x.safetensors", checkpoint)
    for arrays in (read_npz(tmp_path / "x.npz"), read_safetensors(tmp_path / "x.safetensors")):
        dtypes = {name: array.dtype.name for name, array in arrays.items()}
        assert dtypes.pop("m") == "float64"
        assert set(dtypes.values()) == {"float32"}
        assert arrays["m"].shape == ()


def test_monotone_op_net_checkpoint_is_read() -> None:
    for name in ("nested_zip.pt", "nested_legacy.pt"):
        found = read_checkpoint(FIXTURES / name, margin=0.5)
        assert (found.layout, found.m, found.dtype) == ("monotone_op_net", 0.5, "float32")
        with forged.refused("give it with --margin"):
            read_checkpoint(FIXTURES / name)


@pytest.mark.parametrize("content", [b"", b"{}", b"\x93NUMPY\x01\x00", b"PK\x03\x04", b"x" * 99])
def test_other_files_are_said_to_be_none_of_ours(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(content)
    with forged.refused("not an .npz, .safetensors, .mat or PyTorch file|damaged"):
        read_checkpoint(tmp_path / "x")
