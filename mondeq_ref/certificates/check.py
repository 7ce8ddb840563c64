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
from unicodedata import normalize

from mondeq_ref.certificates.case import Subject, read_case
from mondeq_ref.certificates.conditions import PROOFS
from mondeq_ref.certificates.integers import ProofError, require
from mondeq_ref.certificates.layer import layer_of
from mondeq_ref.certificates.matrices import Matrices
from mondeq_ref.certificates.rungs import OF_INPUTS, RUNGS
from mondeq_ref.documents.encoding import Json, digest_of, integer, members, refuse
from mondeq_ref.documents.size import Limits, check_size
from mondeq_ref.errors import InputError

if TYPE_CHECKING:
    from mondeq_ref.operator import Operator

KIND, FORMAT = "certificate", 1
MEMBERS = ("kind", "format", "rung", "outcome", "sentence", "case", "proof", "assumptions")
ASSUMPTIONS = "FLINT's integer, rational and ball arithmetic is correct."

WIDTHS = (  # what the name of a file says of weights
    re.compile(r"(?<![0-9])0*([0-9]+)[^0-9a-z]*x?[^0-9a-z]*bit"),  # 08bits, 8-bit, 8 x bits
    re.compile(r"bits?[^0-9a-z]*0*([0-9]+)"),  # bits-8, bits=8
    re.compile(r"(?<![0-9a-z])int0*([0-9]+)(?![0-9a-z])"),  # int8
)
PERHAPS = (  # may as well be a layer, a quarter or a branch
    re.compile(r"(?<![0-9a-z])[bqw]0*([0-9]+)(?![0-9a-z])"),  # w8, q8, b8
    re.compile(r"(?<![0-9a-z])0*([0-9]+)b(?![0-9a-z])"),  # 8b
)
OURS = re.compile(  # names that `certify --certificates` gives
    r"(?P<operator>[0-9a-f]{12})-(?P<what>[A-Za-z]+)-(?P<quantizer>.+)-(?P<bits>[0-9]{2})bits-"
    r"rung(?P<rung>[0-9])-(?:[0-9a-f]{12}-)?(?P<outcome>proved|refuted)(?:-[0-9]+)?\.json"
)


@dataclass(frozen=True)
class Checked:
    """Whether the certificate is a proof; `reason` says what it proves, or why it does not."""

    accepted: bool
    reason: str
    operator: str | None = None  # SHA-256 of the exact W
    perturbed: str | None = None  # SHA-256 of the exact W~
    inputs: str | None = None  # how many of which kind, with the SHA-256 of their numbers
    rung: int | None = None
    outcome: str | None = None  # PROVED or REFUTED
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
        if self.inputs is not None:
            said.append(f"inputs: {self.inputs}")
        if self.accepted:
            said += [f"checked: {what}" for what in self.checked]
        return said + [f"not checked: {what}" for what in self.unchecked]

    def in_file(self, name: str) -> "Checked":
        """The verdict about a file of this name, which may speak of another bit-width, or, where
        it is a name that we give, of another operator or statement."""
        if not self.accepted:
            return self
        plain = normalize("NFKC", name)
        told = {bits for width in WIDTHS for bits in width.findall(plain.lower())}
        bits = None if self.quantizer is None else str(self.quantizer["bits"])
        if told and bits is not None and bits not in told:
            first = min(told, key=int)
            reason = f"the file's name says {first} bits, and its W~ is of {bits} bits"
            return replace(self, accepted=False, reason=reason)
        told |= {bits for width in PERHAPS for bits in width.findall(plain.lower())}
        others = (f"the {one} bits in the file's name" for one in sorted(told - {bits}, key=int))
        found = replace(self, unchecked=(*self.unchecked, *others))
        return found._of_name(OURS.fullmatch(plain))

    def _of_name(self, ours: "re.Match[str] | None") -> "Checked":
        """The verdict about a file whose name `certify` gave, part by part."""
        if ours is None:
            return self
        held = {
            "operator": str(self.operator)[:12],
            "rung": str(self.rung),
            "outcome": str(self.outcome).lower(),
        }
        if self.quantizer is not None:
            held |= {"what": self.quantizer["what"], "quantizer": self.quantizer["name"]}
        for part, value in held.items():
            if ours[part] != value:
                reason = f"the file's name says {part} {ours[part]}, and it is about {value}"
                return replace(self, accepted=False, reason=reason)
        return self


def verify(
    document: Json, operator: "Operator | None" = None, *, trust_size: bool = False
) -> Checked:
    """Re-verify a certificate, for `operator` if one is given.  Refuses what is malformed."""
    parts = members(document, "the certificate", (*MEMBERS, "provenance", "digest"))
    check_size(document, trust_size=trust_size)
    limits = Limits(trusted=trust_size)
    if not isinstance(parts["provenance"], dict):
        refuse("provenance", "an object", parts["provenance"])
    if parts["kind"] != KIND or integer(parts["format"], "format", 1, FORMAT) != FORMAT:
        raise InputError(f"this is not a certificate of format {FORMAT}")
    try:
        rung, holds = _labels(parts)
        known = None if operator is None else layer_of(operator)
        subject = read_case(parts["case"], known, limits)
    except ProofError as flaw:
        return Checked(False, str(flaw))
    about = replace(_about(subject), rung=rung, outcome=str(parts["outcome"]))
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
        if str(spec["what"]).endswith("Ub") and not subject.fed:
            unchecked.append("U~ and b~, on which nothing here depends: they are not stored")
        if subject.before.factors is not None and subject.known != "W":
            unchecked.append("whether the operator has these factors")
    if subject.inputs is not None:
        unchecked.append("whose inputs these are")
    return Checked(
        True,
        "",
        subject.before.digest,
        subject.after.digest,
        subject.inputs,
        quantizer=spec,
        compared=subject.known,
        checked=tuple(checked),
        unchecked=tuple(unchecked),
    )


def _made_by(spec: dict[str, Json] | None) -> str:
    if spec is None:
        return "given, by no quantizer"
    kept = f", t = {spec['offset']!r} kept" if "offset" in spec else ""
    return (
        f"{spec['what']} quantized by {spec['name']} to {spec['bits']} bits "
        f"({spec['range'] or 'no range'}, {spec['round']}, per {spec['per']}{kept})"
    )
