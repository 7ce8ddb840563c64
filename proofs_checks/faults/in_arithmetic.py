"""Wrong enclosures and wrong exact arithmetic: the ground that everything stands on."""

from proofs_checks.faults.fault import Fault

RIGOR = "mondeq_ref/rigor/"
ENCLOSURES = "tests/rigor/test_enclosure.py"
FAST = "tests/rigor/test_fast.py"
BALLS = "tests/rigor/test_balls.py"
DYADIC = "tests/rigor/test_dyadic.py"
UNDERFLOW = "tests/rigor/test_underflow.py"
UNTRUSTED = "tests/rigor/test_proposals_are_not_trusted.py"

FAULTS = (
    Fault(
        "the ends of an enclosure are rounded to nearest",
        RIGOR + "enclosure.py",
        "not arb(near) <= x",
        "not near <= float(x)",
        (ENCLOSURES + "::test_threads_that_share_flints_precision_still_get_enclosures",),
    ),
    Fault(
        "an interval operation looks at two of its four corners",
        RIGOR + "enclosure.py",
        "[op(arb(x), arb(y)) for x in {a.lo, a.hi} for y in {b.lo, b.hi}]",
        "[op(arb(a.lo), arb(b.lo)), op(arb(a.hi), arb(b.hi))]",
        (ENCLOSURES,),
    ),
    Fault(
        "lo and hi of a negated enclosure are swapped",
        RIGOR + "enclosure.py",
        "return Enclosure(-self.hi, -self.lo)",
        "return Enclosure(-self.lo, -self.hi)",
        ("margin",),
    ),
    Fault(
        "a number minus an enclosure has the other sign",
        RIGOR + "enclosure.py",
        "return Enclosure.of(other) - self",
        "return self - Enclosure.of(other)",
        ("forward_backward",),
    ),
    Fault(
        "a rational number is the float below it",
        RIGOR + "enclosure.py",
        "if isfinite(end) and fmpq(*end.as_integer_ratio()) == value:",
        "if isfinite(end):",
        (ENCLOSURES + "::test_a_rational_lies_between_neighboring_floats",),
    ),
    Fault(
        "widening moves the upper end only",
        RIGOR + "enclosure.py",
        "return self + Enclosure(-radius, radius)",
        "return self + Enclosure(0.0, radius)",
        (BALLS,),
    ),
    Fault(
        "the second summand keeps its own exponent",
        RIGOR + "dyadic.py",
        "self.integers_at(exponent) + other.integers_at(exponent)",
        "self.integers_at(exponent) + other.integers",
        (BALLS,),
    ),
    Fault(
        "the product has the exponent of one factor",
        RIGOR + "dyadic.py",
        "self.integers * other.integers, self.exponent + other.exponent",
        "self.integers * other.integers, min(self.exponent, other.exponent)",
        (BALLS,),
    ),
    Fault(
        "a float loses its last bit when it is read",
        RIGOR + "dyadic.py",
        "np.frexp(lowest)[1] - 1)",
        "np.frexp(lowest)[1])",
        ("quantizer",),
    ),
    Fault(
        "an exact matrix is rounded twice",
        RIGOR + "dyadic.py",
        "else integer / (1 << -exponent)",
        "else float(integer) / (1 << -exponent)",
        (DYADIC + "::test_ties_and_subnormal_results_round_to_even",),
    ),
    Fault(
        "gamma_n is gamma_(n - 1)",
        RIGOR + "fast.py",
        "up(n * UNIT_ROUNDOFF / (1 - n * UNIT_ROUNDOFF))",
        "up((n - 1) * UNIT_ROUNDOFF / (1 - n * UNIT_ROUNDOFF))",
        (FAST,),
    ),
    Fault(
        "the step outward is missing",
        RIGOR + "fast.py",
        "return np.nextafter(np.where(np.isnan(x), np.inf, x), np.inf)[()]",
        "return np.where(np.isnan(x), np.inf, x)[()]",
        (FAST,),
    ),
    Fault(
        "a lower bound that is not a number is the largest float",
        RIGOR + "fast.py",
        "np.where(np.isnan(x), -np.inf, x), -np.inf",
        "np.where(np.isnan(x), np.inf, x), -np.inf",
        (FAST,),
    ),
    Fault(
        "underflow is forgotten in a sum",
        RIGOR + "fast.py",
        "up(up(computed + up(roundings * SMALLEST)) * inflation)",
        "up(up(computed) * inflation)",
        (UNDERFLOW,),
    ),
    Fault(
        "the root of the square is forgotten in a norm",
        RIGOR + "fast.py",
        "return up(np.sqrt(above(",
        "return up(np.abs(above(",
        ("displacement",),
    ),
    Fault(
        "the row sums stand for the column sums too",
        RIGOR + "fast.py",
        "row_sums_above(A.T).max())",
        "row_sums_above(A).max())",
        (FAST,),
    ),
    Fault(
        "the error of a product has no term for underflow",
        RIGOR + "fast.py",
        "_geometric_mean_above(rows, columns)) + up(underflow)))",
        "_geometric_mean_above(rows, columns))))",
        (UNDERFLOW,),
    ),
    Fault(
        "flushing to zero is not looked for",
        RIGOR + "machine.py",
        "bool((halves == 2.0**-1023).all() and (halves + halves == tiny).all())",
        "bool((halves + halves <= tiny).all())",
        (FAST,),
    ),
    Fault(
        "the center of a difference is rounded without widening",
        RIGOR + "balls.py",
        "_total(self.radius, other.radius, rounding, _underflow(center))",
        "_total(self.radius, other.radius)",
        (BALLS,),
    ),
    Fault(
        "the radius of a difference lacks one of the two radii",
        RIGOR + "balls.py",
        "_total(self.radius, other.radius, rounding, _underflow(center))",
        "_total(self.radius, rounding, _underflow(center))",
        (BALLS,),
    ),
    Fault(
        "the diagonal of I - W is rounded without widening",
        RIGOR + "balls.py",
        "_total(W.radius, rounding, SMALLEST)",
        "_total(W.radius, SMALLEST)",
        (BALLS,),
    ),
    Fault(
        "lambda_max stands for lambda_min",
        RIGOR + "balls.py",
        ".widened(radius) for k in (0, -1))",
        ".widened(radius) for k in (-1, -1))",
        ("margin",),
    ),
    Fault(
        "eigenvalues do not feel the radius of their matrix",
        RIGOR + "balls.py",
        "((end * scale).widened(S.radius) for end in ends)",
        "(end * scale for end in ends)",
        (BALLS,),
    ),
    Fault(
        "a residual of eigenvectors lacks the error of its product",
        RIGOR + "balls.py",
        "_total(norm_above(R), product_error(C, Q), norm_above(roundings), _underflow(R))",
        "_total(norm_above(R), norm_above(roundings), _underflow(R))",
        (UNTRUSTED,),
    ),
    Fault(
        "eigenvectors are taken for orthonormal",
        RIGOR + "balls.py",
        "float(up(error / down(np.sqrt(down(1 - defect)))))",
        "float(up(error))",
        (UNTRUSTED,),
    ),
    Fault(
        "singular vectors are taken for orthonormal",
        RIGOR + "balls.py",
        "float(up(image / down(np.sqrt(down(1 - defect)))))",
        "float(up(image))",
        (UNTRUSTED,),
    ),
    Fault(
        "an image lacks the error of its product",
        RIGOR + "balls.py",
        "_total(float(up(np.sqrt(square))), product_error(C, V))",
        "float(up(np.sqrt(square)))",
        (UNTRUSTED,),
    ),
    Fault(
        "a dot product of n + 2 terms errs by gamma_(n - 1)",
        "mondeq_ref/certify/residual.py",
        "_bound(gamma(n + 2), magnitude, n)",
        "_bound(gamma(n - 1), magnitude, n)",
        ("tests/certify/test_distance.py",),
    ),
    Fault(
        "a compensated sum is not rounded itself",
        "mondeq_ref/certify/residual.py",
        "up(up(np.abs(value) * UNIT_ROUNDOFF) + second_order)",
        "second_order",
        ("tests/certify/test_distance.py",),
    ),
    Fault(
        "the compiled residual forgets what rounding a product costs",
        "mondeq_ref/kernels/residual.py",
        "(product - back)) + low",
        "(product - back))",
        ("tests/kernels/test_twins.py::test_the_compiled_residual_lies_within_its_error",),
    ),
)
