"""Wrong claims about uniqueness, the ladder and what a solver certifies."""

from proofs_checks.faults.fault import Fault

CERTIFICATE = "proofs_checks/claims/certificate.py"
CONVERGENCE = "proofs_checks/quantities/convergence.py"
UNIQUENESS = "proofs_checks/quantities/uniqueness.py"

FAULTS = (
    Fault(
        "the certificate asks for a margin of W~ alone",
        CERTIFICATE,
        'hypotheses={"||dW|| < m": smaller_than_margin}',
        'hypotheses={"||dW|| < m": perturbed_has_margin}',
        ("certificate", "tests/claims/test_hypotheses.py"),
    ),
    Fault(
        "the certificate asks for nothing",
        CERTIFICATE,
        'hypotheses={"||dW|| < m": smaller_than_margin}',
        'hypotheses={"||dW|| < m": has_weights}',
        ("certificate",),
    ),
    Fault(
        "the one-sided condition is that of the margin of W~",
        CERTIFICATE,
        'needs={"lambda_max(sym(W~ - W)) < m": one_sided_smaller_than_margin}',
        'needs={"lambda_max(sym(W~ - W)) < m": perturbed_has_margin}',
        ("tests/claims/test_hypotheses.py",),
    ),
    Fault(
        "one equilibrium is said of every perturbation",
        CERTIFICATE,
        "            one_equilibrium,\n"
        '            needs={"lambda_max(sym(W~ - W)) < m": one_sided_smaller_than_margin},\n',
        "            one_equilibrium,\n",
        ("certificate",),
    ),
    Fault(
        "the margin of the certified rate is not lowered",
        CONVERGENCE,
        "left = bounds.margin_after(k.m, k.d)\n",
        "left = k.m\n",
        ("certificate",),
    ),
    Fault(
        "the certified rate is that of half the margin",
        CONVERGENCE,
        "left = bounds.margin_after(k.m, k.d)\n",
        "left = bounds.margin_after(k.m, k.d) / 2\n",
        ("certificate",),
    ),
    Fault(
        "one step more is made than the rate is raised to",
        CONVERGENCE,
        "moved, size = squared_length(iterate(M, c, a, STEPS) - z)",
        "moved, size = squared_length(iterate(M, c, a, STEPS + 1) - z)",
        ("certificate",),
    ),
    Fault(
        "the rate of W is compared and not that of W~",
        CONVERGENCE,
        "k.forward_after(a) * k.forward_after(a)",
        "k.forward(a) * k.forward(a)",
        ("tests/claims/test_certificate.py",),
    ),
    Fault(
        "the weights do not weigh the distance",
        CONVERGENCE,
        "w * Fraction(int(x.p), int(x.q)) ** 2 for w, x in pairs",
        "Fraction(int(x.p), int(x.q)) ** 2 for w, x in pairs",
        ("tests/claims/test_certificate.py",),
    ),
    Fault(
        "what the solver returns is compared with itself",
        CONVERGENCE,
        "Enclosure.of(squared_length(column(near) - z)).sqrt()",
        "Enclosure.of(squared_length(column(near) - column(near))).sqrt()",
        ("tests/claims/test_certificate.py",),
    ),
    Fault(
        "a distance is compared with its square",
        CONVERGENCE,
        "Enclosure.of(squared_length(column(near) - z)).sqrt()",
        "Enclosure.of(squared_length(column(near) - z))",
        ("certificate", "tests/claims/test_certificate.py"),
    ),
    Fault(
        "one equilibrium or more will do",
        UNIQUENESS,
        "fact(count == 1)",
        "fact(count >= 1)",
        ("tests/claims/test_certificate.py",),
    ),
    Fault(
        "the same equilibrium is counted as often as it is found",
        UNIQUENESS,
        "return len({tuple(z.entries()) for z in known if is_equilibrium(M, c, z)})",
        "return len([tuple(z.entries()) for z in known if is_equilibrium(M, c, z)])",
        ("tests/claims/test_certificate.py",),
    ),
    Fault(
        "the minors of W are looked at and not those of W~",
        UNIQUENESS,
        "M = identity(instance.after.n) - instance.after.exact_W\n    if",
        "M = identity(instance.after.n) - instance.operator.exact_W\n    if",
        ("certificate",),
    ),
    Fault(
        "rungs may imply the one below",
        UNIQUENESS,
        "fact(below is not Outcome.PROVED or above is Outcome.PROVED)",
        "fact(above is not Outcome.PROVED or below is Outcome.PROVED)",
        ("certificate",),
    ),
    Fault(
        "what is said of rung six is not held against the minors",
        UNIQUENESS,
        "        outcomes[5] = p_matrix(instance)\n",
        "        outcomes[4] = outcomes[4]\n",
        ("tests/claims/test_certificate.py",),
    ),
    Fault(
        "any vector counts as reversed",
        UNIQUENESS,
        "fact(isinstance(evidence, Reversal) and two_equilibria(M, evidence.x).holds_for(M))",
        "fact(isinstance(evidence, Reversal))",
        ("tests/claims/test_certificate.py",),
    ),
    Fault(
        "only the active set of all units is tried",
        UNIQUENESS,
        "combinations(range(n), k) for k in range(n + 1))",
        "combinations(range(n), k) for k in range(n, n + 1))",
        ("certificate",),
    ),
    Fault(
        "the rate with weights is raised to twice as many steps as are made",
        CONVERGENCE,
        "Fraction(L), a), STEPS)",
        "Fraction(L), a), 2 * STEPS)",
        ("tests/claims/test_certificate.py",),
    ),
    Fault(
        "the iterates with weights are those before the perturbation",
        CONVERGENCE,
        "points, rational_M = exact_points(instance), monotone(instance.after)",
        "points, rational_M = exact_points(instance), monotone(instance.operator)",
        ("tests/claims/test_certificate.py",),
    ),
    Fault(
        "with weights what is left after one step stands for the start",
        CONVERGENCE,
        "STEPS) - z), shrunk * square(z))",
        "STEPS) - z), shrunk * square(iterate(rational_M, c, a, 1) - z))",
        ("tests/claims/test_certificate.py",),
    ),
)
