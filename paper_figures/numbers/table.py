"""The tables of figures: rows of numbers, each with a bound or an estimate of its error.

The keys identify a row.  `error` belongs to the column `value`: computing the row again, on any
machine, gives a value within `error` of the one written.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import wraps
from math import isfinite
from typing import ParamSpec

import numpy as np
from numpy.typing import NDArray

from mondeq_ref.rigor.enclosure import Enclosure

P = ParamSpec("P")
Cell = str | int | float | None
Row = Mapping[str, Cell]
ERROR = "error"
AGREES = 1e-3  # relative: three published digits
# The reason why a number differs although the protocol is the published one.
ANOTHER_OPERATOR = "another trained operator"


@dataclass(frozen=True)
class Table:
    """Rows of cells under named columns."""

    keys: tuple[str, ...]
    value: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def __post_init__(self) -> None:
        for name in (*self.keys, self.value, ERROR):
            if name not in self.columns:
                raise ValueError(f"a table needs the column {name}, got {self.columns}")
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"every row needs {len(self.columns)} cells")

    def __len__(self) -> int:
        return len(self.rows)

    def cells(self, name: str) -> list[Cell]:
        where = self.columns.index(name)
        return [row[where] for row in self.rows]

    def numbers(self, name: str) -> NDArray[np.float64]:
        """A column as floats; what is unknown is NaN."""
        values = (np.nan if cell is None else float(cell) for cell in self.cells(name))
        return np.array(list(values), dtype=np.float64)

    def words(self, name: str) -> list[str]:
        return [str(cell) for cell in self.cells(name)]

    def where(self, wanted: Mapping[str, Cell]) -> "Table":
        """The rows whose cells are those given."""
        places = {self.columns.index(name): cell for name, cell in wanted.items()}
        kept = tuple(r for r in self.rows if all(r[i] == cell for i, cell in places.items()))
        return replace(self, rows=kept)

    def named(self) -> dict[tuple[Cell, ...], dict[str, Cell]]:
        """Keys -> the row by column names."""
        places = [self.columns.index(key) for key in self.keys]
        return {
            tuple(row[i] for i in places): dict(zip(self.columns, row, strict=True))
            for row in self.rows
        }


def tabulated(
    columns: tuple[str, ...], keys: tuple[str, ...], value: str
) -> Callable[[Callable[P, Iterable[Row]]], Callable[P, Table]]:
    """A decorator: the rows that a function yields become its table; cells that are not given are
    unknown."""

    def decorated(rows: Callable[P, Iterable[Row]]) -> Callable[P, Table]:
        @wraps(rows)
        def table(*given: P.args, **named: P.kwargs) -> Table:
            made: list[tuple[Cell, ...]] = []
            for row in rows(*given, **named):
                if strange := set(row) - set(columns):
                    raise ValueError(f"no such columns: {sorted(strange)}")
                made.append(tuple(_plain(row.get(name)) for name in columns))
            return Table(keys, value, columns, tuple(made))

        return table

    return decorated


def _plain(cell: Cell) -> Cell:
    """Python's own types; a number that is not finite is unknown."""
    if isinstance(cell, np.generic):
        cell = cell.item()
    return None if isinstance(cell, float) and not isfinite(cell) else cell


@dataclass(frozen=True)
class Comparison:
    """A published number and ours by the same protocol."""

    what: str
    published: float | bool | None
    ours: float | bool | None
    why: str

    @property
    def agrees(self) -> bool:
        """Whether the numbers are equal, or differ relatively by less than AGREES."""
        return self.published == self.ours or abs(self.deviation or 1.0) < AGREES

    @property
    def deviation(self) -> float | None:
        """Relative, where both are numbers and the published one is not zero."""
        if self.published is None or self.ours is None or isinstance(self.published, bool):
            return None
        return (self.ours - self.published) / abs(self.published) if self.published else None


def ends(value: Enclosure) -> tuple[float, float]:
    """The middle of an enclosure and the greatest distance of an end from it."""
    return value.mid, max(value.hi - value.mid, value.mid - value.lo)
