"""IDX files: what is written is read back, and every file that lies about itself is refused."""

import gzip
import hashlib
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from mondeq_ref.arrays import InputError
from mondeq_ref.datasets.idx import read_idx, read_with_digests
from tests.support.idx import CODES, header, idx

BYTES_2x3 = b"\0\0\x08\x02\0\0\0\x02\0\0\0\x03"


any_array = st.sampled_from(sorted(CODES)).flatmap(
    lambda kind: arrays.arrays(kind, arrays.array_shapes(max_dims=4, min_side=0, max_side=5))
)


@given(array=any_array, packed=st.booleans())
def test_an_array_survives_the_round_trip_bit_for_bit(tmp_path_factory, array, packed):
    path = tmp_path_factory.mktemp("idx") / "file"
    path.write_bytes(gzip.compress(idx(array)) if packed else idx(array))
    back = read_idx(path)
    assert back.dtype == array.dtype
    assert back.shape == array.shape
    assert back.tobytes() == array.tobytes()
    assert not back.flags.writeable


def test_the_first_byte_of_a_number_is_the_largest(tmp_path):
    (tmp_path / "file").write_bytes(b"\0\0\x0b\x01\0\0\0\x02" + b"\x01\x02" + b"\xff\xfe")
    assert read_idx(tmp_path / "file").tolist() == [258, -2]


def test_digests_are_those_of_the_unpacked_content(tmp_path):
    content = idx(np.arange(6, dtype="u1").reshape(2, 3))
    path = tmp_path / "file.gz"
    path.write_bytes(gzip.compress(content))
    found = read_with_digests(path)
    assert found.md5 == hashlib.md5(content).hexdigest()
    assert found.sha256 == hashlib.sha256(content).hexdigest()


CRC_BROKEN = bytearray(gzip.compress(BYTES_2x3 + bytes(6)))
CRC_BROKEN[-6] ^= 1
DEFLATE_BROKEN = bytearray(gzip.compress(BYTES_2x3 + bytes(range(6))))
DEFLATE_BROKEN[10] = 0xFF

REFUSED = {
    "empty": (b"", "begins with nothing"),
    "short magic": (b"\0\0\x08", "not an IDX file"),
    "no IDX file": (b"PK\x03\x04" + bytes(20), "not an IDX file"),
    "unknown type": (b"\0\0\x07\x01\0\0\0\0", "not an IDX file"),
    "no dimension": (b"\0\0\x08\0", "it declares 0"),
    "many dimensions": (b"\0\0\x08\xff" + bytes(1020), "it declares 255"),
    "header cut": (BYTES_2x3[:-1], "ends inside its header"),
    "truncated": (BYTES_2x3 + bytes(5), "declares 6 bytes of data but holds 5"),
    "trailing": (BYTES_2x3 + bytes(7), "declares 6 bytes of data but holds 7"),
    "truncated inside gzip": (gzip.compress(BYTES_2x3 + bytes(5)), "holds 5"),
    "trailing inside gzip": (gzip.compress(BYTES_2x3 + bytes(7)), "has more than the 6 bytes"),
    "second gzip member": (
        gzip.compress(BYTES_2x3 + bytes(6)) + gzip.compress(b"x"),
        "has more than",
    ),
    "gzip cut": (gzip.compress(BYTES_2x3 + bytes(6))[:-9], "damaged gzip"),
    "gzip trailer cut": (gzip.compress(BYTES_2x3 + bytes(6))[:-4], "damaged gzip"),
    "gzip then garbage": (gzip.compress(BYTES_2x3 + bytes(6)) + b"garbage", "damaged gzip"),
    "gzip checksum": (bytes(CRC_BROKEN), "damaged gzip"),
    "gzip stream": (bytes(DEFLATE_BROKEN), "damaged gzip"),
    "declares 16 exabytes": (header("u1", (2**32 - 1, 2**32 - 1)), "the limit is"),
    "product that wraps in 64 bits": (header("f8", (2**31, 2**31, 4)), "the limit is"),
}


@pytest.mark.parametrize("case", sorted(REFUSED))
def test_a_file_that_lies_is_refused_in_one_sentence(tmp_path, case):
    content, why = REFUSED[case]
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(InputError, match=why) as refusal:
        read_idx(path)
    assert str(path) in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_what_is_not_a_file_is_refused(tmp_path):
    for path in (tmp_path, tmp_path / "absent"):
        with pytest.raises(InputError, match="is not a file"):
            read_idx(path)


def test_impossible_file_name_is_refused_in_one_sentence(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_idx(tmp_path / ("x" * 300))


@pytest.mark.parametrize(
    "bomb",
    [
        gzip.compress(BYTES_2x3 + bytes(2**26)),  # says 6 bytes, unpacks to 64 MiB
        gzip.compress(header("u1", (2**28 + 1,)) + bytes(2**20)),  # says more than the limit
        header("u1", (2**27,)) + bytes(100),  # says 128 MiB, holds 100 bytes
        gzip.compress(header("u1", (2**27,)) + bytes(100)),
    ],
    ids=["overflowing", "above the limit", "hollow", "hollow gzip"],
)
def test_a_bomb_costs_less_than_four_megabytes(tmp_path, bomb):
    path = tmp_path / "bomb"
    path.write_bytes(bomb)
    tracemalloc.start()
    try:
        with pytest.raises(InputError):
            read_idx(path)
        assert tracemalloc.get_traced_memory()[1] < 4 * 2**20
    finally:
        tracemalloc.stop()
