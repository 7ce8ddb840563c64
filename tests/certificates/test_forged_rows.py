"""A certificate about inputs x cannot leave out the U and b that make them."""

import json

import numpy as np

from mondeq_ref.certificates.check import verify
from mondeq_ref.certificates.make import certificate_of_inputs
from mondeq_ref.certify.pair import Pair
from mondeq_ref.documents.case import Rows
from mondeq_ref.documents.encoding import digest_of
from mondeq_ref.documents.float_arrays import encode_array, encode_floats
from mondeq_ref.operator import Operator
from mondeq_ref.quantize import Quantizer, quantize
from mondeq_ref.solve import ActiveSet, solve


def test_inputs_without_their_layer_are_rejected() -> None:
    rng = np.random.default_rng(0)
    operator = Operator(rng.normal(size=(3, 3)) / 4, rng.normal(size=(3, 2)), rng.normal(size=3))
    quantized = quantize(operator, Quantizer.named("paper-code", 6))
    pair = Pair(operator, quantized.operator)
    rows = Rows("x", rng.normal(size=(4, 2)))
    active = solve(quantized.operator, rows.injections(quantized.operator), ActiveSet()).z > 0
    document = certificate_of_inputs(pair, rows, active, quantized.spec, {})
    assert verify(document, operator).accepted
    forged = json.loads(json.dumps(document))
    for part in ("operator", "perturbed"):
        forged["case"][part].pop("U")
        forged["case"][part].pop("b")
    forged["case"]["inputs"]["rows"] = encode_floats(np.zeros((4, 0)))
    forged["proof"]["active"] = encode_array(np.zeros((4, 3), np.uint8))
    forged["digest"] = digest_of(forged)
    assert not verify(forged, operator).accepted
