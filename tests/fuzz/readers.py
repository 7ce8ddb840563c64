"""Every reader of files that somebody else made; whatever the bytes, InputError or a value.

Each takes the bytes to try and a path to write them to.  Where a checksum in the file would turn
every change away at once, it is made right again, so that what lies behind it is reached too.
"""

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np

from mondeq_ref.certificates.check import verify
from mondeq_ref.datasets.idx import read_idx
from mondeq_ref.documents.encoding import digest_of, parse_document
from mondeq_ref.errors import InputError
from mondeq_ref.files.load import load_inputs, load_operator
from mondeq_ref.files.npz import read_npy
from mondeq_ref.oracle.question import OPERATIONS
from mondeq_ref.oracle.recorded import Recorded
from mondeq_ref.study.cases import replay
from mondeq_ref.study.sweeps.cases import ID_DIGITS
from mondeq_ref.study.sweeps.definition import read_study
from mondeq_ref.study.sweeps.records import line_of, read_records
from mondeq_ref.study.sweeps.subjects import digest_of as case_digest
from mondeq_ref.train.checkpoint import load as load_training

Reader = Callable[[bytes, Path], object]
FIXTURE = Path(__file__).parents[1] / "fixtures" / "plain_zip.pt"


def _operator(data: bytes, path: Path) -> object:
    path.write_bytes(data)
    return load_operator(str(path), None, 0.5 if data[:6] == b"MATLAB" else None)


def _npy(data: bytes, path: Path) -> object:
    path.write_bytes(data)
    return read_npy(path).sum()


def _inputs(data: bytes, path: Path) -> object:
    path.write_bytes(data)
    return load_inputs(str(path))


def _npz_of_npy(data: bytes, path: Path) -> object:
    """The bytes as the array W of an archive whose checksums are right."""
    made = io.BytesIO()
    np.save(made, np.ones(2))
    return _operator(_zip({"W.npy": data, "U.npy": data, "b.npy": made.getvalue()}), path)


def _pickle(data: bytes, path: Path) -> object:
    """The bytes as the pickle of a PyTorch file whose checksums are right."""
    with zipfile.ZipFile(FIXTURE) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    pickled = next(name for name in entries if name.endswith("/data.pkl"))
    return _operator(_zip(entries | {pickled: data}), path)


def _zip(entries: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return made.getvalue()


def _certificate(data: bytes, path: Path) -> object:
    document = parse_document(data)
    return verify({**document, "digest": digest_of(document)})


def _case(data: bytes, path: Path) -> object:
    return replay(parse_document(data))


def _answers(data: bytes, path: Path) -> object:
    path.write_bytes(data)
    found = Recorded(path)
    names = [name for name in found._answers if name.partition("/")[0] in OPERATIONS]
    return [found.put(name.partition("/")[0], {}, name) for name in names]


def _study(data: bytes, path: Path) -> object:
    path.write_bytes(data)
    return read_study(path)


def _records(data: bytes, path: Path) -> object:
    path.write_bytes(b"".join(map(_with_its_digest, data.splitlines(keepends=True))))
    return list(read_records(path))


def _with_its_digest(line: bytes) -> bytes:
    try:
        record = json.loads(line)
        record.pop("digest", None)
        record["id"] = case_digest(record["case"])[:ID_DIGITS]
        return line_of(record)
    except (ValueError, KeyError, TypeError, RecursionError):
        return line


def _idx(data: bytes, path: Path) -> object:
    path.write_bytes(data)
    return read_idx(path)


def _training(data: bytes, path: Path) -> object:
    path.write_bytes(data)
    return load_training(path)


READERS: Mapping[str, Reader] = MappingProxyType(
    {
        "npz": _operator,
        "npz-of-npy": _npz_of_npy,
        "npy": _npy,
        "safetensors": _operator,
        "mat": _operator,
        "pt": _operator,
        "pt-pickle": _pickle,
        "inputs": _inputs,
        "idx": _idx,
        "certificate": _certificate,
        "case": _case,
        "answers": _answers,
        "study": _study,
        "records": _records,
        "training": _training,
    }
)


def readable(reader: str, data: bytes, path: Path) -> bool:
    """Whether the bytes are a file of this kind; anything but a refusal in one line is raised."""
    try:
        READERS[reader](data, path)
    except InputError as refusal:
        if "\n" in str(refusal):
            raise
        return False
    return True
