"""Draws that are too easy: a claim that holds on them has not been tried where it could fail."""

from proofs_checks.faults.fault import Fault

DRAWS = ("tests/claims/test_draws.py",)
EQUIVALENCE = "proofs_checks/claims/equivalence.py"
CONDITION = "proofs_checks/claims/condition.py"
MARGIN = "proofs_checks/claims/margin.py"
FACTORS = "proofs_checks/quantities/factors.py"
PARAMETERIZATION = "proofs_checks/claims/parameterization.py"
STRUCTURED = "proofs_checks/claims/structured.py"
BACKWARD = "proofs_checks/claims/backward.py"
INEXACT = "proofs_checks/claims/inexact.py"
QUANTIZER = "proofs_checks/claims/quantizer.py"
POINTS = "proofs_checks/quantities/two_points.py"
FORWARD = "proofs_checks/claims/forward_backward.py"
CERTIFICATE = "proofs_checks/claims/certificate.py"
DISPLACEMENT = "proofs_checks/claims/displacement.py"
REFLECTIONS = "proofs_checks/quantities/reflections.py"

FAULTS = (
    Fault(
        "alpha is always one",
        EQUIVALENCE,
        'numbers={"alpha": Fraction(p, r)},',
        'numbers={"alpha": Fraction(1)},',
        DRAWS,
    ),
    Fault(
        "every point is far from the equilibrium",
        EQUIVALENCE,
        "scale = 10.0 ** rng.uniform(-6, 1, (INPUTS, 1))",
        "scale = 10.0 ** rng.uniform(0, 1, (INPUTS, 1))",
        DRAWS,
    ),
    Fault(
        "no logits tell two units apart",
        CONDITION,
        '"V": rng.normal(size=(CLASSES, operator.n)),',
        '"V": np.ones((CLASSES, operator.n)),',
        ("condition",),
    ),
    Fault(
        "W is compared with itself",
        MARGIN,
        "return Instance(family, operator, perturbed(rng, operator))",
        "return Instance(family, operator, operator)",
        DRAWS,
    ),
    Fault(
        "no factor has as many rows as columns",
        FACTORS,
        "int(rng.choice([1, max(n // 4, 1), n, 2 * n]))",
        "int(rng.choice([1, max(n // 4, 1)]))",
        DRAWS,
    ),
    Fault(
        "the converse is never tried at the margin itself",
        PARAMETERIZATION,
        "target = known if known is not None and rng.random() < 0.5 else away",
        "target = away",
        DRAWS,
    ),
    Fault(
        "every quantizer has ten bits and more",
        STRUCTURED,
        "BITS = (2, 13)",
        "BITS = (10, 13)",
        DRAWS,
    ),
    Fault(
        "every quantizer has one step for the whole",
        STRUCTURED,
        '"row" if rng.random() < 0.1 else "tensor",',
        '"tensor",',
        DRAWS,
    ),
    Fault(
        "the adjoint is never that of a perturbed operator with another g",
        BACKWARD,
        '"g~": g + rng.normal(size=c.shape) * float(rng.choice([0.0, 0.01, 1.0])),',
        '"g~": g,',
        DRAWS,
    ),
    Fault(
        "no parameter is ever moved",
        BACKWARD,
        "if rng.random() < 0.7:",
        "if rng.random() < 0.0:",
        DRAWS,
    ),
    Fault(
        "no grid ends",
        INEXACT,
        "operator.n <= MOST_UNITS and rng.random() < 0.15",
        "operator.n <= MOST_UNITS and rng.random() < 0.0",
        DRAWS,
    ),
    Fault(
        "every rounding is to nearest",
        INEXACT,
        "Fraction(NEAREST if rng.random() < 0.75 else TOWARD_ZERO)",
        "Fraction(NEAREST)",
        DRAWS,
    ),
    Fault(
        "only W is quantized",
        QUANTIZER,
        "w = (operator.W, operator.U, operator.b[None])[int(rng.choice(3, p=[0.6, 0.2, 0.2]))]",
        "w = operator.W",
        DRAWS,
    ),
    Fault(
        "every array has entries of an ordinary size",
        QUANTIZER,
        "if rng.random() < 0.15:",
        "if rng.random() < 0.0:",
        DRAWS,
    ),
    Fault(
        "all steps are inside the interval",
        POINTS,
        "operator.n > MOST_UNITS or rng.random() < 0.85",
        "operator.n > MOST_UNITS or rng.random() < 1.85",
        DRAWS,
    ),
    Fault(
        "no two points are apart along the singular vector",
        POINTS,
        "for row in range(0, count, 2):\n        d = _along(rng, linear)",
        "for row in range(0, 0, 2):\n        d = _along(rng, linear)",
        DRAWS,
    ),
    Fault(
        "no step is a short fraction",
        POINTS,
        "short > 0 and rng.random() < 0.5",
        "short > 0 and rng.random() < 0.0",
        DRAWS,
    ),
    Fault(
        "the probe is always far inside the interval",
        FORWARD,
        "float(rng.uniform(0.5, 1.5))",
        "float(rng.uniform(0.05, 0.5))",
        DRAWS,
    ),
    Fault(
        "perturbations never exceed the margin",
        CERTIFICATE,
        "perturbed(rng, operator, 1.5)",
        "perturbed(rng, operator, 0.9)",
        DRAWS,
    ),
    Fault(
        "perturbations stay far below the margin",
        DISPLACEMENT,
        "perturbed(rng, operator), injections",
        "perturbed(rng, operator, 0.1), injections",
        DRAWS,
    ),
    Fault(
        "all operators keep their skew part",
        REFLECTIONS,
        "operator.n <= MOST_UNITS and rng.random() < 0.25",
        "operator.n <= MOST_UNITS and rng.random() < 0.0",
        DRAWS,
    ),
    Fault(
        "no input lies at a kink",
        CONDITION,
        "c = np.vstack([c, kinked.c])",
        "c = np.vstack([c])",
        DRAWS,
    ),
    Fault(
        "no entry is ever moved onto a tie",
        QUANTIZER,
        "if rng.random() < 0.4:",
        "if rng.random() < 0.0:",
        DRAWS,
    ),
)
