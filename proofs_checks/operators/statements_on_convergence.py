"""Published statements on which quantized operators converge, and how fast.

A run that its budget cut short is not a divergence: beside the published settings stand the
same settings on the unquantized operator, exact equilibria, a longer run, and proofs of divergence.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from mondeq_ref.arrays import Matrix
from mondeq_ref.certificates.rungs import CONVERGENT, EXISTENCE
from mondeq_ref.certify.prove import prove
from mondeq_ref.inputs import given
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.diagonal import weights_hold
from mondeq_ref.rigor.dyadic import exact
from mondeq_ref.rigor.spectrum import least_eigenvalue, symmetric_part
from mondeq_ref.rigor.verdict import Guarantee, Outcome
from mondeq_ref.solve import solve
from mondeq_ref.solve.methods import ForwardBackward, PeacemanRachford
from mondeq_ref.study import published_runs as runs
from mondeq_ref.study.ends import OTHER_STEP, TIME, Ends
from mondeq_ref.study.safe import Safe
from proofs_checks.operators.subject import (
    LOW_BITS,
    Answer,
    Part,
    StatementSubject,
    reasons,
    together,
)

SAFE_PROMISES = {"paper": "||dW|| < m", "margin": "m~ > 0"}
HIGH_BITS = (5, 6, 7, 8)  # the widths that are said to converge and stand on the ladder


def ptq_diverges(subject: StatementSubject) -> Answer:
    """Do 3 and 4 bits diverge, or does the budget end?"""
    few = subject.c[: runs.FIGURE_1_INPUTS]
    settings = {
        "inputs": len(few),
        "steps": runs.FIGURE_1_STEPS,
        "relative_step": runs.FIGURE_1_TOLERANCE,
        "alpha_without_margin": runs.STEP_WITHOUT_MARGIN,
        "alpha_tried_beside_at_most": OTHER_STEP,
        "steps_granted_times_alpha": TIME,
    }
    numbers: dict[str, Any] = {}
    converged: dict[int, bool] = {}
    for bits in (3, 4, 5, 6, 8):
        run = subject.figure_1(bits)
        converged[bits] = run.converged
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
    exist: dict[int, int] = {}
    for bits in LOW_BITS:
        exist[bits] = proved_equilibria(subject.quantized(bits).operator, few)
        about = f"{bits} bits, exactly"
        numbers[about] = {"inputs": len(few), "equilibria_proved": exist[bits]}
        for end in subject.ends(bits):
            numbers[f"{about}, alpha = {end.alpha:.3g}"] = {
                "reached_by_forward_backward": end.reached,
                "diverge_provably": end.diverge,
                "undecided": end.undecided,
            }
    parts = [
        *(_low_width(subject, bits, exist[bits], converged[bits]) for bits in LOW_BITS),
        *(_high_width(subject, bits) for bits in HIGH_BITS if bits in subject.rungs),
    ]
    for part in parts:
        numbers[f"{part.about}: {part.verdict}"] = part.why
    cut = (
        ""
        if same.converged
        else (
            " With the settings of 3 and 4 bits the 32-bit model does not reach the tolerance "
            "within the budget either."
        )
    )
    why = f"{reasons(parts)}.{cut}"
    safe = _chosen(subject.safe)
    numbers |= safe
    proved = ", ".join(safe)
    if proved:
        why += f" Without training, codes chosen for it are proved convergent: {proved}."
    return Answer(together(parts), why, numbers, settings)


def _chosen(safe: Mapping[int, Safe]) -> dict[str, Any]:
    """What is proved of the chosen codes, by bits and aim."""
    return {
        f"{bits} bits with {SAFE_PROMISES[made.aim]}": {
            "ratio": made.pair.sides.ratio,
            "margin": made.pair.sides.margin_after,
            "rung": made.rung,
        }
        for bits, made in safe.items()
    }


def _low_width(subject: StatementSubject, bits: int, exist: int, converged: bool) -> Part:
    """Does this width diverge?  A run that does not end is no proof that it does; a proof is."""
    about, rung = f"{bits} bits", subject.rungs.get(bits, (None, None))[0]
    if rung is not None and rung <= CONVERGENT:
        return Part(about, "not_supported", f"convergence is proved for every input (rung {rung})")
    published, other = subject.ends(bits)
    if converged and not published.diverge:
        return Part(about, "not_supported", "the published run meets its own stopping test")
    runs = f"{_ended(published)}; {_ended(other)}"
    exists = "every input has an equilibrium" if rung == EXISTENCE else ""
    tried = f"an equilibrium is proved for {exist} of {other.inputs} inputs tried"
    why = f"{exists} (rung {rung}); {tried}; {runs}" if exists else f"{tried}; {runs}"
    if published.diverge:
        never = f"a batch with one of the {published.diverge} never settles with the published step"
        return Part(about, "supported", f"{why}: {never}")
    if exist == other.inputs and exist in (published.reached, other.reached):
        said = exists or f"each of {other.inputs} inputs has an equilibrium"
        proof = f"rung {rung}" if exists else "proved in rationals"
        short = exist == published.reached
        end = "the budget ran out" if short else "another step gets there"
        return Part(about, "not_supported", f"{said}, and {end}; {proof}; {runs}")
    if other.diverge:
        said = "divergence with another step says nothing of the published one"
    else:
        said = "a run that does not end proves no divergence"
    return Part(about, "not_testable", f"{why}: {said}")


def _ended(run: Ends) -> str:
    return (
        f"forward-backward in floats with alpha = {run.alpha:.3g} comes within 1e-5, relative to "
        f"1 + ||z*||, of an equilibrium z* for {run.reached} of {run.inputs}, provably diverges "
        f"for {run.diverge} and is undecided for {run.undecided}"
    )


def _high_width(subject: StatementSubject, bits: int) -> Part:
    """Does this width converge?  Yes where a rung promises it."""
    about, rung = f"{bits} bits", subject.rungs[bits][0]
    if rung is not None and rung <= CONVERGENT:
        return Part(about, "supported", f"convergence is proved for every input (rung {rung})")
    return Part(about, "not_testable", "no rung promises convergence")


def proved_equilibria(operator: Operator, c: Matrix) -> int:
    """Inputs whose equilibrium is exhibited in rationals (existence, not uniqueness)."""
    injections = given(c, operator.n)
    z = solve(operator, injections).z
    return int(prove(operator, injections, z, Guarantee.EXACT).proved.sum())


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
            f"at {widths} bits ||dW||/m exceeds 1 and convergence is proved all the same; a later "
            "rung of the ladder holds: the condition is sufficient, and not where convergence ends"
        )
        return Answer("not_supported", why, numbers)
    return Answer("supported", "nothing above the threshold is provable here", numbers)


def iff(subject: StatementSubject) -> Answer:
    """Does convergence need m~ > 0?"""
    numbers: dict[str, Any] = {}
    for bits, (rung, sign) in sorted(subject.rungs.items()):
        if sign is Outcome.REFUTED and rung == 5:
            numbers[f"{bits} bits"] = {"margin": subject.quantized(bits).operator.margin, "rung": 5}
            why = (
                f"at {bits} bits m~ < 0, and solvers converge for every input, proved; positive "
                "diagonal weights show it, and one equilibrium: m~ > 0 is sufficient, not necessary"
            )
            return Answer("not_supported", why, numbers)
    M, D = np.array([[1.0, 3.0], [0.0, 1.0]]), (1, 4)
    if not weights_hold(exact(M), D) or least_eigenvalue(symmetric_part(exact(M))).hi >= 0:
        raise ArithmeticError("the counterexample is none")
    why = (
        "I - W~ = [[1, 3], [0, 1]] has m~ = -1/2, and forward-backward converges; with weights D = "
        "diag(1, 4) it is positive definite: one equilibrium for every input, reached in that norm"
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
