"""Writing down a proof: what was decided, with the data that lets anybody check it again.

The searches hand over what they found, which `evidence` writes down rung by rung.  What is written
is verified by `check` before it is handed out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from mondeq_ref.arrays import Booleans
from mondeq_ref.certificates.branches import Contradiction, Linear, Tree
from mondeq_ref.certificates.check import ASSUMPTIONS, FORMAT, KIND, verify
from mondeq_ref.certificates.evidence import PROOFS, NotShownError
from mondeq_ref.certificates.requantize import is_known
from mondeq_ref.certificates.rungs import OF_INPUTS, RUNGS
from mondeq_ref.certify.ladder import Step
from mondeq_ref.certify.pair import Pair
from mondeq_ref.documents.case import EMBED_UP_TO, Case, Rows, encode_case
from mondeq_ref.documents.encoding import (
    Json,
    digest_of,
)
from mondeq_ref.documents.float_arrays import encode_array, encode_floats
from mondeq_ref.documents.size import Limits
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.verdict import Outcome
from mondeq_ref.whats import matrix_of

TRUSTED = Limits(trusted=True)


def certificate(
    pair: Pair,
    step: Step,
    spec: Mapping[str, Any] | None,
    provenance: Mapping[str, Any],
    *,
    by_digest: bool = False,
) -> dict[str, Json] | None:
    """The certificate of one decided rung, verified; None where no short proof was found.

    `spec` is the deterministic quantizer that made the perturbed operator, if one did: then
    `by_digest` names the matrices, and whoever checks brings the operator."""
    if step.outcome is Outcome.UNDECIDED:
        return None
    try:
        proof = PROOFS[step.rung](pair, step)
    except NotShownError:
        return None
    bare = Case(
        _bare(pair.original, factors=_has_factors(spec)),
        _bare(pair.perturbed),
        settings={"quantizer": _checkable(spec)},
    )
    return _document(
        pair.original, step.rung, step.outcome, bare, proof, provenance, by_digest=by_digest
    )


def certificate_of_inputs(
    pair: Pair,
    inputs: Rows,
    active: Booleans,
    spec: Mapping[str, Any] | None,
    provenance: Mapping[str, Any],
) -> dict[str, Json]:
    """The certificate of given inputs: the active set of every input."""
    proof = {"active": encode_array(active.astype(np.uint8))}
    return _of_inputs(pair, inputs, Outcome.PROVED, proof, spec, provenance)


def certificate_of_no_equilibrium(
    pair: Pair,
    inputs: Rows,
    trees: Sequence[Tree],
    spec: Mapping[str, Any] | None,
    provenance: Mapping[str, Any],
) -> dict[str, Json]:
    """The certificate that none of the given inputs has an equilibrium."""
    proof = {"trees": [_tree(tree) for tree in trees]}
    return _of_inputs(pair, inputs, Outcome.REFUTED, proof, spec, provenance)


def _of_inputs(
    pair: Pair,
    inputs: Rows,
    outcome: Outcome,
    proof: Json,
    spec: Mapping[str, Any] | None,
    provenance: Mapping[str, Any],
) -> dict[str, Json]:
    keep = inputs.kind == "x"
    case = Case(
        _bare(pair.original, factors=_has_factors(spec), input_layer=keep),
        _bare(pair.perturbed, input_layer=keep),
        inputs,
        {"quantizer": _checkable(spec)},
    )
    return _document(pair.original, OF_INPUTS, outcome, case, proof, provenance)


def _document(
    original: Operator,
    rung: int,
    outcome: Outcome,
    case: Case,
    proof: Json,
    provenance: Mapping[str, Any],
    *,
    by_digest: bool = False,
) -> dict[str, Json]:
    by_digest = by_digest or original.n > EMBED_UP_TO
    spec = case.settings["quantizer"]
    document = {
        "kind": KIND,
        "format": FORMAT,
        "rung": rung,
        "outcome": outcome.name,
        "sentence": RUNGS[rung].sentence(holds=outcome is Outcome.PROVED),
        "case": encode_case(case, by_digest=by_digest and spec is not None),
        "proof": proof,
        "assumptions": ASSUMPTIONS,
        "provenance": dict(provenance),
    }
    document["digest"] = digest_of(document)
    checked = verify(document, original, trust_size=True)
    if not checked.accepted:
        raise ArithmeticError(f"a certificate that was just made is rejected: {checked.reason}")
    return document


def _tree(tree: Tree) -> Json:
    contradictions = [_contradiction(one) for one in tree.contradictions]
    return {"contradictions": contradictions, "branches": [list(one) for one in tree.branches]}


def _contradiction(of: Contradiction) -> Json:
    if isinstance(of, Linear):
        return [of.row, list(of.rows), list(of.columns)]
    return {"zeros": list(of.zeros), "weights": encode_floats(np.array(of.weights))}


def _checkable(spec: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The quantizer, where the checker can apply it again; else W~ stands for itself."""
    return dict(spec) if spec is not None and is_known(spec) else None


def _has_factors(spec: Mapping[str, Any] | None) -> bool:
    """Whether quantizing again needs the factors."""
    known = _checkable(spec)
    return known is not None and matrix_of(known["what"]) == "factors"


def _bare(operator: Operator, *, factors: bool = False, input_layer: bool = False) -> Operator:
    """The operator without what the statement does not depend on."""
    n = operator.n
    return replace(
        operator,
        U=operator.U if input_layer else np.zeros((n, 0)),
        b=operator.b if input_layer else np.zeros(n),
        factors=operator.factors if factors else None,
        head=None,
    )
