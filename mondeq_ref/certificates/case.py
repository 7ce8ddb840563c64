"""The case of a certificate: what its statement is about, compared with what it must be."""

from dataclasses import dataclass

from mondeq_ref.certificates.integers import ProofError, bits_of_sum, require
from mondeq_ref.certificates.layer import Layer, inputs_digest, read_layer
from mondeq_ref.certificates.requantize import requantized
from mondeq_ref.documents.encoding import Json, decode_rows, members
from mondeq_ref.documents.size import Limits
from mondeq_ref.rigor.dyadic import Dyadic, identity, of_floats

PARTS = ("operator", "perturbed", "inputs", "settings")


@dataclass(frozen=True, eq=False)
class Subject:
    """The operator, the perturbed one, the injections of its inputs, and the quantizer."""

    before: Layer
    after: Layer
    C: Dyadic | None
    spec: dict[str, Json] | None
    inputs: str | None  # their number, kind and SHA-256, in words
    fed: bool  # whether the inputs are vectors x, so that U and b matter
    known: str | None  # "W" or "W~", whichever the operator given is; None: none was given


def read_case(value: Json, known: Layer | None, limits: Limits) -> Subject:
    """Every part of the case; W~ is compared with what the quantizer named makes of W."""
    parts = members(value, "case", PARTS)
    spec = members(parts["settings"], "settings", ("quantizer",))["quantizer"]
    kind, rows = _inputs(parts["inputs"])
    fed = kind == "x"
    before = read_layer(parts["operator"], "operator", known, limits, fed=fed)
    again = None if spec is None else requantized(before, spec, limits)
    after = read_layer(parts["perturbed"], "perturbed", again, limits, fed=fed)
    require(after.n == before.n, "the operator and the perturbed one differ in size")
    which = None if known is None else _which(known, before, after, fed=fed)
    if again is not None:
        require(after.exact == again.exact, "W~ is not W quantized as it says")
        same = not fed or (after.U, after.b) == (again.U, again.b)
        require(same, "U~ or b~ is not quantized as it says")
    require(after.factors is None, "the perturbed operator has no factors")
    bits = max(bits_of_sum(before.exact, after.exact), bits_of_sum(after.exact, identity(after.n)))
    limits.matrix(after.n**2, bits)
    limits.floats(rows, after.U or [], [after.b or []])
    told = None if kind is None else f"{len(rows)} rows of {kind}, sha256 {inputs_digest(rows)}"
    return Subject(before, after, _injections(kind, rows, after), spec, told, fed, which)


def _which(known: Layer, before: Layer, after: Layer, *, fed: bool) -> str:
    """Whether the operator given is W or W~: by the exact matrix, and by U, b and the factors
    where the statement depends on them."""
    if _is_same(before, known, fed=fed):
        factors = before.factors
        same = factors is None or (known.factors is not None and factors.same_as(known.factors))
        require(same, "its factors are not those of the operator given")
        return "W"
    require(_is_same(after, known, fed=fed), "it is about another operator than the one given")
    return "W~"


def _is_same(layer: Layer, known: Layer, *, fed: bool) -> bool:
    same = layer.n == known.n and layer.exact == known.exact
    return same and (not fed or (layer.U, layer.b) == (known.U, known.b))


def _inputs(value: Json) -> tuple[str | None, list[list[float]]]:
    if value is None:
        return None, []
    parts = members(value, "inputs", ("kind", "rows"))
    if parts["kind"] not in ("x", "c"):
        raise ProofError("inputs are vectors x or injections c")
    rows = decode_rows(parts["rows"], "inputs.rows", (None, None))
    require(bool(rows), "there are no inputs: they have one row at least")
    return parts["kind"], rows


def _injections(kind: str | None, rows: list[list[float]], after: Layer) -> Dyadic | None:
    if kind is None:
        return None
    width = after.n if kind == "c" else len((after.U or [[]])[0])
    require(len(rows[0]) == width, f"inputs {kind} of this operator have {width} entries")
    return of_floats(rows, width) if kind == "c" else after.injections(rows)
