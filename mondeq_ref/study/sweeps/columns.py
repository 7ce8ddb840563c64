"""Records as columns: flat names, one type a column, nothing for null; pandas and Parquet read it.

An enclosure [lo, hi] under `x` becomes `x_lo` and `x_hi`; a table under `x` becomes `x.key`.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

Record = dict[str, Any]


def csv_bytes(records: Iterable[Record]) -> bytes:
    """Every record a line, every name that occurs a column, in alphabetical order."""
    rows = [dict(_cells("", record)) for record in records]
    names = sorted({name for row in rows for name in row})
    text = io.StringIO()
    writer = csv.DictWriter(text, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _cells(name: str, value: Any) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _cells(f"{name}.{key}" if name else key, item)
    elif isinstance(value, list):
        if len(value) == 2 and all(isinstance(end, float | None) for end in value):
            for ending, end in zip(("lo", "hi"), value, strict=True):
                yield f"{name}_{ending}", "" if end is None else repr(end)
        else:
            yield name, " ".join(map(str, value))
    elif isinstance(value, bool):
        yield name, "true" if value else "false"
    elif isinstance(value, float):
        yield name, repr(value)
    else:
        yield name, "" if value is None else value
