"""Show changed cases to `replay`: what it confirms must be true, and nothing but refusals raised.

The cases are those of data/hunt.json, the witnesses of every claim, and small equilibria and
displacements.  A third are changed field by field, as the forger changes certificates, the others
byte by byte.  What is confirmed is decided again by `claimed` and `accepted`.
"""

import json
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

from mondeq_ref.arrays import InputError
from mondeq_ref.documents.encoding import encode_rational, parse_document
from mondeq_ref.documents.strict_json import dumps
from mondeq_ref.instances.shipped import data_folder
from mondeq_ref.study.cases import kind_of
from mondeq_ref.study.cases import replay as replay_points
from proofs_checks.audit.claim_replay import instance_document
from proofs_checks.audit.claim_replay import replay as replay_claim
from proofs_checks.claims import NAMES, theorem
from tests.certificates import accepted, claimed
from tests.certificates.forged_from import Original, originals
from tests.certificates.forger import Forgery, change, leaf, members, stolen
from tests.support.layers import bare

Json = Any
TOKENS = (b"0", b"-1", b"1e999", b"null", b"true", b"[]", b"{}", b'"x"', b"NaN", b"-", b"00", b",")


@cache
def pool(seed: int) -> tuple[Original, ...]:
    """The true cases."""
    hunted = json.loads((data_folder() / "hunt.json").read_text())["searches"]
    found = [case for search in hunted for case in search["cases"]]
    found += [case for claim in NAMES for case in _witnesses(claim)]
    points = [original for original in originals(seed) if "rung" not in original.document]
    none = bare(np.zeros((1, 1)))  # claims hold their operators
    return (*(Original(case, none, none) for case in found), *points)


def _witnesses(claim: str) -> Iterator[Json]:
    """Those that attain a bound or break a hypothesis; a witness that does not fit has no case."""
    subject = theorem(claim)
    built = {name: w.build() for name, w in subject.attained.items() if not isinstance(w, str)}
    pairs = list(built.items())
    pairs += [
        (subject.forms[0].name, w.build())
        for w in subject.needed.values()
        if not isinstance(w, str)
    ]
    for form, instance in pairs:
        try:
            yield json.loads(dumps(instance_document(claim, [form], instance, 0)))
        except (InputError, LookupError, ValueError, ArithmeticError):
            continue


def said(at: Forgery) -> None:
    """What is stored about a form."""
    other = at.pick(at.others).document
    for form in at.document["forms"]:
        name = at.pick(["form", "outcome", "hypotheses", "ratio", "ratio"])
        low, high = sorted(float(x) for x in at.rng.normal(1, 1, 2))
        form[name] = {
            "form": at.pick(other.get("forms", at.document["forms"]))["form"],
            "outcome": at.pick(["PROVED", "REFUTED", "UNDECIDED", "ERROR"]),
            "hypotheses": not form["hypotheses"],
            "ratio": at.pick([None, [low, high], [None, None], [high, low], [None, 1e300], [1]]),
        }[name]


def labels(at: Forgery) -> None:
    """The claim, the input, the kind, or the whole instance of another case."""
    other = at.pick(at.others).document
    name = at.pick(["claim", "input", "kind", "instance", "forms", "case"])
    if name == "input":
        at.document["input"] = at.pick([0, 1, -1, 2**31, 2**40, 0.0, True, "0"])
    elif name in other:
        at.document[name] = deepcopy(other[name])


def number(at: Forgery) -> None:
    held = at.document["instance"]["numbers"]
    x = Fraction(held[name := at.pick(held)])
    choices = [-x, x + 1, x / 2, 2 * x, Fraction(0), Fraction(1), Fraction(1, 10**30)]
    held[name] = encode_rational(at.pick(choices))


FIELDS = (leaf, leaf, leaf, stolen, said, said, labels, number, members)


def by_bytes(at: Forgery) -> bytes:
    raw = bytearray(json.dumps(at.document).encode())
    for _ in range(int(at.rng.integers(1, 4))):
        i, j = sorted(int(k) for k in at.rng.integers(0, len(raw) + 1, 2))
        j = min(j, i + int(at.rng.integers(1, 40)))
        match int(at.rng.integers(5)):
            case 0 if i < len(raw):
                raw[i] ^= 1 << int(at.rng.integers(8))
            case 1:
                del raw[i:j]
            case 2:
                raw[i:i] = raw[i:j]
            case 3:
                digits = [k for k, byte in enumerate(raw) if chr(byte) in "0123456789abcdef"]
                raw[at.pick(digits or [0])] = ord(at.pick("0123456789abcdef"))
            case _:
                raw[i:i] = at.pick(TOKENS)
    return bytes(raw)


def outcome(raw: bytes) -> tuple[str, str | None]:
    """What became of it, and what is wrong with that."""
    try:
        case = parse_document(raw)
        if kind_of(case) == "claim":
            confirmed, sentence = replay_claim(case)
        else:
            found = replay_points(case)
            confirmed, sentence = found.same, found.sentence
    except InputError as refusal:
        return "refused", None if "\n" not in str(refusal) else "a refusal of two lines"
    except Exception as error:
        return "raised", f"{type(error).__name__}: {error}"
    if not confirmed:
        return "not confirmed", None if sentence.isprintable() else "not printable"
    if case["kind"] != "claim":
        return "confirmed", accepted.false_claim(case, None, None)
    if "instance" not in case:
        return "confirmed", None
    return "confirmed", claimed.false_claim(case)


def run(count: int, seed: int) -> tuple[Counter[str], list[str]]:
    """How many were confirmed, not confirmed and refused, and everything that is wrong."""
    rng, cases = np.random.default_rng(seed), pool(seed)
    counts: Counter[str] = Counter()
    findings: list[str] = []
    for index in range(count):
        case = cases[int(rng.integers(len(cases)))]
        at = Forgery(rng, deepcopy(case.document), case.operator, cases)
        if rng.integers(3):
            raw = by_bytes(at)
        else:
            change(at, FIELDS, int(rng.integers(1, 3)))
            raw = json.dumps(at.document).encode()
        became, wrong = outcome(raw)
        counts[became] += 1
        if wrong is not None:
            findings.append(f"{index}: {wrong}\n{raw!r}")
    return counts, findings
