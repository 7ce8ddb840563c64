"""From the last checkpoint to files that stand for themselves: evaluate, account, write."""

from pathlib import Path
from typing import Any

import numpy as np

from mondeq_ref.datasets.dataset import Dataset, Source
from mondeq_ref.documents.provenance import record
from mondeq_ref.documents.strict_json import plain
from mondeq_ref.files.run_files import RunFiles
from mondeq_ref.inputs import inject
from mondeq_ref.instances.trained import Trained, quantized_for_good, write_trained
from mondeq_ref.study.accuracy import evaluate
from mondeq_ref.train.account import account
from mondeq_ref.train.loop import Images, Run


def finish(run: Run, taught: Dataset, tested: Dataset, out: Path, workers: int) -> dict[str, Any]:
    """Write the operator and its provenance; the accuracy is that of the operator written."""
    described = run.recipe.described()
    spec = described["quantization"]
    operator = run.parameters.operator()
    trained = Trained(operator, quantized_for_good(operator, spec), {})
    images = Images.of(tested, run.recipe)
    injections = inject(trained.evaluated, images.X.astype(np.float64))
    found = evaluate(trained.evaluated, injections, images.labels, workers=workers)
    provenance = {
        "recipe": described,
        "t": float(run.parameters.views()["t"]),
        "quantizer": spec,
        "meant": None if trained.quantized is None else trained.quantized.statement,
        "operator_digest": trained.evaluated.arrays_digest,
        "test": {
            "accuracy": found.accuracy,
            "correct": found.correct,
            "inputs": found.inputs,
            "unsolved": found.unsolved,
            "equilibria_proved": found.proved,
            "max_radius": plain(found.max_radius),
        },
        "account": account(trained),
        "data": {"train": _described(taught), "test": _described(tested)},
        "code": {key: value for key, value in record({}).items() if key not in _NOT_CODE},
        "log": run.history,
    }
    write_trained(RunFiles(out), operator, spec, provenance)
    return provenance


_NOT_CODE = ("command", "inputs", "seed", "platform")  # they name folders and the machine


def _described(dataset: Dataset) -> dict[str, Any]:
    provenance = dataset.provenance
    return {
        "origin": provenance.describe(),
        "images": len(dataset),
        "canonical": provenance.canonical,
        "files": [_file(source) for source in provenance.sources],
    }


def _file(source: Source) -> dict[str, Any]:
    return {"role": source.role, "sha256": source.sha256, "canonical": source.canonical}
