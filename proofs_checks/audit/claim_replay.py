"""Stored cases of claims, which can be computed again.

A case with claim, seed and index is drawn again, and each form's verdict on the stored input is
compared with the stored one.  (LAPACK rounds differently on other machines, so the last bits of
the drawn instance may differ.)  A case may also contain the instance itself with the verdicts of
some forms, and a file may contain many such cases, as the hunter writes them.

Outcomes must be equal; two enclosures of one ratio agree when they overlap.  For a form of float
results only the outcomes are compared.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from mondeq_ref.arrays import InputError
from mondeq_ref.documents.encoding import integer, members, refuse, sequence, shown, text
from mondeq_ref.documents.strict_json import plain
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.verdict import Outcome
from proofs_checks.audit.instance_encoding import decode_instance, encode_instance
from proofs_checks.audit.judge import FailedInstance, Record, records
from proofs_checks.audit.run import shipped
from proofs_checks.audit.witnesses import ATTAINED_WIDTH, broken
from proofs_checks.claims import NAMES, theorem
from proofs_checks.instance import Instance
from proofs_checks.theorem import Form, Theorem

KIND = "claim"
PARTS = ("form", "outcome", "hypotheses", "ratio")  # the members of a stored form
SEARCH = ("claim", "form", "without", "restarts", "cases")  # the members of a hunt's search
WIDER = 1000.0  # times as wide as the other, an enclosure says too little to be the same
HUNT = ("kind", "searches")  # the members of a hunt's file
DRAWN = ("kind", "claim", "seed", "index", "input", "forms")  # the members of a case that is drawn
GIVEN = ("kind", "claim", "input", "instance", "forms")  # and of one that has its instance


def document(claim: str, seed: int, index: int, row: int) -> dict[str, Any]:
    """The case of a drawn instance: the outcome and measured/bound of every form."""
    return drawn_document(claim, seed, index, row, _on_drawn(claim, seed, index, row))


def drawn_document(
    claim: str, seed: int, index: int, row: int, found: Sequence[Record]
) -> dict[str, Any]:
    """The same, from the records of this case."""
    return {
        "kind": KIND,
        "claim": claim,
        "seed": seed,
        "index": index,
        "input": row,
        "forms": _forms(found),
    }


def instance_document(
    claim: str, forms: Sequence[str], built: Instance, row: int
) -> dict[str, Any]:
    """The case of an instance that is not drawn, with the instance itself."""
    return {
        "kind": KIND,
        "claim": claim,
        "input": row,
        "instance": encode_instance(built),
        "forms": [_on_instance(theorem(claim), name, built, row) for name in forms],
    }


def replay(stored: Mapping[str, Any]) -> tuple[bool, str]:
    """Whether the case, or every case of a hunt, is as stored; and the result as a sentence."""
    if "searches" in stored:
        hunt = members(dict(stored), "the file", HUNT, ("runs",))
        sequence(hunt.get("runs", []), "runs")
        return _replay_all(hunt["searches"])
    claim = _claim(stored.get("claim"))
    given = "instance" in stored
    members(dict(stored), "the case of a claim", GIVEN if given else DRAWN)
    before = [_form(form) for form in sequence(stored["forms"], "forms")]
    if not before:
        raise InputError("the case of a claim must have at least one form, got none")
    found = _again_on_instance(claim, stored) if given else _again(claim, stored)
    said = "; ".join(_said(theorem(claim), form) for form in found)
    if same(theorem(claim), found, before):
        return True, f"{claim}, the same as stored: {said}"
    return False, f"{claim}, not what is stored: {said}"


def _claim(name: Any) -> str:
    if name not in NAMES:
        raise InputError(f"claim must be one of {', '.join(NAMES)}, got {name!r}")
    return name


def _form(stored: Any) -> dict[str, Any]:
    form = members(stored, "a form", PARTS)
    if not isinstance(form["hypotheses"], bool):
        refuse("hypotheses", "true or false", form["hypotheses"])
    if form["ratio"] is not None:
        _numbers(form["ratio"])
    return form


def _said(subject: Theorem, form: Mapping[str, Any]) -> str:
    said = f"{form['form']}: {form['outcome']}, measured/bound {_ends(form['ratio'])}"
    of_floats = form_of(subject, form["form"]).of_floats
    return said + (" (of float results: not compared)" if of_floats else "")


def _replay_all(searches: Any) -> tuple[bool, str]:
    cases: list[tuple[Any, str | None]] = []
    for search in sequence(searches, "searches"):
        parts = members(search, "a search", SEARCH)
        _claim(parts["claim"])
        integer(parts["restarts"], "restarts", 0, 2**53)
        without = None if parts["without"] is None else text(parts["without"], "without")
        for case in sequence(parts["cases"], "cases"):
            if not isinstance(case, dict):
                refuse("a case", "an object", case)
            forms = [_form(form)["form"] for form in sequence(case.get("forms"), "forms")]
            if case.get("claim") != parts["claim"] or parts["form"] not in forms:
                of = f"{parts['claim']}, {parts['form']}"
                raise InputError(f"a search of {shown(of)} has a case of something else")
            cases.append((case, without))
    if not cases:
        raise InputError("the searches of a hunt must have at least one case, got none")
    found = [_replay_without(case, without) for case, without in cases]
    different = [sentence for as_stored, sentence in found if not as_stored]
    if different:
        return False, f"{len(different)} of {len(found)} cases differ: {different[0]}"
    return True, f"all {len(found)} cases of {len(searches)} searches, the same as stored"


def _replay_without(case: Mapping[str, Any], without: str | None) -> tuple[bool, str]:
    """A case of a search breaks the hypothesis that was dropped, and no other."""
    subject, row = theorem(case["claim"]), _whole(case, "input")
    if "instance" not in case:
        raise InputError("a case of a search holds its instance")
    built = decode_instance(case["instance"])
    for form in case["forms"]:
        breaks = broken(subject, built, form_of(subject, form["form"]))
        if breaks != ({without} if without else set()):
            named = ", ".join(sorted(breaks)) or "no hypothesis"
            return False, f"{subject.name}, not what is stored: input {row} breaks {named}"
    return replay(case)


def same(
    subject: Theorem, found: Sequence[Mapping[str, Any]], stored: Sequence[Mapping[str, Any]]
) -> bool:
    def agree(form: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
        if any(form[name] != before[name] for name in PARTS if name != "ratio"):
            return False
        if form_of(subject, form["form"]).of_floats:
            return (form["ratio"] is None) == (before["ratio"] is None)
        return _overlap(form["ratio"], before["ratio"])

    return len(found) == len(stored) and all(map(agree, found, stored))


def _overlap(a: Any, b: Any) -> bool:
    """A missing ratio equals only a missing one; enclosures overlap, and are about as wide."""
    if a is None or b is None:
        return a is b
    (lo, hi), (low, high) = _numbers(a), _numbers(b)
    widths = (hi - lo, high - low)
    alike = max(widths) <= WIDER * min(widths) + ATTAINED_WIDTH * max(1.0, abs(hi))
    return lo <= high and low <= hi and alike


def _numbers(ratio: Any) -> tuple[float, float]:
    """Null ends are infinite."""
    if not isinstance(ratio, list | tuple) or len(ratio) != 2:
        raise InputError(f"a ratio is null or has two ends, got {ratio!r}")
    if any(not (end is None or type(end) in (int, float)) for end in ratio):
        raise InputError(f"the ends of a ratio are numbers or null, got {ratio!r}")
    lo, hi = ratio
    low, high = float("-inf" if lo is None else lo), float("inf" if hi is None else hi)
    if not low <= high:
        raise InputError(f"the ends of a ratio are in order, got {ratio!r}")
    return low, high


def _again(claim: str, stored: Mapping[str, Any]) -> list[dict[str, Any]]:
    seed, index, row = (_whole(stored, name) for name in ("seed", "index", "input"))
    found = _forms(_on_drawn(claim, seed, index, row))
    if not found:
        raise InputError(f"{claim} has no verdict on instance {index}, input {row}")
    return found


def _again_on_instance(claim: str, stored: Mapping[str, Any]) -> list[dict[str, Any]]:
    row, built = _whole(stored, "input"), decode_instance(stored["instance"])
    names = [form["form"] for form in stored["forms"]]
    try:
        return [_on_instance(theorem(claim), name, built, row) for name in names]
    except (ArithmeticError, LookupError, ValueError) as error:
        what = " ".join(str(error).split())
        raise InputError(f"the instance does not fit {claim}: {what}") from None


def _on_instance(subject: Theorem, name: str, built: Instance, row: int) -> dict[str, Any]:
    """One form's verdict, decided in exact arithmetic where the form escalates."""
    form = form_of(subject, name)
    verdict, met = form.decided(built, row), not broken(subject, built, form)
    return _stored(form.name, verdict.outcome, verdict.ratio, met=met)


def form_of(subject: Theorem, name: str) -> Form:
    for form in subject.forms:
        if form.name == name:
            return form
    known = ", ".join(repr(form.name) for form in subject.forms)
    raise InputError(f"{subject.name} has the forms {known}, not {name!r}")


def _on_drawn(claim: str, seed: int, index: int, row: int) -> list[Record]:
    kept: list[Record] = []
    for record in records(theorem(claim), seed, range(index, index + 1), shipped()):
        if isinstance(record, FailedInstance):
            raise ArithmeticError(f"{record.where}: {record.what}")
        if record.row == row:
            kept.append(record)
    return kept


def _forms(found: Sequence[Record]) -> list[dict[str, Any]]:
    return [
        _stored(one.form, one.conclusion, one.ratio, met=one.hypotheses is Outcome.PROVED)
        for one in found
    ]


def _stored(form: str, outcome: Outcome, ratio: Enclosure | None, *, met: bool) -> dict[str, Any]:
    return plain({"form": form, "outcome": outcome.name, "hypotheses": met, "ratio": ratio})


def _whole(stored: Mapping[str, Any], name: str) -> int:
    value = stored.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**32:
        raise InputError(f"{name} must be a whole number from 0 on, got {value!r}")
    return value


def _ends(ratio: Sequence[float | None] | None) -> str:
    return "undefined" if ratio is None else f"[{ratio[0]}, {ratio[1]}]"
