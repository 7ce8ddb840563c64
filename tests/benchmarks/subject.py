"""What is measured on: a trained operator and its images, and exact equilibria of a few of them."""

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from mondeq_ref.arrays import Matrix, frozen
from mondeq_ref.certify.prove import by_rationals
from mondeq_ref.datasets.load import load
from mondeq_ref.datasets.normalization import normalize
from mondeq_ref.files.load import load_operator
from mondeq_ref.inputs import inject
from mondeq_ref.operator import Operator
from mondeq_ref.solve import solve

JUDGED = 12  # rows whose equilibria are computed in rationals
DATA = Path(__file__).parents[2] / "data"


@dataclass(frozen=True, eq=False)
class Subject:
    """Rows x of a data set and an operator trained on its like."""

    file: str
    operator: Operator
    X: Matrix

    @property
    def name(self) -> str:
        return Path(self.file).stem

    @cached_property
    def exact_rows(self) -> Matrix:
        """The equilibria of the first rows, computed in rationals and rounded once."""
        injections = inject(self.operator, self.X[:JUDGED])
        found = by_rationals(self.operator, injections, solve(self.operator, injections).z)
        if not found.proved.all():
            raise RuntimeError("an exact equilibrium was not found")
        return found.z

    def error(self, Z: np.ndarray) -> float:
        """The largest true distance of a row of Z to its equilibrium, over the judged rows."""
        rows = min(JUDGED, len(Z))
        apart = np.asarray(Z[:rows], dtype=np.float64) - self.exact_rows[:rows]
        return float(np.linalg.norm(apart, axis=1).max())


def subject(operator: str | None, dataset: str, count: int) -> Subject:
    """The operator in a file (by default a shipped one) and the first test images."""
    path = operator or str(DATA / "operators" / "float-42.npz")
    images = load(dataset, "test", count).images
    X = normalize(images, dtype=np.float64)
    return Subject(path, load_operator(path), frozen("images", X, None))


def usual_dataset() -> str:
    """MNIST where this machine has it, else drawn glyphs of the same shape."""
    shared = os.environ.get("MONDEQ_SHARED")
    folder = Path(shared) / "mnist" if shared else None
    return str(folder) if folder is not None and folder.is_dir() else "glyphs"
