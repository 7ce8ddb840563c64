"""What the paper and its companion code say of their experiments, held against runs.

These are no theorems: each is supported, not supported, or not testable on the operator at
hand, with the numbers and the settings that explain the difference.
"""

from collections.abc import Callable, Mapping
from typing import Any

from mondeq_ref.instances.shipped import document
from proofs_checks.operators import statements_on_accuracy as accuracy
from proofs_checks.operators import statements_on_convergence as convergence
from proofs_checks.operators import statements_on_gradients as backward
from proofs_checks.operators import statements_on_rates as rates
from proofs_checks.operators import statements_on_solvers as solvers
from proofs_checks.operators import statements_on_training as training
from proofs_checks.operators.subject import Answer, StatementSubject


def statements(subject: StatementSubject) -> list[dict[str, Any]]:
    """Every published statement, in the order of the file, and what became of it."""
    return [
        {name: row[name] for name in ("id", "where", "text")} | vars(EXAMINED[row["id"]](subject))
        for row in document("published.json")["statements"]
    ]


EXAMINED: Mapping[str, Callable[[StatementSubject], Answer]] = {
    "ptq-3-4-diverge": convergence.ptq_diverges,
    "phase-transition": convergence.transition,
    "qat-4": training.qat_recovers,
    "iff": convergence.iff,
    "displacement-91-99": accuracy.displacement_share,
    "gradient-fd": accuracy.gradients,
    "pr-faster": convergence.faster,
    "inexact": accuracy.rounded_iterates,
    "dr-slower": rates.dr_is_slower,
    "pr-rate-max": rates.pr_rate_is_a_maximum,
    "kappa-scaling": rates.kappa_scaling,
    "two-notions": rates.two_notions,
    "two-adjoints": backward.two_adjoints,
    "gradient-scales": backward.gradient_scales,
    "lossless-8": solvers.lossless_8,
    "same-point": solvers.same_point,
    "counts-unmoved": solvers.counts_unmoved,
    "backward-fails": backward.backward_fails,
    "qat-margin": training.qat_margin,
}
