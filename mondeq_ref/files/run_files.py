"""The paths of the files of a training run, all in the folder of its output."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class RunFiles:
    """The paths of a run, all named after `out`."""

    out: Path

    def _beside(self, ending: str) -> Path:
        return self.out.with_name(self.out.stem + ending)

    @property
    def all(self) -> tuple[Path, ...]:
        """Every file that a run may write."""
        checkpoints = self.current, self.previous, self.arriving
        return self.out, self.codes, self.log, self.provenance, *checkpoints

    @property
    def current(self) -> Path:
        return self._beside(".checkpoint.npz")

    @property
    def previous(self) -> Path:
        return self._beside(".checkpoint.previous.npz")

    @property
    def arriving(self) -> Path:
        return self._beside(".checkpoint.next.npz")

    @property
    def log(self) -> Path:
        return self._beside(".log.jsonl")

    @property
    def codes(self) -> Path:
        return self._beside(".codes.npz")

    @property
    def provenance(self) -> Path:
        return self._beside(".json")
