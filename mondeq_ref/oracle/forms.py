"""The form of the tests of each operation, and its JSON Schema.

One form per operation: fixed names, no unions, no other names, so that types can be generated
from the schema.  Arrays are those of `oracle.wire`; a number is an array of shape [], so that it is
also read from its bits.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mondeq_ref.oracle.question import Operation

ARRAY, NUMBER, COUNT, WORD, SPEC = "array", "number", "count", "word", "spec"
LAYER_SPEC = "layer_spec"  # of a layer: it also says what is kept
LAYERS = ("KUb", "offdiagonalUb")  # the `what` of a layer: the offset is kept, or the diagonal
LAYER = {"W": ARRAY, "U": ARRAY, "b": ARRAY}
FACTORS = {"A": ARRAY, "S": ARRAY, "m": NUMBER}


@dataclass(frozen=True)
class Layout:
    """The inputs and outputs of a test of one operation."""

    inputs: Mapping[str, str]  # name -> kind, in calling order
    outputs: Mapping[str, str]  # name -> ball, bounds or statement
    factors: bool = False  # whether the test also has A, S and m with exactly this W


FORMS: Mapping[Operation, Layout] = {
    "operator": Layout(FACTORS, {"W": "ball"}),
    "margin": Layout({"W": ARRAY}, {"m": "ball"}),
    "lipschitz": Layout({"W": ARRAY}, {"L": "ball"}),
    "quantize": Layout(
        {"W": ARRAY, "spec": SPEC}, {"codes": "ball", "step": "ball", "zero_point": "ball"}
    ),
    "quantize_layer": Layout(
        {**LAYER, "offset": NUMBER, "spec": LAYER_SPEC},
        {f"{part}_{of}": "ball" for part in ("codes", "step") for of in "KUb"},
    ),
    "solve": Layout({**LAYER, "X": ARRAY}, {"Z": "ball"}, factors=True),
    "steps": Layout(
        {
            "W": ARRAY,
            "c": ARRAY,
            "start": ARRAY,
            "method": WORD,
            "alpha": NUMBER,
            "count": COUNT,
            "cell": NUMBER,
        },
        {"state": "ball", "Z": "ball"},
    ),
    "adjoint_steps": Layout(
        {"W": ARRAY, "Z": ARRAY, "dZ": ARRAY, "alpha": NUMBER, "count": COUNT}, {"lambda": "ball"}
    ),
    "gradients": Layout(
        {**LAYER, "X": ARRAY, "dZ": ARRAY},
        dict.fromkeys(("W", "U", "b", "X"), "ball"),
        factors=True,
    ),
    "factor_gradients": Layout(
        {**FACTORS, "U": ARRAY, "b": ARRAY, "X": ARRAY, "dZ": ARRAY},
        dict.fromkeys(("A", "S", "m"), "ball"),
    ),
    "displacement": Layout(
        {"W": ARRAY, "W_after": ARRAY, "U": ARRAY, "b": ARRAY, "X": ARRAY}, {"bound": "bounds"}
    ),
    "certificate": Layout(
        {"W": ARRAY, "W_after": ARRAY},
        dict.fromkeys(("frobenius", "norm", "one_sided", "margin"), "statement"),
    ),
    "rungs": Layout(
        {"W": ARRAY, "X": ARRAY},
        dict.fromkeys(("diagonal", "p_matrix", "semimonotone", "equilibria"), "statement"),
    ),
}


def schema(operation: Operation) -> dict[str, Any]:
    """The JSON Schema of data/vectors/OPERATION.json."""
    form = FORMS[operation]
    kinds = {ARRAY: _ref("array"), NUMBER: _ref("array")}
    kinds |= {SPEC: _ref("spec"), LAYER_SPEC: _ref("spec")}
    kinds |= {COUNT: {"type": "integer", "minimum": 0}, WORD: {"type": "string"}}
    inputs = {name: kinds[kind] for name, kind in form.inputs.items()}
    outputs = {name: _ref(kind) for name, kind in form.outputs.items()}
    test = {
        "id": _text("operation/family/number, once in all files"),
        "claim": _text("the statement that the test belongs to"),
        "level": {"enum": ["must", "should", "may"]},
        "result": {"enum": ["valid", "invalid", "undetermined"]},
        "flags": {"type": "array", "items": {"type": "string"}},
        "alpha": _ref("array", "a step size that may be used; the answer does not depend on it"),
        "inputs": _object(inputs),
        "expected": {
            "type": "array",
            "items": _object(outputs),
            "description": "answers that are right, any one of them; none where it must be refused",
        },
    }
    if form.factors:
        given = {name: _ref("array") for name in FACTORS}
        test["factors"] = _object(given, "W is exactly (1 - m) I - A'A + S - S'; empty: not known")
    top = {
        "version": _text("semver of the vectors"),
        "operation": {"const": operation},
        "formula": _text("what is asked"),
        "flags": {
            "type": "array",
            "items": _object({"flag": {"type": "string"}, "hunts": {"type": "string"}}),
        },
        "tests": {"type": "array", "items": _object(test)},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{operation} vectors",
        **_object(top),
        "$defs": _definitions(form),
    }


def _definitions(form: Layout) -> dict[str, Any]:
    """The parts of the schema to which the others refer."""
    kinds = {*form.inputs.values(), *form.outputs.values()}
    flag, whole = {"type": "boolean"}, {"type": "integer"}
    kept = {"what": {"enum": list(LAYERS)}} if LAYER_SPEC in kinds else {}
    every = {
        "array": _object(
            {
                "dtype": {"enum": ["f32", "f64", "i64"]},
                "shape": {"type": "array", "items": {"type": "integer", "minimum": 0}},
                "data": _text("big-endian words as hexadecimal digits, C order"),
            }
        ),
        "ball": _object(
            {name: _ref("array") for name in ("center", "radius", "floor")},
            "right within radius + declared max(floor, |center|), 2-norm, row by row of the "
            "radius; codes must be equal; a center without entries: nothing is asked",
        ),
        "bounds": _object(
            {name: _ref("array") for name in ("least", "most")},
            "right from least to most (1 + declared)",
        ),
        "statement": _object(
            {"holds": flag, "clear": flag},
            "wrong when claimed and false; missing when not claimed though true and clear",
        ),
        "spec": _object(
            {
                "bits": whole,
                "range": {"enum": ["narrow", "full", "unclipped"]},
                "round": {"enum": ["half-even", "half-up", "half-away", "toward-zero"]},
                "per": {"enum": ["tensor", "row", "group"]},
                "group": whole,
                "step": {"enum": ["largest", "mean", "power-of-two", "mx-floor"]},
                "zero_point": flag,
                "reciprocal": flag,
                "levels": {"enum": ["integers", "e2m1"]},
                **kept,
            }
        ),
    }
    used = kinds | {"array"} | ({"spec"} if LAYER_SPEC in kinds else set[str]())
    return {name: one for name, one in every.items() if name in used}


def _object(properties: Mapping[str, Any], description: str = "") -> dict[str, Any]:
    """The schema of an object with exactly these names."""
    found = {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }
    return found | ({"description": description} if description else {})


def _ref(name: str, description: str = "") -> dict[str, Any]:
    found = {"$ref": f"#/$defs/{name}"}
    return found | ({"description": description} if description else {})


def _text(description: str) -> dict[str, Any]:
    return {"type": "string", "description": description}
