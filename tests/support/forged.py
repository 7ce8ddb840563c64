"""Hand-made .pt files, instruction by instruction, for what torch.save would never write."""

import contextlib
import encodings.cp437  # noqa: F401  (zipfile imports it when it meets its first name)
import io
import re
import sys
import threading
import tracemalloc
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from mondeq_ref.arrays import InputError
from mondeq_ref.files.pt import LEGACY_START

MODEST = 64 << 20  # bytes; far below what the bombs promise
CALLED = {
    *("exec", "import", "marshal.loads", "pickle.find_class", "socket.connect"),
    *("os.system", "os.exec", "os.fork", "os.posix_spawn", "subprocess.Popen"),
}
_WATCHING: list[threading.Thread] = []  # the threads that opened those blocks
_HEARD: list[list[str]] = []  # one list for each watched block that is open

NEWFALSE = b"\x89"
EMPTY_ORDERED = b"ccollections\nOrderedDict\n)R"


def name(module: str, attribute: str) -> bytes:
    return f"c{module}\n{attribute}\n".encode()


def text(value: str) -> bytes:
    data = value.encode()
    return b"X" + len(data).to_bytes(4, "little") + data


def integer(value: int) -> bytes:
    data = value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True)
    return b"\x8a" + bytes([len(data)]) + data


def together(*parts: bytes) -> bytes:
    return b"(" + b"".join(parts) + b"t"


def storage(key: str = "0", length: int = 4, kind: str = "FloatStorage") -> bytes:
    parts = text("storage"), name("torch", kind), text(key), text("cpu"), integer(length)
    return together(*parts) + b"Q"


def tensor(
    stored: bytes, shape: Sequence[int] = (4,), strides: Sequence[int] = (1,), offset: int = 0
) -> bytes:
    extents = together(*map(integer, shape)), together(*map(integer, strides))
    arguments = together(stored, integer(offset), *extents, NEWFALSE, EMPTY_ORDERED)
    return name("torch._utils", "_rebuild_tensor_v2") + arguments + b"R"


def mapping(values: Mapping[str, bytes]) -> bytes:
    """A whole pickle; each value is the instructions that build it."""
    return b"\x80\x02}(" + b"".join(text(key) + values[key] for key in values) + b"u."


def zip_file(
    path: Path,
    pickle: bytes,
    storages: Mapping[str, bytes],
    others: Mapping[str, bytes] | None = None,
    compression: int = zipfile.ZIP_STORED,
) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr("archive/data.pkl", pickle)
        for key, data in storages.items():
            archive.writestr(f"archive/data/{key}", data)
        for entry, data in (others or {}).items():
            archive.writestr(f"archive/{entry}", data)
    return path


def legacy_file(
    path: Path,
    pickle: bytes,
    storages: Mapping[str, tuple[int, bytes]],
    little_endian: bytes = b"\x88",
) -> Path:
    machine = b"\x80\x02}" + text("little_endian") + little_endian + b"s."
    keys = b"\x80\x02](" + b"".join(map(text, storages)) + b"e."
    content = io.BytesIO()
    for part in (LEGACY_START, b"\x80\x02M\xe9\x03.", machine, pickle, keys):
        content.write(part)
    for length, data in storages.values():
        content.write(length.to_bytes(8, "little") + data)
    path.write_bytes(content.getvalue())
    return path


def declare(path: Path, true: int, declared: int) -> None:
    """The directory of a zip file says another unfolded length of its first stored entry."""
    data = bytearray(path.read_bytes())
    place = data.index(b"PK\x01\x02") + 24
    assert int.from_bytes(data[place : place + 4], "little") == true
    data[place : place + 4] = declared.to_bytes(4, "little")
    path.write_bytes(data)


@contextlib.contextmanager
def refused(reason: str) -> Iterator[None]:
    """The block is refused for this reason in one line, having run nothing and used little."""
    with watched(), pytest.raises(InputError) as refusal:
        yield
    check_sentence(refusal.value)
    assert re.search(reason, str(refusal.value).partition(": ")[2])


def check_sentence(refusal: InputError) -> None:
    """It fits one line of a terminal and names what cannot be read, written or used."""
    assert str(refusal).isprintable()
    assert len(str(refusal)) < 600
    assert re.match("cannot (read|write|use) ", str(refusal))


@contextlib.contextmanager
def watched() -> Iterator[None]:
    """Python itself tells whether anything was imported or run, and what memory was used."""
    if not _HEARD:
        sys.addaudithook(_listen)  # cannot be taken back, so only when it is needed
        _HEARD.append([])
    _HEARD.append([])
    _WATCHING.append(threading.current_thread())  # others, of the test runner, do what they do
    tracemalloc.start()
    try:
        yield
    finally:
        events, peak = _HEARD.pop(), tracemalloc.get_traced_memory()[1]
        _WATCHING.pop()
        tracemalloc.stop()
    assert events == []
    assert peak < MODEST


def _listen(event: str, arguments: tuple[object, ...]) -> None:
    if len(_HEARD) > 1 and event in CALLED and threading.current_thread() is _WATCHING[-1]:
        _HEARD[-1].append(f"{event} {arguments}")
