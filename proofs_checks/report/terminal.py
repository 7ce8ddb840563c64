"""The audit in a terminal: the first screen of the page in words and marks, 60 lines of 80 columns.

Faults come first and are shown in full; claims that hold are named.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mondeq_ref.report.console import Listing, hanging, table
from mondeq_ref.report.digits import ABSENT, percent_at_most, text
from proofs_checks.report import network
from proofs_checks.report.drift_chart import SIDES
from proofs_checks.report.standing import MapLine, bit_map
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


def story(audit: Mapping[str, Any], width: int) -> Iterator[str | Listing]:
    """The parts to print, in order; sections that are null or absent are left out."""
    about = network.sentence(audit)
    if about is not None:
        yield about
        yield ""
        yield network.others(audit)
    yield f"{MARKS[audit['summary']['verdict']][0]} {audit['summary']['sentence']}"
    left_out = audit["settings"].get("left_out", ())
    if left_out:
        yield hanging("  ", f"{'; '.join(left_out)}.", width)
    yield from _faults(audit, width)
    ladder = audit.get("ladder") or ()
    if ladder:
        yield from _map(ladder, width)
        yield from _drift(ladder[0])
    if audit.get("published"):
        yield from _statements(audit["published"], width)
    yield from _claims(audit["claims"], width, quick=bool(left_out))
    yield from _refuted_by_search(audit.get("hunter") or (), width)


def _faults(audit: Mapping[str, Any], width: int) -> Iterator[str]:
    """Every claim that does not hold, with its faults, and forms with one case only."""
    for claim in audit["claims"]:
        if claim["verdict"] != "HOLDS":
            sign, word, _ = MARKS[claim["verdict"]]
            counts = ", ".join(
                f"{text(claim[name])} {name}" for name in ("refuted", "undecided") if claim[name]
            )
            yield f"{sign} {word}: {claim['id']}" + (f" ({counts})" if counts else "")
        for fault in claim["faults"]:
            yield hanging("  ", f"{claim['id']}: {fault}", width)
        for form in claim["forms"]:
            if form["verdict"] == "HOLDS" and form["cases"] == 1:
                said = f"{claim['id']}, {form['name']}: holds in the only case that was tried"
                yield hanging("  ", said, width)


def _map(ladder: Sequence[Mapping[str, Any]], width: int) -> Iterator[str]:
    """One line per network, or two where the screen is narrow."""
    found = bit_map(ladder)
    yield ""
    yield "What is proved at each bit-width"
    first = "network, what is quantized"
    size = max(map(len, (first, *(line.name for line in found.lines))))
    columns = "".join(f"{bits:>4}" for bits in found.bits)
    if 2 + size + len(columns) <= width:
        yield f"  {first:{size}}{columns}"
        for line in found.lines:
            yield f"  {line.name:{size}}{''.join(map(_sign, line.cells))}".rstrip()
    else:
        for line in found.lines:
            yield f"  {line.name}"
            yield hanging("    ", _in_words(found.bits, line), width)
    for one in found.legend:
        yield hanging(f"  {SIGNS[one.key]} ", one.words, width)


def _sign(cell: Any) -> str:
    return f"{'' if cell is None else SIGNS[cell.key]:>4}"


def _in_words(bits: Sequence[int], line: MapLine) -> str:
    """Each width with its sign, which a line break does not part."""
    pairs = zip(bits, line.cells, strict=True)
    return ", ".join(f"{width}:{SIGNS[cell.key]}" for width, cell in pairs if cell is not None)


def _drift(entry: Mapping[str, Any]) -> Iterator[str | Listing]:
    """Of the first network, with W quantized: what the page draws as a chart."""
    rows = sorted((row for row in entry["rows"] if row.get("drift")), key=lambda r: -r["bits"])
    if not any(row["drift"]["actual"] is not None for row in rows):
        return
    inputs = max(row["drift"]["inputs"] for row in rows)
    title = (
        f"How far equilibria move ({entry['operator']}, {entry['what']}): at most, in % of length, "
        f"{text(inputs)} inputs"
    )
    lines = [[name, *(_share(row["drift"][side]) for row in rows)] for side, name in SIDES.items()]
    yield ""
    yield table(title, ["bits", *(str(row["bits"]) for row in rows)], lines, close=True)


def _share(share: float | None) -> str:
    return ABSENT if share is None else percent_at_most(share).split()[0]


def _statements(published: Sequence[Mapping[str, Any]], width: int) -> Iterator[str]:
    """Those that fail, each with its reason; of the others the names."""
    failed = [one for one in published if one["verdict"] in FAILED]
    kinds = {one["verdict"] for one in failed}
    meaning = ", ".join(f"{MARKS[kind][0]} {MARKS[kind][1]}" for kind in FAILED if kind in kinds)
    yield ""
    yield f"What the paper and its code say ({meaning or 'all that can be tested holds'})"
    for one in failed:
        sign = MARKS[one["verdict"]][0]
        quoted = f"\N{LEFT DOUBLE QUOTATION MARK}{one['text']}\N{RIGHT DOUBLE QUOTATION MARK}"
        yield hanging(f"  {sign} ", f"{quoted}: {gist(one['why'])}", width)
    for verdict, (sign, word, _) in MARKS.items():
        named = [one["id"] for one in published if one["verdict"] == verdict]
        if named and verdict not in FAILED:
            yield hanging(f"  {sign} ", f"{word}: {', '.join(named)}", width)


def _claims(claims: Sequence[Mapping[str, Any]], width: int, *, quick: bool) -> Iterator[str]:
    holding = [claim["id"] for claim in claims if claim["verdict"] == "HOLDS"]
    yield ""
    where = " in this quick audit" if quick else ""
    counted = f"Claims that hold{where}, {len(holding)} of {len(claims)}"
    yield hanging("", f"{counted}: {', '.join(holding)}", width)


def _refuted_by_search(hunted: Sequence[Mapping[str, Any]], width: int) -> Iterator[str]:
    for one in hunted:
        for form in one["forms"]:
            if form["verdict"] == "REFUTED":
                said = f"refuted by the hunter: {one['id']}, {form['form']}"
                yield hanging("✗ ", said, width)
