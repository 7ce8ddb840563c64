"""Is what was accepted true?  The documents are read and decided here without the library."""

import struct
from base64 import b64decode
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from hashlib import sha256
from math import prod
from typing import Any

from tests.support import truth
from tests.support.truth import Row, Table

Json = Any
CODES = {"f64": "d", "f32": "f", "i64": "q", "u8": "B"}
SLACK = Fraction(1, 10**6)  # of the radii that replay finds itself, relative to the points


def entries(array: Json) -> list[Any]:
    code = CODES[array["dtype"]]
    if array["enc"] == "hex":
        return [struct.unpack(">" + code, bytes.fromhex(word))[0] for word in array["data"]]
    return list(struct.unpack(f"<{prod(array['shape'])}{code}", b64decode(array["data"])))


def rows_of(numbers: list[Any], shape: list[int]) -> Table:
    rows, columns = shape
    found = [Fraction(x) for x in numbers]
    return [found[i * columns : (i + 1) * columns] for i in range(rows)]


def table(array: Json) -> Table:
    return rows_of(entries(array), array["shape"])


def dyadic(matrix: Json) -> Table:
    unit = Fraction(2) ** matrix["exponent"]
    return rows_of([int(word, 16) * unit for word in matrix["integers"]], matrix["shape"])


@dataclass
class Layer:
    W: Table  # of floats
    exact: Table
    U: Table | None
    b: Row | None
    factors: tuple[Table, Table, Fraction] | None


def known_layer(operator: Any) -> Layer:
    """An operator that was given beside the document."""
    W, U = ([[Fraction(x) for x in row] for row in a.tolist()] for a in (operator.W, operator.U))
    factors = None
    if operator.factors is not None:
        A, S = (
            [[Fraction(x) for x in row] for row in a.tolist()]
            for a in (operator.factors.A, operator.factors.S)
        )
        factors = A, S, Fraction(operator.factors.m)
    exact = W if operator.exact_weights is None else operator.exact_weights.fractions()
    return Layer(W, exact, U, [Fraction(x) for x in operator.b.tolist()], factors)


def read_layer(value: Json, W: Table | None) -> Layer:
    """W is what the digest names, where there is one."""
    if "sha256" not in value["W"]:
        W = table(value["W"])
    assert W is not None
    exact = dyadic(value["meant"]) if "meant" in value else W
    U = table(value["U"]) if "U" in value else None
    b = [Fraction(x) for x in entries(value["b"])] if "b" in value else None
    factors = None
    if "factors" in value:
        A, S = (table(value["factors"][name]) for name in "AS")
        factors = A, S, Fraction(entries(value["factors"]["m"])[0])
    return Layer(W, exact, U, b, factors)


def false_claim(document: Json, said: Any, operator: Any) -> str | None:
    """What is false of an accepted document; None if nothing is."""
    if document["kind"] == "certificate":
        return _false_certificate(document, said, operator)
    if document["kind"] == "equilibrium":
        return _false_equilibria(document)
    return _false_displacement(document)


def _false_certificate(document: Json, checked: Any, operator: Any) -> str | None:
    case, known = document["case"], None if operator is None else known_layer(operator)
    inputs, spec = case["inputs"], case["settings"]["quantizer"]
    before = read_layer(case["operator"], None if known is None else known.W)
    fed = inputs is not None and inputs["kind"] == "x"
    again = None
    if spec is not None:
        again = truth.quantized_weights(before.W, before.factors, spec)
    rounded = None if again is None else [list(map(truth.nearest, row)) for row in again]
    after = read_layer(case["perturbed"], rounded)
    if known is not None:
        wrong = _wrong_operator(known, before, after, checked, fed=fed)
        if wrong is not None:
            return wrong
    if again is not None and again != after.exact:
        return "W~ is not the quantized W"
    if spec is not None and fed and not _input_layer(before, after, spec):
        return "U~ or b~ is not quantized as it says"
    unchecked = " ".join(checked.unchecked)
    if ("no operator was given" in unchecked) != (known is None):
        return "it does not say whether an operator was compared"
    if ("given by the certificate" in unchecked) != (spec is None) or checked.quantizer != spec:
        return "it does not say where W~ comes from"
    if before.exact == before.W and checked.operator != _digest(before.W):
        return "it names another W"
    if after.exact == after.W and checked.perturbed != _digest(after.W):
        return "it names another W~"
    if document["rung"] == 8:
        return _false_inputs(inputs, after, holds=document["outcome"] == "PROVED")
    return _false_rung(document, before, after)


def _wrong_operator(
    known: Layer, before: Layer, after: Layer, checked: Any, *, fed: bool
) -> str | None:
    """The operator given must be W, or W~ where it says so."""

    def is_known(layer: Layer) -> bool:
        return layer.exact == known.exact and (not fed or (layer.U, layer.b) == (known.U, known.b))

    if checked.compared == "W~":
        return None if is_known(after) else "it is about another quantized operator"
    if not is_known(before):
        return "it is about another operator"
    return None if before.factors in (None, known.factors) else "it has other factors"


def _digest(W: Table) -> str:
    state = sha256(f"W({len(W)}, {len(W)})".encode())
    for row in W:
        state.update(struct.pack(f"<{len(W)}d", *row))
    return state.hexdigest()


def _input_layer(before: Layer, after: Layer, spec: Json) -> bool:
    if before.U is None or before.b is None:
        return after.U is None and after.b is None
    if not spec["what"].endswith("Ub"):
        return (before.U, before.b) == (after.U, after.b)
    b = truth.quantized([before.b], spec)[0]
    return after.b == b and truth.quantized(before.U, spec) == after.U


def _false_inputs(inputs: Json, after: Layer, *, holds: bool) -> str | None:
    M = truth.plus(truth.identity(len(after.exact)), after.exact, -1)
    for row in table(inputs["rows"]):
        c = row
        if inputs["kind"] == "x":
            b = after.b or [Fraction(0)] * len(M)
            c = [p + q for p, q in zip(truth.times(after.U or [[]] * len(M), row), b, strict=True)]
        if bool(truth.equilibria(M, c)) is not holds:
            return f"an input has {'no' if holds else 'an'} equilibrium"
    return None


def _false_rung(document: Json, before: Layer, after: Layer) -> str | None:
    holds = document["outcome"] == "PROVED"
    found = _rung(document["rung"], _frozen(before.exact), _frozen(after.exact))
    if found is None:
        found = holds if _witnessed(document["proof"], after.exact) else None
    return None if found is holds else f"rung {document['rung']} is {found}"


def _frozen(A: Table) -> tuple[tuple[Fraction, ...], ...]:
    return tuple(map(tuple, A))


@lru_cache(maxsize=1 << 16)
def _rung(rung: int, W: Any, W_after: Any) -> bool | None:
    return truth.rung_holds(rung, [list(row) for row in W], [list(row) for row in W_after])


def _witnessed(proof: Json, W_after: Table) -> bool:
    """Weights D > 0 with sym(D M~) definite, or Y != 0 with (M~ Y Y')_ii <= 0 for all i."""
    M = truth.plus(truth.identity(len(W_after)), W_after, -1)
    if "D" in proof:
        d = [row[0] for row in dyadic(proof["D"])]
        scaled = [[x * y for y in row] for x, row in zip(d, M, strict=True)]
        return min(d) > 0 and truth.is_definite(truth.twice_symmetric(scaled))
    Y = dyadic(proof["Y"])
    MYY = truth.product(truth.product(M, Y), truth.transpose(Y))
    return any(map(any, Y)) and all(MYY[i][i] <= 0 for i in range(len(M)))


# ---- cases that replay confirms -----------------------------------------------------------


def _equilibria(layer: Json, inputs: Json) -> list[list[Row]]:
    """Of each input all that have a nonsingular active block."""
    held = read_layer(layer, None)
    n = len(held.W)
    M = truth.plus(truth.identity(n), held.exact, -1)
    found: list[list[Row]] = []
    for row in table(inputs["rows"]):
        c = row
        if inputs["kind"] == "x":
            b = held.b or [Fraction(0)] * n
            c = [p + q for p, q in zip(truth.times(held.U or [[]] * n, row), b, strict=True)]
        found.append(truth.equilibria(M, c))
    return found


def _squared(x: Row, y: Row) -> Fraction:
    return sum(((p - q) ** 2 for p, q in zip(x, y, strict=True)), Fraction(0))


def _slack(points: list[Row]) -> Fraction:
    return SLACK * (1 + max((abs(x) for z in points for x in z), default=Fraction(0)))


def _false_equilibria(document: Json) -> str | None:
    case, result = document["case"], document["result"]
    for z, radius, every in zip(
        table(result["z"]),
        entries(result["radius"]),
        _equilibria(case["operator"], case["inputs"]),
        strict=True,
    ):
        reach = Fraction(-1)
        if 0 <= radius < float("inf"):
            reach = (Fraction(radius) + _slack(every)) ** 2
        if not any(_squared(z, true) <= reach for true in every):
            return "no equilibrium lies within a radius"
    return None


def _false_displacement(document: Json) -> str | None:
    case, result = document["case"], document["result"]
    layers = case["operator"], case["perturbed"]
    before, after = (_equilibria(layer, case["inputs"]) for layer in layers)
    least, *uppers = (
        [Fraction(x) for x in entries(result[name])]
        for name in ("at_least", "actual", "sharper", "paper")
    )
    for k, (old, new) in enumerate(zip(before, after, strict=True)):
        moved = {_squared(z, y) for z in old for y in new}
        slack = _slack([*old, *new])
        low, high = max(least[k] - slack, Fraction(0)), min(upper[k] for upper in uppers) + slack
        if not any(low**2 <= distance <= high**2 for distance in moved):
            return "the displacement is another"
    return None
