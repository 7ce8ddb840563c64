"""An .npz whose largest array is written row by row, so that it may exceed the memory."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO
from zipfile import ZipFile

import numpy as np
from numpy.lib import format as npy
from numpy.typing import ArrayLike, NDArray

from mondeq_ref.files.atomic import replacing
from mondeq_ref.files.npz import dated, write_entries
from mondeq_ref.files.reading import AnyPath


@dataclass
class RowsFile:
    """The open archive: `append` rows until the declared number is written, then `finish`."""

    stream: IO[bytes]
    missing: int
    rest: dict[str, ArrayLike] = field(default_factory=dict[str, ArrayLike])
    metadata: dict[str, str] = field(default_factory=dict[str, str])

    def append(self, rows: NDArray[np.float64]) -> None:
        self.missing -= len(rows)
        self.stream.write(np.ascontiguousarray(rows, dtype="<f8").tobytes())

    def finish(self, arrays: Mapping[str, ArrayLike], metadata: Mapping[str, str]) -> None:
        """Set the other arrays and the metadata, which are written after the rows."""
        self.rest.update(arrays)
        self.metadata.update(metadata)


@contextmanager
def npz_rows(path: AnyPath, name: str, shape: tuple[int, int]) -> Generator[RowsFile]:
    """An open file for the rows of the array `name`, written atomically at the end."""
    with replacing(path) as temporary, ZipFile(temporary, "w") as archive:
        with archive.open(dated(f"{name}.npy"), "w", force_zip64=True) as stream:
            header = {"descr": "<f8", "fortran_order": False, "shape": shape}
            npy.write_array_header_1_0(stream, header)
            file = RowsFile(stream, shape[0])
            yield file
        if file.missing:
            raise RuntimeError(f"{file.missing} rows of {name} were declared and not written")
        write_entries(archive, file.rest, file.metadata)
