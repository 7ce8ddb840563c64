"""Digits as signed distance fields, computed from the fonts in matplotlib's wheel.

A prototype is a function f on the plane: the distance to the edge of the digit, positive inside
the ink.  With distances every distortion is one lookup: the ink is where f > 0, a stroke thicker
by t on either side is where f > -t, and values near 0 give antialiasing.

Outlines are read in font units, unhinted and unscaled, and nothing after that uses more than
+ - * / and square roots of integers: the fields are the same bits on every machine.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from mondeq_ref.arrays import InputError, Matrix, Vector

# Fonts whose 0 to 9 are lining digits; cmmi10 (old-style) and cmsy10 (no digits) are left out.
FONTS = (
    "DejaVuSans.ttf",
    "DejaVuSans-Bold.ttf",
    "DejaVuSans-BoldOblique.ttf",
    "DejaVuSans-Oblique.ttf",
    "DejaVuSansMono.ttf",
    "DejaVuSansMono-Bold.ttf",
    "DejaVuSansMono-Oblique.ttf",
    "DejaVuSerif.ttf",
    "DejaVuSerif-Bold.ttf",
    "DejaVuSerif-Italic.ttf",
    "STIXGeneral.ttf",
    "STIXGeneralBol.ttf",
    "STIXGeneralBolIta.ttf",
    "STIXGeneralItalic.ttf",
    "cmb10.ttf",
    "cmr10.ttf",
    "cmss10.ttf",
    "cmtt10.ttf",
)
SAMPLES = 80  # field samples per unit length; the unit is the height of the digit
HALF = 64  # samples from the center to the border: the field covers [-0.8, 0.8] squared
CURVE_PIECES = 8  # chords per quadratic arc: under 1/1000 of the height from the true outline

Fields = NDArray[np.float32]  # (digit, font, row, column)


@dataclass(frozen=True, eq=False)
class Prototypes:
    """`fields[digit, font]` holds f at (column - HALF, row - HALF) / SAMPLES, y pointing down."""

    fields: Fields
    fonts: tuple[str, ...]


def prototypes() -> Prototypes:
    """Every digit of every font in `FONTS`, box centered on the origin and of height one."""
    import matplotlib

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    fields = np.stack(
        [np.stack([_field(chords) for chords in _digits(folder / name)]) for name in FONTS], axis=1
    )
    fields.setflags(write=False)
    return Prototypes(fields, FONTS)


def _digits(path: Path) -> list[Matrix]:
    from matplotlib import ft2font

    if not path.is_file():
        raise InputError(f"glyphs needs the font {path.name} in {path.parent}, got no such file")
    font = ft2font.FT2Font(str(path))
    outlines: list[Matrix] = []
    for digit in "0123456789":
        font.load_char(ord(digit), flags=_raw_units(ft2font))
        points, codes = font.get_path()
        outlines.append(_centered(_chords(np.asarray(points, dtype=np.float64), list(codes))))
    return outlines


def _raw_units(ft2font: Any) -> Any:
    """FreeType's flags for font units, whose names differ between versions of matplotlib."""
    if hasattr(ft2font, "LoadFlags"):
        return ft2font.LoadFlags.NO_SCALE | ft2font.LoadFlags.IGNORE_TRANSFORM
    return ft2font.LOAD_NO_SCALE | ft2font.LOAD_IGNORE_TRANSFORM


def _chords(points: Matrix, codes: list[int]) -> Matrix:
    """The outline as straight pieces: rows (x0, y0, x1, y1), each contour closed."""
    MOVE, LINE, QUADRATIC = 1, 2, 3
    pieces: list[list[float]] = []
    start = here = points[0]
    index = 0
    while index < len(codes):
        if codes[index] == MOVE:
            start = here = points[index]
            index += 1
        elif codes[index] == QUADRATIC:
            begin, control, end = here, points[index], points[index + 1]
            for k in range(1, CURVE_PIECES + 1):
                t = k / CURVE_PIECES
                there = (1 - t) * (1 - t) * begin + 2 * t * (1 - t) * control + t * t * end
                pieces.append([*here, *there])
                here = there
            index += 2
        else:  # a line, or the closing one back to the start
            there = points[index] if codes[index] == LINE else start
            pieces.append([*here, *there])
            here = there
            index += 1
    return np.array(pieces)


def _centered(chords: Matrix) -> Matrix:
    corners = chords.reshape(-1, 2)
    low, high = corners.min(axis=0), corners.max(axis=0)
    moved = (corners - (low + high) / 2) / (high - low)[1]
    return (moved * [1.0, -1.0]).reshape(-1, 4)


def _field(chords: Matrix) -> NDArray[np.float32]:
    """Distance to the edge, to within half a sample, from the ink seen at the sample points."""
    at = (np.arange(2 * HALF + 1) - HALF) / SAMPLES
    ink = _winding(chords, at) != 0
    # A sample's distance to the nearest sample across the edge; the edge lies half a sample nearer.
    inside, outside = distance_transform_edt(ink), distance_transform_edt(~ink)
    return ((np.where(ink, inside - 0.5, 0.5 - outside)) / SAMPLES).astype(np.float32)


def _winding(chords: Matrix, at: Vector) -> NDArray[np.int64]:
    """Winding number of the outline around each sample: signed crossings to its left."""
    x0, y0, x1, y1 = (column[:, None] for column in chords.T)
    piece, row = np.nonzero((y0 <= at) != (y1 <= at))
    x0, y0, x1, y1 = chords[piece].T
    crossing = x0 + (at[row] - y0) / (y1 - y0) * (x1 - x0)
    turns = np.zeros((len(at), len(at) + 1), dtype=np.int64)
    column = np.searchsorted(at, crossing).astype(np.int64)
    np.add.at(turns, (row, column), np.where(y1 > y0, 1, -1))
    return turns.cumsum(axis=1)[:, :-1]
