"""The audit's long tables, for `audit --verbose`: claims, answers, ladder, statements."""

from collections.abc import Iterator, Mapping
from typing import Any

from mondeq_ref.report.console import Listing, table
from mondeq_ref.report.digits import ABSENT, percent, text
from proofs_checks.report.verdict_marks import MARKS

SHORT = {"exact": "exact", "rigorous-float": "float", "exact + rigorous-float": "exact+float"}


def long_tables(audit: Mapping[str, Any]) -> Iterator[str | Listing]:
    """The tables in order; sections that are null or absent are left out."""
    yield _claims(audit["claims"])
    for answer in audit.get("answers") or ():
        yield from _answer(answer)
    if audit.get("ladder"):
        yield _ladder(audit["ladder"])
    if audit.get("published"):
        yield _published(audit["published"])
    if audit.get("hunter"):
        yield from _hunter(audit["hunter"])


def _claims(claims: list[dict[str, Any]]) -> Listing:
    headings = ("claim", "what it says", "hypotheses\nmet", "cases", "tightest", "verdict", "by")
    rows = (
        (
            claim["id"],
            claim["sentence"],
            f"{claim['met'][0]} of {claim['records']}",
            text(claim["cases"]),
            text(claim["tightest"]),
            claim["verdict"],
            SHORT.get(claim["guarantee"], text(claim["guarantee"])),
            note(claim),
        )
        for claim in claims
    )
    return table("The claims", (*headings, "note"), rows)


def note(claim: Mapping[str, Any]) -> str:
    """Faults, refuted and undecided cases of a claim, and whether its bound is attained."""
    parts: list[str] = []
    if claim["faults"]:
        several = "s" if len(claim["faults"]) > 1 else ""
        parts.append(f"{len(claim['faults'])} fault{several}")
    if claim["refuted"]:
        parts.append(f"{text(claim['refuted'])} refuted")
    if claim["undecided"]:
        parts.append(f"{text(claim['undecided'])} undecided")
    if claim["attained"]:
        parts.append("attained")
    if claim["attained"] is False:
        parts.append("NOT attained")
    return ", ".join(parts)


def _answer(answer: Mapping[str, Any]) -> Iterator[str | Listing]:
    yield ""
    yield answer["question"]
    yield answer["answer"]
    if answer["rows"]:
        rows = ((text(row["bits"]), row["operator"], row["text"]) for row in answer["rows"])
        yield table("", ("bits", "network", "found"), rows)


def _ladder(ladder: list[dict[str, Any]]) -> Listing:
    headings = ("network", "bits", "||dW||/m", "margin", "rung", "promise", "by", "equilibria")
    rows = (
        (
            f"{entry['operator']},\n{entry['what']}",
            text(row["bits"]),
            text(row["ratio"]),
            text(row["margin"]),
            text(row["rung"]),
            row["promise"],
            SHORT.get(row["guarantee"], ABSENT),
            _proved(row),
            percent(row["accuracy"]),
        )
        for entry in ladder
        for row in entry["rows"]
    )
    return table("The ladder of proofs", (*headings, "accuracy"), rows)


def _proved(row: Mapping[str, Any]) -> str:
    if row["equilibria_proved"] is None:
        return ABSENT
    return f"{text(row['equilibria_proved'])} of {text(row['inputs'])}"


def _published(statements: list[dict[str, Any]]) -> Listing:
    rows = ((f"{one['text']} ({one['where']})", one["verdict"], one["why"]) for one in statements)
    said = ((words, MARKS[verdict][1], why) for words, verdict, why in rows)
    return table("Published statements", ("published statement", "verdict", "why"), said)


def _hunter(claims: list[dict[str, Any]]) -> Iterator[str]:
    """The number of bounds that the search reached, the bounds that it did not reach, and every
    form that it refuted."""
    forms = [(one["id"], form) for one in claims for form in one["forms"]]
    attained = [(name, form) for name, form in forms if form["supremum"]["attained"]]
    short = [(name, form) for name, form in attained if not form["reached"]]
    lost = [case for one in claims for case in one["without"]]
    found = sum(case["refuted"] for case in lost)
    yield (
        f"hunter: {len(attained) - len(short)} of {len(attained)} bounds that are attained were "
        f"reached; counterexamples without a hypothesis: {found} of {len(lost)}"
    )
    for name, form in short:
        nearest = None if form["sharpest"] is None else form["sharpest"]["ratio"]
        yield f"not reached by the hunter: {name}, {form['form']}: {text(nearest)}"
    for name, form in forms:
        if form["verdict"] == "REFUTED":
            yield f"REFUTED by the hunter: {name}, {form['form']}"
