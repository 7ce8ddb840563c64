"""What a run needs to go on exactly where it was, on disk after every epoch.

Beside `FILE.npz` a run keeps `FILE.checkpoint.npz` and the one before it.  A checkpoint carries
the SHA-256 of everything in it; one that is cut short or was changed is refused.
"""

import json
import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mondeq_ref.arrays import InputError
from mondeq_ref.files.npz import npz_metadata, read_npz, write_npz
from mondeq_ref.files.run_files import RunFiles

ARRAYS = ("parameters", "first", "second")


@dataclass(frozen=True, eq=False)
class TrainingCheckpoint:
    """Three float32 buffers, and the rest in JSON's types."""

    arrays: dict[str, NDArray[np.float32]]
    state: dict[str, Any]  # recipe, data, epoch, steps, rng, alpha, history

    @property
    def digest(self) -> str:
        total = sha256(self.text.encode())
        for name in ARRAYS:
            total.update(np.ascontiguousarray(self.arrays[name], dtype="<f4").data)
        return total.hexdigest()

    @property
    def text(self) -> str:
        return json.dumps(self.state, sort_keys=True)

    @property
    def epoch(self) -> int:
        return int(self.state["epoch"])


def save(checkpoint: TrainingCheckpoint, places: RunFiles) -> None:
    """The new checkpoint is whole on disk before the old ones move: a kill loses one epoch."""
    metadata = {"state": checkpoint.text, "sha256": checkpoint.digest}
    write_npz(places.arriving, checkpoint.arrays, metadata)
    if places.current.exists():
        os.replace(places.current, places.previous)
    os.replace(places.arriving, places.current)


def load(path: Path) -> TrainingCheckpoint:
    """A checkpoint whose digest is right; anything else is refused in one sentence."""
    arrays, metadata = read_npz(path), npz_metadata(path)
    try:
        state = json.loads(metadata["state"])
        kept = {name: np.ascontiguousarray(arrays[name], dtype=np.float32) for name in ARRAYS}
    except (KeyError, ValueError):
        raise InputError(f"{path.name} is not a training checkpoint") from None
    found = TrainingCheckpoint(kept, state)
    if found.digest != metadata.get("sha256"):
        raise InputError(f"{path.name} was changed after it was written: its SHA-256 is wrong")
    return found


def latest(places: RunFiles) -> TrainingCheckpoint | None:
    """Where to resume: the current checkpoint, the previous one if there is no current, or None.

    A damaged current checkpoint is never passed over in silence.
    """
    if not places.current.exists():
        return load(places.previous) if places.previous.exists() else None
    try:
        return load(places.current)
    except InputError as refusal:
        offer = _offer(places)
        raise InputError(f"cannot resume from {places.current.name}: {refusal}; {offer}") from None


def _offer(places: RunFiles) -> str:
    try:
        epoch = load(places.previous).epoch
    except InputError:
        return "there is no intact checkpoint before it, so start again without --resume"
    return (
        f"the one before it, {places.previous.name}, is intact (epoch {epoch}):"
        f" remove {places.current.name} to resume from there"
    )
