"""The figures of a run, reduced in size for the audit's page.

A picture is scaled to the page and reduced to a few colors.  Its table is included where the run
wrote it into the JSON file of the figure.
"""

import base64
import io
import json
from pathlib import Path
from typing import Any

from mondeq_ref.arrays import InputError

WIDTH = 480  # pixels
COLORS = 24
MOST_BYTES = 1 << 22  # of one JSON file or picture of a run
MOST_ROWS = 40  # longer tables stay in the run's CSV


def gathered(folder: str) -> list[dict[str, Any]]:
    """Every figure in `folder` in the form of the audit, in the order of their names."""
    found = [_figure(path) for path in sorted(Path(folder).glob("*.json"))]
    kept = [figure for figure in found if figure is not None]
    if not kept:
        raise InputError(
            f"--figures must name the folder of a figures run, got {folder} without figures"
        )
    return kept


def _figure(path: Path) -> dict[str, Any] | None:
    content = _bytes(path)
    try:
        made = json.loads(content)
    except (ValueError, RecursionError):
        raise InputError(f"{path} is not JSON") from None
    if not isinstance(made, dict) or not isinstance(made.get("png"), str):
        return None
    columns, rows = made.get("columns"), made.get("rows")
    table = None
    if isinstance(columns, list) and isinstance(rows, list) and len(rows) <= MOST_ROWS:
        if not all(isinstance(row, dict | list) for row in rows):
            raise InputError(f"the rows of {path} must be lists or objects")
        table = {"columns": columns, "rows": [_cells(row, columns) for row in rows]}
    return {
        "name": str(made.get("title", made.get("name", path.stem))),
        "caption": str(made.get("caption", "")),
        "png": _data_uri(path.with_name(Path(made["png"]).name)),
        "table": table,
    }


def _cells(row: Any, columns: list[Any]) -> list[Any]:
    """A row given by position or by column name."""
    return [row.get(name) for name in columns] if isinstance(row, dict) else list(row)


def _data_uri(path: Path) -> str:
    from PIL import Image, UnidentifiedImageError

    content = _bytes(path)
    try:
        with Image.open(io.BytesIO(content), formats=("PNG",)) as image:
            scaled = image.convert("RGB")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        raise InputError(f"{path} is not a picture in PNG") from None
    height = max(1, round(scaled.height * WIDTH / scaled.width))
    small = scaled.resize((WIDTH, height), Image.Resampling.LANCZOS).quantize(COLORS)
    written = io.BytesIO()
    small.save(written, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(written.getvalue()).decode()


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InputError(f"{path} is larger than {MOST_BYTES} bytes")
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {str(path)!r}: {error.strerror}") from None
