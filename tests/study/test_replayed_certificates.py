"""Replaying a certificate is checking it."""

import json

import numpy as np

from mondeq_ref.certificates.make import certificate
from mondeq_ref.certify.ladder import by_margin
from mondeq_ref.certify.pair import Pair
from mondeq_ref.documents.encoding import digest_of
from mondeq_ref.documents.float_arrays import encode_floats
from mondeq_ref.operator import Operator
from mondeq_ref.study.cases import replay


def test_a_certificate_is_the_same_only_if_it_is_accepted() -> None:
    half = Operator([[0.5]], np.zeros((1, 0)), np.zeros(1))
    pair = Pair(half, half.with_weights(np.array([[0.25]])))
    written = certificate(pair, by_margin(pair), None, {})
    document = json.loads(json.dumps(written))
    verified = replay(document)
    assert verified.same
    first, *about = verified.sentence.splitlines()
    assert first == f"verified: {document['sentence']}"
    assert about[1].startswith("W~: given, by no quantizer, sha256")
    document["case"]["perturbed"]["W"] = encode_floats(np.array([[2.0]]))
    document["digest"] = digest_of(document)
    rejected = replay(document)
    assert not rejected.same
    assert rejected.sentence.startswith("REJECTED: m~ > 0 is not shown")
