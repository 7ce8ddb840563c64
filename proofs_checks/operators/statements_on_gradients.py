"""Published statements on the backward pass: one factor too many, and an error across kinks.

Each is decided in rationals on a few units, and the operator at hand shows the same.
"""

from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat

from mondeq_ref.arrays import Matrix, Vector
from mondeq_ref.backward.adjoint import adjoint
from mondeq_ref.inputs import given
from mondeq_ref.report.digits import at_least
from mondeq_ref.solve import solve
from mondeq_ref.solve.methods import ForwardBackward
from proofs_checks.operators.subject import Answer, Part, StatementSubject, reasons, together

# z* = (1, 2, 0) with the slack 2 in the last unit, which is inactive.
M = fmpq_mat(3, 3, [2, 1, 0, -1, 2, 1, 1, 0, 2])
C = (4, 3, -1)
ACTIVE = (0, 1)
G = (1, 1, 1)
ALPHA = fmpq(1, 4)
SHIFT = fmpq(1, 100)  # of c: too little to change the support, so that differences are exact
KINK_BITS = (10, 20, 40)
GRADIENT_WIDTHS = (8, 12, 16, 32)
FEW = 64


def two_adjoints(subject: StatementSubject) -> Answer:
    """Is the gradient alpha times the adjoint, whether it is iterated or solved for directly?"""
    true = exact_gradient()
    iterated = [ALPHA * entry for entry in iterated_adjoint()]
    direct = [ALPHA * entry for entry in directly_solved()]
    if direct != true or iterated == true:
        raise ArithmeticError("the two adjoints are not what is said of them")
    told = {"true": true, "iterated_times_alpha": iterated, "direct_times_alpha": direct}
    numbers: dict[str, Any] = {name: [str(entry) for entry in row] for name, row in told.items()}
    why = (
        "only the direct solve needs alpha; on three units with alpha = 1/4, exactly: the "
        "direct solve with I - J, J the Jacobian of the forward-backward map, times alpha is the "
        "gradient, and the iterated adjoint times alpha is a quarter of it: the release "
        "contradicts itself"
    )
    if subject.operator.margin.lo > 0:
        numbers["the operator at hand"] = here = _both_here(subject)
        if here["gradient"] > 0:
            why += (
                f". On the operator at hand the direct solve times alpha is the adjoint to "
                f"{here['direct_times_alpha_off_by']:.0e} of it, and the adjoint times alpha is "
                f"off by {here['iterated_times_alpha_off_by']:.0%}"
            )
    return Answer("not_supported", why, numbers)


def iterated_adjoint() -> list[fmpq]:
    """lambda = D (W'lambda + g): M_aa'lambda_a = g_a, and 0 elsewhere."""
    block = fmpq_mat([[M[j, i] for j in ACTIVE] for i in ACTIVE])
    solved = block.solve(fmpq_mat([[G[i]] for i in ACTIVE]))
    lam = [fmpq(0)] * 3
    for k, i in enumerate(ACTIVE):
        lam[i] = solved[k, 0]
    return lam


def directly_solved() -> list[fmpq]:
    """D mu with (I - J)'mu = g and J = D (I - alpha M)."""
    identity = fmpq_mat([[int(i == j) for j in range(3)] for i in range(3)])
    D = fmpq_mat([[int(i == j and i in ACTIVE) for j in range(3)] for i in range(3)])
    J = D * (identity - M * ALPHA)
    mu = D * (identity - J).transpose().solve(fmpq_mat([[entry] for entry in G]))
    return [mu[i, 0] for i in range(3)]


def exact_gradient() -> list[fmpq]:
    """d<g, z*>/dc as a difference: z* is affine in c as long as the support stays."""

    def value(c: list[fmpq]) -> fmpq:
        block = fmpq_mat([[M[i, j] for j in ACTIVE] for i in ACTIVE])
        solved = block.solve(fmpq_mat([[c[i]] for i in ACTIVE]))
        z = [solved[0, 0], solved[1, 0], fmpq(0)]
        w = M * fmpq_mat([[entry] for entry in z])
        if min(z) < 0 or w[2, 0] < c[2]:
            raise ArithmeticError("the support changed")
        return sum((g * entry for g, entry in zip(G, z, strict=True)), fmpq(0))

    c = [fmpq(entry) for entry in C]
    at = value(c)
    return [
        (value([entry + SHIFT * int(i == k) for i, entry in enumerate(c)]) - at) / SHIFT
        for k in range(3)
    ]


def _both_here(subject: StatementSubject) -> dict[str, float]:
    operator, c, z, G = _backward_problem(subject, 8)
    alpha = ForwardBackward().resolved(operator).alpha or 1.0
    Lam = adjoint(operator, given(c, operator.n), z, G).Lam
    direct = np.array([_direct(operator.W, row > 0, g, alpha) for row, g in zip(z, G, strict=True)])
    size = float(np.abs(Lam).max())
    return {
        "alpha": alpha,
        "gradient": size,
        "direct_times_alpha_off_by": float(np.abs(alpha * direct - Lam).max()) / (size or 1.0),
        "iterated_times_alpha_off_by": float(np.abs(alpha * Lam - Lam).max()) / (size or 1.0),
    }


def _direct(W: Matrix, active: Vector, g: Vector, alpha: float) -> Vector:
    eye = np.eye(len(W))
    J = active[:, None] * (eye - alpha * (eye - W))
    return np.asarray(active * np.linalg.solve((eye - J).T, g))


def backward_fails(subject: StatementSubject) -> Answer:
    """Does the backward iteration fail at these widths?  With a margin it cannot."""
    parts: list[Part] = []
    numbers: dict[str, Any] = {}
    for bits in GRADIENT_WIDTHS:
        after = subject.quantized(bits).operator
        m, L = after.margin, after.lipschitz
        if not m.lo > 0:
            parts.append(Part(f"{bits} bits", "not_testable", "no margin is proved"))
            continue
        end = (2 * m / (L * L)).lo
        numbers[f"{bits} bits"] = {"margin": m, "converges_for_alpha_below": end}
        said = f"it converges for alpha < {at_least(end)}"
        parts.append(Part(f"{bits} bits", "not_supported", said))
    why = (
        f"{reasons(parts)}. This is proved: the adjoint problem has the margin and the Lipschitz "
        "constant of the forward one. What was stored is an exception that was caught and "
        "written down as a verdict"
    )
    return Answer(together(parts), why, numbers)


def gradient_scales(subject: StatementSubject) -> Answer:
    """Is the error of the gradient O(||dW||)?"""
    numbers: dict[str, Any] = {}
    for bits in KINK_BITS:
        jump, change = across_a_kink(fmpq(1, 2**bits))
        if jump < 1 or change != fmpq(2, 2**bits):
            raise ArithmeticError("the witness is none")
        numbers[f"across a kink, e = 2^-{bits}"] = {
            "gradient_error_squared": str(jump),
            "norm_dW": str(change),
        }
    why = (
        "across a kink gradients stay 1 apart; exactly, W = [[0, 0], [e, 0]] and "
        "[[0, 0], [-e, 0]] with c = (1, 0), g = (0, 1): ||dW|| = 2e and the gradients in c, (e, 1) "
        "and (0, 0), are at least 1 apart for every e > 0; the bound holds on a common active set"
    )
    if subject.operator.margin.lo > 0:
        for bits in GRADIENT_WIDTHS:
            numbers[f"{bits} bits, the operator at hand"] = _on_common_sets(subject, bits)
        common = [numbers[f"{bits} bits, the operator at hand"] for bits in GRADIENT_WIDTHS]
        sets = sum(found["common_active_set"] for found in common)
        largest = max(found["largest_share_of_the_bound"] for found in common)
        if sets:
            asked = sum(found["inputs"] for found in common)
            why += (
                f", which {sets} of {asked} pairs here have: at most {largest:.2f} of the bound is "
                "reached"
            )
    return Answer("not_supported", why, numbers)


def across_a_kink(e: fmpq) -> tuple[fmpq, fmpq]:
    """The squared distance of the gradients at W_21 = e and -e, and ||dW||.

    c = (1, 0) gives z = (1, e) with both units active, and z = (1, 0) with the slack e.
    """
    for w, z in ((e, (fmpq(1), e)), (-e, (fmpq(1), fmpq(0)))):
        slack = (z[0] - 1, z[1] - w * z[0])
        if min(*z, *slack) < 0 or any(a * b != 0 for a, b in zip(z, slack, strict=True)):
            raise ArithmeticError("the point is no equilibrium")
    both = fmpq_mat([[1, -e], [0, 1]]).solve(fmpq_mat([[0], [1]]))  # M'lambda = g
    return both[0, 0] ** 2 + both[1, 0] ** 2, 2 * e  # the other gradient is 0


def _on_common_sets(subject: StatementSubject, bits: int) -> dict[str, Any]:
    """||lambda~ - lambda|| <= ||(dW'lambda~)_a||/m where both points have the support a."""
    operator, c, z, G = _backward_problem(subject, FEW)
    after = subject.quantized(bits).operator
    moved = solve(after, given(c, operator.n), tol=1e-12).z
    first = adjoint(operator, given(c, operator.n), z, G)
    second = adjoint(after, given(c, operator.n), moved, G)
    same = (first.active == second.active).all(axis=1) & first.kink_free & second.kink_free
    same &= np.isfinite(second.Lam).all(axis=1)
    image = np.where(first.active, second.Lam @ (operator.W - after.W), 0.0)[same]
    bound = np.linalg.norm(image, axis=1) / operator.margin.lo
    apart = np.linalg.norm(second.Lam - first.Lam, axis=1)[same]
    shares = (apart / np.where(bound > 0, bound, np.inf)).max(initial=0.0)
    return {
        "inputs": len(c),
        "common_active_set": int(same.sum()),
        "largest_share_of_the_bound": float(shares),
    }


def _backward_problem(subject: StatementSubject, inputs: int):
    operator, c = subject.operator, subject.c[:inputs]
    z = solve(operator, given(c, operator.n), tol=1e-12).z
    return operator, c, z, np.random.default_rng(0).normal(size=z.shape)
