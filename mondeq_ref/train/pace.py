"""Seconds an epoch, exact passes against the published recipe written plainly in NumPy.

    python -m mondeq_ref.train.pace --dataset DIR [--epochs N] [--workers N]

Both train the float recipe from the same start, on the same images, one after the other in one
process.  The published recipe runs in float32 with at most 500 forward-backward iterations
to a relative step of 1e-5 both ways, its step tuned by its own rule.  Here it computes U x once a
batch; the released code does so in every iteration, which is timed too, on batches of the trained
operator.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from mondeq_ref.datasets import load
from mondeq_ref.published_protocol import FLOAT_FIRST_STEP, FLOAT_TRAINING, forward_backward
from mondeq_ref.train.loop import Images, Run, train
from mondeq_ref.train.recipe import Protocol, Recipe
from mondeq_ref.train.weights import injected, weights

TIMED_BATCHES = 40


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
    """Seconds of every epoch of both, and the ratio of their means without the first epochs.

    The first epoch of the exact passes may compile a kernel, so neither first epoch counts
    when there is a second.
    """
    seconds: dict[Protocol, list[float]] = {"exact": [], "paper": []}
    runs: dict[Protocol, Run] = {}
    with tempfile.TemporaryDirectory() as folder:
        for protocol, measured in seconds.items():
            runs[protocol] = train(
                replace(Recipe(), epochs=epochs, protocol=protocol),
                images,
                Path(folder) / f"{protocol}.npz",
                workers=workers,
                report=lambda record, kept=measured: kept.append(record["seconds"]),
            )
    means = {name: mean(values[1:] or values) for name, values in seconds.items()}
    repeated = means["paper"] + repeated_injections(runs["paper"], images)
    return {
        "seconds": seconds,
        "mean": means,
        "mean_with_injection_every_iteration": repeated,
        "ratio": means["paper"] / means["exact"],
        "ratio_with_injection_every_iteration": repeated / means["exact"],
        "workers": workers,
        "images": len(images.labels),
    }


def repeated_injections(run: Run, images: Images) -> float:
    """Seconds an epoch that computing U x + b in every forward iteration costs on top."""
    used = weights(run.parameters, None, np.random.default_rng(0))
    W, alpha = used.W.astype(np.float32), float(run.alpha or FLOAT_FIRST_STEP)
    batch, spent, timed = run.recipe.batch, 0.0, 0
    with threadpool_limits(1):
        for start in range(0, min(TIMED_BATCHES * batch, len(images.labels)), batch):
            X = images.X[start : start + batch]
            C = injected(used, X).astype(np.float32)
            _, iterations = forward_backward(W, C, alpha, FLOAT_TRAINING)
            began = time.perf_counter()
            for _ in range(iterations - 1):
                injected(used, X)
            spent += time.perf_counter() - began
            timed += len(X)
    return spent * len(images.labels) / timed


if __name__ == "__main__":
    sys.exit(main())
