"""Claims about margins and factors that say too little, and slips that one form alone sees.

A bound that is too large or a hypothesis that asks too much is refuted by nothing: a witness
notices.  A slip in a step that one form takes alone is noticed by that form.
"""

from proofs_checks.faults.fault import Fault

INSTANCE = "proofs_checks/instance.py"
LOSSES = "proofs_checks/quantities/losses.py"
FACTORS = "proofs_checks/quantities/factors.py"
OPERATORS = "mondeq_ref/quantize/operators.py"
MARGIN = "proofs_checks/claims/margin.py"
STRUCTURED = "proofs_checks/claims/structured.py"

FAULTS = (
    Fault(
        "L may grow by twice the norm of dW",
        MARGIN,
        "return [Verdict(gained(instance), instance.dW_norm, G",
        "return [Verdict(gained(instance), instance.dW_norm * 2, G",
        ("margin",),
    ),
    Fault(
        "the norm of dW is that of its symmetric part",
        INSTANCE,
        "return spectral_norm(self.dW)",
        "return spectral_norm(self.dW.symmetric_part)",
        ("margin",),
    ),
    Fault(
        "what falls is looked at for what rises most",
        LOSSES,
        "rise = eigenvalues(-symmetric_part(dW))",
        "rise = eigenvalues(symmetric_part(dW))",
        ("margin",),
    ),
    Fault(
        "L and L~ are added where their difference is meant",
        LOSSES,
        "return instance.after.lipschitz - instance.operator.lipschitz",
        "return instance.after.lipschitz + instance.operator.lipschitz",
        ("margin",),
    ),
    Fault(
        "each diagonal entry is held against itself",
        LOSSES,
        "x == (rows[0][0] if i == j else 0)",
        "x == (rows[i][j] if i == j else 0)",
        ("tests/claims/test_exact_twins.py",),
    ),
    Fault(
        "the loss of the symmetric part is held against the norm of dW where rationals decide",
        MARGIN,
        "    verdict = symmetric(instance)[0]\n"
        "    return compared(instance, verdict, known, lambda: norm(dW), "
        "lambda: rational_norm(dW))",
        "    verdict, whole = symmetric(instance)[0], difference(instance)\n"
        "    return compared(\n"
        "        instance, verdict, known, lambda: norm(dW), lambda: rational_norm(whole)\n"
        "    )",
        ("tests/claims/test_exact_twins.py",),
    ),
    Fault(
        "the product of factors has A'A twice",
        FACTORS,
        "identity(n) * m - A.T @ A + K",
        "identity(n) * m - A.T @ A * 2.0 + K",
        ("parameterization",),
    ),
    Fault(
        "the rank of a factor is that of its single-precision floats",
        FACTORS,
        "return A.integers.rank() == A.shape[1]",
        "return bool(np.linalg.matrix_rank(np.float32(A.rounded())) == A.shape[1])",
        ("parameterization",),
    ),
    Fault(
        "a factor without a column of zeros has full rank if it has the rows for it",
        FACTORS,
        "return A.integers.rank() == A.shape[1]",
        "return A.shape[0] >= A.shape[1] and all(map(any, A.T.integers.table()))",
        ("structured",),
    ),
    Fault(
        "the factor is divided by its pivot twice",
        FACTORS,
        "product -= column * column.transpose() * d",
        "product -= column * column.transpose()",
        ("parameterization",),
    ),
    Fault(
        "opposite entries are asked to have opposite codes too",
        STRUCTURED,
        "outcome(bool(((step == step.T) | ((K.codes == 0) & (K.codes.T == 0))).all()))",
        "outcome(bool(((step == step.T) & (K.codes == -K.codes.T)).all()))",
        ("structured",),
    ),
    Fault(
        "half of what the tool promises is looked at",
        STRUCTURED,
        "decided(Fraction(promised), after) if promised >= m",
        "decided(Fraction(promised) / 2, after) if promised >= m",
        ("structured",),
    ),
    Fault(
        "the tool promises a margin where it has no reason to, and none where it has",
        OPERATORS,
        'promised = factors.m if _keeps_margin(quantizer, arrays["K"]) else None',
        'promised = None if _keeps_margin(quantizer, arrays["K"]) else factors.m',
        ("structured",),
    ),
    Fault(
        "the quantized product has A~'A~ twice",
        OPERATORS,
        "A.exact.T @ A.exact + K.exact",
        "A.exact.T @ A.exact * 2.0 + K.exact",
        ("structured",),
    ),
)
