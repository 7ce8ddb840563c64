"""A wrong checker of stored certificates: one that forgets one condition."""

from proofs_checks.faults.fault import Fault

CHECKER = "mondeq_ref/certificates/check.py"
ARITHMETIC = "mondeq_ref/certificates/integers.py"
PROOFS = "mondeq_ref/certificates/conditions.py"
FORGED = ("tests/certificates/test_forged_proofs.py",)
LIES = (
    "tests/certificates/test_certificates.py"
    "::test_statements_that_the_proof_does_not_support_are_rejected",
)
STORED = ("tests/certificates/test_certificates.py::test_certificates_verify_from_json",)


def forgotten(what: str, file: str, condition: str, instead: str) -> Fault:
    """A condition that is replaced by one which always holds."""
    return Fault(f"the checker forgets {what}", file, condition, instead, FORGED)


FAULTS = (
    forgotten(
        "the digest", CHECKER, 'require(parts["digest"] == digest_of(parts)', "require(bool(parts)"
    ),
    forgotten(
        "that undecided is no outcome",
        CHECKER,
        'parts["outcome"] in ("PROVED", "REFUTED")',
        'parts["outcome"] in Outcome.__members__',
    ),
    Fault(
        "the checker forgets the sentence",
        CHECKER,
        'require(parts["sentence"] == sentence',
        "require(bool(sentence)",
        LIES,
    ),
    Fault(
        "the checker forgets the assumptions",
        CHECKER,
        'require(parts["assumptions"] == Guarantee.EXACT.assumptions',
        'require(bool(parts["assumptions"])',
        LIES,
    ),
    forgotten(
        "whose W it is",
        CHECKER,
        "np.array_equal(known.W, case.operator.W)",
        "known.n == case.operator.n",
    ),
    forgotten(
        "whose U and b they are",
        CHECKER,
        "_same_input_layer(known, case.operator, fed)",
        "known.n == case.operator.n",
    ),
    forgotten(
        "to quantize W again",
        CHECKER,
        "require(again.exact_W == case.perturbed.exact_W",
        "require(again.n == case.perturbed.n",
    ),
    forgotten(
        "to quantize U and b again",
        CHECKER,
        "_same_input_layer(again, case.perturbed, fed)",
        "again.n == case.perturbed.n",
    ),
    Fault(
        "the checker lets inputs x come without U and b",
        CHECKER,
        "if not fed and stored.d == 0",
        "if stored.d == 0",
        ("tests/certificates/test_forged_rows.py",),
    ),
    forgotten(
        "the name of the quantizer",
        CHECKER,
        "require(quantizer.spec(what) == spec",
        'require(quantizer.bits == spec["bits"]',
    ),
    forgotten(
        "which way the statement goes",
        CHECKER,
        "PROOFS.get((rung, outcome is Outcome.PROVED))",
        "PROOFS.get((rung, True))",
    ),
    forgotten(
        "the signs of the states",
        ARITHMETIC,
        "all(x >= 0 and y - d * q >= 0 for",
        "all(y - d * q >= 0 for",
    ),
    forgotten(
        "the signs of the slacks", ARITHMETIC, "all(x >= 0 and y - d * q >= 0 for", "all(x >= 0 for"
    ),
    forgotten("row swaps", ARITHMETIC, "P[i, i] == 1 and U[i, i] > 0", "U[i, i] > 0"),
    forgotten("that a pivot may be zero", ARITHMETIC, "U[i, i] > 0 for", "U[i, i] >= 0 for"),
    forgotten(
        "that dominance is strict",
        ARITHMETIC,
        "2 * row[i] > sum(abs(x)",
        "2 * row[i] >= sum(abs(x)",
    ),
    forgotten("absolute values", ARITHMETIC, "sum(abs(x) for x in row)", "sum(x for x in row)"),
    forgotten("to square a power of two", ARITHMETIC, "** (2 * A.exponent)", "** A.exponent"),
    forgotten(
        "that a vector may be zero",
        ARITHMETIC,
        "require(not x.integers.is_zero()",
        "require(x.shape == (n, 1)",
    ),
    forgotten(
        "that an index may be repeated",
        ARITHMETIC,
        "found == sorted(set(found))",
        "found == sorted(found)",
    ),
    Fault(
        "the checker takes a matrix for its symmetric part",
        ARITHMETIC,
        "return A + A.T",
        "return A + A",
        STORED,
    ),
    forgotten(
        "that a square knows no sign",
        PROOFS,
        'require(is_definite(at.S, held["definite"])',
        'require(bool(held["definite"])',
    ),
    forgotten(
        "the gap between the Frobenius norm and the margin",
        PROOFS,
        'require(is_definite(gap, held["gap"])',
        'require(bool(held["gap"])',
    ),
    forgotten(
        "the factor 4 of twice the symmetric part",
        PROOFS,
        "minus_identity(at.S @ at.S, 4 * squared_sum(at.dW))",
        "minus_identity(at.S @ at.S, squared_sum(at.dW))",
    ),
    forgotten(
        "whether y refutes anything", PROOFS, "require(small or form(at.S, y) <= 0", "require(True"
    ),
    forgotten("that the threshold is positive", PROOFS, "require(t > 0", "require(t == t"),
    forgotten(
        "to square the threshold",
        PROOFS,
        "minus_identity(-(at.dW.T @ at.dW), -t * t)",
        "minus_identity(-(at.dW.T @ at.dW), -t)",
    ),
    forgotten("how long x is", PROOFS, ">= t * t * squared_sum(x)", ">= t * t"),
    forgotten(
        "which of W~ - W and W - W~ it is",
        PROOFS,
        "minus_identity(doubled(at.dW), -2 * t)",
        "minus_identity(-doubled(at.dW), -2 * t)",
    ),
    forgotten("that m is positive", PROOFS, "require(m > 0 and K == -K.T", "require(K == -K.T"),
    forgotten("that K is skew", PROOFS, "require(m > 0 and K == -K.T", "require(m > 0"),
    forgotten(
        "to multiply the factors",
        PROOFS,
        "at.M_after == identity(n) * m + A.T @ A - K",
        "at.M_after.shape == K.shape",
    ),
    forgotten(
        "that the margin is of W~",
        PROOFS,
        "require(form(doubled(at.M_after), y) <= 0",
        "require(form(at.S, y) <= 0",
    ),
    forgotten(
        "all weights but one", PROOFS, "all(w > 0 for w in weights)", "any(w > 0 for w in weights)"
    ),
    forgotten(
        "that Y may be zero",
        PROOFS,
        "require(not Y.integers.is_zero()",
        "require(Y.shape[0] == at.n",
    ),
    forgotten(
        "all rows but one of a refutation",
        PROOFS,
        "require(max(diagonal) <= 0",
        "require(min(diagonal) <= 0",
    ),
    forgotten(
        "what links the blocks",
        PROOFS,
        "require(all(table[i][j] == 0 for i, j in later)",
        "require(len(order) <= n",
    ),
    forgotten(
        "that a minor may be zero",
        PROOFS,
        "require(minor(table, a) > 0",
        "require(minor(table, a) >= 0",
    ),
    forgotten(
        "the determinant of a block",
        PROOFS,
        "range(1, len(block) + 1)",
        "range(1, len(block))",
    ),
    forgotten(
        "the minor beside two equilibria",
        PROOFS,
        "require(minor(M.integers.table(), a) <= 0",
        "require(len(a) <= n",
    ),
    forgotten(
        "that two are not one",
        PROOFS,
        "require(first != second",
        "require(first.shape == second.shape",
    ),
    forgotten("the second equilibrium", PROOFS, "for z in (first, second):", "for z in (first,):"),
    forgotten(
        "complementarity",
        PROOFS,
        "x >= 0 and y >= 0 and x * y == 0 for",
        "x >= 0 and y >= 0 for",
    ),
    forgotten(
        "that none is not all",
        PROOFS,
        "if inputs is None or operator is None or len(inputs.rows) == 0:",
        "if inputs is None or operator is None:",
    ),
)
