"""A .pt file from anybody is refused in one line or read; it runs nothing and bounds memory."""

import os
import pickle
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from mondeq_ref.files import pickles, pt
from mondeq_ref.files.pt import read_pt
from tests.support import forged

DATA = np.arange(4, dtype="<f4").tobytes()
GOOD = forged.tensor(forged.storage())


def _both_formats(folder: Path, content: bytes) -> list[Path]:
    return [
        forged.zip_file(folder / "zip.pt", content, {"0": DATA}),
        forged.legacy_file(folder / "legacy.pt", content, {"0": (4, DATA)}),
    ]


class _Calls:
    """Pickled by Python itself, as an attacker would."""

    def __init__(self, function: object, *arguments: object) -> None:
        self.reduced = function, arguments

    def __reduce__(self) -> object:
        return self.reduced


FUNCTIONS = (os.system, eval, exec, getattr, __import__, open, np.load, pickle.loads, print)


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_no_function_a_pickle_names_is_called(
    function: object, protocol: int, tmp_path: Path
) -> None:
    content = pickle.dumps({"W": _Calls(function, f"touch {tmp_path}/marker")}, protocol)
    for path in _both_formats(tmp_path, content):
        with forged.refused("no state dict needs"):
            read_pt(path)
    assert not (tmp_path / "marker").exists()


ARGUMENT = forged.together(forged.text("touch marker"))
PROGRAMS = {
    "system beside a good tensor": (
        forged.mapping({"W": GOOD, "evil": forged.name("os", "system") + ARGUMENT + b"R"}),
        "names os.system",
    ),
    "a chain of attributes": (forged.name("collections", "OrderedDict.__init__") + b".", "names"),
    "a chain through STACK_GLOBAL": (
        forged.text("torch._utils") + forged.text("_rebuild_tensor_v2.__globals__") + b"\x93.",
        "names",
    ),
    "a torch function that calls": (forged.name("torch.hub", "load") + ARGUMENT + b"R.", "names"),
    "a module that is an egg": (forged.name("antigravity", "geohash") + b".", "names"),
    "a name with a line break": (forged.text("a\nb") + forged.text("c") + b"\x93.", "names a"),
    "a name in escapes": (rb"c\x6fs" + b"\nsystem\n.", "names .x6fs.system"),
    "a name without an end": (b"cos", "damaged or ends"),
    "a name that is no text": (b"c\xff\nsystem\n.", "damaged or ends"),
    "a name of a megabyte": (forged.name("x" * 1_000_000, "y") + b".", "names xxx"),
    "INST": (b"(" + b"ios\nsystem\n.", "uses INST"),
    "OBJ": (b"(" + forged.name("os", "system") + forged.text("x") + b"o.", "names os.system"),
    "NEWOBJ": (forged.name("collections", "OrderedDict") + b")\x81.", "uses NEWOBJ"),
    "EXT1": (b"\x82\x01.", "uses EXT1"),
    "PERSID": (b"P0\n.", "uses PERSID"),
    "NEXT_BUFFER": (b"\x97.", "uses NEXT_BUFFER"),
    "BYTEARRAY8": (b"\x96" + b"\xff" * 8 + b".", "uses BYTEARRAY8"),
    "LONG4 of two gigabytes": (b"\x8b\xff\xff\xff\x7f.", "uses LONG4"),
    "a decimal LONG": (b"L" + b"9" * 100_000 + b"L\n.", "uses LONG"),
    "a text of 2^64 bytes": (b"\x8d" + b"\xff" * 8 + b".", "damaged or ends"),
    "a text that is none": (b"X\x02\x00\x00\x00\xff\xfe.", "damaged or ends"),
    "a memo that was never stored": (b"h\x07.", "damaged"),
    "an empty stack": (b"R.", "damaged"),
    "an unknown instruction": (b"\xff.", "damaged"),
    "no end": (b"}", "ends too early|damaged"),
    "state of a tensor": (GOOD + b"}b.", "sets the state"),
    "state of a name": (forged.name("collections", "OrderedDict") + b"}b.", "sets the state"),
    "state in slots": (b"}N}\x86b.", "sets the state"),
    "a call of a tensor": (GOOD + b")R.", "not a known function"),
    "an OrderedDict of something": (
        forged.name("collections", "OrderedDict") + ARGUMENT + b"R.",
        "unknown arguments",
    ),
    "a tensor of no storage": (
        forged.name("torch._utils", "_rebuild_tensor_v2") + forged.together(b"N" * 6) + b"R.",
        "unknown arguments",
    ),
    "a persistent module": (forged.text("module") + b"Q.", "not a storage"),
    "a storage that is a function": (
        forged.together(*map(forged.text, ("storage", "x", "0", "cpu")), forged.integer(4)) + b"Q.",
        "not a storage",
    ),
    "a storage of negative length": (forged.storage(length=-1) + b".", "not a storage"),
    "a dict with a tuple for a key": (b"}))s.", "neither text nor a number"),
    "half a pair": (b"}(Nu.", "damaged"),
    "a list nested beyond recursion": (b"]" * 20_000 + b"a" * 19_999 + b".", "no dict of"),
    "a laugh doubled a thousand times": (b"]q\x000" + b"]", "uses POP"),
    "a list that holds itself": (b"]q\x00h\x00a.", "no dict of tensors"),
    "one tensor alone": (GOOD + b".", "no dict of tensors"),
    "no tensor": (b"}.", "one dict of tensors, got none"),
    "two models": (
        forged.mapping(
            {"a": b"}" + forged.text("W") + GOOD + b"s", "b": b"}" + forged.text("W") + GOOD + b"s"}
        ),
        "got a, b",
    ),
}


@pytest.mark.parametrize("case", PROGRAMS)
def test_no_instruction_does_anything_but_describe(case: str, tmp_path: Path) -> None:
    content, reason = PROGRAMS[case]
    for path in _both_formats(tmp_path, content):
        with forged.refused(reason):
            read_pt(path)
    assert "antigravity" not in sys.modules


def test_instructions_without_end_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pickles, "MAX_INSTRUCTIONS", 1000)
    for path in _both_formats(tmp_path, b"]" * 1001 + b"."):
        with forged.refused("instructions"):
            read_pt(path)


def test_references_that_double_cost_nothing(tmp_path: Path) -> None:
    """Each list refers twice to the one before: 2^200 elements, if it were unfolded."""
    doubled = b"]q\x00" + b"".join(
        b"](h" + bytes([i]) + b"h" + bytes([i]) + b"eq" + bytes([i + 1]) for i in range(200)
    )
    content = doubled + b"}" + forged.text("x") + b"h\xc8s" + forged.text("W") + GOOD + b"s."
    for path in _both_formats(tmp_path, content):
        with forged.watched():
            assert read_pt(path)["W"].tolist() == [0, 1, 2, 3]


TENSORS = {
    "a terabyte by strides of zero": (
        forged.tensor(forged.storage(), (1 << 38,), (0,)),
        "larger than",
    ),
    "many axes of windows": (forged.tensor(forged.storage(), (2,) * 32, (0,) * 32), "larger than"),
    "too many axes": (forged.tensor(forged.storage(), (1,) * 33, (1,) * 33), "no array can"),
    "an end beyond the storage": (forged.tensor(forged.storage(), (4,), (2,)), "reaches beyond"),
    "an offset beyond the storage": (forged.tensor(forged.storage(), (1,), (1,), 4), "reaches"),
    "a negative stride": (forged.tensor(forged.storage(), (2,), (-1,), 3), "in range"),
    "an extent of 2^70": (forged.tensor(forged.storage(), (1 << 70,), (0,)), "in range"),
    "fewer strides than extents": (forged.tensor(forged.storage(), (2, 2), (1,)), "differ in"),
    "empty, yet huge": (forged.tensor(forged.storage(), (0, 1 << 39), (1, 1)), "zero-sized"),
    "a storage longer than stored": (
        forged.tensor(forged.storage(length=5), (5,)),
        "another length than declared",
    ),
    "a storage of a terabyte": (
        forged.tensor(forged.storage(length=1 << 38), (4,)),
        "more than|another length",
    ),
    "a storage of other elements": (
        forged.tensor(forged.storage(kind="DoubleStorage"), (4,)),
        "another length|cut short",
    ),
    "a storage outside": (
        forged.tensor(forged.storage("../../etc/passwd")),
        "no entry|does not fit",
    ),
    "complex numbers": (forged.tensor(forged.storage(kind="ComplexFloatStorage")), "names"),
}


@pytest.mark.parametrize("case", TENSORS)
def test_no_tensor_reaches_beyond_its_storage(case: str, tmp_path: Path) -> None:
    instructions, reason = TENSORS[case]
    for path in _both_formats(tmp_path, forged.mapping({"W": instructions})):
        with forged.refused(reason):
            read_pt(path)


def test_many_views_of_one_storage_are_charged_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pt, "MAX_BYTES", 300_000)
    view = forged.tensor(forged.storage(length=1000), (1000,))
    content = forged.mapping({f"W{i}": view for i in range(100)})
    for path in (
        forged.zip_file(tmp_path / "zip.pt", content, {"0": bytes(4000)}),
        forged.legacy_file(tmp_path / "legacy.pt", content, {"0": (1000, bytes(4000))}),
    ):
        with forged.refused("take more than 300000 bytes"):
            read_pt(path)


def test_one_storage_cannot_be_two_things(tmp_path: Path) -> None:
    content = forged.mapping(
        {"W": GOOD, "b": forged.tensor(forged.storage(kind="DoubleStorage", length=2), (2,))}
    )
    with forged.refused("in two ways"):
        read_pt(forged.legacy_file(tmp_path / "x.pt", content, {"0": (4, DATA)}))


ZIPS = {
    "no pickle": (lambda p: _archive(p, {"archive/x": b""}), "not a zip file made by"),
    "two pickles": (
        lambda p: _archive(p, {"a/data.pkl": b"N.", "b/data.pkl": b"N."}),
        "not a zip file made by",
    ),
    "big-endian": (
        lambda p: forged.zip_file(
            p, forged.mapping({"W": GOOD}), {"0": DATA}, {"byteorder": b"big"}
        ),
        "not little-endian",
    ),
    "a missing storage": (
        lambda p: forged.zip_file(p, forged.mapping({"W": GOOD}), {}),
        "no entry",
    ),
    "a storage deflated a thousandfold": (
        lambda p: forged.zip_file(
            p,
            forged.mapping({"W": forged.tensor(forged.storage(length=1 << 22))}),
            {"0": bytes(1 << 24)},
            compression=zipfile.ZIP_DEFLATED,
        ),
        "compressed",
    ),
    "a pickle of 17 MiB, deflated": (
        lambda p: forged.zip_file(p, bytes(17 << 20), {}, compression=zipfile.ZIP_DEFLATED),
        "pickle is longer",
    ),
    "a pickle in LZMA": (
        lambda p: forged.zip_file(p, b"N.", {}, compression=zipfile.ZIP_LZMA),
        "neither stored nor deflated",
    ),
    "20,000 entries": (
        lambda p: _archive(p, {f"archive/data/{i}": b"" for i in range(20_000)}),
        "longer than",
    ),
    "an entry twice": (lambda p: _named_twice(p), "names an entry twice"),
}


def _archive(path: Path, entries: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return path


def _named_twice(path: Path) -> Path:
    _archive(path, {"archive/data.pkl": b"N.", "archive/data.pkm": b"N."})
    path.write_bytes(path.read_bytes().replace(b"data.pkm", b"data.pkl"))
    return path


@pytest.mark.parametrize("case", ZIPS)
def test_no_zip_file_unfolds_beyond_its_budget(case: str, tmp_path: Path) -> None:
    make, reason = ZIPS[case]
    path = make(tmp_path / "x.pt")
    with forged.refused(reason):
        read_pt(path)


def test_an_encrypted_entry_is_refused(tmp_path: Path) -> None:
    path = forged.zip_file(tmp_path / "x.pt", b"N.", {})
    data = bytearray(path.read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + flags] |= 1
    path.write_bytes(data)
    with forged.refused("neither stored nor deflated"):
        read_pt(path)


def test_an_entry_that_declares_more_than_it_holds_is_refused(tmp_path: Path) -> None:
    content = forged.mapping({"W": GOOD})
    path = forged.zip_file(tmp_path / "x.pt", content, {"0": DATA})
    forged.declare(path, len(content), len(content) + 1)
    with forged.refused("data.pkl is shorter than declared"):
        read_pt(path)


def test_a_flipped_bit_of_a_storage_is_noticed(tmp_path: Path) -> None:
    path = forged.zip_file(tmp_path / "x.pt", forged.mapping({"W": GOOD}), {"0": DATA})
    data = bytearray(path.read_bytes())
    data[data.index(DATA) + 1] ^= 1
    path.write_bytes(data)
    with forged.refused("archive/data/0 is damaged"):
        read_pt(path)


LEGACY = {
    "big-endian": ({"0": (4, DATA)}, b"\x89", "not little-endian"),
    "an unlisted storage": ({}, b"\x88", "is missing"),
    "a storage nobody views": ({"0": (4, DATA), "1": (4, DATA)}, b"\x88", "does not fit"),
    "another length": ({"0": (5, DATA)}, b"\x88", "another length"),
    "a storage cut short": ({"0": (4, DATA[:-1])}, b"\x88", "cut short"),
}


@pytest.mark.parametrize("case", LEGACY)
def test_legacy_storages_are_those_its_tensors_view(case: str, tmp_path: Path) -> None:
    storages, little_endian, reason = LEGACY[case]
    content = forged.mapping({"W": GOOD})
    with forged.refused(reason):
        read_pt(forged.legacy_file(tmp_path / "x.pt", content, storages, little_endian))


@pytest.mark.parametrize(
    ("part", "other"), [(b"M\xe9\x03.", b"M\xea\x03."), (b"\x88s.", b"\x88s\x85.")]
)
def test_a_legacy_file_of_another_protocol_or_machine_is_none(
    part: bytes, other: bytes, tmp_path: Path
) -> None:
    path = forged.legacy_file(tmp_path / "x.pt", forged.mapping({"W": GOOD}), {"0": (4, DATA)})
    path.write_bytes(path.read_bytes().replace(part, other, 1))
    with forged.refused("not a legacy file made by torch.save"):
        read_pt(path)


@pytest.mark.parametrize("name", ["absent.pt", ".", "a\nb", "a\0b", "\ud800"])
def test_what_cannot_be_opened_is_refused_in_one_line(name: str, tmp_path: Path) -> None:
    with forged.refused(""):
        read_pt(tmp_path / name)


def test_a_pipe_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pt")
    with forged.refused("not a regular file"):
        read_pt(tmp_path / "pipe.pt")
