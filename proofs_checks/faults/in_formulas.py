"""Wrong right-hand sides: the formulas of `bounds`."""

from proofs_checks.faults.fault import Fault

BOUNDS = "mondeq_ref/bounds.py"

FAULTS = (
    Fault(
        "the margin that is left is m + ||dW||",
        BOUNDS,
        "return m - d",
        "return m + d",
        ("parameterization", "structured"),
    ),
    Fault(
        "the displacement bound is halved",
        BOUNDS,
        "return dW * size / m",
        "return dW * size / (2 * m)",
        ("displacement",),
    ),
    Fault(
        "the displacement bound is doubled",
        BOUNDS,
        "return dW * size / m",
        "return 2 * dW * size / m",
        ("displacement",),
    ),
)
