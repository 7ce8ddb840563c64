"""What the records of a sweep add up to: tables by bit-width, thresholds, and the law."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from statistics import median
from typing import Any

from mondeq_ref.study.bit_table import holds_from
from mondeq_ref.study.sweeps.law import (
    FORMULA,
    LEAST,
    WITH_DIAGONAL,
    Point,
    features,
    law,
    least_with_diagonal,
)

Record = dict[str, Any]
OUTCOMES = ("PROVED", "REFUTED", "UNDECIDED")
PUBLISHED = ("W", "paper-code")
LAST_FOR_ALL = 7  # rungs up to here are about every input


def summary(records: Iterable[Record]) -> Record:
    """The counts, in JSON's types; the order of the records does not matter."""
    ordered = sorted(records, key=lambda record: record["id"])
    refused = [record for record in ordered if "refused" in record]
    found = [record for record in ordered if "refused" not in record]
    claims = [record for record in found if "claim" in record]
    measured = [record for record in found if "claim" not in record]
    by_way: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for record in measured:
        by_way[_way(record)].append(record)
    return {
        "cases": len(ordered),
        "operators": len({record["operator"]["digest"] for record in found}),
        "refused": dict(sorted(Counter(record["refused"] for record in refused).items())),
        "rows": [row for way in sorted(by_way) for row in _rows(way, by_way[way])],
        "thresholds": [row for way in sorted(by_way) for row in _thresholds(way, by_way[way])],
        "claims": _claims(claims),
    }


def _way(record: Record) -> tuple[str, str]:
    if "aim" in record["case"]:
        return record["case"]["what"], f"aim {record['case']['aim']}"
    quantizer = record["case"]["quantizer"]
    if not isinstance(quantizer, str):
        quantizer = ", ".join(f"{key} {value}" for key, value in sorted(quantizer.items()))
    return record["case"]["what"], quantizer


def _rows(way: tuple[str, str], records: Sequence[Record]) -> list[Record]:
    """One row for each bit-width."""
    by_bits: dict[int, list[Record]] = defaultdict(list)
    for record in records:
        by_bits[record["case"]["bits"]].append(record)
    return [_row(way, bits, by_bits[bits]) for bits in sorted(by_bits)]


def _row(way: tuple[str, str], bits: int, records: Sequence[Record]) -> Record:
    rungs = Counter(record["rung"] for record in records if record.get("rung") is not None)
    return {
        "what": way[0],
        "quantizer": way[1],
        "bits": bits,
        "cases": len(records),
        "first_rungs": {str(rung): rungs[rung] for rung in sorted(rungs)},
        "existence": _counted(record["existence"] for record in records if "existence" in record),
        "ratio": _spread(_middle(record.get("ratio")) for record in records),
        "accuracy": _spread(record.get("accuracy") for record in records),
        "accuracy_before": _spread(record.get("accuracy_before") for record in records),
        "equilibria_proved": _total(record.get("equilibria_proved") for record in records),
        "inputs": _total(
            record["case"]["inputs"]["limit"]
            for record in records
            if record.get("equilibria_proved") is not None
        ),
    }


def _thresholds(way: tuple[str, str], records: Sequence[Record]) -> list[Record]:
    """From how many bits on each rung, or one before it, is proved at every width measured."""
    by_operator: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        if "rungs" in record:
            by_operator[record["operator"]["digest"]].append(record)
    asked = sorted(
        {int(rung) for group in by_operator.values() for r in group for rung in r["rungs"]}
    )
    made: list[Record] = []
    for rung in asked:
        if rung > LAST_FOR_ALL:
            continue
        lasting = {
            digest: holds_from(
                {r["case"]["bits"]: r["rungs"].get(str(rung)) == "PROVED" for r in group}
            )
            for digest, group in by_operator.items()
        }
        widths = Counter(bits for bits in lasting.values() if bits is not None)
        fitted = law(_points(way, by_operator, lasting))
        made.append(
            {
                "what": way[0],
                "quantizer": way[1],
                "rung": rung,
                "operators": len(lasting),
                "never": sum(bits is None for bits in lasting.values()),
                "from_bits": {str(bits): widths[bits] for bits in sorted(widths)},
                "law": None
                if fitted is None
                else asdict(fitted)
                | {
                    "formula": WITH_DIAGONAL if way == PUBLISHED else FORMULA,
                    "share_within_one": fitted.share_within_one,
                },
            }
        )
    return made


def _points(
    way: tuple[str, str], by_operator: dict[str, list[Record]], lasting: dict[str, int | None]
) -> Iterable[Point]:
    for digest, group in by_operator.items():
        facts = group[0]["operator"]
        bits, of = lasting[digest], features(facts)
        if bits is not None and of is not None:
            measured = min(record["case"]["bits"] for record in group)
            possible = least_with_diagonal(facts) if way == PUBLISHED else LEAST
            yield Point(digest, facts["n"], of, bits, max(measured, possible))


def _claims(records: Sequence[Record]) -> list[Record]:
    by_claim: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        by_claim[record["case"]["claim"]].append(record["claim"])
    return [
        {
            "claim": claim,
            "operators": len(found),
            "hypotheses_met": sum(one["hypotheses_met"] for one in found),
            "conclusions": {
                outcome: sum(one["conclusions"][outcome] for one in found) for outcome in OUTCOMES
            },
        }
        for claim, found in sorted(by_claim.items())
    ]


def _counted(outcomes: Iterable[str]) -> Record | None:
    counts = Counter(outcomes)
    return {outcome: counts[outcome] for outcome in OUTCOMES} if counts else None


def _middle(enclosure: list[float | None] | None) -> float | None:
    if enclosure is None or enclosure[0] is None or enclosure[1] is None:
        return None
    return (enclosure[0] + enclosure[1]) / 2


def _spread(values: Iterable[float | None]) -> Record | None:
    known = [value for value in values if value is not None]
    if not known:
        return None
    return {"least": min(known), "median": median(known), "most": max(known), "cases": len(known)}


def _total(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
