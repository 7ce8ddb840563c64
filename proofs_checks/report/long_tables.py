"""The audit's long tables, for `audit --verbose`: claims, answers, ladder, statements."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich import box
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from mondeq_ref.report.digits import ABSENT, percent, text

SHORT = {"exact": "exact", "rigorous-float": "float", "exact + rigorous-float": "exact+float"}
STYLE = {
    "HOLDS": "green",
    "REFUTED": "bold red",
    "UNDECIDED": "yellow",
    "ERROR": "bold red",
    "supported": "green",
    "not_supported": "red",
    "not_reproduced": "yellow",
    "not_testable": "yellow",
}


def long_tables(audit: Mapping[str, Any]) -> Iterator[RenderableType]:
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


def _claims(claims: list[dict[str, Any]]) -> Table:
    made = _table(
        ("claim", {"no_wrap": True}),
        ("what it says", {"min_width": 28}),
        ("hypotheses\nmet", RIGHT),
        ("cases", RIGHT),
        ("tightest", RIGHT),
        ("verdict", {"no_wrap": True}),
        ("by", {"no_wrap": True}),
        ("note", {"min_width": 13, "max_width": 13}),
    )
    for claim in claims:
        made.add_row(
            claim["id"],
            Text(claim["sentence"]),
            f"{claim['met'][0]} of {claim['records']}",
            text(claim["cases"]),
            text(claim["tightest"]),
            Text(claim["verdict"], style=STYLE.get(claim["verdict"], "")),
            SHORT.get(claim["guarantee"], claim["guarantee"]),
            Text(note(claim)),
        )
    return made


def note(claim: Mapping[str, Any]) -> str:
    """Faults, refuted and undecided cases of a claim, and whether its bound is attained."""
    parts: list[str] = []
    if claim["faults"]:
        several = "s" if len(claim["faults"]) > 1 else ""
        parts.append(f"{len(claim['faults'])} fault{several}, see below")
    if claim["refuted"]:
        parts.append(f"{text(claim['refuted'])} refuted")
    if claim["undecided"]:
        parts.append(f"{text(claim['undecided'])} undecided")
    if claim["attained"]:
        parts.append("attained")
    if claim["attained"] is False:
        parts.append("NOT attained")
    return ", ".join(parts)


def _answer(answer: Mapping[str, Any]) -> Iterator[RenderableType]:
    yield Text(answer["question"], style="bold")
    yield Padding(Text(answer["answer"]), (0, 0, 0, 2))
    if answer["rows"]:
        made = _table(("bits", RIGHT), ("network", {"no_wrap": True}), ("", {}))
        for row in answer["rows"]:
            made.add_row(text(row["bits"]), Text(row["operator"]), Text(row["text"]))
        yield Padding(made, (0, 0, 0, 2))


def _ladder(ladder: list[dict[str, Any]]) -> Table:
    made = _table(
        ("network", {"no_wrap": True}),
        ("bits", RIGHT),
        ("||dW||/m", RIGHT),
        ("margin", RIGHT),
        ("rung", RIGHT),
        ("promise", {}),
        ("by", {"no_wrap": True}),
        ("equilibria", RIGHT),
        ("accuracy", RIGHT),
    )
    for entry in ladder:
        for k, row in enumerate(entry["rows"]):
            proved = row["equilibria_proved"]
            made.add_row(
                Text(f"{entry['operator']}, {entry['what']}") if k == 0 else "",
                text(row["bits"]),
                text(row["ratio"]),
                text(row["margin"]),
                text(row["rung"]),
                Text(row["promise"]),
                SHORT.get(row["guarantee"], ABSENT),
                ABSENT if proved is None else f"{text(proved)} of {text(row['inputs'])}",
                percent(row["accuracy"]),
                end_section=k == len(entry["rows"]) - 1,
            )
    return made


def _published(statements: list[dict[str, Any]]) -> Table:
    made = _table(("published statement", {"ratio": 2}), ("verdict", {}), ("why", {"ratio": 3}))
    for one in statements:
        made.add_row(
            Text(f"{one['text']} ({one['where']})"),
            Text(one["verdict"].replace("_", " "), style=STYLE.get(one["verdict"], "")),
            Text(one["why"]),
        )
    return made


def _hunter(claims: list[dict[str, Any]]) -> Iterator[RenderableType]:
    """The number of bounds that the search reached, the bounds that it did not reach, and every
    form that it refuted."""
    forms = [(one["id"], form) for one in claims for form in one["forms"]]
    attained = [(name, form) for name, form in forms if form["supremum"]["attained"]]
    short = [(name, form) for name, form in attained if not form["reached"]]
    lost = [case for one in claims for case in one["without"]]
    found = sum(case["refuted"] for case in lost)
    yield Text(
        f"hunter: {len(attained) - len(short)} of {len(attained)} bounds that are attained were "
        f"reached; counterexamples without a hypothesis: {found} of {len(lost)}"
    )
    for name, form in short:
        nearest = None if form["sharpest"] is None else form["sharpest"]["ratio"]
        yield Text(f"not reached by the hunter: {name}, {form['form']}: {text(nearest)}")
    for name, form in forms:
        if form["verdict"] == "REFUTED":
            yield Text(f"REFUTED by the hunter: {name}, {form['form']}", style=STYLE["REFUTED"])


RIGHT: Mapping[str, Any] = {"justify": "right", "no_wrap": True}


def _table(*columns: tuple[str, Mapping[str, Any]]) -> Table:
    made = Table(box=box.SIMPLE, pad_edge=False, padding=(0, 1, 0, 0))
    for heading, options in columns:
        made.add_column(heading, overflow="fold", **options)
    return made
