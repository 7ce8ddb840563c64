"""The files of a finished training run: factors, codes, and provenance.

    NAME.npz         A, S, U, b, V, d in float32 and m in float64, as any command reads them
    NAME.codes.npz   for a quantized operator: the codes and steps of every quantized array
    NAME.json        recipe, digests, versions, log, accuracy

The evaluated operator is computed from the factors and the quantizer.  Reading the files checks
that it has the stored codes and steps.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mondeq_ref.arrays import InputError
from mondeq_ref.files.atomic import write_atomically
from mondeq_ref.files.checkpoint import read_checkpoint, write_checkpoint
from mondeq_ref.files.layouts import Checkpoint
from mondeq_ref.files.load import checkpoint_of, operator_of
from mondeq_ref.files.npz import read_npz, write_npz
from mondeq_ref.files.reading import shown
from mondeq_ref.files.run_files import RunFiles
from mondeq_ref.operator import Operator
from mondeq_ref.quantize import Quantized, quantized_by_spec
from mondeq_ref.quantize.codes import same_codes, written_codes

ROUNDING_SEED = 0  # of stochastic rounding, for the quantized operator that is stored


@dataclass(frozen=True, eq=False)
class Trained:
    """The operator of the trained factors, and its quantized operator."""

    factors: Operator
    quantized: Quantized | None
    metadata: dict[str, str]

    @property
    def evaluated(self) -> Operator:
        """The operator whose accuracy is reported."""
        return self.factors if self.quantized is None else self.quantized.operator


def quantized_for_good(operator: Operator, spec: dict[str, Any] | None) -> Quantized | None:
    """The operator, quantized by `spec` with the random numbers of ROUNDING_SEED."""
    rng = np.random.default_rng(ROUNDING_SEED)
    return None if spec is None else quantized_by_spec(operator, spec, rng)


def write_trained(
    places: RunFiles, operator: Operator, spec: dict[str, Any] | None, provenance: dict[str, Any]
) -> Trained:
    """Write the files of a run; return the value that `read_trained` reads from them."""
    metadata = {"quantizer": json.dumps(spec, sort_keys=True)}
    checkpoint = checkpoint_of(operator)
    write_checkpoint(places.out, checkpoint, metadata)
    quantized = quantized_for_good(operator, spec)
    if quantized is not None:
        write_npz(places.codes, written_codes(quantized))
    elif places.codes.exists():
        places.codes.unlink()
    text = json.dumps(provenance, indent=1, allow_nan=False) + "\n"
    write_atomically(places.provenance, text.encode())
    return Trained(operator, quantized, metadata)


def read_trained(path: Path) -> Trained:
    """The operator in `path` and its quantized operator; InputError if the codes differ."""
    checkpoint = read_checkpoint(path)
    operator = operator_of(checkpoint)
    spec = _spec(checkpoint, path)
    try:
        quantized = quantized_for_good(operator, spec)
    except InputError as fault:
        raise InputError(f"{path.name} describes no quantizer: {fault}") from None
    codes = RunFiles(path).codes
    if quantized is None and codes.exists():
        raise InputError(f"{codes.name} lies beside {path.name}, which says it is not quantized")
    if quantized is not None and not same_codes(read_npz(codes), quantized):
        raise InputError(f"{codes.name} is not what {path.name} quantizes to")
    return Trained(operator, quantized, dict(checkpoint.metadata))


def is_trained(path: Path) -> bool:
    """Whether the file was written by `write_trained`, which stores the quantizer and A."""
    return "quantizer" in read_checkpoint(path).metadata and read_checkpoint(path).A is not None


def _spec(checkpoint: Checkpoint, path: Path) -> dict[str, Any] | None:
    text = checkpoint.metadata.get("quantizer", "null")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        said = shown(text)
        raise InputError(f"{path.name} describes its quantizer in no JSON: {said!r}") from None
