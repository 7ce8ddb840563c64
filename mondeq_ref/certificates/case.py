"""The case of a certificate: what its statement is about, compared with what it must be."""

from dataclasses import dataclass

from mondeq_ref.certificates.integers import ProofError, require
from mondeq_ref.certificates.layer import Layer, read_layer
from mondeq_ref.certificates.requantize import requantized
from mondeq_ref.documents.encoding import Json, decode_rows, members
from mondeq_ref.rigor.dyadic import Dyadic, of_floats

PARTS = ("operator", "perturbed", "inputs", "settings")


@dataclass(frozen=True, eq=False)
class Subject:
    """The operator, the perturbed one, the injections of its inputs, and the quantizer."""

    before: Layer
    after: Layer
    C: Dyadic | None
    spec: dict[str, Json] | None
    fed: bool  # whether the inputs are vectors x, so that U and b matter


def read_case(value: Json, known: Layer | None) -> Subject:
    """Every part of the case; W~ is compared with what the quantizer named makes of W."""
    parts = members(value, "case", PARTS)
    spec = members(parts["settings"], "settings", ("quantizer",))["quantizer"]
    kind, rows = _inputs(parts["inputs"])
    fed = kind == "x"
    before = read_layer(parts["operator"], "operator", known, fed=fed)
    if known is not None:
        _require_known(before, known, fed=fed)
    again = None if spec is None else requantized(before, spec)
    after = read_layer(parts["perturbed"], "perturbed", again, fed=fed)
    require(after.n == before.n, "the operator and the perturbed one differ in size")
    if again is not None:
        require(after.exact == again.exact, "W~ is not W quantized as it says")
        same = not fed or (after.U, after.b) == (again.U, again.b)
        require(same, "U~ or b~ is not quantized as it says")
    require(after.factors is None, "the perturbed operator has no factors")
    return Subject(before, after, _injections(kind, rows, after), spec, fed)


def _require_known(before: Layer, known: Layer, *, fed: bool) -> None:
    """The exact matrix, and U, b and the factors where the statement depends on them."""
    other = "it is about another operator than the one given"
    require(before.n == known.n and before.exact == known.exact, other)
    if fed:
        require((before.U, before.b) == (known.U, known.b), other)
    if before.factors is not None:
        same = known.factors is not None and before.factors.same_as(known.factors)
        require(same, "its factors are not those of the operator given")


def _inputs(value: Json) -> tuple[str | None, list[list[float]]]:
    if value is None:
        return None, []
    parts = members(value, "inputs", ("kind", "rows"))
    if parts["kind"] not in ("x", "c"):
        raise ProofError("inputs are vectors x or injections c")
    return parts["kind"], decode_rows(parts["rows"], "inputs.rows", (None, None))


def _injections(kind: str | None, rows: list[list[float]], after: Layer) -> Dyadic | None:
    if kind is None or not rows:
        return None
    width = after.n if kind == "c" else len((after.U or [[]])[0])
    require(len(rows[0]) == width, f"inputs {kind} of this operator have {width} entries")
    return of_floats(rows, width) if kind == "c" else after.injections(rows)
