"""The audit in a terminal: the first screen of the page in words and marks.

Faults come first and are shown in full; claims that hold are counted.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.columns import Columns
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from mondeq_ref.report.console import stream_and_width
from mondeq_ref.report.digits import text
from proofs_checks.report import network
from proofs_checks.report.bit_map import bit_map
from proofs_checks.report.standing import Standing
from proofs_checks.report.verdict_marks import FAILED, MARKS, gist

SIGNS = {
    "condition": "●",
    "another": "◆",
    "one": "◇",
    "every": "○",
    "tried": "◌",
    "some": "–",
    "undecided": "×",
}
TONES = {"good": "green", "open": "yellow", "bad": "red"}
HEADING = "bold"


def pictures(as_json: bool = False) -> Console:
    """stdout, or stderr with --json, with colors where it is a terminal."""
    stream, width = stream_and_width(as_json)
    return Console(file=stream, width=width, highlight=False)


def rendered(audit: Mapping[str, Any]) -> Iterator[RenderableType]:
    """The parts to print, in order; sections that are null or absent are left out."""
    about = network.sentence(audit)
    if about is not None:
        yield Text(about, style="bold")
    sign, _, tone = MARKS[audit["summary"]["verdict"]]
    yield Text(f"{sign} {audit['summary']['sentence']}", style=f"bold {TONES[tone]}")
    yield from _faults(audit)
    if audit.get("ladder"):
        yield from _map(audit["ladder"])
    if audit.get("published"):
        yield from _statements(audit["published"])
    yield from _claims(audit["claims"])
    if audit.get("hunter"):
        yield from _refuted_by_search(audit["hunter"])


def _faults(audit: Mapping[str, Any]) -> Iterator[RenderableType]:
    """Every claim that does not hold, with its faults, and forms with one case only."""
    for claim in audit["claims"]:
        if claim["verdict"] != "HOLDS":
            sign, word, tone = MARKS[claim["verdict"]]
            counts = ", ".join(
                f"{text(claim[name])} {name}" for name in ("refuted", "undecided") if claim[name]
            )
            said = f"{sign} {word}: {claim['id']}" + (f" ({counts})" if counts else "")
            yield Text(said, style=TONES[tone])
        for fault in claim["faults"]:
            yield Padding(Text(f"{claim['id']}: {fault}"), (0, 0, 0, 2))
        for form in claim["forms"]:
            if form["verdict"] == "HOLDS" and form["cases"] == 1:
                said = f"{claim['id']}, {form['name']}: holds in the only case that was tried"
                yield Padding(Text(said), (0, 0, 0, 2))


def _map(ladder: Sequence[Mapping[str, Any]]) -> Iterator[RenderableType]:
    found = bit_map(ladder)
    yield Text()
    yield Text("What is proved at each bit-width", style=HEADING)
    made = Table.grid(padding=(0, 2, 0, 0))
    made.add_column(no_wrap=True)
    for _ in found.bits:
        made.add_column(no_wrap=True, justify="right")
    made.add_row("  network, what is quantized", *map(str, found.bits), style="dim")
    for line in found.lines:
        made.add_row(Text(f"  {line.name}"), *map(_sign, line.cells))
    yield made
    for one in found.legend:
        yield Padding(Text(f"{SIGNS[one.key]} {one.words}", style="dim"), (0, 0, 0, 2))


def _sign(cell: Standing | None) -> Text:
    return Text() if cell is None else Text(SIGNS[cell.key], style=TONES[cell.tone])


def _statements(published: Sequence[Mapping[str, Any]]) -> Iterator[RenderableType]:
    yield Text()
    yield Text("What the paper says, and what holds", style=HEADING)
    made = Table.grid(padding=(0, 2, 0, 0))
    made.add_column(no_wrap=True)
    made.add_column()
    for one in published:
        if one["verdict"] in FAILED:
            sign, word, tone = MARKS[one["verdict"]]
            said = f"\N{LEFT DOUBLE QUOTATION MARK}{one['text']}\N{RIGHT DOUBLE QUOTATION MARK} "
            reason = gist(one["why"])
            made.add_row(Text(f"  {sign} {word}", style=TONES[tone]), Text(said + reason))
    yield made
    others = [one for one in published if one["verdict"] not in FAILED]
    if others:
        named = ", ".join(f"{one['id']} {MARKS[one['verdict']][1]}" for one in others)
        yield Padding(Text(f"others: {named}"), (0, 0, 0, 2))


def _claims(claims: Sequence[Mapping[str, Any]]) -> Iterator[RenderableType]:
    """The claims that hold, with the number of their cases."""
    holding = [claim for claim in claims if claim["verdict"] == "HOLDS"]
    yield Text()
    counted = f"{len(holding)} of {len(claims)}"
    yield Text(f"Claims that hold in every case: {counted}", style=HEADING)
    named = [Text(f"{claim['id']} ({text(claim['cases'])})") for claim in holding]
    yield Padding(Columns(named, padding=(0, 2)), (0, 0, 0, 2))


def _refuted_by_search(hunted: Sequence[Mapping[str, Any]]) -> Iterator[RenderableType]:
    for one in hunted:
        for form in one["forms"]:
            if form["verdict"] == "REFUTED":
                yield Text(f"✗ refuted by the hunter: {one['id']}, {form['form']}", style="red")
