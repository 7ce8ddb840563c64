"""Solutions that come block by block, so that inputs and points may exceed the memory."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import replace

import numpy as np

from mondeq_ref.arrays import Integers
from mondeq_ref.documents.strict_json import dumps
from mondeq_ref.files.npz import npz_rows
from mondeq_ref.files.reading import AnyPath
from mondeq_ref.inputs import Injections
from mondeq_ref.operator import Operator
from mondeq_ref.solve import Method, solve_blocks
from mondeq_ref.solve.solution import STATUSES, Solution, joined
from mondeq_ref.study.proved_rows import forward_backward_only, with_divergent_rows, with_exact_rows


def solutions(
    operator: Operator,
    blocks: Iterable[Injections],
    method: Method,
    *,
    tol: float,
    max_steps: int,
    exact: bool,
    divergence: bool,
    dtype: type[np.floating],
    workers: int | None,
) -> Iterator[Solution]:
    """One Solution a block, in order, each with its inputs; a few blocks are in memory."""
    waiting: deque[Injections] = deque()

    def taken() -> Iterator[Injections]:
        for block in blocks:
            waiting.append(block)
            yield block
            del block

    def finished(part: Solution) -> Solution:
        block = waiting.popleft()
        if exact:
            part = with_exact_rows(operator, block, part)
        if divergence:
            iterated = forward_backward_only(operator, method)
            part = with_divergent_rows(operator, block, part, iterated)
        return replace(part, inputs=block)

    parts = solve_blocks(
        operator, taken(), method, tol=tol, max_steps=max_steps, dtype=dtype, workers=workers
    )
    return map(finished, parts)  # which holds no part that it gave away


def collected(
    operator: Operator,
    parts: Iterable[Solution],
    rows: int,
    out: AnyPath | None = None,
    metadata: Mapping[str, str] | None = None,
) -> tuple[Solution, Integers | None]:
    """Everything but the points, and the classes; the points go to the file `out` as they come."""
    kept: list[Solution] = []
    classes: list[Integers] = []
    with nullcontext() if out is None else npz_rows(out, "z", (rows, operator.n)) as file:
        for part in parts:
            kept.append(replace(part, z=np.empty((len(part.z), 0)), inputs=None))
            if operator.head is not None:
                classes.append(operator.head.logits(part.z).argmax(axis=1))
            if file is not None:
                file.append(part.z)
        whole = joined(kept, 0)
        known = {} if operator.head is None else {"class": np.concatenate(classes)}
        if file is not None:
            arrays = {"status": whole.codes, "radius": whole.radius, "residual": whole.residual}
            names = dumps([status.name for status in STATUSES], indent=None)
            arrays |= {"steps": whole.steps} | known
            file.finish(arrays, {**(metadata or {}), "statuses": names})
    return whole, known.get("class")
