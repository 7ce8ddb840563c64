"""Show changed cases to `replay`: what it confirms must be true, and nothing but refusals raised.

The cases are those of data/hunt.json, the witnesses of every claim, and small equilibria and
displacements.  A third are changed field by field (numbers, outcomes, ratios, names, members),
the others byte by byte.  What is confirmed is decided again by `claimed` and `accepted`.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

from mondeq_ref.arrays import InputError
from mondeq_ref.documents.encoding import encode_rational, parse_document
from mondeq_ref.documents.float_arrays import encode_floats
from mondeq_ref.documents.strict_json import dumps
from mondeq_ref.instances.shipped import data_folder
from mondeq_ref.study.cases import kind_of
from mondeq_ref.study.cases import replay as replay_points
from proofs_checks.audit.claim_replay import instance_document
from proofs_checks.audit.claim_replay import replay as replay_claim
from proofs_checks.claims import NAMES, theorem
from tests.certificates import accepted, claimed
from tests.certificates.forged_from import originals
from tests.certificates.forger import floats

Json = Any
Draw = np.random.Generator
NUMBERS = (0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 1e-30, 1e30, 1e300, 5e-324)
TOKENS = (b"0", b"-1", b"1e999", b"null", b"true", b"[]", b"{}", b'"x"', b"NaN", b"-", b"00", b",")


@cache
def pool(seed: int) -> tuple[str, ...]:
    """The true cases, each as a line of JSON."""
    hunted = json.loads((data_folder() / "hunt.json").read_text())["searches"]
    found = [case for search in hunted for case in search["cases"]]
    found += [case for claim in NAMES for case in _witnesses(claim)]
    points = [o.document for o in originals(seed) if "rung" not in o.document]
    return tuple(json.dumps(case) for case in [*found, *points])


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


# ---- changes ---------------------------------------------------------------------------------


@dataclass
class Draft:
    rng: Draw
    case: Json
    others: tuple[str, ...]

    def pick(self, items: Any) -> Any:
        held = list(items)
        return held[int(self.rng.integers(len(held)))]

    @property
    def other(self) -> Json:
        return json.loads(self.pick(self.others))


def _holders(value: Json, key: str) -> Iterator[tuple[Json, Any]]:
    """Where objects with this member are held."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for name, item in items:
        if isinstance(item, dict | list):
            if key in item:
                yield value, name
            yield from _holders(item, key)


def entry(at: Draft) -> None:
    """One entry of an array."""
    places = list(_holders(at.case, "data"))
    holder, name = at.pick(places)
    array = floats(holder[name])
    if array.size:
        i = int(at.rng.integers(array.size))
        x = float(array.flat[i])
        ulps = [np.nextafter(x, 9), np.nextafter(x, -9)] if x else [2.0**-40, -(2.0**-40)]
        near = [*ulps, -x, 2 * x, x / 2, x + 0.25]
        array.flat[i] = at.pick([*near, at.pick(NUMBERS)])
    holder[name] = encode_floats(array)


def shape(at: Draft) -> None:
    """An array loses or gains a row, or is that of another case."""
    holder, name = at.pick(list(_holders(at.case, "data")))
    array = floats(holder[name])
    others = list(_holders(at.other, "data"))
    whole = array[:0] if array.ndim else array
    more = np.concatenate([array, array]) if array.ndim else array
    theirs, key = at.pick(others)
    holder[name] = at.pick([encode_floats(whole), encode_floats(more), theirs[key]])


def said(at: Draft) -> None:
    """What is stored about a form, or the result of points."""
    if "forms" not in at.case:
        at.case["result"] = at.other.get("result", at.case["result"])
        return
    for form in at.case["forms"]:
        name = at.pick(["form", "outcome", "hypotheses", "ratio", "ratio"])
        low, high = sorted(float(x) for x in at.rng.normal(1, 1, 2))
        form[name] = {
            "form": at.pick(at.other.get("forms", at.case["forms"]))["form"],
            "outcome": at.pick(["PROVED", "REFUTED", "UNDECIDED", "ERROR"]),
            "hypotheses": not form["hypotheses"],
            "ratio": at.pick([None, [low, high], [None, None], [high, low], [None, 1e300], [1]]),
        }[name]


def labels(at: Draft) -> None:
    """The claim, the input, the kind, or the whole instance of another case."""
    other = at.other
    name = at.pick(["claim", "input", "kind", "instance", "forms", "case"])
    if name == "input":
        at.case["input"] = at.pick([0, 1, -1, 2**31, 2**40, 0.0, True, "0"])
    elif name in other:
        at.case[name] = other[name]


def number(at: Draft) -> None:
    held = at.case.get("instance", {}).get("numbers")
    if held:
        name = at.pick(held)
        x = Fraction(held[name])
        choices = [-x, x + 1, x / 2, 2 * x, Fraction(0), Fraction(1), Fraction(1, 10**30)]
        held[name] = encode_rational(at.pick(choices))


def member(at: Draft) -> None:
    """One is dropped, added, or exchanged for that of another case."""
    holders = [at.case]
    holders += [at.case[name] for name in ("instance", "case", "result") if name in at.case]
    holder = at.pick(holders)
    if isinstance(holder, dict) and holder:
        name = at.pick(holder)
        choice = int(at.rng.integers(3))
        if choice == 0:
            del holder[name]
        elif choice == 1:
            holder[at.pick(["note", "arrays", "seed", "perturbed"])] = at.pick([None, {}, [], 1])
        else:
            holder[name] = at.pick([None, {}, [], 0, "", True])


FIELDS: tuple[Callable[[Draft], None], ...] = (entry, entry, entry, shape, said, said, labels,
                                               number, member)  # fmt: skip


def by_fields(at: Draft) -> bytes:
    for _ in range(int(at.rng.integers(1, 3))):
        try:
            at.pick(FIELDS)(at)
        except (KeyError, TypeError, AttributeError, ValueError, IndexError):
            continue  # an earlier change took its subject
    return json.dumps(at.case).encode()


def by_bytes(at: Draft) -> bytes:
    raw = bytearray(json.dumps(at.case).encode())
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


# ---- replay ----------------------------------------------------------------------------------


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
        draft = Draft(rng, json.loads(cases[int(rng.integers(len(cases)))]), cases)
        raw = (by_bytes if rng.integers(3) else by_fields)(draft)
        became, wrong = outcome(raw)
        counts[became] += 1
        if wrong is not None:
            findings.append(f"{index}: {wrong}\n{raw!r}")
    return counts, findings
