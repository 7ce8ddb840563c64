"""No reader ends in anything but a value or an InputError: seeds, old findings, and changes."""

from pathlib import Path

import numpy as np
import pytest

from tests.fuzz.make_corpus import CORPUS
from tests.fuzz.readers import READERS, readable

CHANGES = 25  # of every file
FILES = sorted(path.relative_to(CORPUS).as_posix() for path in CORPUS.rglob("*") if path.is_file())


def changed(data: bytes, rng: np.random.Generator) -> bytes:
    """Some bytes flipped, a part cut out or doubled."""
    made, kind = bytearray(data), rng.integers(4)
    for _ in range(int(rng.integers(1, 4))):
        if made and kind < 2:
            made[int(rng.integers(len(made)))] = int(rng.integers(256))
        elif made:
            a, b = sorted(int(k) for k in rng.integers(0, len(made) + 1, 2))
            made[a:b] = b"" if kind == 2 else made[a:b] * 2
    return bytes(made)


def test_every_reader_has_seeds():
    assert {name.partition("/")[0] for name in FILES} == set(READERS)


@pytest.mark.parametrize("name", FILES)
def test_a_reader_survives_its_corpus(name, tmp_path):
    reader, _, title = name.partition("/")
    data = (CORPUS / name).read_bytes()
    assert readable(reader, data, tmp_path / "a") or title.startswith(("found-", "refused-"))
    rng = np.random.default_rng(len(data))
    for _ in range(CHANGES):
        readable(reader, changed(data, rng), Path(tmp_path / "a"))
