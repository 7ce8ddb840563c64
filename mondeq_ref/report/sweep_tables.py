"""The tables of `sweep report`: what is proved at each bit-width, thresholds, the law, claims."""

from collections.abc import Iterator
from typing import Any

from mondeq_ref.report.console import Listing, table

NONE = "-"
MOST_SIZES = 8  # columns
Found = dict[str, Any]


def tables(found: Found) -> Iterator[Listing | str]:
    """The tables for which there are records."""
    yield f"{found['cases']} cases of {found['operators']} operators"
    for sentence, count in found["refused"].items():
        yield f"{count} cases could not be measured: {sentence}"
    for way in dict.fromkeys((row["what"], row["quantizer"]) for row in found["rows"]):
        rows = [row for row in found["rows"] if (row["what"], row["quantizer"]) == way]
        said = f"{way[0]} by {way[1]}"
        yield _rows(said, rows)
        if any(row["accuracy"] for row in rows):
            yield _accuracies(said, rows)
        rows = [row for row in found["thresholds"] if (row["what"], row["quantizer"]) == way]
        if rows:
            yield _thresholds(said, rows)
        if any(row["law"] for row in rows):
            yield _laws(said, rows)
            yield _constants(said, rows)
    if found["claims"]:
        yield _claims(found["claims"])


def _rows(way: str, rows: list[Found]) -> Listing:
    rungs = sorted({rung for row in rows for rung in row["first_rungs"]}, key=int)
    headings = ("bits", "operators", *rungs, "none", "refuted", "open", "||dW||/m")
    title = (
        f"{way}: operators by the first rung that is proved; refuted: an input without any"
        " equilibrium is exhibited; open: no rung and no such input; the median ||dW||/m"
    )
    return table(title, headings, [_row(row, rungs) for row in rows])


def _row(row: Found, rungs: list[str]) -> tuple[str, ...]:
    first, existence = row["first_rungs"], row["existence"]
    return (
        *(str(row["bits"]), str(row["cases"])),
        *(str(first.get(rung, 0)) for rung in rungs),
        str(row["cases"] - sum(first.values())),
        NONE if existence is None else str(existence["REFUTED"]),
        NONE if existence is None else str(existence["UNDECIDED"]),
        NONE if row["ratio"] is None else f"{row['ratio']['median']:.4g}",
    )


def _accuracies(way: str, rows: list[Found]) -> Listing:
    headings = ("bits", "least", "median", "most", "before", "equilibria proved")
    title = f"{way}: accuracy over the operators; before: the median without quantization"
    return table(title, headings, [_accuracy(row) for row in rows if row["accuracy"] is not None])


def _accuracy(row: Found) -> tuple[str, ...]:
    found, before, proved = row["accuracy"], row["accuracy_before"], row["equilibria_proved"]
    return (
        str(row["bits"]),
        *(f"{found[part]:.4f}" for part in ("least", "median", "most")),
        NONE if before is None else f"{before['median']:.4f}",
        NONE if proved is None else f"{proved} of {row['inputs']}",
    )


def _thresholds(way: str, rows: list[Found]) -> Listing:
    widths = sorted({bits for row in rows for bits in row["from_bits"]}, key=int)
    title = f"{way}: operators by the fewest bits from which on a rung, or one before it, is proved"
    cells = [
        (str(row["rung"]), *(str(row["from_bits"].get(b, 0)) for b in widths), str(row["never"]))
        for row in rows
    ]
    return table(title, ("rung", *widths, "never"), cells)


def _laws(way: str, rows: list[Found]) -> Listing:
    laws = {str(row["rung"]): row["law"] for row in rows if row["law"] is not None}
    sizes = sorted({n for law in laws.values() for n in law["by_size"]}, key=int)[:MOST_SIZES]
    headings = ("rung", "fitted", "tested", "exact", "within 1", "above floor")
    headings += tuple(f"n = {n}" for n in sizes)
    title = (
        f"{way}: the law, fitted on half of the operators that have a margin and reach the rung,"
        " tested on the others: how many widths it predicts exactly, within one bit, within one"
        " bit of those above the fewest bits that were possible or measured, and by n"
    )
    cells = [
        (
            *(rung, str(law["fitted"]), str(law["tested"]), str(law["exact"])),
            f"{law['within_one']} ({100 * law['share_within_one']:.1f} %)",
            _of((law["above_within_one"], law["above"])),
            *(_of(law["by_size"].get(n)) for n in sizes),
        )
        for rung, law in laws.items()
    ]
    return table(title, headings, cells)


def _of(counts: tuple[int, int] | None) -> str:
    return NONE if counts is None else f"{counts[0]} of {counts[1]}"


def _constants(way: str, rows: list[Found]) -> Listing:
    found = [(str(row["rung"]), row["law"]) for row in rows if row["law"]]
    laws = [(rung, law["coefficients"]) for rung, law in found]
    formula = found[0][1]["formula"]
    headings = ("rung", *(f"c{k}" for k in range(len(laws[0][1]))))
    cells = [(rung, *(f"{number:.3f}" for number in law)) for rung, law in laws]
    return table(f"{way}: the constants of the law: {formula}", headings, cells)


def _claims(rows: list[Found]) -> Listing:
    headings = ("claim", "operators", "hypotheses met", "PROVED", "REFUTED", "UNDECIDED")
    cells = [
        (
            *(row["claim"], str(row["operators"]), str(row["hypotheses_met"])),
            *(str(row["conclusions"][outcome]) for outcome in headings[3:]),
        )
        for row in rows
    ]
    return table("Claims on these operators", headings, cells)
