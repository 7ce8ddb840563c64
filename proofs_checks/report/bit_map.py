"""The map of what is proved: one row per network, one column per bit-width."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from proofs_checks.report.standing import STANDINGS, Standing, standing


@dataclass(frozen=True)
class MapLine:
    """A network, and its standing at each bit-width of the map (None: not examined)."""

    name: str
    anchor: str  # of its table of proofs
    cells: tuple[Standing | None, ...]


@dataclass(frozen=True)
class BitMap:
    bits: tuple[int, ...]
    lines: tuple[MapLine, ...]
    legend: tuple[Standing, ...]


def bit_map(ladder: Sequence[Mapping[str, Any]]) -> BitMap:
    """The map with bit-widths in descending order; the legend has the standings that occur."""
    bits = sorted({row["bits"] for entry in ladder for row in entry["rows"]}, reverse=True)
    lines: list[MapLine] = []
    for number, entry in enumerate(ladder, 1):
        found = {row["bits"]: standing(row) for row in entry["rows"]}
        name = f"{entry['operator']}, {entry['what']}"
        lines.append(MapLine(name, f"proofs-{number}", tuple(found.get(width) for width in bits)))
    shown = {cell for line in lines for cell in line.cells}
    return BitMap(tuple(bits), tuple(lines), tuple(one for one in STANDINGS if one in shown))
