"""The description that an implementation gives of itself, and the conversion of questions to it.

A mapping with some of these keys, as an attribute (or a method) `capabilities` of a Python
object, or as the answer to "start" of a program:

    name, version      for the report
    operations         the operations it has; by default the methods of the object
    dtype              float64, float32, float16 or bfloat16: its arguments are rounded to it
    batch              "rows", or "columns": X (d, B); Z, dZ, and c, start and state of steps (n, B)
    layer              "W", or "factors": solve and gradients get A, S, m for W
    quantizer          "codes", or "values": the meaning of a bare array that `quantize` returns
    alpha              true: solve and gradients also get the keyword alpha, a step size
    declared_error     a number, or a mapping from operation to number
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from inspect import getattr_static
from typing import Any, Protocol, cast

import numpy as np

from mondeq_ref.arrays import InputError
from mondeq_ref.oracle.answers import Answer, Came, Refused, Skipped, called
from mondeq_ref.oracle.question import OPERATIONS, Array, Ball, Operation, Question

DTYPES: Mapping[str, type[np.floating[Any]]] = {
    "float64": np.float64,
    "float32": np.float32,
    "float16": np.float16,
    "bfloat16": np.float32,  # NumPy has no bfloat16: rounded numbers are passed as float32
}
BY_ROW = ("X", "dZ", "Z", "c", "start")  # batches, one input per row
ANSWERED_BY_ROW: Mapping[Operation, tuple[str, ...]] = {
    "solve": ("Z",),
    "steps": ("state", "Z"),
    "gradients": ("X",),
    "adjoint_steps": ("lambda",),
}
LAYERED: tuple[Operation, ...] = ("solve", "gradients")


@dataclass(frozen=True)
class Capabilities:
    """The description of an implementation, with the keys above."""

    operations: tuple[Operation, ...]
    name: str = ""
    version: str = ""
    dtype: str = "float64"
    batch: str = "rows"
    layer: str = "W"
    quantizer: str = "codes"
    alpha: bool = False
    declared_error: Mapping[str, float] = field(default_factory=dict[str, float])

    @property
    def plain(self) -> bool:
        """Whether questions are put as they are, and answers taken as they come."""
        said = (self.dtype, self.batch, self.layer, self.quantizer, self.alpha)
        return said == ("float64", "rows", "W", "codes", False)


class Door(Protocol):
    """The connection to an implementation: it sends a question and returns the answer."""

    @property
    def capabilities(self) -> Capabilities: ...

    def put(self, operation: Operation, arguments: Mapping[str, Any], test: str = "") -> Came: ...


class Direct:
    """The connection to an object in this process, without a time limit."""

    def __init__(self, implementation: object) -> None:
        self.implementation = implementation
        self.capabilities = capabilities_of(implementation)

    def put(self, operation: Operation, arguments: Mapping[str, Any], test: str = "") -> Came:
        return called(self.implementation, operation, arguments)


def capabilities_of(implementation: object) -> Capabilities:
    """The capabilities of a Python object, from its `capabilities` and its methods."""
    offered = [name for name in OPERATIONS if callable(getattr(implementation, name, None))]
    # A static lookup, because an object with __getattr__ may have every attribute.
    has_any = getattr_static(implementation, "capabilities", None) is not None
    said = getattr(implementation, "capabilities") if has_any else {}  # noqa: B009
    said = cast("Callable[[], object]", said)() if callable(said) else said
    return described(said if isinstance(said, Mapping) else {}, offered)


def described(said: Mapping[Any, Any], offered: Sequence[str] = ()) -> Capabilities:
    """The capabilities in a mapping; InputError for unknown keys and values."""
    known = Capabilities.__dataclass_fields__
    if strange := sorted(str(name) for name in said if name not in known):
        raise InputError(f"capabilities are {', '.join(known)}; got {', '.join(strange)}")
    operations = tuple(said.get("operations", offered))
    if strange := [name for name in operations if name not in OPERATIONS]:
        raise InputError(f"operations are {', '.join(OPERATIONS)}; got {strange[0]!r}")
    choices = {"dtype": tuple(DTYPES), "batch": ("rows", "columns"), "layer": ("W", "factors")}
    choices |= {"quantizer": ("codes", "values"), "alpha": (True, False)}
    for name, allowed in choices.items():
        if said.get(name, allowed[0]) not in allowed:
            listed = ", ".join(map(str, allowed))
            raise InputError(f"{name} is one of {listed}, got {said[name]!r}")
    declared = said.get("declared_error", {})
    if not isinstance(declared, Mapping):
        declared = dict.fromkeys(OPERATIONS, declared)
    words: dict[str, Any] = {**said, "operations": operations, "declared_error": dict(declared)}
    return Capabilities(**words)


def asked(door: Door, question: Question) -> Came:
    """The answer to a question, which is converted for the implementation and back."""
    put = worded(question, door.capabilities)
    if isinstance(put, Skipped):
        return put
    came = door.put(question.operation, put, question.test)
    if isinstance(came, Refused | Skipped):
        return came
    return reworded(question, came, door.capabilities)


def worded(question: Question, said: Capabilities) -> dict[str, Any] | Skipped:
    """The arguments by name, in calling order, in the form that the implementation takes."""
    arguments = dict(zip(question.arguments, question.copied(), strict=True))
    if said.layer == "factors" and question.operation in LAYERED:
        if not question.factors:
            return Skipped("this layer is known by W alone, not by factors A, S, m")
        arguments.pop("W")
        arguments = {**question.factors, **arguments}
    if said.alpha and question.operation in LAYERED:
        arguments["alpha"] = question.alpha or 0.125
    for name, value in arguments.items():
        if isinstance(value, np.ndarray) and value.dtype.kind == "f":
            turned = value.T if said.batch == "columns" and name in BY_ROW else value
            arguments[name] = np.ascontiguousarray(rounded(turned, said.dtype))
    return arguments


def rounded(array: Array, dtype: str) -> Array:
    """The nearest numbers of this type."""
    if dtype != "bfloat16":
        with np.errstate(over="ignore"):
            return array.astype(DTYPES[dtype])
    bits = array.astype(np.float32).view(np.uint32)
    half = np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1))
    return ((bits + half) & np.uint32(0xFFFF0000)).view(np.float32)


def reworded(question: Question, came: Answer, said: Capabilities) -> Answer:
    """The answer with batches as rows, and quantized arrays as codes without a zero point."""
    found = dict(came)
    if said.batch == "columns":
        by_row = ANSWERED_BY_ROW.get(question.operation, ())
        found |= {name: found[name].T for name in by_row if name in found}
    if question.operation == "quantize" and question.expected:
        return _as_codes(question, found, said)
    return found


def _as_codes(question: Question, came: dict[str, Array], said: Capabilities) -> Answer:
    """Codes and steps; values are divided by the answer's step, or else by the right one."""
    if set(came) == {"codes"} and said.quantizer == "values":
        came = {"values": came["codes"]}
    zero = came.pop("zero_point", None)
    if "codes" in came and zero is not None and "zero_point" not in question.expected:
        came["codes"] = came["codes"].astype(np.float64) - _by_row(zero, came["codes"])
    values = came.pop("values", None)
    if "step" in came:
        came["step"] = _needed(np.atleast_1d(came["step"]).reshape(-1), question)
    if values is not None and "codes" not in came:
        step = _by_row(came.get("step", question.ball("step").center), values)
        safe = np.where(step > 0, step, 1.0)
        came["codes"] = _whole(np.asarray(values, np.float64) / safe)
    return came


def _needed(step: Array, question: Question) -> Array:
    """The steps, with 0 for entries that are all zero, where any step is right."""
    right = question.expected.get("step")
    if not isinstance(right, Ball) or step.shape != right.center.shape:
        return step
    return np.where((right.center == 0) & np.isfinite(step), 0.0, step)


def _whole(quotient: Array) -> Array:
    """The quotients, rounded to an integer where they are within 1e-3 of it."""
    near = np.rint(quotient)
    return np.where(np.abs(quotient - near) <= 1e-3, near, quotient)


def _by_row(step: Array, like: Array) -> Array:
    """The steps as a column: one for the whole array, or one per row; NaN where none came."""
    column = np.asarray(step, np.float64).reshape(-1, 1)
    if column.size == 0:
        return np.full((1, 1), np.nan)
    return column if like.shape[:1] == column.shape[:1] else column[:1]
