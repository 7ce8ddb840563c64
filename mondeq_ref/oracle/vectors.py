"""The vectors in data/vectors: questions as data; the SHA-256 of each file is checked.

manifest.json           version, and the SHA-256 and the number of tests of every file
OPERATION.json          the tests of one operation, in the form of `oracle.forms`
schemas/OPERATION.json  its JSON Schema
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, cast
from zlib import crc32

import numpy as np

from mondeq_ref.arrays import InputError
from mondeq_ref.instances.shipped import data_folder, document
from mondeq_ref.oracle.forms import ARRAY, FORMS, LAYER_SPEC, NUMBER, SPEC
from mondeq_ref.oracle.question import (
    OPERATIONS,
    Array,
    Ball,
    Bounds,
    Expected,
    Operation,
    Question,
    Statements,
)
from mondeq_ref.oracle.wire import decoded, encoded
from mondeq_ref.quantize import Quantizer
from mondeq_ref.whats import matrix_of

EMPTY = {"dtype": "f64", "shape": [0], "data": ""}
SPEC_KEYS = {"step": "step_rule", "round": "rounding"}


def folder() -> Path:
    return data_folder() / "vectors"


def manifest(where: Path | None = None) -> dict[str, Any]:
    if where is None:
        return document("vectors/manifest.json")
    return json.loads((where / "manifest.json").read_text(encoding="utf-8"))


def read(where: Path | None = None) -> dict[str, Question]:
    """Test name -> question, of all files."""
    place = where or folder()
    found = dict[str, Question]()
    for name, known in manifest(where)["files"].items():
        data = (place / name).read_bytes()
        if sha256(data).hexdigest() != known["sha256"]:
            raise InputError(f"{name} is not the file that the manifest names")
        if name.startswith("schemas/"):
            continue
        held = json.loads(data)
        for test in held["tests"]:
            question = question_of(held["operation"], test)
            found[question.test] = question
    return found


def question_of(operation: Operation, test: Mapping[str, Any]) -> Question:
    form = FORMS[operation]
    arguments = {n: _argument(kind, test["inputs"][n]) for n, kind in form.inputs.items()}
    if operation == "quantize_layer":
        what = test["inputs"]["spec"]["what"]
        kept = arguments["offset"] if matrix_of(what) == "K" else None
        arguments["spec"] = quantizer_of(test["inputs"]["spec"]).spec(what, kept)
    rights = [
        {name: right for name, kind in form.outputs.items() if (right := _right(kind, one[name]))}
        for one in test["expected"]
    ]
    factors = {}
    if form.factors and test["factors"]["S"]["shape"] != [0]:
        factors = {name: _argument(ARRAY, one) for name, one in test["factors"].items()}
        factors["m"] = float(factors["m"])
    alpha = decoded(test["alpha"])
    return Question(
        test["id"],
        operation,
        arguments,
        rights[0] if rights else {},
        test["claim"],
        tuple(test["flags"]),
        factors,
        tuple(rights[1:]),
        test["result"],
        test["level"],
        float(alpha) if alpha.ndim == 0 else None,
        stored=True,
    )


def _argument(kind: str, value: Any) -> Any:
    if kind == ARRAY:
        return _wide(decoded(value))
    if kind == NUMBER:
        return float(decoded(value))
    return quantizer_of(value).spec("W") if kind == SPEC else value


def _wide(array: Array) -> Array:
    return array.astype(np.float64) if array.dtype.kind == "f" else array


def quantizer_of(spec: Mapping[str, Any]) -> Quantizer:
    """The quantizer of a vector; group 0 stands for none."""
    words: dict[str, Any] = {SPEC_KEYS.get(n, n): one for n, one in spec.items() if n != "what"}
    words["group"] = spec["group"] or None
    return Quantizer(**words)


def _right(kind: str, value: Mapping[str, Any]) -> Expected | None:
    if kind == "statement":
        return Statements(np.array([value["holds"]]), np.array([value["clear"]]))
    if kind == "bounds":
        return Bounds(_wide(decoded(value["least"])), _wide(decoded(value["most"])))
    center = decoded(value["center"])
    if center.size == 0:
        return None
    floor = float(decoded(value["floor"]))
    return Ball(_wide(center), _wide(decoded(value["radius"])), floor)


def test_of(question: Question) -> dict[str, Any]:
    """The test as it is written."""
    form = FORMS[question.operation]
    inputs = {name: _written(kind, question.arguments[name]) for name, kind in form.inputs.items()}
    rights = (question.expected, *question.others) if question.expected else ()
    expected = [
        {n: _written_right(k, one.get(n)) for n, k in form.outputs.items()} for one in rights
    ]
    found = {
        "id": question.test,
        "claim": question.claim,
        "level": question.level,
        "result": question.result,
        "flags": list(question.flags),
        "alpha": EMPTY if question.alpha is None else _number(question.alpha),
        "inputs": inputs,
    }
    if form.factors:
        known = question.factors or {"A": EMPTY, "S": EMPTY, "m": EMPTY}
        found["factors"] = {
            name: one if one is EMPTY else _written(NUMBER if name == "m" else ARRAY, one)
            for name, one in known.items()
        }
    return found | {"expected": expected}


def _written(kind: str, value: Any) -> Any:
    if kind == ARRAY:
        return _array(value)
    if kind == NUMBER:
        return _number(value)
    if kind == LAYER_SPEC:
        return _spec(value) | {"what": value["what"]}
    return _spec(value) if kind == SPEC else value


def _array(value: Array) -> dict[str, Any]:
    return encoded(value, _shortest(value))


def _number(value: float) -> dict[str, Any]:
    number = np.array(value, np.float64)
    return encoded(number, _shortest(number))


def _shortest(value: Array) -> str:
    """The dtype for storing: i64 for integers, f32 where that is exact, else f64."""
    if value.dtype.kind in "iub":
        return "i64"
    with np.errstate(over="ignore", invalid="ignore"):
        same = np.array_equal(value.astype(np.float32).astype(np.float64), value, equal_nan=True)
    return "f32" if same else "f64"


def _spec(spec: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "bits": spec["bits"],
        "range": spec["range"] or "unclipped",
        "round": spec["round"],
        "per": spec["per"],
        "group": spec.get("group", 0),
        "step": spec.get("step", "largest"),
        "zero_point": spec.get("zero_point", False),
        "reciprocal": spec.get("reciprocal", False),
        "levels": spec.get("levels", "integers"),
    }


def _written_right(kind: str, right: Expected | None) -> dict[str, Any]:
    if isinstance(right, Statements):
        return {"holds": bool(right.holds[0]), "clear": bool(right.clear[0])}
    if isinstance(right, Bounds):
        return {"least": _array(right.least), "most": _array(right.most)}
    if right is None:
        empty = {"center": EMPTY, "radius": EMPTY, "floor": _number(1.0)}
        return {"holds": False, "clear": False} if kind == "statement" else empty
    floor = _number(right.floor)
    return {"center": _array(right.center), "radius": _array(right.radius), "floor": floor}


def dumped(value: object) -> str:
    """The JSON text with one test per line, so that versions can be compared by line."""
    if isinstance(value, dict) and isinstance(value.get("tests"), list):
        held = cast("dict[str, Any]", value)
        head = json.dumps({k: v for k, v in held.items() if k != "tests"}, indent=1)[:-2]
        rows = ",\n".join(json.dumps(test, separators=(",", ":")) for test in held["tests"])
        return f'{head},\n "tests": [\n{rows}\n ]\n}}\n'
    return json.dumps(value, indent=1) + "\n"


def checksums(questions: Iterable[Question]) -> dict[str, str]:
    """CRC-32 of the codes of every family of quantizers, as little-endian int32 in C order, with
    the tests in the order of the file, for devices that do not store the vectors."""
    found = dict[str, int]()
    for question in questions:
        if question.operation == "quantize" and question.expected:
            family = question.test.rpartition("/")[0]
            codes = question.ball("codes").center.astype("<i4").tobytes()
            found[family] = crc32(codes, found.get(family, 0))
    return {family: f"{value:08x}" for family, value in found.items()}


def by_operation(questions: Sequence[Question]) -> dict[Operation, list[Question]]:
    return {op: [q for q in questions if q.operation == op] for op in OPERATIONS}
