"""A file written row by row appears with all its rows or not at all."""

from pathlib import Path

import numpy as np
import pytest

from mondeq_ref.files.npz import npz_metadata, npz_rows, read_npz

ROWS = np.arange(6.0).reshape(3, 2)


def test_rows_arrays_and_metadata_are_read_back(tmp_path: Path) -> None:
    with npz_rows(tmp_path / "z.npz", "z", ROWS.shape) as file:
        file.append(ROWS[:1])
        file.append(ROWS[1:])
        file.finish({"steps": np.array([1, 2, 3])}, {"made": "here"})
    found = read_npz(tmp_path / "z.npz")
    assert np.array_equal(found["z"], ROWS)
    assert found["steps"].tolist() == [1, 2, 3]
    assert npz_metadata(tmp_path / "z.npz") == {"made": "here"}


@pytest.mark.parametrize("count", [0, 2])
def test_rows_that_were_declared_and_not_written_leave_no_file(count: int, tmp_path: Path) -> None:
    with (
        pytest.raises(RuntimeError, match=f"{3 - count} rows of z were declared"),
        npz_rows(tmp_path / "z.npz", "z", ROWS.shape) as file,
    ):
        file.append(ROWS[:count])
    assert list(tmp_path.iterdir()) == []
