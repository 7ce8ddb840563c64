"""An .npz whose largest array is written row by row, so that it never has to fit into memory."""

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
    """The open archive: `append` rows until the promised number is there, then `finish`."""

    stream: IO[bytes]
    missing: int
    rest: dict[str, ArrayLike] = field(default_factory=dict[str, ArrayLike])
    metadata: dict[str, str] = field(default_factory=dict[str, str])

    def append(self, rows: NDArray[np.float64]) -> None:
        self.missing -= len(rows)
        self.stream.write(np.ascontiguousarray(rows, dtype="<f8").tobytes())

    def finish(self, arrays: Mapping[str, ArrayLike], metadata: Mapping[str, str]) -> None:
        """What else goes into the archive, once all rows are written."""
        self.rest.update(arrays)
        self.metadata.update(metadata)


@contextmanager
def npz_rows(path: AnyPath, name: str, shape: tuple[int, int]) -> Generator[RowsFile]:
    """The file appears whole or not at all."""
    with replacing(path) as temporary, ZipFile(temporary, "w") as archive:
        with archive.open(dated(f"{name}.npy"), "w", force_zip64=True) as stream:
            header = {"descr": "<f8", "fortran_order": False, "shape": shape}
            npy.write_array_header_1_0(stream, header)
            file = RowsFile(stream, shape[0])
            yield file
        if file.missing:
            raise RuntimeError(f"{file.missing} rows of {name} were promised and not written")
        write_entries(archive, file.rest, file.metadata)
