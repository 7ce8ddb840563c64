"""Published statements on which quantized operators converge, and how fast.

A run that its budget cut short is not a divergence: beside the published settings stand the
same settings on the unquantized operator, exact equilibria, and a longer run.
"""

from typing import Any

import numpy as np

from mondeq_ref.arrays import Matrix
from mondeq_ref.certificates.rungs import CONVERGENT
from mondeq_ref.certify.prove import prove
from mondeq_ref.inputs import given
from mondeq_ref.operator import Operator
from mondeq_ref.report.digits import shown
from mondeq_ref.rigor.diagonal import weights_hold
from mondeq_ref.rigor.dyadic import exact
from mondeq_ref.rigor.spectrum import least_eigenvalue, symmetric_part
from mondeq_ref.rigor.verdict import Guarantee, Outcome
from mondeq_ref.solve import solve
from mondeq_ref.solve.methods import ForwardBackward, PeacemanRachford
from mondeq_ref.study import published_runs as runs
from proofs_checks.operators.subject import LOW_BITS, Answer, StatementSubject

PUBLISHED_RECIPE = "qat-paper"
OTHER_STEP = 0.1  # ten times the published step where m~ <= 0
PATIENCE = 4_000  # forward-backward steps granted where the published budget is 2,000
MANY_INPUTS = 128  # for what is counted over inputs
REACHED = 1e-8  # residual at which a run counts as having reached an equilibrium


def ptq_diverges(subject: StatementSubject) -> Answer:
    """Do 3 and 4 bits diverge, or does the budget end?"""
    few = subject.c[: runs.FIGURE_1_INPUTS]
    settings = {
        "inputs": len(few),
        "steps": runs.FIGURE_1_STEPS,
        "relative_step": runs.FIGURE_1_TOLERANCE,
        "alpha_without_margin": runs.STEP_WITHOUT_MARGIN,
        "alpha_tried_beside": OTHER_STEP,
        "steps_tried_beside": PATIENCE,
    }
    numbers: dict[str, Any] = {}
    for bits in (3, 4, 5, 6, 8):
        run = runs.figure_1(subject.operator, few, bits).run
        numbers[f"{bits} bits, published settings"] = {
            "converged": run.converged,
            "iterations": run.iterations,
            "final_relative_step": run.relative_steps[-1],
        }
    same = runs.forward_backward(
        subject.operator.W,
        few,
        runs.STEP_WITHOUT_MARGIN,
        runs.FIGURE_1_STEPS,
        runs.FIGURE_1_TOLERANCE,
    )
    numbers["32 bits with the settings of 3 and 4"] = {
        "converged": same.converged,
        "final_relative_step": same.relative_steps[-1],
    }
    many = subject.c[:MANY_INPUTS]
    exist: dict[int, int] = {}
    reached: dict[int, int] = {}
    for bits in LOW_BITS:
        exist[bits] = proved_equilibria(subject.quantized(bits).operator, many)
        reached[bits] = reached_by_forward_backward(subject.quantized(bits).operator, many)
        numbers[f"{bits} bits, exactly"] = {
            "inputs": len(many),
            "equilibria_proved": exist[bits],
            "reached_by_forward_backward": reached[bits],
        }
    if all(count == 0 for count in reached.values()):
        why = (
            f"forward-backward with alpha = {OTHER_STEP} reached no equilibrium in {PATIENCE} "
            "steps: that is no proof that it diverges"
        )
        return Answer("not_testable", why, numbers, settings)
    all_exist = [bits for bits in LOW_BITS if exist[bits] == reached[bits] == len(many)]
    cut = (
        ""
        if same.converged
        else (
            " With the settings of 3 and 4 bits the 32-bit model does not reach the tolerance "
            "within the budget either."
        )
    )
    if all_exist:
        widths = " and ".join(map(str, all_exist))
        why = (
            f"at {widths} bits every one of {len(many)} inputs has an equilibrium, proved in "
            f"rationals, and forward-backward with alpha = {OTHER_STEP} reaches it: the "
            f"published runs were cut short by their budget.{cut}"
        )
    else:
        shares = ", ".join(f"{reached[b]} of {len(many)} at {b} bits" for b in LOW_BITS)
        why = (
            f"forward-backward with alpha = {OTHER_STEP} ends at a residual below {REACHED:g} for "
            f"{shares}: neither all converge nor all diverge.{cut}"
        )
    return Answer("not_supported", why, numbers, settings)


def proved_equilibria(operator: Operator, c: Matrix) -> int:
    """Inputs whose equilibrium is exhibited in rationals (existence, not uniqueness)."""
    injections = given(c, operator.n)
    z = solve(operator, injections).z
    return int(prove(operator, injections, z, Guarantee.EXACT).proved.sum())


def reached_by_forward_backward(operator: Operator, c: Matrix) -> int:
    """Inputs for which a longer run with a larger step ends within `REACHED`."""
    solution = solve(
        operator,
        given(c, operator.n),
        ForwardBackward(OTHER_STEP),
        tol=REACHED,
        max_steps=PATIENCE,
    )
    return int((solution.residual <= REACHED).sum())


def transition(subject: StatementSubject) -> Answer:
    """Is ||dW||/m = 1 where provable convergence ends?"""
    numbers: dict[str, Any] = {}
    above: list[int] = []
    for bits, (rung, _) in sorted(subject.rungs.items()):
        ratio = subject.quantized(bits).ratio
        numbers[f"{bits} bits"] = {"ratio": ratio, "first_rung": rung}
        if ratio.lo > 1 and rung is not None and rung <= CONVERGENT:
            above.append(bits)
    if not any(subject.quantized(bits).ratio.lo > 1 for bits in subject.rungs):
        return Answer("not_testable", "no bit-width has ||dW||/m above 1", numbers)
    if above:
        widths = ", ".join(map(str, above))
        why = (
            f"at {widths} bits ||dW||/m exceeds 1 and convergence is proved all the same, by a "
            "later rung of the ladder: the condition is sufficient, and not where convergence ends"
        )
        return Answer("not_supported", why, numbers)
    return Answer("supported", "nothing above the threshold is provable here", numbers)


def qat_recovers(subject: StatementSubject) -> Answer:
    """Has the published recipe's 4-bit operator a positive margin?  Beside it, other recipes'."""
    trained = subject.trained_at_4_bits
    published = trained.get(PUBLISHED_RECIPE)
    if published is None:
        return Answer("not_testable", "needs an operator trained by the published recipe at 4 bits")
    numbers = {recipe: {"margin": operator.margin} for recipe, operator in trained.items()}
    others = ", ".join(
        f"{recipe} {shown(operator.margin, 3)}"
        for recipe, operator in trained.items()
        if recipe != PUBLISHED_RECIPE and operator.margin.lo > 0
    )
    beside = (
        f"; other ways of training prove a positive margin at 4 bits: {others}" if others else ""
    )
    if published.margin.lo > 0:
        why = f"the published recipe, trained here, has a positive margin, proved{beside}"
        return Answer("supported", why, numbers)
    if published.margin.hi < 0:
        why = (
            "the published recipe, as far as it is described and trained here, ends with a margin "
            f"of {shown(published.margin, 3)}, proved{beside}"
        )
        return Answer("not_supported", why, numbers)
    return Answer("not_testable", "the sign of its margin is undecided", numbers)


def iff(subject: StatementSubject) -> Answer:
    """Does convergence need m~ > 0?"""
    numbers: dict[str, Any] = {}
    for bits, (rung, sign) in sorted(subject.rungs.items()):
        if sign is Outcome.REFUTED and rung == 5:
            numbers[f"{bits} bits"] = {"margin": subject.quantized(bits).operator.margin, "rung": 5}
            why = (
                f"at {bits} bits m~ < 0, and positive diagonal weights prove one equilibrium for "
                "every input and convergent solvers: m~ > 0 is sufficient, not necessary"
            )
            return Answer("not_supported", why, numbers)
    M, D = np.array([[1.0, 3.0], [0.0, 1.0]]), (1, 4)
    if not weights_hold(exact(M), D) or least_eigenvalue(symmetric_part(exact(M))).hi >= 0:
        raise ArithmeticError("the counterexample is none")
    why = (
        "I - W~ = [[1, 3], [0, 1]] has m~ = -1/2, and with weights D = diag(1, 4) it is positive "
        "definite: one equilibrium for every input, and forward-backward converges in that norm"
    )
    return Answer("not_supported", why, {"counterexample": M, "D": D})


def faster(subject: StatementSubject) -> Answer:
    """Steps of Peaceman-Rachford and forward-backward, and do they end in the same place?"""
    few = given(subject.c[: runs.FIGURE_1_INPUTS], subject.operator.n)
    if not subject.operator.margin.lo > 0:
        return Answer("not_testable", "without a margin neither is promised to converge")
    found = {
        method.name: solve(subject.operator, few, method, tol=1e-6)
        for method in (PeacemanRachford(), ForwardBackward())
    }
    first, second = found.values()
    apart = np.linalg.norm(first.z - second.z, axis=1)
    same = bool((apart <= first.radius + second.radius).all())
    steps = {name: int(np.median(solution.steps)) for name, solution in found.items()}
    numbers = {
        "median_steps_to_a_certified_1e-6": steps,
        "largest_distance": float(apart.max()),
        "largest_sum_of_radii": float((first.radius + second.radius).max()),
    }
    if not any(steps.values()):
        return Answer("not_testable", "both methods start at the equilibrium of every input")
    wins = steps["peaceman-rachford"] < steps["forward-backward"]
    why = (
        f"to a certified distance of 1e-6 Peaceman-Rachford takes {steps['peaceman-rachford']} "
        f"steps and forward-backward {steps['forward-backward']}, and they "
        f"{'agree' if same else 'do NOT agree'} to within their certified radii"
    )
    return Answer("supported" if wins and same else "not_supported", why, numbers)
