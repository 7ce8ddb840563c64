"""What a finished run leaves: the trained factors, what defines the evaluated operator, and why.

    NAME.npz         A, S, U, b, V, d in float32 and m in float64, as any command reads them
    NAME.codes.npz   for a quantized operator: the codes and steps of every quantized array
    NAME.json        recipe, digests, versions, log, accuracy

The evaluated operator is computed from the factors and the quantizer; that it has the stored
codes and steps is checked whenever the files are read.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from mondeq_ref.arrays import InputError
from mondeq_ref.files.atomic import write_atomically
from mondeq_ref.files.checkpoint import read_checkpoint, write_checkpoint
from mondeq_ref.files.layouts import Checkpoint
from mondeq_ref.files.load import checkpoint_of, operator_of
from mondeq_ref.files.npz import read_npz, write_npz
from mondeq_ref.files.run_files import RunFiles
from mondeq_ref.operator import Operator
from mondeq_ref.quantize import Quantized, Quantizer, What, quantize
from mondeq_ref.quantize.quantizer import Per, Range, Rounding

ROUNDING_SEED = 0  # of stochastic rounding, when a trained operator is quantized for good


@dataclass(frozen=True, eq=False)
class Trained:
    """The operator of the trained factors, and what its quantizer makes of it."""

    factors: Operator
    quantized: Quantized | None
    metadata: dict[str, str]

    @property
    def evaluated(self) -> Operator:
        """The operator whose accuracy is reported."""
        return self.factors if self.quantized is None else self.quantized.operator


def quantized_by_spec(operator: Operator, spec: dict[str, Any] | None) -> Quantized | None:
    """What the quantizer that `spec` describes makes of the operator."""
    if spec is None:
        return None
    quantizer = Quantizer(
        int(spec["bits"]),
        range=cast(Range, spec["range"] or "unclipped"),
        rounding=cast(Rounding, spec.get("round") or spec["rounding"]),
        per=cast(Per, spec["per"]),
    )
    rng = np.random.default_rng(ROUNDING_SEED)
    return quantize(operator, quantizer, cast(What, spec["what"]), rng)


def write_trained(
    places: RunFiles, operator: Operator, spec: dict[str, Any] | None, provenance: dict[str, Any]
) -> Trained:
    """Write the files of a run; what is returned is what reading them gives."""
    metadata = {"quantizer": json.dumps(spec, sort_keys=True)}
    checkpoint = checkpoint_of(operator)
    write_checkpoint(places.out, checkpoint, metadata)
    quantized = quantized_by_spec(operator, spec)
    if quantized is not None:
        write_npz(places.codes, _codes_and_steps(quantized))
    elif places.codes.exists():
        places.codes.unlink()
    text = json.dumps(provenance, indent=1, allow_nan=False) + "\n"
    write_atomically(places.provenance, text.encode())
    return Trained(operator, quantized, metadata)


def read_trained(path: Path) -> Trained:
    """The operator in `path`, and its quantized form, held against the stored codes and steps."""
    checkpoint = read_checkpoint(path)
    operator = operator_of(checkpoint)
    spec = _spec(checkpoint, path)
    try:
        quantized = quantized_by_spec(operator, spec)
    except (TypeError, KeyError, ValueError, OverflowError):
        raise InputError(f"{path.name} describes no quantizer: {spec!r}") from None
    if quantized is not None:
        stored = read_npz(RunFiles(path).codes)
        made = _codes_and_steps(quantized)
        same = stored.keys() == made.keys()
        if not same or any(not np.array_equal(stored[key], made[key]) for key in made):
            raise InputError(f"{RunFiles(path).codes.name} is not what {path.name} quantizes to")
    return Trained(operator, quantized, dict(checkpoint.metadata))


def is_trained(path: Path) -> bool:
    """Whether the file was written by `write_trained`: it then says what its quantizer was."""
    return "quantizer" in read_checkpoint(path).metadata and read_checkpoint(path).A is not None


def _spec(checkpoint: Checkpoint, path: Path) -> dict[str, Any] | None:
    text = checkpoint.metadata.get("quantizer", "null")
    try:
        return json.loads(text)
    except ValueError:
        raise InputError(f"{path.name} describes its quantizer in no JSON: {text!r}") from None


def _codes_and_steps(quantized: Quantized) -> dict[str, NDArray[Any]]:
    """Codes in the least integers that hold them; steps in float64."""
    arrays: dict[str, NDArray[Any]] = {}
    for name, made in quantized.arrays.items():
        reach = int(np.abs(made.codes).max(initial=0))
        arrays[f"{name}_codes"] = made.codes.astype(np.min_scalar_type(-reach - 1))
        arrays[f"{name}_step"] = np.asarray(made.step, dtype=np.float64)
    return arrays
