"""Documents as they come back from a file, and one case that has everything."""

import json
from typing import Any, Literal

import numpy as np

from mondeq_ref.documents.case import Case, Rows
from mondeq_ref.operator import Head, Operator
from mondeq_ref.quantize import Quantizer, quantize

RNG = np.random.default_rng


def through_json(value: Any) -> Any:
    return json.loads(json.dumps(value, allow_nan=False))


def operator(n: int = 4) -> Operator:
    """With factors and a head."""
    rng = RNG(0)
    A, S = rng.normal(size=(1, n)), rng.normal(size=(n, n))
    head = Head(rng.normal(size=(3, n)), rng.normal(size=3))
    return Operator.from_factors(A, S, 0.5, rng.normal(size=(n, 2)), rng.normal(size=n), head=head)


def case(kind: Literal["x", "c"] = "x") -> Case:
    """Four units at five bits, whose U and b are quantized too, and six inputs."""
    before = operator()
    after = quantize(before, Quantizer(5), "factorsUb").operator
    rows = Rows(kind, RNG(1).normal(size=(6, 2 if kind == "x" else 4)))
    return Case(before, after, rows, {"note": "five bits", "bits": 5})
