"""Published statements on how exact the numbers are: displacements, gradients, rounding.

The end of an iteration is not the equilibrium, so a bound on equilibria is not violated by it.
"""

from collections.abc import Mapping
from typing import Any, Literal, get_args

import numpy as np

from mondeq_ref.arrays import Matrix
from mondeq_ref.backward.adjoint import adjoint
from mondeq_ref.inputs import given
from mondeq_ref.quantize import Quantized
from mondeq_ref.report.digits import percent
from mondeq_ref.rigor.verdict import Outcome
from mondeq_ref.solve import solve
from mondeq_ref.solve.methods import Floats, ForwardBackward
from mondeq_ref.study import published_runs as runs
from proofs_checks.claims.displacement import published as displacement_bound
from proofs_checks.claims.displacement import verdicts as displacement_verdicts
from proofs_checks.instance import Instance
from proofs_checks.operators.subject import Answer, StatementSubject, Support

FigureSolver = Literal["peaceman-rachford", "forward-backward"]
SOLVERS: tuple[FigureSolver, ...] = get_args(FigureSolver)
MANY_INPUTS = 128  # for what is counted over inputs
DIFFERENCE_STEP = 1e-5  # of central differences in W: their error is then about 1e-9
CELLS = (1e-2, 1e-3, 1e-4)  # of fixed grids; the shrinking one begins with the first
SHRINKING, LAST_CELL = 0.99, 1e-13  # what a cell is multiplied by at each step, until it is this
ROUNDED_STEPS = 3000  # the last cell is reached after 2521
STORED_STEPS = (1.0, 0.5, 0.25)  # the published one first
STORED_WIDTHS = (6, 8, 12, 16)
AGREEMENT = 1e-6  # relative, and far from the factor alpha that is looked for


def displacement_share(subject: StatementSubject) -> Answer:
    """How often is the bound satisfied, by equilibria and by what the published solver returns?"""
    if subject.labels is None:  # vectors that were drawn are no test samples
        return Answer("not_testable", "needs labelled test images")
    c = subject.c[:MANY_INPUTS]
    before: dict[FigureSolver, Floats] = {
        method: runs.figure_2(subject.operator, c, method).z for method in SOLVERS
    }
    numbers: dict[str, Any] = {}
    satisfied = inputs = 0
    shares: list[float] = []
    for bits in (6, 8, 12, 16, 32):
        quantized = subject.quantized(bits)
        if not quantized.operator.margin.lo > 0:
            continue
        instance = Instance("", subject.operator, quantized.operator, c)
        found = [v for v in displacement_verdicts(instance, displacement_bound) if v is not None]
        proved = sum(v.outcome is Outcome.PROVED for v in found)
        satisfied, inputs = satisfied + proved, inputs + len(found)
        by_budget = {
            method: share_of_published_runs(subject, quantized, z, method)
            for method, z in before.items()
        }
        shares += by_budget.values()
        ratios = [v.ratio.hi for v in found if v.ratio is not None]
        numbers[f"{bits} bits"] = {
            "inputs": len(found),
            "satisfied_by_equilibria": proved,
            "largest_ratio": max(ratios, default=None),
            "share_satisfied_by_published_runs": by_budget,
        }
    if not inputs:
        return Answer("not_testable", "no bit-width leaves a margin")
    settings = {"steps": runs.FIGURE_2_STEPS, "relative_step": dict(runs.FIGURE_2_TOLERANCE)}
    why = (
        f"with certified equilibria {satisfied} of {inputs} are proved to satisfy the bound; what "
        f"the figure's solver settings return satisfies it in {percent(min(shares))} to "
        f"{percent(max(shares))}"
    )
    again = stored_fractions(subject)
    if again:
        numbers["the run of the stored fractions"] = again
        why += f"; {_shown_by(again)}"
    verdict: Support = "not_supported" if satisfied == inputs else "not_testable"
    return Answer(verdict, why, numbers, settings)


def stored_fractions(subject: StatementSubject) -> dict[str, dict[str, runs.StoredFraction]]:
    """The run behind the published 91 to 99 %, with its step and with smaller ones; it needs
    inputs whose U and b can be quantized."""
    widths = [bits for bits in STORED_WIDTHS if bits in subject.c_quantized]
    inputs = min(len(subject.c), runs.STORED_INPUTS)
    found: dict[str, dict[str, runs.StoredFraction]] = {}
    for alpha in STORED_STEPS if widths else ():
        before = runs.stored_run(subject.operator.W, subject.c[:inputs], alpha)
        row = found[f"alpha {alpha:g}"] = {}
        for bits in widths:
            quantized, c = subject.quantized(bits), subject.c_quantized[bits][:inputs]
            W = runs.quantized_in_float32(subject.operator.W.astype(np.float32), bits)
            after = runs.stored_run(W, c, alpha)
            row[f"{bits} bits"] = runs.stored_fraction(before, after, quantized.ratio.mid)
    return found


def _shown_by(again: Mapping[str, Mapping[str, runs.StoredFraction]]) -> str:
    """Solver error is said where the violations are there at the published step, no batch of
    that run converged, and a smaller step takes them all away."""
    published, *smaller = again.values()
    shares = ", ".join(f"{one.satisfied:.4f} at {bits}" for bits, one in published.items())
    said = f"the published run (alpha = 1, 500 steps) gives {shares}"
    violated = any(one.satisfied < 1 for one in published.values())
    unconverged = not any(one.converged for one in published.values())
    gone = any(all(one.satisfied == 1 for one in run.values()) for run in smaller)
    if violated and unconverged and gone:
        return (
            f"{said}, no batch of it converged, and with a smaller step all samples satisfy the "
            "bound: the violations are solver error"
        )
    return said


def share_of_published_runs(
    subject: StatementSubject,
    quantized: Quantized,
    before: Floats,
    method: FigureSolver,
) -> float:
    """The published experiment: W, U and b quantized where their injections are known; `before`
    is what the run before returned."""
    moved_c = subject.c_quantized.get(quantized.quantizer.bits, subject.c)[: len(before)]
    z = before.astype(np.float64)
    moved = runs.figure_2(quantized.operator, moved_c, method).z.astype(np.float64)
    bound = quantized.ratio.mid * np.linalg.norm(moved, axis=1)
    return float((np.linalg.norm(moved - z, axis=1) <= bound).mean())


def rounded_iterates(subject: StatementSubject) -> Answer:
    """Does fixed rounding leave a floor, and does shrinking rounding converge?"""
    operator = subject.operator
    if not operator.margin.lo > 0:
        return Answer("not_testable", "without a margin no contraction is promised")
    c = subject.c[:8]
    z = solve(operator, given(c, operator.n), tol=1e-11)
    if not z.z.any():
        return Answer("not_testable", "every equilibrium is 0, which rounding does not move")
    iteration = ForwardBackward().resolved(operator).iteration(operator, np.float64)

    # The runs of all cells go side by side, the shrinking one last.
    runs_c, state = np.concatenate([c] * (len(CELLS) + 1)), np.zeros((len(CELLS) + 1, *c.shape))
    for k in range(ROUNDED_STEPS):
        width = np.array([*CELLS, max(CELLS[0] * SHRINKING**k, LAST_CELL)])[:, None, None]
        image = iteration.step(state.reshape(runs_c.shape), runs_c).reshape(state.shape)
        state = np.rint(image / width) * width
    *floors, shrinking = np.linalg.norm(state - z.z, axis=2).max(axis=1).tolist()
    fixed = {f"cell {width:g}": error for width, error in zip(CELLS, floors, strict=True)}
    falls = floors[0] > floors[1] > floors[2] > 0
    below = shrinking < floors[2] / 100
    why = (
        f"the error ends at {floors[0]:.1e}, {floors[1]:.1e} and {floors[2]:.1e} for cells of "
        f"{CELLS[0]:g}, {CELLS[1]:g} and {CELLS[2]:g}, and at {shrinking:.1e} for shrinking cells"
    )
    numbers = {"fixed": fixed, "shrinking": shrinking, "largest_radius": float(z.radius.max())}
    return Answer("supported" if falls and below else "not_supported", why, numbers)


def gradients(subject: StatementSubject) -> Answer:
    """d<g, z*>/dW in a random direction: the adjoint's, against central differences."""
    operator, rng = subject.operator, np.random.default_rng(0)
    if not operator.margin.lo > 0:
        return Answer("not_testable", "without a margin equilibria need not be differentiable")
    c = subject.c[:16]
    n = operator.n
    g, E = rng.normal(size=(len(c), n)), rng.normal(size=(n, n)) / n
    z = solve(operator, given(c, n), tol=1e-12).z
    found = adjoint(operator, given(c, n), z, g)
    predicted = np.einsum("ki,ij,kj->k", found.Lam, E, z)

    def shifted(h: float) -> Matrix:
        return solve(operator.with_weights(operator.W + h * E), given(c, n), tol=1e-12).z

    ahead, behind = shifted(DIFFERENCE_STEP), shifted(-DIFFERENCE_STEP)
    same = ((ahead > 0) == (z > 0)).all(axis=1) & ((behind > 0) == (z > 0)).all(axis=1)
    if not same.any():
        return Answer("not_testable", "every input is too close to a kink for this difference")
    measured = ((ahead - behind) * g).sum(axis=1) / (2 * DIFFERENCE_STEP)
    if not measured[same].any():
        return Answer("not_testable", "no equilibrium moves with W: all units are inactive")
    error = np.abs(measured - predicted)[same].max() / np.abs(measured[same]).max()
    alpha = ForwardBackward().resolved(operator).alpha or 1.0
    scaled = np.abs(measured - alpha * predicted)[same].max() / np.abs(measured[same]).max()
    numbers = {
        "inputs": int(same.sum()),
        "largest_relative_difference": float(error),
        "the_same_with_the_released_factor_alpha": float(scaled),
        "alpha": alpha,
    }
    why = (
        f"the adjoint agrees with central differences to {error:.0e}; multiplied by alpha, as in "
        f"the released code, it is off by {scaled:.0%}"
    )
    return Answer("supported" if error <= AGREEMENT else "not_supported", why, numbers)
