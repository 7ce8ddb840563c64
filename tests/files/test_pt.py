"""What torch.save wrote is read exactly, in both formats, and without torch."""

import sys
from pathlib import Path

import numpy as np
import pytest

from mondeq_ref.files.pt import read_pt
from tests.support import forged

FIXTURES = Path(__file__).parents[1] / "fixtures"
FILES = sorted(path.name for path in FIXTURES.glob("*.pt"))


@pytest.mark.parametrize("name", FILES)
def test_every_fixture_holds_exactly_what_torch_was_given(name: str) -> None:
    with np.load(FIXTURES / "expected.npz") as archive:
        expected = {
            key.removeprefix(f"{name}/"): archive[key]
            for key in archive.files
            if key.startswith(f"{name}/")
        }
    found = read_pt(FIXTURES / name)
    assert found.keys() == expected.keys()
    for key, array in found.items():
        assert array.dtype == expected[key].dtype
        assert array.shape == expected[key].shape
        assert array.tobytes() == expected[key].tobytes()
    assert "torch" not in sys.modules


def test_bits_of_every_float_survive(tmp_path: Path) -> None:
    bits = np.array([0x7FC1, 0x8000, 0x0001, 0xFF80], "<u2")  # NaN, -0, subnormal, -inf
    pickle = forged.mapping({"W": forged.tensor(forged.storage(kind="BFloat16Storage"))})
    found = read_pt(forged.zip_file(tmp_path / "b.pt", pickle, {"0": bits.tobytes()}))["W"]
    assert found.view(np.uint32).tolist() == [0x7FC10000, 0x80000000, 0x00010000, 0xFF800000]


def test_a_bool_is_one_or_zero_whatever_the_byte(tmp_path: Path) -> None:
    pickle = forged.mapping({"W": forged.tensor(forged.storage(kind="BoolStorage"))})
    found = read_pt(forged.zip_file(tmp_path / "b.pt", pickle, {"0": b"\0\1\2\xff"}))["W"]
    assert found.view(np.uint8).tolist() == [0, 1, 1, 1]


def test_forger_makes_readable_files_when_nothing_is_wrong(tmp_path: Path) -> None:
    """Without this the refusals of the hostile tests could have another reason than theirs."""
    pickle = forged.mapping({"W": forged.tensor(forged.storage(), (2, 2), (1, 2))})
    data = np.arange(4, dtype="<f4").tobytes()
    for path in (
        forged.zip_file(tmp_path / "a.pt", pickle, {"0": data}, {"byteorder": b"little"}),
        forged.legacy_file(tmp_path / "b.pt", pickle, {"0": (4, data)}),
    ):
        assert read_pt(path)["W"].tolist() == [[0, 2], [1, 3]]


def test_a_tensor_of_the_first_version_of_torch_is_read(tmp_path: Path) -> None:
    """It was rebuilt without hooks and without a word on gradients."""
    extents = (forged.together(forged.integer(n)) for n in (4, 1))
    arguments = forged.together(forged.storage(), forged.integer(0), *extents)
    tensor = forged.name("torch._utils", "_rebuild_tensor") + arguments + b"R"
    data = np.arange(4, dtype="<f4")
    path = forged.zip_file(tmp_path / "x.pt", forged.mapping({"W": tensor}), {"0": data.tobytes()})
    assert np.array_equal(read_pt(path)["W"], data)
