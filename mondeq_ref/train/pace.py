"""Seconds an epoch, exact passes against the published recipe written plainly in NumPy.

    python -m mondeq_ref.train.pace --dataset DIR [--epochs N] [--workers N]

Both train the float recipe from the same start, on the same images, one after the other in one
process.  The published recipe runs in float32 with at most 500 forward-backward iterations
to a relative step of 1e-5 both ways, its step tuned by its own rule; it computes U x once a batch.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from mondeq_ref.datasets import load
from mondeq_ref.train.loop import Images, train
from mondeq_ref.train.recipe import Protocol, Recipe


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dataset", required=True, metavar="DIR", help="mnist or a folder")
    parser.add_argument("--epochs", type=int, default=15, help="default 15")
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="threads (default 1)")
    args = parser.parse_args(argv)
    images = Images.of(load(args.dataset, "train"), Recipe())
    sys.stdout.write(json.dumps(pace(images, args.epochs, args.workers), indent=1) + "\n")
    return 0


def pace(images: Images, epochs: int, workers: int = 1) -> dict[str, Any]:
    """Seconds of every epoch of both, and the ratio of their sums without the first epochs.

    The first epoch of the exact passes may compile a kernel, so neither first epoch counts
    when there is a second.
    """
    seconds: dict[Protocol, list[float]] = {"exact": [], "paper": []}
    with tempfile.TemporaryDirectory() as folder:
        for protocol, measured in seconds.items():
            recipe = replace(Recipe(), epochs=epochs, protocol=protocol)
            train(
                recipe,
                images,
                Path(folder) / f"{protocol}.npz",
                workers=workers,
                report=lambda record, kept=measured: kept.append(record["seconds"]),
            )
    counted = {name: sum(values[1:] or values) for name, values in seconds.items()}
    return {
        "seconds": seconds,
        "ratio": counted["paper"] / counted["exact"],
        "workers": workers,
        "images": len(images.labels),
    }


if __name__ == "__main__":
    sys.exit(main())
