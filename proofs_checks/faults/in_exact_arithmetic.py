"""Wrong decisions in integers and rationals: spectra, definiteness, minors, equilibria."""

from proofs_checks.faults.fault import Fault

RIGOR = "mondeq_ref/rigor/"
DEFINITE = "tests/rigor/test_exact_definite.py"
CONDITIONS = "tests/rigor/test_exact_conditions.py"
EQUILIBRIA = "tests/rigor/test_exact_equilibria.py"
MINORS = "tests/certify/test_minor_search.py"
SPECTRUM = "tests/rigor/test_exact_spectrum.py"
THRESHOLDS = "tests/rigor/test_exact_thresholds.py"
UNTRUSTED = "tests/rigor/test_proposals_are_not_trusted.py"
WEIGHTS = "tests/certify/test_diagonal_weights.py"

FAULTS = (
    Fault(
        "lambda_max stands for the exact lambda_min",
        RIGOR + "spectrum.py",
        "return _around(centers[0], radius)",
        "return _around(centers[-1], radius)",
        ("certificate",),
    ),
    Fault(
        "the symmetric part is not halved",
        RIGOR + "spectrum.py",
        "return Dyadic(twice.integers, twice.exponent - 1)",
        "return Dyadic(twice.integers, twice.exponent)",
        (SPECTRUM + "::test_symmetric_part_is_half_of_its_double",),
    ),
    Fault(
        "the symmetric part is forgotten",
        RIGOR + "spectrum.py",
        "return Dyadic(twice.integers, twice.exponent - 1)",
        "return A",
        ("margin", SPECTRUM),
    ),
    Fault(
        "the radius of eigenvalues lacks its root",
        RIGOR + "spectrum.py",
        "root_above(norm_one(R) * norm_inf(R) / (1 - defect))",
        "norm_one(R) * norm_inf(R) / (1 - defect)",
        (SPECTRUM,),
    ),
    Fault(
        "eigenvectors are taken for orthonormal in integers",
        RIGOR + "spectrum.py",
        "root_above(norm_one(R) * norm_inf(R) / (1 - defect))",
        "root_above(norm_one(R) * norm_inf(R))",
        (UNTRUSTED,),
    ),
    Fault(
        "singular vectors are taken for orthonormal in integers",
        RIGOR + "spectrum.py",
        "hi = min(hi, norm_inf(AV.T @ AV) / (1 - defect))",
        "hi = min(hi, norm_inf(AV.T @ AV))",
        (UNTRUSTED,),
    ),
    Fault(
        "an image is not divided by the length of its vector",
        RIGOR + "spectrum.py",
        "_squared_columns(AV)[0] / v_squared",
        "_squared_columns(AV)[0]",
        (UNTRUSTED,),
    ),
    Fault(
        "a float Cholesky factor is taken for a proof",
        RIGOR + "definite.py",
        "return norm_inf(unit - R.T @ R - identity(n) * s) < fmpq(*s.as_integer_ratio())",
        "return not R.integers.is_zero()",
        (UNTRUSTED,),
    ),
    Fault(
        "a float eigenvector is taken for a refutation",
        RIGOR + "definite.py",
        "if not x.integers.is_zero() and quadratic_form(scaled, x) <= 0:",
        "if not x.integers.is_zero() and pairs[0][0] <= 0:",
        (DEFINITE + "::test_near_singular_integers_are_decided_where_eigvalsh_errs",),
    ),
    Fault(
        "a zero on the diagonal passes for positive",
        RIGOR + "definite.py",
        "if diagonal[i] <= 0:",
        "if diagonal[i] < 0:",
        (DEFINITE + "::test_small_matrices_are_decided",),
    ),
    Fault(
        "the Schur complement adds where it should subtract",
        RIGOR + "definite.py",
        "* d - S.block(K, J).integers * X",
        "* d + S.block(K, J).integers * X",
        ("tests/rigor/test_exact_elimination.py",),
    ),
    Fault(
        "a zero pivot passes for positive",
        RIGOR + "integers.py",
        "if P[k, k] != 1 or pivots[k, k] <= 0), None)",
        "if P[k, k] != 1 or pivots[k, k] < 0), None)",
        (DEFINITE + "::test_step_exists_exactly_when_a_leading_minor_is_not_positive",),
    ),
    Fault(
        "a row swap hides a zero minor",
        RIGOR + "integers.py",
        "if P[k, k] != 1 or pivots[k, k] <= 0), None)",
        "if pivots[k, k] <= 0), None)",
        (DEFINITE + "::test_step_exists_exactly_when_a_leading_minor_is_not_positive",),
    ),
    Fault(
        "negative weights are taken for weights",
        RIGOR + "diagonal.py",
        "if len(weights) != M.shape[0] or min(weights, default=1) <= 0:",
        "if len(weights) != M.shape[0]:",
        (CONDITIONS,),
    ),
    Fault(
        "a refutation of weights looks at the trace alone",
        RIGOR + "diagonal.py",
        "return all(sum(p * q for p, q in zip(u, v, strict=True)) <= 0 for u, v in rows)",
        "return sum(p * q for u, v in rows for p, q in zip(u, v, strict=True)) <= 0",
        (CONDITIONS,),
    ),
    Fault(
        "a zero factor refutes all weights",
        RIGOR + "diagonal.py",
        "if Y.shape[0] != M.shape[0] or Y.integers.is_zero():",
        "if Y.shape[0] != M.shape[0]:",
        (WEIGHTS + "::test_refutation_must_be_nonzero_and_signed",),
    ),
    Fault(
        "twice the symmetric part is held against the weighted margin once",
        RIGOR + "diagonal.py",
        "twice - D * (2 * t)",
        "twice - D * t",
        (UNTRUSTED,),
    ),
    Fault(
        "the weighted norm is not squared",
        RIGOR + "diagonal.py",
        "D * r * r - gram",
        "D * r - gram",
        (UNTRUSTED,),
    ),
    Fault(
        "the signs of the slacks are not looked at",
        RIGOR + "equilibria.py",
        "if all(x >= 0 for x in z) and all(x >= 0 for x in w):",
        "if all(x >= 0 for x in z):",
        ("equivalence",),
    ),
    Fault(
        "the signs of the states are not looked at",
        RIGOR + "equilibria.py",
        "if all(x >= 0 for x in z) and all(x >= 0 for x in w):",
        "if all(x >= 0 for x in w):",
        (EQUILIBRIA,),
    ),
    Fault(
        "complementarity is not asked of an equilibrium",
        RIGOR + "equilibria.py",
        "x >= 0 and y >= 0 and x * y == 0 for",
        "x >= 0 and y >= 0 for",
        (CONDITIONS,),
    ),
    Fault(
        "an equilibrium may be negative",
        RIGOR + "equilibria.py",
        "x >= 0 and y >= 0 and x * y == 0 for",
        "y >= 0 and x * y == 0 for",
        (CONDITIONS,),
    ),
    Fault(
        "an equilibrium may have a negative slack",
        RIGOR + "equilibria.py",
        "x >= 0 and y >= 0 and x * y == 0 for",
        "x >= 0 and x * y == 0 for",
        (CONDITIONS,),
    ),
    Fault(
        "a state is not scaled back to its injection",
        RIGOR + "equilibria.py",
        "return _scaled_back(z, w, denominator, exponent - self.M.exponent)",
        "return _scaled_back(z, w, denominator, exponent)",
        (EQUILIBRIA,),
    ),
    Fault(
        "a zero minor passes for positive",
        RIGOR + "pmatrix.py",
        "if block.det() <= 0:",
        "if block.det() < 0:",
        ("certificate",),
    ),
    Fault(
        "the determinant is not among the principal minors",
        RIGOR + "pmatrix.py",
        "for k in range(1, n + 1):",
        "for k in range(1, n):",
        ("certificate",),
    ),
    Fault(
        "two equilibria may be one and the same",
        RIGOR + "pmatrix.py",
        "self.first != self.second",
        "self.first.shape == self.second.shape",
        (MINORS,),
    ),
    Fault(
        "equal counts as less",
        RIGOR + "thresholds.py",
        "if left.hi < right.lo:",
        "if left.hi <= right.lo:",
        (THRESHOLDS,),
    ),
    Fault(
        "a norm is held against its square",
        RIGOR + "thresholds.py",
        "_minus_multiple_of_identity(-_gram(A), -(r * r))",
        "_minus_multiple_of_identity(-_gram(A), -r)",
        (CONDITIONS,),
    ),
    Fault(
        "any eigenvalue passes for the least",
        RIGOR + "thresholds.py",
        "return _is_singular(shifted) and is_positive_semidefinite(shifted)",
        "return _is_singular(shifted)",
        (THRESHOLDS,),
    ),
    Fault(
        "a negative margin passes for the square it has",
        RIGOR + "thresholds.py",
        "return is_positive_definite(S) and _eigenvalue_exceeds(S @ S, square)",
        "return _eigenvalue_exceeds(S @ S, square)",
        (CONDITIONS,),
    ),
    Fault(
        "a root is rounded to nearest where it should be above",
        RIGOR + "rational.py",
        "root = isqrt((p << 2 * places) // q) + 1",
        "root = isqrt((p << 2 * places) // q)",
        (THRESHOLDS + "::test_roots_are_enclosed_and_exact_where_they_are_floats",),
    ),
    Fault(
        "softplus of a large number lacks the number itself",
        RIGOR + "softplus.py",
        "max(m_raw, 0.0)",
        "min(m_raw, 0.0)",
        ("tests/rigor/test_softplus.py",),
    ),
)
