"""The vectors as files for other languages: JSON, lines of hexadecimal words, C headers.

    OPERATION.json, schemas/, manifest.json    as they ship, or without the answers
    text/OPERATION/FAMILY-NUMBER.hex           one word per line, big-endian digits; before each
                                               array a line "// name dtype extent extent"
    text32/..                                  the same in float32 words, each rounded once
    OPERATION.h                                the arrays as words, and a table of them

`$readmemh` and `scanf` read the words and can skip lines that start with //.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from shutil import copy2
from typing import Any

import numpy as np

from mondeq_ref.arrays import InputError
from mondeq_ref.files.outputs import probe_folder
from mondeq_ref.files.reading import shown
from mondeq_ref.instances.shipped import document, verified
from mondeq_ref.oracle import vectors
from mondeq_ref.oracle.forms import FORMS, LAYER_SPEC, SPEC
from mondeq_ref.oracle.question import OPERATIONS, Array
from mondeq_ref.oracle.wire import decoded

Named = tuple[str, Array]


def export(target: Path, *, prompts_only: bool = False, c_header: bool = False) -> int:
    """Write all files below `target`; return the number of tests."""
    count = 0
    probe_folder(target, folders=("schemas",))
    try:
        for operation in OPERATIONS:
            held = document(f"vectors/{operation}.json")
            copy2(verified(f"vectors/schemas/{operation}.json"), target / "schemas")
            for test in held["tests"]:
                count += 1
                if prompts_only:
                    test["expected"] = []
                _write_text(target, operation, test)
            (target / f"{operation}.json").write_text(vectors.dumped(held), encoding="utf-8")
            if c_header:
                (target / f"{operation}.h").write_text(_header(operation, held["tests"]), "utf-8")
        copy2(vectors.folder() / "README.md", target)
        if not prompts_only:
            copy2(verified("vectors/manifest.json"), target)
    except OSError as error:
        raise InputError(f"cannot write into {shown(target)}: {error.strerror}") from None
    return count


def _write_text(target: Path, operation: str, test: Mapping[str, Any]) -> None:
    name = test["id"].partition("/")[2].replace("/", "-")
    for folder, width in (("text", 64), ("text32", 32)):
        place = target / folder / operation
        place.mkdir(parents=True, exist_ok=True)
        lines = [f"// {test['id']}", *_words(operation, test, width)]
        (place / f"{name}.hex").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _words(operation: str, test: Mapping[str, Any], width: int) -> Iterator[str]:
    form = FORMS[operation]  # type: ignore[index]
    for name, kind in form.inputs.items():
        if kind in (SPEC, LAYER_SPEC):
            said = " ".join(f"{key}={value}" for key, value in test["inputs"][name].items())
            yield f"// {name} {said}"
    for name, array in _arrays(test):
        if array.dtype.kind == "f":
            with np.errstate(over="ignore"):
                array = array.astype(np.float32 if width == 32 else np.float64)
        kind = "i" if array.dtype.kind == "i" else "f"
        digits = array.dtype.itemsize * 2
        yield " ".join(["//", name, f"{kind}{4 * digits}", *map(str, array.shape)])
        data = np.ascontiguousarray(array).astype(array.dtype.newbyteorder(">")).tobytes().hex()
        yield from (data[k : k + digits] for k in range(0, len(data), digits))


def _arrays(test: Mapping[str, Any]) -> Iterator[Named]:
    """Inputs by name, and the first right answer as `expected.name.center` and so on."""
    for name, value in test["inputs"].items():
        if isinstance(value, dict) and "data" in value:
            yield name, decoded(value)
        elif isinstance(value, int):
            yield name, np.array(value, np.int64)
    for one in test["expected"][:1]:
        for name, right in one.items():
            for part, value in right.items():
                if isinstance(value, dict):
                    yield f"expected.{name}.{part}", decoded(value)
                else:
                    yield f"expected.{name}.{part}", np.array(value, np.int64)


def _header(operation: str, tests: list[dict[str, Any]]) -> str:
    guard = f"MONDEQ_{operation.upper()}_H"
    arrays: list[str] = []
    table: list[str] = []
    for test in tests:
        for name, array in _arrays(test):
            wide = array.astype(np.int64 if array.dtype.kind == "i" else np.float64)
            words = [f"0x{int(word):016x}ull" for word in wide.reshape(-1).view(np.uint64)]
            label = f"{operation}_{len(table)}"
            shown = ", ".join(words) or "0"
            arrays.append(f"static const uint64_t {label}[] = {{{shown}}};")
            shape = ", ".join(map(str, (*array.shape, 0, 0)[:2]))
            kind = "'i'" if array.dtype.kind == "i" else "'f'"
            table.append(
                f'  {{"{test["id"]}", "{name}", {kind}, {array.ndim}, {{{shape}}}, {label}}},'
            )
    lines = [
        f"/* {operation} vectors; words are the bits of a double ('f') or of an int64_t ('i') */",
        *(f"#ifndef {guard}", f"#define {guard}", "#include <stdint.h>"),
        *("#ifndef MONDEQ_ARRAY", "#define MONDEQ_ARRAY", "typedef struct {"),
        "  const char *test, *name; char kind; int rank, shape[2]; const uint64_t *words;",
        *("} mondeq_array;", "#endif"),
        *arrays,
        f"static const mondeq_array mondeq_{operation}[] = {{",
        *table,
        *("};", "#endif", ""),
    ]
    return "\n".join(lines)
