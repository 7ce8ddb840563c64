"""Fill the numbers of runs into the article.

    python docs/paper/build.py AUDIT.json OUT.md

AUDIT.json is what `mondeq-ref audit` wrote; `data/replication.json` ships.  Nothing is typed in.
"""

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from math import floor
from pathlib import Path
from typing import Any

from mondeq_ref.study import seeds

HERE = Path(__file__).resolve().parent
DATA = HERE.parents[1] / "data"
PLACE = re.compile(r"\{\{(\w+)\}\}")
RELEASED = {
    "margin": "m",
    "quantized_margin": "margin of the quantized network",
    "ratio": "norm(dW)/m",
    "accuracy": "accuracy at equilibria, %",
    "accuracy_where_training_stops": "accuracy where training stops, %",
}
WAYS = {"qat-exact": "exact passes", "penalty": "margin penalty", "structured": "quantized factors"}


def main(audit: str, out: str) -> None:
    Path(out).write_text(article(json.loads(Path(audit).read_text("utf-8"))), encoding="utf-8")


def article(audit: Mapping[str, Any]) -> str:
    text = (HERE / "paper.md").read_text("utf-8")
    return filled(text, {**of_audit(audit), **of_replication()})


def filled(text: str, numbers: Mapping[str, str]) -> str:
    """The text with a number in every place; a place that no run fills is an error."""
    return PLACE.sub(lambda place: numbers[place[1]], text)


def of_audit(audit: Mapping[str, Any]) -> dict[str, str]:
    published = audit["published"]
    failed = [one for one in published if one["verdict"] == "not_supported"]
    held = [one for one in published if one["verdict"] == "supported"]
    return {
        "date": audit["provenance"]["made"][:10],
        "cases": f"{audit['summary']['cases']:,}",
        "claims": str(audit["summary"]["claims"]),
        "statements": str(len(published)),
        "not_supported": str(len(failed)),
        "supported_table": statements(held),
        "not_supported_table": statements(failed),
    }


def statements(found: Iterable[Mapping[str, Any]]) -> str:
    return table(("published", "found"), [(one["text"], one["why"]) for one in found])


def of_replication() -> dict[str, str]:
    replication = json.loads((DATA / "replication.json").read_text("utf-8"))
    floats = replication["seeds"]
    by_bits = {bits: at(floats, bits) for bits in (2, 3, 4, 5, 6, 8)}
    dense = {bits: [row["ptq"]["W"] for row in rows] for bits, rows in by_bits.items()}
    ratios = {bits: [mean(row["ratio"]) for row in rows] for bits, rows in by_bits.items()}
    return {
        "seeds": str(len(floats)),
        "inputs": f"{replication['inputs']:,}",
        "margin_2": str(counted(by_bits[2], "margin_positive")),
        "margin_5": str(counted(by_bits[5], "margin_positive")),
        "ratio_5": f"{min(ratios[5]):.2f} and {max(ratios[5]):.2f}",
        "proved_4": f"{total(dense[4], 'equilibria_proved'):,}",
        "asked_4": f"{total(dense[4], 'inputs_asked'):,}",
        "proved_3": f"{total(dense[3], 'equilibria_proved'):,}",
        "asked_3": f"{total(dense[3], 'inputs_asked'):,}",
        "released_proved_4": str(counted(seeds.runs(seeds.RELEASED, 4), "margin_proved")),
        "released_seeds_4": str(len(seeds.runs(seeds.RELEASED, 4))),
        "released_ratio_4": seeds.spreads(4)["ratio"].verdict,
        "released_accuracy_4": seeds.spreads(4)["accuracy"].verdict,
        "rule": seeds.RULE,
        "released_table": over_seeds(seeds.RELEASED),
        "unmultiplied_table": over_seeds(seeds.WITHOUT_FACTOR),
        "ptq_table": table(
            ("bits", "ratio", "condition", "margin", "equilibria"),
            [
                (
                    str(bits),
                    spread(ratios[bits], 2),
                    f"{counted(rows, 'condition')} of {len(floats)}",
                    f"{counted(rows, 'margin_positive')} of {len(floats)}",
                    f"{total(dense[bits], 'equilibria_proved'):,} of "
                    f"{total(dense[bits], 'inputs_asked'):,}",
                )
                for bits, rows in by_bits.items()
            ],
        ),
        "factors_table": table(
            ("bits", "W, %", "factors, %"),
            [
                (str(bits), accuracies(rows, "W"), accuracies(rows, "factors"))
                for bits, rows in by_bits.items()
            ],
        ),
        "qat_table": table(
            ("network", "trained with", "accuracy, %", "margin"),
            [
                (one["name"], way, f"{100 * one['accuracy']:.1f}", least(one))
                for one in replication["qat"]
                for start, way in WAYS.items()
                if one["name"].startswith(start) and one["margin_proved"]
            ],
        ),
    }


def over_seeds(recipe: str) -> str:
    """The numbers of a way of training over its seeds, beside the published ones."""
    rows = [
        (
            str(bits),
            RELEASED[name],
            str(len(one.values)),
            " to ".join(dict.fromkeys(f"{end:.4g}" for end in one.ends)),
            f"{one.published}",
            one.verdict,
        )
        for bits in (8, 6, 4)
        for name, one in seeds.spreads(bits, recipe).items()
    ]
    return table(("bits", "number", "seeds", "found", "published", "verdict"), rows)


def at(floats: Iterable[Mapping[str, Any]], bits: int) -> list[Mapping[str, Any]]:
    return [row for seed in floats for row in seed["bits"] if row["bits"] == bits]


def counted(rows: Iterable[Mapping[str, Any]], name: str) -> int:
    return sum(bool(row[name]) for row in rows)


def total(rows: Iterable[Mapping[str, Any]], name: str) -> int:
    return sum(row[name] for row in rows)


def mean(ends: Sequence[float]) -> float:
    return sum(ends) / len(ends)


def least(network: Mapping[str, Any]) -> str:
    """The margin is at least this: rounded down."""
    return f"{floor(1000 * network['quantized_margin'][0]) / 1000:.3f}"


def accuracies(rows: Iterable[Mapping[str, Any]], what: str) -> str:
    return spread([100 * row["ptq"][what]["accuracy"] for row in rows], 1)


def spread(values: Sequence[float], digits: int) -> str:
    return f"{min(values):.{digits}f} to {max(values):.{digits}f}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    cells = [head, ["---"] * len(head), *rows]
    return "\n".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in cells
    )


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python docs/paper/build.py AUDIT.json OUT.md")
    main(*sys.argv[1:])
