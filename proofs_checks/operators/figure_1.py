"""Figure 1 of the paper run on the operator at hand, beside the published points.

The run is the published one: the first 64 inputs, float32, one relative step for the whole
batch, a budget of 2,000 steps.  What is proved about each width comes from the ladder, and how
forward-backward ends for each input, with the published step and with another, from `study.ends`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from mondeq_ref.instances.shipped import document
from mondeq_ref.study import published_runs as runs
from proofs_checks.operators.subject import StatementSubject

PROVED = ("bits", "ratio", "rung", "equilibria_proved", "inputs")
PRINTED = ("bits", "ratio", "iterations", "converged")


def figure_1(
    name: str, subject: StatementSubject, rows: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """`rows` are those of the ladder of this operator with W quantized."""
    published = document("published.json")
    return {
        "operator": name,
        "budget": runs.FIGURE_1_STEPS,
        "points": [{key: row[key] for key in PROVED} | _run(subject, row["bits"]) for row in rows],
        "published": [
            {key: point[key] for key in PRINTED} for point in published["figure_1"]["recomputed"]
        ],
    }


def _run(subject: StatementSubject, bits: int) -> dict[str, Any]:
    run = subject.figure_1(bits)
    ends = [asdict(end) | {"undecided": end.undecided} for end in subject.ends(bits)]
    return {"iterations": run.iterations, "converged": run.converged, "ends": ends}
