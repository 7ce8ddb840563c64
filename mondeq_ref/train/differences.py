"""Images as their differences from the background: made once for all epochs."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mondeq_ref.arrays import Integers
from mondeq_ref.kernels.collecting import differing
from mondeq_ref.kernels.vectors import LANES

LOOKED_AT = 100  # rows in which a number is looked for that most of their entries hold


@dataclass(frozen=True, eq=False)
class Differences:
    """Row k is `usual` but at places[ends[k] : ends[k + 1]], where it is larger by `values`,
    rounded to float32."""

    usual: np.float32
    ends: Integers
    places: NDArray[np.int32]
    values: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.ends) - 1

    @property
    def given(self) -> tuple[float, Integers, NDArray[np.int32], NDArray[np.float32]]:
        """As kernels take them."""
        return float(self.usual), self.ends, self.places, self.values

    @staticmethod
    def of(X: NDArray[np.float32]) -> "Differences":
        """From the number that most entries of some rows hold, which is then their median; from
        zero, if there is none."""
        sample = X[:: max(1, len(X) // LOOKED_AT)].ravel()
        usual = np.median(sample) if len(sample) else np.float32(0)
        if not np.isfinite(usual) or 2 * np.count_nonzero(sample == usual) < len(sample):
            usual = np.float32(0)
        with np.errstate(over="ignore"):
            found = np.count_nonzero(X - usual)
        ends, places = np.zeros(len(X) + 1, np.int64), np.empty(found + LANES, np.int32)
        values = np.empty(found, np.float32)
        differing(np.ascontiguousarray(X), usual, ends, places, values)
        return Differences(usual, ends, places, values)
