"""The files of one figure, NAME.png, .pdf, .svg, .csv and .json, each written atomically."""

import csv
import io
from hashlib import sha256
from pathlib import Path
from typing import Any

from mondeq_ref.arrays import InputError
from mondeq_ref.documents.provenance import installed, record
from mondeq_ref.documents.strict_json import dumps
from mondeq_ref.files.atomic import write_atomically
from mondeq_ref.instances.shipped import document
from paper_figures.drawing import style
from paper_figures.numbers.table import Cell, Comparison, Table

KINDS = ("png", "pdf", "svg")
SHOWN = 400  # rows up to which the JSON repeats the table


def write(
    folder: Path, name: str, figure: Any, table: Table, about: dict[str, Any]
) -> dict[str, Any]:
    """Draw, compare with published numbers, write; return the object of the JSON file."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"--out must be a folder that can be written: {error}") from None
    drawing = style.captioned(figure.draw(table), figure.CAPTION)
    for kind in KINDS:
        picture = style.rendered(drawing, kind, figure.TITLE)
        write_atomically(folder / f"{name}.{kind}", picture)
    text = csv_text(table)
    write_atomically(folder / f"{name}.csv", text.encode())
    result = {
        "name": name,
        "title": figure.TITLE,
        "caption": figure.CAPTION,
        "png": f"{name}.png",
        "csv": f"{name}.csv",
        "csv_sha256": sha256(text.encode()).hexdigest(),
        "keys": table.keys,
        "value": table.value,
        "error": "error",
        "columns": table.columns,
        "count": len(table),
        "rows": table.rows if len(table) <= SHOWN else None,
        "published": [described(one) for one in compared(figure, table)],
        **about,
    }
    write_atomically(folder / f"{name}.json", (dumps(result, indent=1) + "\n").encode())
    return result


def compared(figure: Any, table: Table) -> list[Comparison]:
    """The published numbers beside ours, of a figure that has some."""
    found = figure.compare(table, document("published.json")) if hasattr(figure, "compare") else ()
    return list(found)


def described(one: Comparison) -> dict[str, Any]:
    return {
        "what": one.what,
        "published": one.published,
        "ours": one.ours,
        "deviation": one.deviation,
        "why": "" if one.agrees else one.why,
    }


def provenance(digests: dict[str, str], seed: int) -> dict[str, Any]:
    """Versions, digests, seed and time, without the command and the platform."""
    made = record(digests, seed)
    kept = {key: value for key, value in made.items() if key not in ("command", "platform")}
    return kept | {"matplotlib": installed("matplotlib")}


def csv_text(table: Table) -> str:
    """The table as CSV; the text of a float reads back as the same float."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([_cell(cell) for cell in row] for row in table.rows)
    return out.getvalue()


def _cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return repr(cell) if isinstance(cell, float) else str(cell)
