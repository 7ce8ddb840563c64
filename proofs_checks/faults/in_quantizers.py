"""Wrong quantizers: levels, steps, roundings, and what they are applied to."""

from proofs_checks.faults.fault import Fault

QUANTIZER = "mondeq_ref/quantize/quantizer.py"
OPERATORS = "mondeq_ref/quantize/operators.py"
LEVELS = "tests/quantize/test_levels_and_steps.py"
OF_PARTS = (
    "tests/quantize/test_quantize.py::test_only_what_is_named_is_quantized_and_the_head_is_kept"
)

FAULTS = (
    Fault(
        "ties are rounded up",
        QUANTIZER,
        "return np.rint(t)",
        "return np.floor(t + 0.5)",
        ("quantizer", "structured"),
    ),
    Fault(
        "the step divides 2 max|w| into 2^b - 1 parts",
        QUANTIZER,
        '(0.5 if self.range == "unclipped" else 0.0)',
        "0.5",
        (LEVELS,),
    ),
    Fault(
        "the range has 2^b codes on either side",
        QUANTIZER,
        "return 2 ** (self.bits - 1) - (self.range",
        "return 2**self.bits - (self.range",
        (LEVELS,),
    ),
    Fault(
        "the full range has no code more than the narrow one",
        QUANTIZER,
        'return -self.greatest_code - (self.range == "full")',
        "return -self.greatest_code",
        (LEVELS,),
    ),
    Fault(
        "the greatest code is clipped away",
        QUANTIZER,
        "np.clip(rounded, quantizer.least_code, quantizer.greatest_code)",
        "np.clip(rounded, quantizer.least_code, quantizer.greatest_code - 1)",
        (LEVELS,),
    ),
    Fault(
        "negative codes are clipped to zero",
        QUANTIZER,
        "np.clip(rounded, quantizer.least_code, quantizer.greatest_code)",
        "np.clip(rounded, 0, quantizer.greatest_code)",
        (LEVELS,),
    ),
    Fault(
        "the step is taken from the greatest entry, not from the largest in size",
        QUANTIZER,
        "np.abs(w).max(initial=0.0)",
        "w.max(initial=0.0)",
        (LEVELS,),
    ),
    Fault(
        "the full range takes the smaller of its two steps",
        QUANTIZER,
        "return max(_step(",
        "return min(_step(",
        ("quantizer",),
    ),
    Fault(
        "steps are those of the columns, used by the rows",
        QUANTIZER,
        "[quantizer.step(row) for row in given]",
        "[quantizer.step(row) for row in given.T]",
        (LEVELS,),
    ),
    Fault(
        "half away from zero is half up",
        QUANTIZER,
        "return whole + np.sign(t) * (np.abs(rest) >= 0.5)",
        "return whole + (np.abs(rest) >= 0.5)",
        ("tests/quantize/test_quantize.py::test_ties_go_where_each_rounding_sends_them",),
    ),
    Fault(
        "toward zero is toward minus infinity",
        QUANTIZER,
        'case "toward-zero":\n            return whole',
        'case "toward-zero":\n            return np.floor(t)',
        ("tests/quantize/test_quantize.py::test_ties_go_where_each_rounding_sends_them",),
    ),
    Fault(
        "stochastic rounding goes up as often as it should stay",
        QUANTIZER,
        "rng.random(t.shape) < np.abs(rest)",
        "rng.random(t.shape) > np.abs(rest)",
        (
            "tests/quantize/test_quantize.py::test_stochastic_rounding_is_reproducible_unbiased_and_takes_an_rng",
        ),
    ),
    Fault(
        "all entries share one stochastic draw",
        QUANTIZER,
        "rng.random(t.shape) < np.abs(rest)",
        "rng.random() < np.abs(rest)",
        (
            "tests/quantize/test_quantize.py::test_stochastic_rounding_is_reproducible_unbiased_and_takes_an_rng",
        ),
    ),
    Fault(
        "a step that underflowed is kept",
        QUANTIZER,
        "if largest > 0 and step < SMALLEST_NORMAL:",
        "if largest > 0 and step < 0:",
        ("tests/quantize/test_quantize.py::test_a_quotient_that_underflows_takes_the_next_float",),
    ),
    Fault(
        "the error of a quantizer forgets the roundings of the floats",
        QUANTIZER,
        "+ 2 * -self.least_code * UNIT_ROUNDOFF",
        "",
        ("quantizer", "tests/quantize/test_quantize.py"),
    ),
    Fault(
        "the error known in advance forgets how many entries there are",
        QUANTIZER,
        "up(np.sqrt(self.codes.size / errors.size))",
        "1.0",
        (
            "tests/quantize/test_quantize.py::test_the_a_priori_bound_is_half_a_step_times_the_root_of_the_number_of_entries",
        ),
    ),
    Fault(
        "the exact matrix of codes has its steps on the columns",
        QUANTIZER,
        "return exact(np.diag(self.step)) @ of_integers(table)",
        "return of_integers(table) @ exact(np.diag(self.step))",
        (LEVELS,),
    ),
    Fault(
        "W alone means the biases too",
        OPERATORS,
        'if what in ("WUb", "factorsUb"):',
        'if what in ("W", "WUb", "factorsUb"):',
        (OF_PARTS,),
    ),
    Fault(
        "U stays in floats where it should be quantized",
        OPERATORS,
        'replace(weights, U=arrays["U"].array, b=arrays["b"].array)',
        'replace(weights, b=arrays["b"].array)',
        (OF_PARTS,),
    ),
    Fault(
        "S is quantized instead of S - S'",
        OPERATORS,
        "K = factors.S - factors.S.T",
        "K = factors.S",
        (LEVELS,),
    ),
    Fault(
        "S + S' is quantized instead of S - S'",
        OPERATORS,
        "K = factors.S - factors.S.T",
        "K = factors.S + factors.S.T",
        (LEVELS,),
    ),
    Fault(
        "quantized factors lose their margin m",
        OPERATORS,
        "return eye - eye * float(factors.m) - A.exact.T",
        "return eye - A.exact.T",
        ("structured",),
    ),
    Fault(
        "the skew part is left out of the quantized product",
        OPERATORS,
        "A.exact.T @ A.exact + K.exact",
        "A.exact.T @ A.exact",
        (
            "structured",
            "tests/quantize/test_quantize.py::test_the_matrix_meant_is_the_product_of_the_codes",
        ),
    ),
    Fault(
        "the rounded product passes for the exact one",
        OPERATORS,
        "W=_float_array(meant), factors=None, meant=meant",
        "W=_float_array(meant), factors=None, meant=None",
        ("structured",),
    ),
    Fault(
        "steps per row are trusted to keep the margin",
        OPERATORS,
        'one_step = quantizer.per == "tensor"',
        "one_step = True",
        (LEVELS,),
    ),
    Fault(
        "the perturbation is taken between rounded arrays",
        OPERATORS,
        "_ball(self.original.exact_W - self.operator.exact_W)",
        "_ball(exact(self.original.W) - exact(self.operator.W))",
        (
            "tests/quantize/test_quantize.py::test_the_perturbation_is_the_norm_of_the_exact_difference",
        ),
    ),
    Fault(
        "the perturbation is centered without widening",
        OPERATORS,
        "return MatrixBall(center, norm_above(np.asarray(up(np.abs(remainder)))))",
        "return MatrixBall(center)",
        (
            "tests/quantize/test_quantize.py::test_the_perturbation_is_the_norm_of_the_exact_difference",
        ),
    ),
    Fault(
        "the perturbation is held against L instead of m",
        OPERATORS,
        "margin = self.original.margin\n",
        "margin = self.original.lipschitz\n",
        ("tests/quantize/test_quantize.py::test_the_ratio_is_the_whole_line_without_a_margin",),
    ),
    Fault(
        "the change of U is called zero",
        OPERATORS,
        "if name not in quantized.arrays:",
        'if name not in quantized.arrays or name == "U":',
        (OF_PARTS,),
    ),
)
