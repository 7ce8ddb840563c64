"""Wrong certificates: distances, the ladder, decisions, and what is promised."""

from proofs_checks.faults.fault import Fault

DISTANCE = "mondeq_ref/certify/distance.py"
DECISIONS = "mondeq_ref/certify/decisions.py"
EQUILIBRIA = "mondeq_ref/certify/equilibria.py"
LADDER = "mondeq_ref/certify/ladder.py"
PAIR = "mondeq_ref/certify/pair.py"
BATCHES = ("tests/certify/test_batch_answers.py",)
DISTANCES = ("tests/certify/test_distance.py",)
DISPLACEMENTS = ("tests/certify/test_displacement_errors.py",)
RUNGS = ("tests/certify/test_ladder.py::test_an_operator_for_every_rung_that_fails_the_one_before",)
SIDES = ("tests/certify/test_sides.py",)
TABLE = ("tests/study/test_table_rows.py",)
WITHOUT_MARGIN = ("tests/certify/test_rows_without_margin.py",)

FAULTS = (
    Fault(
        "the radius is the residual over L",
        DISTANCE,
        "m = operator.margin.lo",
        "m = operator.lipschitz.lo",
        DISTANCES,
    ),
    Fault(
        "the radius is the residual over the upper end of the margin",
        DISTANCE,
        "m = operator.margin.lo",
        "m = operator.margin.hi",
        ("tests/certify/test_distance.py::test_a_margin_that_may_be_zero_is_no_margin",),
    ),
    Fault(
        "the residual knows nothing of the cone",
        DISTANCE,
        "v = np.where(surely_nonnegative, 0.0, up(above_F + F.error))",
        "v = up(np.abs(F.value) + F.error)",
        ("tests/certify/test_distance.py::test_the_error_of_an_injection_enters_the_radius",),
    ),
    Fault(
        "the cone absorbs the slack of a unit that is nearly zero",
        DISTANCE,
        "surely_nonnegative = (Z == 0)",
        "surely_nonnegative = (Z <= 1e-12)",
        DISTANCES,
    ),
    Fault(
        "an overflow passes for a positive slack",
        DISTANCE,
        "(F.value >= F.error) & np.isfinite(F.error)",
        "(F.value >= 0)",
        (
            "tests/certify/test_distance.py"
            "::test_an_overflow_off_the_support_is_not_taken_for_a_positive_slack",
        ),
    ),
    Fault(
        "what the exact matrix differs from its array is forgotten",
        DISTANCE,
        "up(injections.error + up(operator.weights.radius * norms_above(Z)))",
        "up(injections.error)",
        ("tests/certify/test_distance.py::test_the_rounding_of_a_meant_matrix_enters_the_radius",),
    ),
    Fault(
        "the error of an injection is forgotten",
        DISTANCE,
        "up(injections.error + up(operator.weights.radius * norms_above(Z)))",
        "up(operator.weights.radius * norms_above(Z))",
        ("tests/certify/test_distance.py::test_the_error_of_an_injection_enters_the_radius",),
    ),
    Fault(
        "an entry is active as soon as it is positive",
        DISTANCE,
        "active = reach < Z",
        "active = Z > 0",
        DISTANCES,
    ),
    Fault(
        "an adjoint is certified with W in place of its transpose",
        "mondeq_ref/certify/adjoint_distance.py",
        "transposed = np.ascontiguousarray(operator.W.T)",
        "transposed = np.ascontiguousarray(operator.W)",
        ("tests/certify/test_adjoint_radii.py",),
    ),
    Fault(
        "half the gap is enough to certify a class",
        DECISIONS,
        "beaten = (gap > up(norms",
        "beaten = (2 * gap > up(norms",
        BATCHES,
    ),
    Fault(
        "logits are taken for exact",
        DECISIONS,
        "- up(2 * error)[:, None])",
        ")",
        DISPLACEMENTS,
    ),
    Fault(
        "what U and b lose is not in the bound",
        DECISIONS,
        "up(up(up(dW_norm * length) + dc) / m)",
        "up(up(dW_norm * length) / m)",
        DISPLACEMENTS,
    ),
    Fault(
        "the bound takes the norm of z* in place of z~",
        DECISIONS,
        "length = up(norms_above(after.z) + after.radius)",
        "length = up(norms_above(before.z) + before.radius)",
        DISPLACEMENTS,
    ),
    Fault(
        "a lower bound of a displacement is widened upward",
        DECISIONS,
        "np.maximum(down(norms_below(gap) - spread), 0.0)",
        "np.maximum(down(norms_below(gap) + spread), 0.0)",
        DISPLACEMENTS,
    ),
    Fault(
        "floats do not look at the signs of the slacks",
        EQUILIBRIA,
        "np.where(Z > 0, active, inactive)",
        "np.where(Z > 0, active, True)",
        BATCHES,
    ),
    Fault(
        "a margin that may be negative is one",
        EQUILIBRIA,
        "np.full(len(Z), operator.margin.lo > 0)",
        "np.full(len(Z), operator.margin.hi > 0)",
        WITHOUT_MARGIN,
    ),
    Fault(
        "the greatest sigma_min stands for the least",
        "mondeq_ref/certify/uniqueness.py",
        "lo, hi = min(value.lo for value in values), min(value.hi for value in values)",
        "lo, hi = max(value.lo for value in values), max(value.hi for value in values)",
        ("tests/certify/test_uniqueness.py",),
    ),
    Fault(
        "the margin is asked for before the one-sided norm",
        LADDER,
        "(by_frobenius_norm, by_norm, by_one_side, by_margin)",
        "(by_frobenius_norm, by_norm, by_margin, by_one_side)",
        RUNGS,
    ),
    Fault(
        "the second rung asks for one side only",
        LADDER,
        "_decided(pair, 2, less(pair.sides.norm, pair.sides.margin), exactly)",
        "_decided(pair, 2, less(pair.sides.one_sided, pair.sides.margin), exactly)",
        RUNGS,
    ),
    Fault(
        "the one-sided norm is that of the other side",
        LADDER,
        "T, S = symmetric_part(-pair.dW), symmetric_part(pair.M)",
        "T, S = symmetric_part(pair.dW), symmetric_part(pair.M)",
        ("certificate",),
    ),
    Fault(
        "the fourth rung asks for the margin before",
        LADDER,
        "least_eigenvalue_exceeds(symmetric_part(pair.M_after), 0)",
        "least_eigenvalue_exceeds(symmetric_part(pair.M), 0)",
        ("certificate",),
    ),
    Fault(
        "a search that finds no minor is a proof that there is none",
        LADDER,
        "    if small:",
        "    if small or found is None:",
        ("tests/certify/test_searched_rungs.py",),
    ),
    Fault(
        "floats forget the symmetric part",
        PAIR,
        "eigenvalue_range(change.symmetric_part)[1]",
        "eigenvalue_range(change)[1]",
        SIDES,
    ),
    Fault(
        "lambda_min of the perturbation stands for its lambda_max",
        PAIR,
        "eigenvalue_range(change.symmetric_part)[1]",
        "eigenvalue_range(change.symmetric_part)[0]",
        SIDES,
    ),
    Fault(
        "what was just written is not verified",
        "mondeq_ref/certificates/make.py",
        "if not checked.accepted:",
        "if not checked.reason:",
        (
            "tests/certificates/test_certificates.py::test_a_wrong_active_set_is_rejected_before_it_is_written",
        ),
    ),
    Fault(
        "weights are balanced with their inverses",
        "mondeq_ref/certify/diagonal.py",
        "return best * row / column, None",
        "return best * column / row, None",
        ("tests/certify/test_diagonal_weights.py",),
    ),
    Fault(
        "a P-matrix is promised convergence",
        "mondeq_ref/certificates/rungs.py",
        "{UNIQUE}; no convergence promised",
        "{UNIQUE}; solvers converge",
        (
            "tests/certify/test_ladder.py"
            "::test_a_cycling_p_matrix_is_promised_uniqueness_and_no_convergence",
        ),
    ),
    Fault(
        "an exact row keeps the point of the solver",
        "mondeq_ref/study/exact_rows.py",
        "z = np.where(found.proved[:, None], found.z, solution.z)",
        "z = solution.z",
        WITHOUT_MARGIN,
    ),
    Fault(
        "L is not squared in the step that is promised",
        "mondeq_ref/study/bit_table.py",
        "limit = 2 * margin / (lipschitz * lipschitz)",
        "limit = 2 * margin / lipschitz",
        (
            "tests/study/test_bit_table.py::test_promised_rates_are_those_of_the_rotation_and_not_below",
        ),
    ),
    Fault(
        "one input that is solved stands for all",
        "mondeq_ref/study/bit_table.py",
        "self.effects.located.all()",
        "self.effects.located.any()",
        TABLE,
    ),
    Fault(
        "one exact rung makes a row exact",
        "mondeq_ref/study/bit_table.py",
        "self.pair.is_exact and all(",
        "self.pair.is_exact and any(",
        TABLE,
    ),
)
