"""Is a stored certificate a proof?  Integers decide; nothing here knows how it was found.

A certificate states that a rung of the ladder (`rungs`) holds or fails for the exact matrices
W and W~ of its case, and stores a proof; `certificate_proofs` says what a proof has to satisfy.
Besides the proof everything that a certificate says is compared with what it has to be, and a
digest binds the rest.
"""

from dataclasses import dataclass

import numpy as np

from mondeq_ref.arrays import InputError
from mondeq_ref.certificates.conditions import PROOFS, Matrices
from mondeq_ref.certificates.integers import ProofError, require
from mondeq_ref.certificates.rungs import RUNGS
from mondeq_ref.documents.case import PARTS, Case, decode_case
from mondeq_ref.documents.encoding import Json, digest_of, integer, members
from mondeq_ref.operator import Operator
from mondeq_ref.quantize import Quantizer, quantize
from mondeq_ref.rigor.verdict import Guarantee, Outcome

KIND, FORMAT = "certificate", 1
MEMBERS = ("kind", "format", "rung", "outcome", "sentence", "case", "proof", "assumptions")


@dataclass(frozen=True)
class Checked:
    """Whether the certificate is a proof; `reason` says what it proves, or why it does not."""

    accepted: bool
    reason: str


def verify(document: Json, operator: Operator | None = None) -> Checked:
    """Re-verify a certificate, for `operator` if one is given.  Refuses what is malformed."""
    parts = members(document, "the certificate", (*MEMBERS, "provenance", "digest"))
    if parts["kind"] != KIND or integer(parts["format"], "format", 1, FORMAT) != FORMAT:
        raise InputError(f"this is not a certificate of format {FORMAT}")
    try:
        return Checked(True, _verified(parts, operator))
    except ProofError as flaw:
        return Checked(False, str(flaw))


def _verified(parts: dict[str, Json], operator: Operator | None) -> str:
    require(parts["digest"] == digest_of(parts), "the digest is not that of the content")
    rung = integer(parts["rung"], "rung", 1, len(RUNGS))
    require(parts["outcome"] in ("PROVED", "REFUTED"), "a certificate proves or refutes")
    outcome = Outcome[parts["outcome"]]
    sentence = RUNGS[rung].sentence(outcome)
    require(parts["sentence"] == sentence, "the sentence is not what this rung says")
    require(parts["assumptions"] == Guarantee.EXACT.assumptions, "unknown assumptions")
    _check(rung, outcome, _case(parts["case"], operator), parts["proof"])
    return sentence


def _case(value: Json, known: Operator | None) -> Case:
    """The case, after its operator and its quantizer were compared with what they must be."""
    parts = members(value, "case", PARTS)
    spec = members(parts["settings"], "settings", ("quantizer",))["quantizer"]
    again = None if known is None or spec is None else requantized(known, spec)
    case = decode_case(value, known, again)
    # A statement about inputs x depends on U and b: then they cannot have been left out.
    fed = case.inputs is not None and case.inputs.kind == "x"
    require(
        known is None
        or (
            np.array_equal(known.W, case.operator.W)
            and _same_input_layer(known, case.operator, fed)
        ),
        "it is about another operator than the one given",
    )
    if spec is not None and case.perturbed is not None:
        again = requantized(case.operator, spec) if again is None else again
        require(again.exact_W == case.perturbed.exact_W, "W~ is not W quantized as it says")
        require(
            _same_input_layer(again, case.perturbed, fed), "U~ or b~ is not quantized as it says"
        )
    return case


def _same_input_layer(operator: Operator, stored: Operator, fed: bool) -> bool:
    """U and b, which are left out of a case when the statement does not depend on them."""
    if not fed and stored.d == 0 and not stored.b.any():
        return True
    return np.array_equal(operator.U, stored.U) and np.array_equal(operator.b, stored.b)


def requantized(operator: Operator, spec: Json) -> Operator:
    """The operator quantized as `spec` says, from the definition of the quantizer."""
    held = members(spec, "quantizer", ("name", "bits", "range", "round", "per", "what"))
    limits = held["range"] or "unclipped"
    quantizer = Quantizer(held["bits"], limits, held["round"], held["per"])
    what = held["what"]
    require(quantizer.spec(what) == spec, "the quantizer is not the one it is named")
    if operator.factors is None and what in ("factors", "factorsUb"):
        raise ProofError("the factors that were quantized are not here")
    return quantize(operator, quantizer, what).operator


def _check(rung: int, outcome: Outcome, case: Case, proof: Json) -> None:
    if case.perturbed is None or case.perturbed.n != case.operator.n:
        raise ProofError("a certificate needs an operator and a perturbed one of the same size")
    check = PROOFS.get((rung, outcome is Outcome.PROVED))
    if check is None:
        raise ProofError("this rung cannot be refuted")
    check(Matrices(case, case.operator.exact_W, case.perturbed.exact_W), proof)
