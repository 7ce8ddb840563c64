"""Outputs are probed before work starts, and never replace an input or one another."""

import os

import pytest

from mondeq_ref.arrays import InputError
from mondeq_ref.files.lock import only_writer
from mondeq_ref.files.outputs import probe, probe_folder


@pytest.mark.parametrize("name", ["missing/a.npz", "file/a.npz", "folder", "/proc/a.npz", "a\0b"])
def test_an_output_that_cannot_be_written_is_refused(tmp_path, name):
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match="cannot write"):
        probe([tmp_path / name if name[0] != "/" else name])


def test_an_output_that_is_an_input_is_refused(tmp_path):
    (tmp_path / "in.npz").write_text("kept")
    (tmp_path / "link.npz").symlink_to(tmp_path / "in.npz")
    os.link(tmp_path / "in.npz", tmp_path / "hard.npz")
    for name in ("in.npz", "link.npz", "hard.npz", "../" + tmp_path.name + "/in.npz"):
        with pytest.raises(InputError, match="also an input"):
            probe([tmp_path / name], [tmp_path / "in.npz"])
    assert (tmp_path / "in.npz").read_text() == "kept"


@pytest.mark.parametrize("taken", ["out", "out/cases", "out/report.html/"])
def test_a_folder_that_cannot_hold_its_files_is_refused(tmp_path, taken):
    path = tmp_path / taken
    path.parent.mkdir(exist_ok=True)
    if taken.endswith("/"):
        path.mkdir(parents=True)
    else:
        path.write_text("")
    with pytest.raises(InputError, match="cannot write"):
        probe_folder(tmp_path / "out", ("report.html",), ("cases",))


def test_a_folder_is_made_with_its_folders_and_nothing_else(tmp_path):
    probe_folder(tmp_path / "new/out", ("report.html",), ("cases",))
    assert [path.name for path in (tmp_path / "new/out").iterdir()] == ["cases"]


def test_a_lock_is_held_once_and_leaves_no_file(tmp_path):
    out = tmp_path / "t.npz"
    with only_writer(out), pytest.raises(InputError, match="another process"), only_writer(out):
        pass
    with pytest.raises(KeyError), only_writer(out):
        raise KeyError
    assert list(tmp_path.iterdir()) == []
