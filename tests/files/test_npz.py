"""Arrays in NumPy's files: written the same everywhere, read without pickles or surprises."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import mondeq_ref as mq
from mondeq_ref.arrays import InputError
from mondeq_ref.cli.main import main
from mondeq_ref.files.npz import npz_metadata, read_npy, read_npz, write_npz
from tests.support import forged

ARRAYS = {"W": np.arange(6.0).reshape(2, 3), "m": np.float32(0.5), "k": np.array([True, False])}


def _npy(header: bytes, payload: bytes = b"", version: bytes = b"\x01\x00") -> bytes:
    padded = header + b" " * (-(len(header) + 11) % 64) + b"\n"
    return b"\x93NUMPY" + version + len(padded).to_bytes(2, "little") + padded + payload


def _described(descr: str, shape: str, payload: bytes = b"", version: bytes = b"\x01\x00") -> bytes:
    header = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}"
    return _npy(header.encode(), payload, version)


def _zipped(path: Path, entry: bytes, compression: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr("x.npy", entry)
    return path


@given(
    st.dictionaries(
        st.text("abcXYZ._0", min_size=1, max_size=5),
        hnp.arrays(
            st.one_of(
                hnp.floating_dtypes(sizes=(16, 32, 64)),
                hnp.integer_dtypes(),
                hnp.unsigned_integer_dtypes(),
                hnp.boolean_dtypes(),
            ),
            hnp.array_shapes(min_dims=0, min_side=0, max_side=4),
        ),
        max_size=3,
    )
)
def test_every_array_comes_back_bit_for_bit(
    tmp_path_factory: pytest.TempPathFactory, arrays: dict[str, np.ndarray]
) -> None:
    path = tmp_path_factory.mktemp("npz") / "x.npz"
    write_npz(path, arrays)
    found = read_npz(path)
    assert found.keys() == arrays.keys()
    for name, array in arrays.items():
        assert found[name].shape == array.shape
        assert found[name].dtype == array.dtype.newbyteorder("=")
        assert found[name].tobytes() == array.astype(found[name].dtype).tobytes()


def test_numpy_reads_what_is_written_and_the_other_way_round(tmp_path: Path) -> None:
    write_npz(tmp_path / "ours.npz", ARRAYS, {"who": "me"})
    with np.load(tmp_path / "ours.npz") as archive:
        assert all(np.array_equal(archive[name], ARRAYS[name]) for name in ARRAYS)
    np.savez_compressed(tmp_path / "theirs.npz", **ARRAYS, F=np.asfortranarray(ARRAYS["W"]))
    found = read_npz(tmp_path / "theirs.npz")
    assert np.array_equal(found["F"], ARRAYS["W"])
    assert npz_metadata(tmp_path / "theirs.npz") == {}


@pytest.mark.parametrize("shape", [(), (0, 3), (2,), (3, 2, 1)])
def test_an_npy_file_of_any_shape_is_read(shape: tuple[int, ...], tmp_path: Path) -> None:
    array = np.asfortranarray(np.ones(shape, ">f4"))
    np.save(tmp_path / "x.npy", array)
    assert np.array_equal(read_npy(tmp_path / "x.npy"), array)


ENTRIES = {
    "ten gigabytes": (_described("'<f8'", "(1250000000,)"), "another length"),
    "ten gigabytes in many axes": (_described("'<f8'", f"({'50000, ' * 2})"), "another length"),
    "a number too few": (_described("'<f8'", "(2,)", bytes(8)), "another length"),
    "a byte too many": (_described("'<f8'", "(1,)", bytes(9)), "another length"),
    "a negative extent": (_described("'<f8'", "(-1,)"), "no array can have"),
    "two negative extents": (_described("'<f8'", "(-1, -1)", bytes(8)), "no array can have"),
    "thirty-three axes": (_described("'<f8'", f"({'1, ' * 33})", bytes(8)), "no array can have"),
    "empty, yet huge": (_described("'<f8'", "(0, 10000000000000)"), "zero-sized"),
    "an extent that is no number": (_described("'<f8'", "('a',)"), "not NumPy's"),
    "an extent that is a float": (_described("'<f8'", "(1.0,)", bytes(8)), "not NumPy's"),
    "objects": (_described("'|O'", "(1,)", b"cos\nsystem\n(S'true'\ntR."), "got dtype object"),
    "a pickle for a header": (_npy(b"cos\nsystem\n(S'true'\ntR."), "not NumPy's"),
    "a call for a header": (_npy(b"__import__('os').system('true')"), "not NumPy's"),
    "records": (_described("[('a', '<f8')]", "(1,)", bytes(8)), "wanted, got"),
    "arrays of arrays": (_described("('<f8', (100000000,))", "(1,)", bytes(8)), "wanted|NumPy's"),
    "text": (_described("'<U2'", "(1,)", bytes(8)), "wanted, got dtype <U2"),
    "text of a gigabyte": (_described("'|S1000000000'", "(1,)"), "wanted, got"),
    "bytes": (_described("'|V8'", "(1,)", bytes(8)), "wanted, got"),
    "complex numbers": (_described("'<c16'", "(1,)", bytes(16)), "wanted, got"),
    "dates": (_described("'<M8[s]'", "(1,)", bytes(8)), "wanted, got"),
    "wider floats": (_described("'<f16'", "(1,)", bytes(16)), "wanted, got"),
    "no such dtype": (_described("'<f3'", "(1,)", bytes(3)), "not NumPy's"),
    "a retired dtype": (_described("'a8'", "(1,)", bytes(8)), "not NumPy's|wanted, got"),
    "a nest of brackets": (_npy(b"[" * 900), "not NumPy's"),
    "a chain of signs": (_npy(b"-" * 900 + b"1"), "not NumPy's"),
    "a long header": (_npy(b" " * 60_000), "not NumPy's"),
    "a header by Python 2": (_described("'<f8'", "(1L,)", bytes(8)), "not NumPy's"),
    "version 3": (_described("'<f8'", "(1,)", bytes(8), b"\x03\x00"), "version"),
    "version 9": (_described("'<f8'", "(1,)", bytes(8), b"\x09\x00"), "version"),
    "nothing": (b"", "not NumPy's"),
    "half a magic": (b"\x93NUM", "not NumPy's"),
    "another magic": (b"PK\x03\x04" * 20, "not NumPy's"),
}


@pytest.mark.parametrize("case", ENTRIES)
def test_no_array_is_made_that_its_bytes_do_not_account_for(case: str, tmp_path: Path) -> None:
    entry, reason = ENTRIES[case]
    (tmp_path / "x.npy").write_bytes(entry)
    with forged.refused(reason):
        read_npy(tmp_path / "x.npy")
    for compression in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        path = _zipped(tmp_path / "x.npz", entry, compression)
        with forged.refused(reason):
            read_npz(path)


def test_a_zip_bomb_stays_within_the_budget(tmp_path: Path) -> None:
    content = io.BytesIO()
    np.save(content, np.zeros(1 << 22))
    path = _zipped(tmp_path / "x.npz", content.getvalue(), zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 100_000
    del content
    with forged.refused("more than 1048576 bytes"):
        read_npz(path, 1 << 20)


def test_entry_inflating_beyond_its_size_is_refused(tmp_path: Path) -> None:
    entry = _described("'<f8'", "(1,)", bytes(8))
    path = _zipped(tmp_path / "x.npz", entry + bytes(1 << 20), zipfile.ZIP_DEFLATED)
    true, declared = (n.to_bytes(4, "little") for n in (len(entry) + (1 << 20), len(entry)))
    path.write_bytes(path.read_bytes().replace(true, declared))
    with forged.refused("damaged"):
        read_npz(path)


def test_an_entry_that_declares_more_than_it_holds_is_refused(tmp_path: Path) -> None:
    """Stored, with the right checksum: only the directory and the header promise two numbers."""
    entry = _described("'<f8'", "(2,)", bytes(8))
    path = _zipped(tmp_path / "x.npz", entry)
    forged.declare(path, len(entry), len(entry) + 8)
    with forged.refused("x.npy is cut short"):
        read_npz(path)


def test_an_entry_that_is_no_array_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.npz", "w") as archive:
        archive.writestr("evil.pkl", b"cos\nsystem\n(S'true'\ntR.")
    with forged.refused("evil.pkl is not a NumPy array"):
        read_npz(tmp_path / "x.npz")


@pytest.mark.parametrize("text", ["[" * 10_000, "[1]", "{", "\udcff"])
def test_metadata_that_is_no_object_is_refused(text: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.npz", "w") as archive:
        archive.writestr("metadata.json", text.encode(errors="surrogateescape"))
    with forged.refused("metadata is not"):
        npz_metadata(tmp_path / "x.npz")


def test_compressed_operator_is_read_when_its_size_is_trusted(tmp_path: Path) -> None:
    path = tmp_path / "sparse.npz"
    np.savez_compressed(path, W=np.eye(2) / 2, U=np.zeros((2, 1 << 20)), b=np.zeros(2))
    with pytest.raises(InputError, match="--trust-size"):
        mq.load(path)
    assert mq.load(path, trust_size=True).d == 1 << 20
    assert main(["inspect", str(path), "--json"]) == 2
    assert main(["inspect", str(path), "--json", "--trust-size"]) == 0
