"""Write the accuracies of data/safe.jsonl into README.md and ARTIFACT.md.

    python docs/accuracy.py [--check]

They stand between `<!-- NAME -->` and `<!-- end -->`.  `--check` compares and changes nothing.  The
records come from `mondeq-ref sweep safe`; ARTIFACT.md says how.
"""

import json
import re
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("README.md", "ARTIFACT.md")
PLACE = re.compile(r"(<!-- (?P<name>[a-z-]+) -->\n?)(?P<made>.*?)(\n?<!-- end -->)", re.DOTALL)
PAPER, MAIN = "mnist_mondeq_float.pt", "float-42"
NAMED = {PAPER: "the paper's weights", MAIN: "float-42, which ships"}
PROVED = {"paper": "the paper's condition", "margin": "convergence for every input"}
ARRAYS = {"K": "K", "KUb": "K, U and b"}
Cell = tuple[int, str]  # bits, and what is quantized

Record = Mapping[str, Any]


@cache
def cells() -> Mapping[str, Mapping[Cell, Record]]:
    """The records of each operator, by cell."""
    found: dict[str, dict[Cell, Record]] = {}
    for line in (ROOT / "data" / "safe.jsonl").read_text("utf-8").splitlines():
        record = json.loads(line)
        case = record["case"]
        name = case["operator"].get("name") or case["operator"]["path"]
        found.setdefault(name, {})[case["bits"], case["what"]] = record
    return found


def percent(record: Record, key: str = "accuracy") -> str:
    return f"{100 * record[key]:.2f}"


def readme_table() -> str:
    """K = W - t I quantized, on the paper's weights and on the main operator."""
    rows = [("bits, what is proved", *NAMED.values()), ("---",) * 3]
    found = [cells()[name] for name in NAMED]
    rows.append(("32", *(f"{percent(one[4, 'K'], 'accuracy_before')} %" for one in found)))
    for bits in (4, 3, 2):
        proved = PROVED[found[0][bits, "K"]["case"]["aim"]]
        rows.append((f"{bits}, {proved}", *(f"{percent(one[bits, 'K'])} %" for one in found)))
    return _table(rows)


def whole_table() -> str:
    """Every operator, for the site."""
    names = sorted(cells(), key=lambda name: (name != PAPER, name != MAIN, name))
    rows: list[tuple[str, ...]] = [
        ("bits", "quantized", "proved", *(NAMED.get(name, name) for name in names))
    ]
    rows.append(("---",) * len(rows[0]))
    floats = (percent(cells()[name][4, "K"], "accuracy_before") for name in names)
    rows.append(("32", "nothing", "", *floats))
    for bits, what in sorted(cells()[MAIN], key=lambda cell: (-cell[0], cell[1])):
        found = [cells()[name][bits, what] for name in names]
        proved = PROVED[found[0]["case"]["aim"]]
        rows.append((str(bits), ARRAYS[what], proved, *map(percent, found)))
    return _table(rows)


def artifact_numbers(names: list[str]) -> str:
    """Least and greatest accuracy over these operators, cell by cell."""
    parts: list[str] = []
    for bits, what in sorted(cells()[MAIN], key=lambda cell: (-cell[0], cell[1])):
        found = [cells()[name][bits, what] for name in names]
        rung = max(record["rung"] for record in found)
        shares = sorted(percent(record) for record in found)
        spread = shares[0] if len(shares) == 1 else f"{shares[0]} to {shares[-1]}"
        parts.append(f"{bits} bits, {ARRAYS[what]}: rung {rung}, {spread} %")
    return "; ".join(parts)


MADE: Mapping[str, Callable[[], str]] = {
    "accuracy-table": readme_table,
    "accuracy-shipped": lambda: artifact_numbers([name for name in cells() if name != PAPER]),
    "accuracy-paper": lambda: artifact_numbers([PAPER]),
}


def with_numbers(text: str) -> str:
    """The text with today's numbers in every place."""
    return PLACE.sub(lambda found: found[1] + MADE[found["name"]]() + found[4], text)


def _table(rows: list[tuple[str, ...]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def main(*, check: bool) -> int:
    stale = False
    for page in PAGES:
        before = (ROOT / page).read_text("utf-8")
        after = with_numbers(before)
        stale |= before != after
        if not check:
            (ROOT / page).write_text(after, encoding="utf-8")
    return int(check and stale)


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
