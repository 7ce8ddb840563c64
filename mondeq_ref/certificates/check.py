"""Is a stored certificate a proof?  Integers decide; nothing here knows how it was found.

A certificate states that a rung of the ladder (`rungs`) holds or fails for the exact matrices
W and W~ of its case, and stores a proof; `conditions` says what a proof has to satisfy.
Besides the proof everything that a certificate says is compared with what it has to be, and a
digest binds the rest.

Loaded are the standard library, FLINT and the readers of documents: no NumPy, and no part of the
library that searches, solves or quantizes.
"""

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mondeq_ref.certificates.case import Subject, read_case
from mondeq_ref.certificates.conditions import PROOFS
from mondeq_ref.certificates.integers import ProofError, require
from mondeq_ref.certificates.layer import layer_of
from mondeq_ref.certificates.matrices import Matrices
from mondeq_ref.certificates.rungs import OF_INPUTS, RUNGS
from mondeq_ref.documents.encoding import Json, digest_of, integer, members
from mondeq_ref.documents.size import Limits, check_size
from mondeq_ref.errors import InputError

if TYPE_CHECKING:
    from mondeq_ref.operator import Operator

KIND, FORMAT = "certificate", 1
MEMBERS = ("kind", "format", "rung", "outcome", "sentence", "case", "proof", "assumptions")
ASSUMPTIONS = "FLINT's integer, rational and ball arithmetic is correct."

WIDTH_FIRST = re.compile(r"(?<![0-9])0*([0-9]+)[-_. ]*bit")  # 08bits, 8-bit
WIDTH_LAST = re.compile(r"bits?[-_. ]*0*([0-9]+)")  # bits-8


@dataclass(frozen=True)
class Checked:
    """Whether the certificate is a proof; `reason` says what it proves, or why it does not."""

    accepted: bool
    reason: str
    operator: str | None = None  # SHA-256 of the exact W
    perturbed: str | None = None  # SHA-256 of the exact W~
    quantizer: dict[str, Json] | None = None  # what W~ was recomputed by; None: W~ is given
    compared: str | None = None  # which of "W" and "W~" the operator given is; None: none given
    checked: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()

    @property
    def sentences(self) -> list[str]:
        """The verdict in words: what it is about, what was checked and what was not."""
        verdict = "verified" if self.accepted else "REJECTED"
        said = [f"{verdict}: {self.reason}"]
        if self.operator is not None:
            said.append(f"W: sha256 {self.operator}")
            said.append(f"W~: {_made_by(self.quantizer)}, sha256 {self.perturbed}")
        if self.accepted:
            said += [f"checked: {what}" for what in self.checked]
        return said + [f"not checked: {what}" for what in self.unchecked]

    def in_file(self, name: str) -> "Checked":
        """The verdict about a file of this name, which may speak of another bit-width."""
        told = WIDTH_FIRST.findall(name.lower()) or WIDTH_LAST.findall(name.lower())
        if not self.accepted or not told:
            return self
        if self.quantizer is None:
            unchecked = f"the {told[0]} bits in the file's name"
            return replace(self, unchecked=(*self.unchecked, unchecked))
        bits = self.quantizer["bits"]
        if str(bits) in told:
            return self
        reason = f"the file's name says {told[0]} bits, and its W~ is of {bits} bits"
        return replace(self, accepted=False, reason=reason)


def verify(
    document: Json, operator: "Operator | None" = None, *, trust_size: bool = False
) -> Checked:
    """Re-verify a certificate, for `operator` if one is given.  Refuses what is malformed."""
    parts = members(document, "the certificate", (*MEMBERS, "provenance", "digest"))
    check_size(document, trust_size=trust_size)
    limits = Limits(trusted=trust_size)
    if parts["kind"] != KIND or integer(parts["format"], "format", 1, FORMAT) != FORMAT:
        raise InputError(f"this is not a certificate of format {FORMAT}")
    try:
        rung, holds = _labels(parts)
        known = None if operator is None else layer_of(operator)
        subject = read_case(parts["case"], known, limits)
    except ProofError as flaw:
        return Checked(False, str(flaw))
    about = _about(subject)
    try:
        _check(rung, subject, parts["proof"], limits, holds=holds)
    except ProofError as flaw:
        return replace(about, accepted=False, reason=str(flaw))
    return replace(about, reason=str(parts["sentence"]))


def _labels(parts: dict[str, Json]) -> tuple[int, bool]:
    """The rung, and whether it is said to hold."""
    require(parts["digest"] == digest_of(parts), "the digest is not that of the content")
    rung = integer(parts["rung"], "rung", 1, len(RUNGS))
    require(parts["outcome"] in ("PROVED", "REFUTED"), "a certificate proves or refutes")
    holds = parts["outcome"] == "PROVED"
    sentence = RUNGS[rung].sentence(holds=holds)
    require(parts["sentence"] == sentence, "the sentence is not what this rung says")
    require(parts["assumptions"] == ASSUMPTIONS, "unknown assumptions")
    return rung, holds


def _check(rung: int, subject: Subject, proof: Json, limits: Limits, *, holds: bool) -> None:
    condition = PROOFS.get((rung, holds))
    if condition is None:
        raise ProofError("this rung cannot be refuted")
    require(subject.C is None or rung == OF_INPUTS, "this rung speaks of no inputs")
    condition(Matrices(subject.before.exact, subject.after.exact, subject.C, limits), proof)


def _about(subject: Subject) -> Checked:
    """What is stated about whom, of a certificate whose proof is still to be checked."""
    layer, after, spec = "W", "W~", subject.spec
    if subject.fed:
        layer, after = "W, U and b", "W~, U~ and b~"
    checked, unchecked = ["the proof, in integers"], ["what the provenance says"]
    if subject.known == "W":
        checked.append(f"{layer} against the operator given, exactly")
    elif subject.known == "W~":
        checked.append(f"{after} against the operator given, exactly: it is W~, not W")
        unchecked.append(f"whose {layer} this is: the operator given is W~")
    else:
        unchecked.append(f"whose {layer} this is: no operator was given to compare with")
    if spec is None:
        have = "have" if subject.fed else "has"
        unchecked.append(f"what {after} {have} to do with {layer}: given by the certificate")
    else:
        checked.append(f"W~ is {_made_by(spec)}, computed again from the definition")
        if subject.before.factors is not None and subject.known != "W":
            unchecked.append("whether the operator has these factors")
    return Checked(
        True,
        "",
        subject.before.digest,
        subject.after.digest,
        spec,
        subject.known,
        tuple(checked),
        tuple(unchecked),
    )


def _made_by(spec: dict[str, Json] | None) -> str:
    if spec is None:
        return "given, by no quantizer"
    kept = f", t = {spec['offset']!r} kept" if "offset" in spec else ""
    return (
        f"{spec['what']} quantized by {spec['name']} to {spec['bits']} bits "
        f"({spec['range'] or 'no range'}, {spec['round']}, per {spec['per']}{kept})"
    )
