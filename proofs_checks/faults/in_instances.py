"""Wrong instances and wrong examinations: what claims are checked on, and what is said of runs."""

from proofs_checks.faults.fault import Fault

INSTANCE = "proofs_checks/instance.py"
EXAMINATION = "proofs_checks/operators/examination.py"
ACCURACY = "proofs_checks/operators/statements_on_accuracy.py"
CONVERGENCE = "proofs_checks/operators/statements_on_convergence.py"
INSTANCES = ("tests/audit/test_instances.py",)
PARTICULAR = "tests/operators/test_particular_operators.py"

FAULTS = (
    Fault(
        "what is left of a rounded difference is forgotten",
        INSTANCE,
        "float(norms_above(rest.reshape(1, -1))[0]) if rest.any() else 0.0",
        "0.0",
        INSTANCES,
    ),
    Fault(
        "dW is W~ - W",
        INSTANCE,
        "ball(self.operator.exact_W - self.after.exact_W)",
        "ball(self.after.exact_W - self.operator.exact_W)",
        ("margin",),
    ),
    Fault(
        "a length is known better than its vector",
        INSTANCE,
        "reach = rounded.widened(radius)",
        "reach = rounded",
        INSTANCES,
    ),
    Fault(
        "a gap is known better than its vectors",
        INSTANCE,
        "(Enclosure.of(difference.radius) + radius).hi",
        "difference.radius",
        INSTANCES,
    ),
    Fault(
        "moved equilibria are those of the injections before",
        INSTANCE,
        "self.c if self.c_perturbed is None else self.c_perturbed",
        "self.c",
        ("displacement",),
    ),
    Fault(
        "an equilibrium that is named is believed",
        INSTANCE,
        "np.full(len(z), np.inf)",
        "np.zeros(len(z))",
        INSTANCES,
    ),
    Fault(
        "an equilibrium rounded once is exact",
        INSTANCE,
        "found.radius[row] = norms_above(rounding[None])[0]",
        "found.radius[row] = 0.0 * rounding[0]",
        INSTANCES,
    ),
    Fault(
        "a rejected certificate that ships is read all the same",
        EXAMINATION,
        "if not checked.accepted:",
        "if not checked.reason:",
        (PARTICULAR + "::test_a_shipped_certificate_that_was_changed_is_an_error",),
    ),
    Fault(
        "an input without an equilibrium can be classified",
        EXAMINATION,
        "((classes == self.labels) & found)",
        "(classes == self.labels)",
        (PARTICULAR + "::test_an_input_without_an_equilibrium_counts_as_wrong",),
    ),
    Fault(
        "a rate of the backward pass is promised without a margin",
        EXAMINATION,
        "if sign is Outcome.PROVED:",
        "if sign is Outcome.PROVED or row.rung is not None:",
        (PARTICULAR + "::test_rung_5_promises_convergence_and_no_rate_of_the_backward_pass",),
    ),
    Fault(
        "every answer of the rational solver is an equilibrium",
        CONVERGENCE,
        "sum(isinstance(answer, ExactEquilibrium) for answer in answers)",
        "sum(answer is not None for answer in answers)",
        (PARTICULAR + "::test_an_input_without_an_equilibrium_counts_as_wrong",),
    ),
    Fault(
        "a P-matrix refutes the threshold of convergence",
        CONVERGENCE,
        "rung is not None and rung <= CONVERGENT:",
        "rung is not None and rung <= 6:",
        (PARTICULAR + "::test_the_transition_is_refuted_only_by_a_rung_that_promises_convergence",),
    ),
    Fault(
        "a margin that may be negative supports a statement",
        CONVERGENCE,
        "if published.margin.lo > 0:",
        "if published.margin.hi > 0:",
        ("tests/operators/test_margins_nobody_knows.py",),
    ),
    Fault(
        "runs that reach an equilibrium are runs that were started",
        CONVERGENCE,
        "return int((solution.residual <= REACHED).sum())",
        "return len(solution.residual)",
        (PARTICULAR + "::test_equilibria_that_are_reached_are_counted_one_by_one",),
    ),
    Fault(
        "what is near a kink is held against a difference",
        ACCURACY,
        "same = ((ahead > 0) == (z > 0)).all(axis=1) & ((behind > 0) == (z > 0)).all(axis=1)",
        "same = ((ahead > 0) == (z > 0)).any(axis=1) | ((behind > 0) == (z > 0)).any(axis=1)",
        (PARTICULAR + "::test_a_gradient_at_a_kink_is_not_held_against_a_difference",),
    ),
)
