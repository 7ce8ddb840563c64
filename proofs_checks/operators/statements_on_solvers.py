"""Published statements on what solvers find, judged by certified distances."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from mondeq_ref.arrays import Booleans, Integers, Matrix
from mondeq_ref.certify.decisions import UNCERTAIN, certain_class
from mondeq_ref.certify.distance import distance
from mondeq_ref.certify.prove import prove
from mondeq_ref.inputs import given
from mondeq_ref.operator import Operator
from mondeq_ref.solve import solve
from mondeq_ref.solve.methods import DouglasRachford, ForwardBackward, PeacemanRachford, Splitting
from proofs_checks.operators.subject import Answer, Part, StatementSubject, reasons, together

INPUTS = 64  # as in the published comparison
SAME = 3e-7  # how close the published solvers end
CLOSE = 1e-9  # of the equilibrium, which each solver here is asked for
COUNTED = 1e-6  # the certified distance to which steps are counted
MOST_STEPS = 1_000
BARELY = 0.1  # a count that changes by no more is barely changed
DEVIATIONS = 2  # of a sign test: what is lost against what is gained, image by image
PUBLISHED_IMAGES = 10_000
PUBLISHED_ACCURACY = {"float": 98.22, "8 bits": 98.24, "6 bits": 98.18}
PIXELS, CLASSES = 784, 10
FEW_WIDTHS = (8, 6)


def same_point(subject: StatementSubject) -> Answer:
    """Do forward-backward, Peaceman-Rachford and Douglas-Rachford end in one point?"""
    operator = subject.operator
    if not operator.margin.lo > 0:
        return Answer("not_testable", "without a margin no distance is certified")
    few = given(subject.c[:INPUTS], operator.n)
    methods = (ForwardBackward(), PeacemanRachford(), DouglasRachford())
    found = {method.name: solve(operator, few, method, tol=CLOSE) for method in methods}
    radii = {name: float(solution.radius.max()) for name, solution in found.items()}
    ends = [solution.z for solution in found.values()]
    apart = max(
        float(np.linalg.norm(first - second, axis=1).max()) for first in ends for second in ends
    )
    two = sum(sorted(radii.values())[1:])
    numbers = {"inputs": len(few), "largest_radius": radii, "largest_distance": apart}
    why = (
        f"each of the three ends within a certified {max(radii.values()):.0e} of the only "
        f"equilibrium of each of {len(few)} inputs, so that no two ends are {two:.0e} apart; the "
        f"largest distance is {apart:.0e}"
    )
    if not any(solution.steps.any() for solution in found.values()):
        return Answer("not_testable", "all three start at the equilibrium of every input")
    if not two <= SAME:
        return Answer("not_testable", f"no distance below {SAME:.0e} is certified", numbers)
    return Answer("supported", why, numbers)


def counts_unmoved(subject: StatementSubject) -> Answer:
    """Does quantization to 8 and 6 bits barely change how many steps PR and DR take?"""
    operators = {"float": subject.operator} | {
        f"{bits} bits": subject.quantized(bits).operator for bits in FEW_WIDTHS
    }
    without = [name for name, operator in operators.items() if not operator.margin.lo > 0]
    if without:
        return Answer("not_testable", f"no margin, so no certified count: {', '.join(without)}")
    c = subject.c[:INPUTS]
    methods = (PeacemanRachford(), DouglasRachford())
    counts = {
        method.name: {name: steps_to(operator, c, method) for name, operator in operators.items()}
        for method in methods
    }
    numbers = {"inputs": len(c), "median_steps_to_a_certified_1e-6": counts}
    if any(count is None for row in counts.values() for count in row.values()):
        return Answer("not_testable", f"some inputs need over {MOST_STEPS} steps", numbers)
    if not any(count for row in counts.values() for count in row.values()):
        return Answer("not_testable", "every run starts at the equilibrium", numbers)
    change = max(map(largest_change, counts.values()))
    told = "; ".join(
        f"{name} {', '.join(f'{count:g}' for count in row.values() if count is not None)}"
        for name, row in counts.items()
    )
    why = (
        f"median steps to a certified distance of 1e-6 over {len(c)} inputs in float, at 8 and at "
        f"6 bits: {told}; the largest change is {change:.0%}"
    )
    return Answer("supported" if change <= BARELY else "not_supported", why, numbers)


def largest_change(counts: Mapping[str, float | None]) -> float:
    """Of the counts against that in float, as a share of it."""
    first, *others = [count or 0.0 for count in counts.values()]
    return max(abs(count - first) for count in others) / max(first, 1.0)


def steps_to(operator: Operator, c: Matrix, method: Splitting) -> float | None:
    """The median over the inputs of the first step whose point is certified, looked at after
    every step; None where one of them takes too many."""
    iteration = method.resolved(operator).iteration(operator, np.float64)
    injections, data = given(c, operator.n), iteration.prepare(c)
    state, steps = np.zeros_like(c), np.full(len(c), -1)
    for step in range(MOST_STEPS + 1):
        open_rows = np.flatnonzero(steps < 0)
        if step > 0:
            state = np.asarray(iteration.advance(state, data))
        z = iteration.observe(state, data)[open_rows].astype(np.float64)
        found = distance(operator, injections.rows(open_rows), z)
        steps[open_rows[found.radius <= COUNTED]] = step
        if (steps >= 0).all():
            return float(np.median(steps))
    return None


def lossless_8(subject: StatementSubject) -> Answer:
    """Do 8 bits lose nothing, and 6 bits what was published, with exact equilibria?"""
    operator, labels = subject.operator, subject.labels
    head = operator.head
    digits = head is not None and head.V.shape[0] == CLASSES and operator.d == PIXELS
    known = {bits: subject.c_quantized.get(bits) for bits in FEW_WIDTHS}
    if not digits or labels is None or any(c is None for c in known.values()):
        return Answer("not_testable", "needs a classifier of MNIST, and labelled images")
    fed = {"float": (operator, subject.c)} | {
        f"{bits} bits": (subject.quantized(bits).operator, c)
        for bits, c in known.items()
        if c is not None
    }
    correct = {name: correct_inputs(one, c, labels) for name, (one, c) in fed.items()}
    inputs = len(labels)
    numbers: dict[str, Any] = {"inputs": inputs, "published_percent_of_10000": PUBLISHED_ACCURACY}
    found = {name: rows for name, rows in correct.items() if rows is not None}
    if len(found) < len(correct):
        return Answer("not_testable", "some class is not certain", numbers)
    counts = {name: int(rows.sum()) for name, rows in found.items()}
    told = ", ".join(f"{100 * count / inputs:.2f} % ({name})" for name, count in counts.items())
    numbers["correct"] = counts
    parts: list[Part] = []
    for bits in FEW_WIDTHS:
        name = f"{bits} bits"
        lost = int((found["float"] & ~found[name]).sum())
        gained = int((found[name] & ~found["float"]).sum())
        numbers[f"{name} against float"] = {"lost": lost, "gained": gained}
        parts.append(judged_loss(bits, lost, gained, inputs))
    why = (
        f"{reasons(parts)}; on {inputs} images, W, U and b quantized, with certified equilibria: "
        f"{told}"
    )
    return Answer(together(parts), why, numbers)


def judged_loss(bits: int, lost: int, gained: int, inputs: int) -> Part:
    """Are more images lost than are gained back, beyond the loss in the sentence itself?

    The sentence is about 10,000 images.  Of those, what is lost is lost; of fewer, a loss that
    chance explains as well decides nothing."""
    name = f"{bits} bits"
    points = round(PUBLISHED_ACCURACY["float"] - PUBLISHED_ACCURACY[name], 2)  # of per cent
    published = max(points, 0.0) / 100 * inputs
    beyond = lost - gained - published
    by_chance = beyond <= DEVIATIONS * np.sqrt(lost + gained)
    why = f"{lost} images lost and {gained} gained, {'within' if by_chance else 'more than'} chance"
    if beyond <= 0:
        return Part(name, "supported", why)
    decided = inputs >= PUBLISHED_IMAGES or not by_chance
    return Part(name, "not_supported" if decided else "not_testable", why)


def correct_inputs(operator: Operator, c: Matrix, labels: Integers) -> Booleans | None:
    """The inputs whose class at the certified equilibrium is the label; None unless every class
    is certain."""
    if operator.head is None:
        raise ArithmeticError("a class needs a head")
    injections = given(c, operator.n)
    found = prove(operator, injections, solve(operator, injections).z)
    classes = certain_class(operator.head, found.z, found.radius)
    return None if (classes == UNCERTAIN).any() else np.asarray(classes == labels)
