"""A case: an operator, a perturbed operator, inputs and settings.

Certificates, counterexamples and test vectors share this form, in memory and in JSON, so that
each of them can be replayed:

    {"operator": {"W": array, ...}, "perturbed": {...} or null, "inputs": {...} or null,
     "settings": {...}}

U and b are left out where U has no columns and b = 0; factors, head and meant (the exact weights)
where the operator has none.  A certificate may contain the digest of a large W in place of W; only
the checker of certificates reads that form.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from mondeq_ref.arrays import InputError, Matrix
from mondeq_ref.documents.encoding import (
    Json,
    decode_dyadic,
    encode_dyadic,
    members,
    refuse,
)
from mondeq_ref.documents.float_arrays import decode_floats, encode_floats
from mondeq_ref.inputs import Injections, given, inject
from mondeq_ref.operator import Factors, Head, Operator, array_digest

EMBED_UP_TO = 512  # units; a certificate contains the digest of a larger matrix
PARTS = ("operator", "perturbed", "inputs", "settings")
ALWAYS = ("W",)
SOMETIMES = ("U", "b", "factors", "head", "meant")


@dataclass(frozen=True, eq=False)
class Rows:
    """Inputs, one per row: injections c, or vectors x with c = U x + b."""

    kind: Literal["x", "c"]
    rows: Matrix

    def injections(self, operator: Operator) -> Injections:
        return given(self.rows, operator.n) if self.kind == "c" else inject(operator, self.rows)


@dataclass(frozen=True, eq=False)
class Case:
    """An operator, the perturbed operator, inputs and settings."""

    operator: Operator
    perturbed: Operator | None = None
    inputs: Rows | None = None
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])  # JSON's own types


def encode_case(case: Case, *, by_digest: bool = False) -> dict[str, Json]:
    """The case in JSON; with `by_digest` it contains digests in place of the matrices W."""
    perturbed = case.perturbed
    return {
        "operator": encode_operator(case.operator, by_digest=by_digest),
        "perturbed": None if perturbed is None else encode_operator(perturbed, by_digest=by_digest),
        "inputs": None if case.inputs is None else encode_rows(case.inputs),
        "settings": dict(case.settings),
    }


def decode_case(value: Json) -> Case:
    """The case in a document that contains its matrices."""
    parts = members(value, "case", PARTS)
    settings = parts["settings"]
    if not isinstance(settings, dict):
        refuse("case.settings", "an object", settings)
    return Case(
        decode_operator(parts["operator"], "operator"),
        None if parts["perturbed"] is None else decode_operator(parts["perturbed"], "perturbed"),
        None if parts["inputs"] is None else decode_rows(parts["inputs"]),
        settings,
    )


def encode_operator(operator: Operator, *, by_digest: bool = False) -> dict[str, Json]:
    found: dict[str, Json] = {"W": encode_floats(operator.W)}
    if by_digest:
        found["W"] = {"sha256": array_digest(operator.W), "shape": list(operator.W.shape)}
    if operator.d > 0 or operator.b.any():
        found |= {"U": encode_floats(operator.U), "b": encode_floats(operator.b)}
    if operator.factors is not None:
        A, S, m = operator.factors.A, operator.factors.S, operator.factors.m
        found["factors"] = {
            "A": encode_floats(A),
            "S": encode_floats(S),
            "m": encode_floats(np.array(m)),
        }
    if operator.head is not None:
        found["head"] = {
            "V": encode_floats(operator.head.V),
            "d": encode_floats(operator.head.d),
        }
    if operator.exact_weights is not None:
        found["meant"] = encode_dyadic(operator.exact_weights)
    return found


def decode_operator(value: Json, name: str) -> Operator:
    parts = members(value, name, ALWAYS, SOMETIMES)
    W = decode_floats(parts["W"], f"{name}.W", (None, None))
    n = len(W)
    U, b = np.zeros((n, 0)), np.zeros(n)
    if "U" in parts or "b" in parts:
        parts = members(parts, name, ("W", "U", "b"), SOMETIMES)
        U = decode_floats(parts["U"], f"{name}.U", (n, None))
        b = decode_floats(parts["b"], f"{name}.b", (n,))
    factors = head = meant = None
    if "factors" in parts:
        held = members(parts["factors"], f"{name}.factors", ("A", "S", "m"))
        A = decode_floats(held["A"], f"{name}.factors.A", (None, n))
        S = decode_floats(held["S"], f"{name}.factors.S", (n, n))
        m = decode_floats(held["m"], f"{name}.factors.m", ())
        factors = Factors(A, S, float(m))
        if not np.array_equal(factors.product.rounded(), W):
            raise InputError(f"{name}.W is not the product of {name}.factors")
    if "head" in parts:
        held = members(parts["head"], f"{name}.head", ("V", "d"))
        V = decode_floats(held["V"], f"{name}.head.V", (None, n))
        head = Head(V, decode_floats(held["d"], f"{name}.head.d", (len(V),)))
    if "meant" in parts:
        meant = decode_dyadic(parts["meant"], f"{name}.meant", (n, n))
    return Operator(W, U, b, factors, head, exact_weights=meant)


def encode_rows(inputs: Rows) -> dict[str, Json]:
    return {"kind": inputs.kind, "rows": encode_floats(inputs.rows)}


def decode_rows(value: Json) -> Rows:
    parts = members(value, "inputs", ("kind", "rows"))
    kind = parts["kind"]
    if kind not in ("x", "c"):
        refuse("inputs.kind", "x or c", kind)
    rows = decode_floats(parts["rows"], "inputs.rows", (None, None))
    return Rows("x" if kind == "x" else "c", rows)
