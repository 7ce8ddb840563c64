"""Claims about quantizers and certificates that say too little, and slips that one form alone sees.

A bound that is too large is refuted by nothing: a witness notices.  A slip in a step that one
form takes alone, or in what it alone asks for, is noticed by that form.
"""

from proofs_checks.faults.fault import Fault

QUANTIZER = "mondeq_ref/quantize/quantizer.py"
QUANTIZERS = "proofs_checks/quantities/quantizers.py"
NORMS = "proofs_checks/quantities/error_norms.py"
CONVERGENCE = "proofs_checks/quantities/convergence.py"
UNIQUENESS = "proofs_checks/quantities/uniqueness.py"
HYPOTHESES = "proofs_checks/quantities/hypotheses.py"
PMATRIX = "mondeq_ref/rigor/pmatrix.py"

FAULTS = (
    Fault(
        "toward zero goes one step too far",
        QUANTIZERS,
        "    return int(t)\n",
        "    return int(t - (t > 1) + (t < -1))\n",
        ("quantizer",),
    ),
    Fault(
        "toward zero takes away half a step first",
        QUANTIZERS,
        "    return int(t)\n",
        "    return int(t - HALF if t > 1 else t + HALF if t < -1 else t)\n",
        ("quantizer",),
    ),
    Fault(
        "the step is the product with a rounded reciprocal",
        QUANTIZER,
        "    step = largest / reach\n",
        "    step = largest * (1 / reach)\n",
        ("quantizer",),
    ),
    Fault(
        "the README's codes end where the published ones do",
        QUANTIZER,
        'return 2 ** (self.bits - 1) - (self.range != "unclipped")',
        "return 2 ** (self.bits - 1) - 1",
        ("quantizer",),
    ),
    Fault(
        "the entry without an error is left out twice",
        NORMS,
        "((len(g.w) - without, ",
        "((len(g.w) - 2 * without, ",
        ("quantizer",),
    ),
    Fault(
        "the certified rate is that of half the step",
        CONVERGENCE,
        "lambda k: rate_squared(k, a))]",
        "lambda k: rate_squared(k, a / 2))]",
        ("certificate",),
    ),
    Fault(
        "lambda_max(sym(W~ - W)) has the sign of its opposite in a hypothesis",
        HYPOTHESES,
        "near = less(-fall, instance.operator.margin)",
        "near = less(fall, instance.operator.margin)",
        ("certificate",),
    ),
    Fault(
        "weights count as found where they were searched",
        UNIQUENESS,
        "return outcome(found[4].outcome is Outcome.PROVED)",
        "return outcome(found[4].rung == 5)",
        ("certificate",),
    ),
    Fault(
        "the two equilibria are one and the same",
        PMATRIX,
        "first, second = _positive_part(x), _positive_part(-x)",
        "first, second = _positive_part(x), _positive_part(x)",
        ("certificate",),
    ),
    Fault(
        "the injection of two equilibria is that of the second slack",
        PMATRIX,
        "TwoEquilibria(M @ first - _positive_part(M @ x), first, second)",
        "TwoEquilibria(M @ first - _positive_part(-(M @ x)), first, second)",
        ("certificate",),
    ),
    Fault(
        "the weighted margin is the weighted norm",
        CONVERGENCE,
        "m, L = weighted_margin_below(M, weights), weighted_norm_above(M, weights)",
        "m, L = weighted_norm_above(M, weights), weighted_norm_above(M, weights)",
        ("certificate",),
    ),
)
