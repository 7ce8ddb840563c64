"""Claims about passes that say too little: bounds too large, hypotheses too many, wrong witnesses.

Nothing of that is refuted by any case: a witness notices, or a form that stands alone.
"""

from proofs_checks.faults.fault import Fault

BACKWARD = "proofs_checks/claims/backward.py"
INEXACT = "proofs_checks/claims/inexact.py"
MAPS = "proofs_checks/quantities/adjoint_maps.py"
ADJOINTS = "proofs_checks/quantities/adjoints.py"
SLOPES = "proofs_checks/quantities/slopes.py"

STEP_WITH_MARGIN = """\
"alpha L^2 < 2 |m|": lambda instance: outcome(
            {has_margin(instance), step_below_margin(instance)} == {Outcome.PROVED}
        ),"""
POSITIVE = """\
        "alpha > 0": positive_step,
        "alpha L^2"""
RELAXED = """\
        "alpha > 0": lambda instance: outcome(0 < instance.numbers["alpha"] < 2),
        "alpha L^2"""

FAULTS = (
    Fault(
        "the published rate of the backward pass is not squared",
        BACKWARD,
        "lambda k: k.forward_backward,\n            strictly=True,",
        "lambda k: k.kind.root(k.forward_backward),\n            strictly=True,",
        ("backward",),
    ),
    Fault(
        "one step less of the backward pass counts",
        BACKWARD,
        "lambda k: powers(k.forward_backward, steps(k.instance)),",
        "lambda k: powers(k.forward_backward, max(steps(k.instance) - 1, 1)),",
        ("backward",),
    ),
    Fault(
        "backward Peaceman-Rachford is promised the rate of Douglas-Rachford",
        BACKWARD,
        "pairs(peaceman_rachford),\n            reflected_rate,",
        "pairs(peaceman_rachford),\n            lambda k: k.averaged(reflected_rate(k)),",
        ("backward",),
    ),
    Fault(
        "the rate of backward Douglas-Rachford is averaged twice",
        BACKWARD,
        "lambda k: k.averaged(reflected_rate(k)),",
        "lambda k: k.averaged(k.averaged(reflected_rate(k))),",
        ("backward",),
    ),
    Fault(
        "the adjoint may be twice as long",
        BACKWARD,
        "            solution,\n            lambda k: 1 / (k.m * k.m),",
        "            solution,\n            lambda k: 4 / (k.m * k.m),",
        ("backward",),
    ),
    Fault(
        "the perturbed adjoint may be twice as far",
        BACKWARD,
        "            together,\n            lambda k: 1 / (k.m * k.m),",
        "            together,\n            lambda k: 4 / (k.m * k.m),",
        ("backward",),
    ),
    Fault(
        "the gradient of W is shown where two units turn",
        BACKWARD,
        '"gradient of W": _SINGLE,',
        '"gradient of W": _ROTATION,',
        ("backward",),
    ),
    Fault(
        "the gradient of S is shown for a g that the turn does not align",
        BACKWARD,
        "[2.0, 1.0], [-1.0, -3.0])",
        "[2.0, 1.0], [-1.0, 3.0])",
        ("backward",),
    ),
    Fault(
        "the gradient of m is shown where m stays",
        BACKWARD,
        "Factors(none, none, 0.25), [1.0], [1.0])",
        "Factors(none, none, 0.5), [1.0], [1.0])",
        ("backward",),
    ),
    Fault(
        "a step of the backward pass is short only where there is a margin",
        BACKWARD,
        '"alpha L^2 < 2 |m|": step_below_margin,',
        STEP_WITH_MARGIN,
        ("backward",),
    ),
    Fault(
        "alpha is read as a relaxation between 0 and 2 in the backward pass",
        BACKWARD,
        POSITIVE,
        RELAXED,
        ("backward",),
    ),
    Fault(
        "the followed adjoint stops one step early",
        MAPS,
        "for _ in range(steps(instance)):",
        "for _ in range(steps(instance) - 1):",
        ("backward",),
    ),
    Fault(
        "two thirds of a backward Douglas-Rachford step stay where they were",
        MAPS,
        "return s, (s + image) / 2",
        "return s, (s * 2 + image) / 3",
        ("backward",),
    ),
    Fault(
        "the resolvent of the adjoint is asked about z and not g",
        MAPS,
        "there = state_at(M, at.g, x,",
        "there = state_at(M, at.z, x,",
        ("backward",),
    ),
    Fault(
        "the length of the adjoint is that of g, and that of g is the adjoint's",
        ADJOINTS,
        "else Distances(squared_length(kept(at.g, at.active)), squared_length(at.lam))",
        "else Distances(squared_length(at.lam), squared_length(kept(at.g, at.active)))",
        ("backward",),
    ),
    Fault(
        "a move of W is taken backwards",
        SLOPES,
        "return inner(H, matrix(after.exact_W - before.exact_W)), none",
        "return inner(H, matrix(before.exact_W - after.exact_W)), none",
        ("backward",),
    ),
    Fault(
        "a move of c is taken backwards",
        SLOPES,
        "column(moved[row]) - column(instance.c[row])), none",
        "column(instance.c[row]) - column(moved[row])), none",
        ("backward",),
    ),
    Fault(
        "the limit of rounded iterates is allowed twice its bound",
        INEXACT,
        "return bounds.rounded_limit(k.kind.root(k.forward_backward), eps(k))",
        "return 2 * bounds.rounded_limit(k.kind.root(k.forward_backward), eps(k))",
        ("inexact",),
    ),
    Fault(
        "the grid of the bound never shrinks",
        INEXACT,
        "spread * r + shrunk, shrunk * g",
        "spread * r + shrunk, shrunk",
        ("inexact",),
    ),
    Fault(
        "the bound after k steps is shown from a start that no tie holds",
        INEXACT,
        '"after k steps": _TIES,',
        '"after k steps": Witness(lambda: named(1.0, 1.0, 3.0, n=4), "from 3"),',
        ("inexact",),
    ),
    Fault(
        "the rounding of one step counts twice",
        INEXACT,
        "return k.kind.root(k.contraction) * before + made",
        "return k.kind.root(k.contraction) * before + 2 * made",
        ("inexact",),
    ),
    Fault(
        "a rounded step is short only where there is a margin",
        INEXACT,
        '"alpha L^2 < 2 |m|": step_below_margin,',
        STEP_WITH_MARGIN,
        ("inexact",),
    ),
    Fault(
        "alpha is read as a relaxation between 0 and 2 under rounding",
        INEXACT,
        POSITIVE,
        RELAXED,
        ("inexact",),
    ),
)
