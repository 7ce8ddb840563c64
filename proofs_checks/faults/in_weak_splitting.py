"""Splitting methods that are promised too little, or asked for too much: nothing is refuted, but
a bound is not attained, or a witness breaks two hypotheses; and rates wrong for one form alone."""

from proofs_checks.faults.fault import Fault

CONSTANTS = "proofs_checks/quantities/constants.py"
DOUGLAS = "proofs_checks/claims/douglas_rachford.py"
FORWARD = "proofs_checks/claims/forward_backward.py"
INTERVALS = "proofs_checks/quantities/step_intervals.py"
PEACEMAN = "proofs_checks/claims/peaceman_rachford.py"
STEPS = "proofs_checks/quantities/steps.py"

MEASURED = "return self.kind.square(self.scaled(r, p)) / (r * r)"
REFLECTED = "    norm = balls.spectral_norm(balls.MatrixBall(center, float(above)))\n"

FAULTS = (
    Fault(
        "the published rate of forward-backward is averaged",
        FORWARD,
        "            lambda k: k.forward_backward,\n            strictly=True,",
        "            lambda k: k.averaged(k.forward_backward),\n            strictly=True,",
        ("forward_backward",),
    ),
    Fault(
        "||I - alpha M|| is doubled where it bounds a step",
        FORWARD,
        "            pairs,\n            lambda k: k.contraction,",
        "            pairs,\n            lambda k: 4 * k.contraction,",
        ("forward_backward",),
    ),
    Fault(
        "||I - alpha M|| is compared with 1 + alpha L and not with r",
        FORWARD,
        "            lambda k: k.contraction,\n            lambda k: k.forward_backward,",
        "            lambda k: k.contraction,\n"
        "            lambda k: (1 + k.alpha * k.L) * (1 + k.alpha * k.L),",
        ("forward_backward",),
    ),
    Fault(
        "k steps of forward-backward are promised the rate of one",
        FORWARD,
        "lambda k: powers(k.forward_backward, steps(k.instance)),",
        "lambda k: k.forward_backward,",
        ("forward_backward",),
    ),
    Fault(
        "the symmetric part of M^-1 is not halved",
        INTERVALS,
        "return Dyadic(twice, -1), int(denominator)",
        "return Dyadic(twice, 0), int(denominator)",
        ("forward_backward",),
    ),
    Fault(
        "the L before quantizing is that of 1 + ||M||",
        FORWARD,
        "k.m - k.d, k.L + k.d, k.alpha",
        "k.m - k.d, 1 + k.L + k.d, k.alpha",
        ("forward_backward",),
    ),
    Fault(
        "alpha m > 0 is asked for in place of alpha > 0",
        FORWARD,
        '        "alpha > 0": positive_step,\n        "alpha L^2',
        '        "alpha > 0": lambda one: '
        'outcome(alpha(one) * Fraction(one.operator.margin.hi) > 0),\n        "alpha L^2',
        ("forward_backward",),
    ),
    Fault(
        "a step of forward-backward has to be below 2, whatever L is",
        FORWARD,
        '        "alpha > 0": positive_step,\n        "alpha L^2',
        '        "alpha > 0": lambda one: outcome(0 < alpha(one) < 2),\n        "alpha L^2',
        ("forward_backward",),
    ),
    Fault(
        "the norm of A = I - alpha M is read off the mean of A'A and AA'",
        CONSTANTS,
        MEASURED,
        "A = self.scaled(r, p)\n"
        "        return self.kind.root(self.kind.square(A.T @ A + A @ A.T)) / (2 * r * r)",
        ("forward_backward",),
    ),
    Fault(
        "the norm of I - alpha M is bounded by the row sums of its Gram matrix",
        CONSTANTS,
        MEASURED,
        "A = self.scaled(r, p)\n"
        "        rows = (A.T @ A).fractions()\n"
        "        return self.kind.number(max(sum(map(abs, row)) for row in rows) / (r * r))",
        ("forward_backward",),
    ),
    Fault(
        "||dW|| is left as a square among the constants of rates",
        CONSTANTS,
        "return self.kind.root(self.kind.square(self.operator",
        "return (self.kind.square(self.operator",
        ("forward_backward",),
    ),
    Fault(
        "the norm of K leaves out its last unit",
        CONSTANTS,
        REFLECTED,
        "    norm = balls.spectral_norm(\n"
        "        balls.MatrixBall(center[: max(2, len(center) - 1)], float(above))\n"
        "    )\n",
        ("peaceman_rachford",),
    ),
    Fault(
        "the norm of K is that of the absolute values of its Gram matrix",
        CONSTANTS,
        f"{REFLECTED}    return norm * norm",
        "    return balls.spectral_norm(\n"
        "        balls.MatrixBall(np.abs(center.T @ center), 2 * float(above))\n"
        "    )",
        ("peaceman_rachford",),
    ),
    Fault(
        "||K|| is averaged with 1 in the bound of Peaceman-Rachford",
        PEACEMAN,
        "            two_states,\n            lambda k: k.reflection,",
        "            two_states,\n            lambda k: k.averaged(k.reflection),",
        ("peaceman_rachford",),
    ),
    Fault(
        "||K|| is compared with the published rate and not with rho",
        PEACEMAN,
        "            lambda k: k.reflection,\n            lambda k: k.peaceman_rachford,",
        "            lambda k: k.reflection,\n            lambda k: k.published_peaceman_rachford,",
        ("peaceman_rachford",),
    ),
    Fault(
        "the factors at the two ends of the spectrum are added",
        PEACEMAN,
        "return k.kind.greatest(*(end * end for end in ends))",
        "return sum(end * end for end in ends)",
        ("peaceman_rachford",),
    ),
    Fault(
        "a step of Peaceman-Rachford counts as positive only where there is a margin",
        PEACEMAN,
        'hypotheses={"m > 0": has_margin, "alpha > 0": positive_step}',
        'hypotheses={"m > 0": has_margin, "alpha > 0": lambda one: '
        'has_margin(one) if one.numbers["alpha"] > 0 else positive_step(one)}',
        ("peaceman_rachford",),
    ),
    Fault(
        "Peaceman-Rachford cuts the reflection at zero and does not turn it back",
        STEPS,
        "return absolute(self.mirror)\n",
        "return projected(self.mirror)\n",
        ("peaceman_rachford",),
    ),
    Fault(
        "Douglas-Rachford averages the state with its reflection, signs and all",
        STEPS,
        "return (self.s + absolute(self.mirror)) / 2",
        "return (self.s + self.mirror) / 2",
        ("douglas_rachford",),
    ),
    Fault(
        "Douglas-Rachford averages 1 with the square of its published rate",
        DOUGLAS,
        "k.averaged(k.published_peaceman_rachford)",
        "(1 + k.published_peaceman_rachford) / 2",
        ("douglas_rachford",),
    ),
    Fault(
        "Douglas-Rachford averages 1 with the square of ||K||",
        DOUGLAS,
        "k.averaged(k.reflection)",
        "(1 + k.reflection) / 2",
        ("douglas_rachford",),
    ),
    Fault(
        "a step of Douglas-Rachford counts as positive only where there is a margin",
        DOUGLAS,
        'hypotheses={"m > 0": has_margin, "alpha > 0": positive_step}',
        'hypotheses={"m > 0": has_margin, "alpha > 0": lambda one: '
        'has_margin(one) if one.numbers["alpha"] > 0 else positive_step(one)}',
        ("douglas_rachford",),
    ),
)
