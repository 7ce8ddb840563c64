"""A file is written whole or not at all, and nothing is left beside it."""

import os
from pathlib import Path

import pytest

from mondeq_ref.files.atomic import replacing, write_atomically
from tests.support import forged


def test_the_file_holds_the_new_bytes_and_stands_alone(tmp_path: Path) -> None:
    for data in (b"old", b"new" * 100_000, b""):
        write_atomically(tmp_path / "x", data)
        assert (tmp_path / "x").read_bytes() == data
    assert os.listdir(tmp_path) == ["x"]


@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("existing", [True, False])
def test_whatever_interrupts_leaves_things_as_they_were(
    failure: type[BaseException], existing: bool, tmp_path: Path
) -> None:
    if existing:
        (tmp_path / "x").write_bytes(b"old")
    with pytest.raises(failure), replacing(tmp_path / "x") as temporary:  # noqa: PT012
        temporary.write_bytes(b"half")
        raise failure
    assert os.listdir(tmp_path) == (["x"] if existing else [])
    assert not existing or (tmp_path / "x").read_bytes() == b"old"


@pytest.mark.parametrize("name", ["fsync", "replace", "open"])
def test_a_failing_disk_is_said_in_one_sentence(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x").write_bytes(b"old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, name, fail)
    with forged.refused("No space left on device"):
        write_atomically(tmp_path / "x", b"new")
    monkeypatch.undo()
    assert os.listdir(tmp_path) == ["x"]
    assert (tmp_path / "x").read_bytes() == b"old"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_forbidden_folder_is_said_in_one_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with forged.refused("Permission denied"):
        write_atomically(tmp_path / "x", b"")


def test_a_link_keeps_pointing_to_what_is_written(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("x")
    write_atomically(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "x").read_bytes() == b"new"


def test_permissions_are_the_users_and_stay(tmp_path: Path) -> None:
    old = os.umask(0o027)
    try:
        write_atomically(tmp_path / "x", b"")
    finally:
        os.umask(old)
    assert (tmp_path / "x").stat().st_mode & 0o777 == 0o640
    (tmp_path / "x").chmod(0o600)
    write_atomically(tmp_path / "x", b"new")
    assert (tmp_path / "x").stat().st_mode & 0o777 == 0o600
