"""Claims about equilibria that say too little or ask for too much, where only the witness that
reaches a bound or breaks a hypothesis can tell; and slips that a single form runs into."""

from proofs_checks.faults.fault import Fault

BOUNDS = "mondeq_ref/bounds.py"
CONDITION = "proofs_checks/claims/condition.py"
DISPLACEMENT = "proofs_checks/claims/displacement.py"
DRIFTS = "proofs_checks/quantities/drifts.py"
INSTANCE = "proofs_checks/instance.py"
NEIGHBORS = "proofs_checks/quantities/neighbors.py"
POINTS = "proofs_checks/quantities/rational_points.py"

FAULTS = (
    Fault(
        "a point is cut at zero before it is compared with its image",
        POINTS,
        "return projected(z - (M * z - c) * alpha) == z",
        "return projected(z - (M * z - c) * alpha) == projected(z)",
        ("equivalence",),
    ),
    Fault(
        "a fixed point is one of the step without the cut at zero",
        POINTS,
        "return projected(z - (M * z - c) * alpha) == z",
        "return z - (M * z - c) * alpha == z",
        ("equivalence",),
    ),
    Fault(
        "dW is transposed when it is enclosed",
        INSTANCE,
        "return ball(self.operator.exact_W - self.after.exact_W)",
        "return ball((self.operator.exact_W - self.after.exact_W).T)",
        ("displacement",),
    ),
    Fault(
        "what ||dW|| takes from the margin is multiplied by the length of z*",
        BOUNDS,
        "return dW * size / (m - dW)",
        "return dW * size / (m - dW * size)",
        ("displacement",),
    ),
    Fault(
        "where only W is perturbed W has to be perturbed",
        DISPLACEMENT,
        '"only W is perturbed": same_injection}',
        '"only W is perturbed": lambda one: same_injection(one)\n'
        "    if one.operator.exact_W != one.after.exact_W else Outcome.REFUTED}",
        ("displacement",),
    ),
    Fault(
        "any c counts as the one before",
        DISPLACEMENT,
        '"only W is perturbed": same_injection}',
        '"only W is perturbed": lambda _: Outcome.PROVED}',
        ("displacement",),
    ),
    Fault(
        "only the upper half of W belongs to the block of the active units",
        NEIGHBORS,
        "M_aa = (identity(operator.n) - operator.exact_W).block(a, a)",
        "M_aa = identity(len(a)) - exact(np.triu(operator.W[np.ix_(a, a)]))",
        ("condition",),
    ),
    Fault(
        "the condition number may be twice ||W||/m",
        CONDITION,
        "over_margin(Fraction(1))",
        "over_margin(Fraction(4))",
        ("condition",),
    ),
    Fault(
        "||dW|| is doubled on a common active set",
        CONDITION,
        "inverse(k) * k.d * k.d * k.kind",
        "inverse(k) * 4 * k.d * k.d * k.kind",
        ("condition",),
    ),
    Fault(
        "the finite change is measured with a z* of length 2",
        CONDITION,
        "bounds.displacement_from_original(k.d, k.m, 1)",
        "bounds.displacement_from_original(k.d, k.m, 2)",
        ("condition",),
    ),
    Fault(
        "||U||^2 + 1 stands for ||U||^2",
        DRIFTS,
        "k.m * k.m, k.U * k.U * k.kind.number(size)",
        "k.m * k.m, (1 + k.U * k.U) * k.kind.number(size)",
        ("condition",),
    ),
    Fault(
        "the images of two inputs are twice as far apart",
        DRIFTS,
        "over_margin(squared_length(U * pair[1]))",
        "over_margin(squared_length(U * pair[1] * 2))",
        ("condition",),
    ),
    Fault(
        "the margin of the active block takes the place of m",
        CONDITION,
        "over_margin(Fraction(1)))\n",
        "lambda k, B=instance.operator.exact_W.block(a, a): "
        "4 / (2 + k.kind.least_eigenvalue(-(B + B.T)))"
        " / (2 + k.kind.least_eigenvalue(-(B + B.T))))\n",
        ("condition",),
    ),
)
