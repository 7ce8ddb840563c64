"""Certificates of what a row of the bit-width table proves, and the files they are stored in."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mondeq_ref.certificates.make import (
    certificate,
    certificate_of_inputs,
    certificate_of_no_equilibrium,
)
from mondeq_ref.certificates.rungs import OF_INPUTS
from mondeq_ref.certify.ladder import first_that_holds
from mondeq_ref.documents.case import Rows
from mondeq_ref.documents.strict_json import dumps
from mondeq_ref.files.atomic import write_atomically
from mondeq_ref.study.bit_table import Row
from mondeq_ref.study.effects import Workload

MOST_STORED = 1 << 19  # numbers of inputs in one certificate


def of_inputs(
    row: Row, work: Workload | None, provenance: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Where no rung promises anything for every input, the equilibria of the inputs at hand."""
    found = row.effects
    if work is None or found is None or first_that_holds(row.steps) is not None:
        return None
    located = found.located.nonzero()[0]
    width = work.inputs.rows.shape[-1] if work.inputs.kind == "c" else work.operator.d
    kept = located[: MOST_STORED // max(width, 1)]
    if len(kept) == 0:
        return None
    inputs = Rows(work.inputs.kind, work.rows().rows[kept])
    return certificate_of_inputs(
        row.pair, inputs, found.active[kept], row.quantized.spec, provenance
    )


def without(row: Row, work: Workload | None, provenance: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs that have no equilibrium, as many in a certificate as are quickly read."""
    found = row.effects
    if work is None or found is None or found.without is None:
        return {}
    made: dict[str, Any] = {}
    kept: list[int] = []
    size, digest = 0, row.pair.original.arrays_digest
    for k, tree in found.without.items():
        kept.append(k)
        size += tree.size
        if size >= MOST_STORED or k == max(found.without):
            inputs = Rows(work.inputs.kind, work.rows().rows[kept])
            trees = [found.without[one] for one in kept]
            part = f"-{len(made) + 1}" if made else ""
            made[f"rung{OF_INPUTS}-{digest[:12]}-refuted{part}"] = certificate_of_no_equilibrium(
                row.pair, inputs, trees, row.quantized.spec, provenance
            )
            kept, size = [], 0
    return made


def store(
    folder: Path, row: Row, work: Workload | None, provenance: Mapping[str, Any], *, by_digest: bool
) -> list[str]:
    """One file per decided rung that has a short proof, and one with all inputs of rung 8.

    The digest of W is in the name, and that of W, U and b where they matter: two operators in
    one folder overwrite nothing."""
    made = {
        f"rung{step.rung}-{step.outcome.name.lower()}": certificate(
            row.pair, step, row.quantized.spec, provenance, by_digest=by_digest
        )
        for step in row.steps
    }
    original = row.pair.original
    fed = f"rung{OF_INPUTS}-{original.arrays_digest[:12]}-proved"
    made[fed] = of_inputs(row, work, provenance)
    made |= without(row, work, provenance)
    about = f"{original.digest[:12]}-{row.quantized.what}-{row.quantized.quantizer.name}"
    paths: list[str] = []
    for name, document in made.items():
        if document is not None:
            path = folder / f"{about}-{row.bits:02d}bits-{name}.json"
            write_atomically(path, (dumps(document, indent=1) + "\n").encode())
            paths.append(str(path))
    return paths
