"""The file of a sweep's records: one JSON line a case, appended; nothing lost, nothing twice.

One process writes, and each line is one `write` at the end of the file.  A process that is ended
in between leaves at most one torn line, the last, which is cut off when the sweep is resumed.
Each line carries the digest of all that it says.
"""

import json
import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mondeq_ref.arrays import InputError
from mondeq_ref.documents.strict_json import dumps
from mondeq_ref.files.lock import only_writer
from mondeq_ref.files.outputs import probe
from mondeq_ref.files.reading import AnyPath, opened, shown
from mondeq_ref.study.sweeps.cases import ID_DIGITS
from mondeq_ref.study.sweeps.subjects import digest_of

Record = dict[str, Any]
MAX_LINE = 1 << 24  # bytes
FACTS = {  # of an operator, on which a report relies
    *("n", "d", "digest", "margin", "lipschitz", "largest", "largest_diagonal"),
    *("root_mean_square", "crowding"),
}
START = b'{"id": "'  # of every record, also of a torn one


@dataclass
class RecordsFile:
    """The open file, and the cases whose records it has."""

    descriptor: int
    path: Path
    done: set[str]

    def append(self, record: Record) -> None:
        """One line; a case that is there already stays as it is."""
        if record["id"] in self.done:
            return
        line = line_of(record)
        try:
            written = os.write(self.descriptor, line)
        except OSError as error:
            raise self._full(error.strerror or str(error)) from None
        if written != len(line):
            raise self._full("the disk is full")
        self.done.add(record["id"])

    def _full(self, reason: str) -> InputError:
        more = "the same command goes on where this one ended"
        return InputError(f"cannot write {shown(self.path)}: {reason}; {more}")


def line_of(record: Record) -> bytes:
    """The record and its digest."""
    return dumps(record | {"digest": _digest(record)}, indent=None).encode() + b"\n"


def _digest(record: Record) -> str:
    return digest_of(record)[:ID_DIGITS]


@contextmanager
def appending(path: AnyPath) -> Generator[RecordsFile]:
    """The file of records, made or resumed, for this process alone; a refusal leaves none that is
    empty."""
    place = Path(path)
    probe([place])
    with only_writer(place):
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND
        try:
            descriptor = os.open(place, flags, 0o666)
        except OSError as error:
            raise InputError(f"cannot write {shown(path)}: {error.strerror}") from None
        try:
            done = {record["id"] for record in _kept(place, descriptor)}
            yield RecordsFile(descriptor, place, done)
            os.fsync(descriptor)
        except InputError:
            if os.fstat(descriptor).st_size == 0:
                place.unlink()
            raise
        finally:
            os.close(descriptor)


def read_records(path: AnyPath) -> Iterator[Record]:
    """The records of a sweep, each once; a torn last line is no record yet."""
    seen: set[str] = set()
    for record, _ in _lines(path):
        if record["id"] not in seen:
            seen.add(record["id"])
            yield record


def _kept(path: Path, descriptor: int) -> Iterator[Record]:
    """The whole lines; what follows them is cut off."""
    whole = 0
    for record, size in _lines(path):
        whole += size
        yield record
    if os.fstat(descriptor).st_size > whole:
        os.ftruncate(descriptor, whole)


def _lines(path: AnyPath) -> Iterator[tuple[Record, int]]:
    """Each whole line with its bytes; a line in the middle that is no record is damage."""
    with opened(path) as file:
        number = 0
        while line := file.readline(MAX_LINE):
            number += 1
            if not line.endswith(b"\n"):
                if len(line) == MAX_LINE:
                    raise InputError(f"line {number} is longer than {MAX_LINE} bytes")
                if not line.startswith(START[: len(line)]):
                    raise InputError(f"line {number} is no record of a sweep")
                return
            yield _record(line, number), len(line)


def _record(line: bytes, number: int) -> Record:
    try:
        found: Record = json.loads(line)
        digest = found.pop("digest", None)
        facts = FACTS if "refused" in found else set(found["operator"])
        known = digest_of(found["case"])[:ID_DIGITS] == found["id"]
        known = known and (digest is None or digest == _digest(found))
        missing = ", ".join(sorted(FACTS - facts))
        lacks = f"{missing} of its operator" if missing else "its digest" * (digest is None)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InputError(f"line {number} is no record of a sweep") from None
    if not known:
        raise InputError(f"line {number} is no record of a sweep, or was changed")
    if lacks:
        raise InputError(
            f"line {number} does not say {lacks}: another version"
            " wrote it; run the sweep again into a new file"
        )
    return found
