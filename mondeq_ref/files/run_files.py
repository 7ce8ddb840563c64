"""The paths of the files of a training run, all in the folder of its output."""

from pathlib import Path


class RunFiles:
    """The paths of a run, all named after `out`."""

    def __init__(self, out: Path) -> None:
        def beside(ending: str) -> Path:
            return out.with_name(out.stem + ending)

        self.out = out
        self.current = beside(".checkpoint.npz")
        self.previous = beside(".checkpoint.previous.npz")
        self.arriving = beside(".checkpoint.next.npz")
        self.log = beside(".log.jsonl")
        self.codes = beside(".codes.npz")
        self.provenance = beside(".json")

    @property
    def all(self) -> tuple[Path, ...]:
        """Every file that a run may write."""
        checkpoints = self.current, self.previous, self.arriving
        return self.out, self.codes, self.log, self.provenance, *checkpoints
