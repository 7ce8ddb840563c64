"""Diagnoses: the mistakes that explain wrong answers, found by computing what each would give.

Of several mistakes that fit, the one that explains the most failures is taken, then the one that
fits much better; if none fits much better there is no diagnosis.  Diagnoses do not affect which
tests pass.  The work is bounded by numbers of failures, not by a clock, so that a diagnosis does
not depend on the machine.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from mondeq_ref.oracle.batches import batch_mistake
from mondeq_ref.oracle.bound_mistakes import certificate_mistakes, displacement_mistakes
from mondeq_ref.oracle.capabilities import Door
from mondeq_ref.oracle.explains import MistakenAnswer, denied, unexplained
from mondeq_ref.oracle.factor_mistakes import factor_gradient_mistakes
from mondeq_ref.oracle.gradient_mistakes import gradient_mistakes
from mondeq_ref.oracle.layer_mistakes import layer_mistakes
from mondeq_ref.oracle.names import Diagnosis, Mistake, Suspect
from mondeq_ref.oracle.operator_mistakes import number_mistakes, operator_mistakes
from mondeq_ref.oracle.paths import LEAST_UNITS, Stops, stopped, why_stopped
from mondeq_ref.oracle.quantizer_mistakes import quantizer_mistakes
from mondeq_ref.oracle.question import (
    Answer,
    Ball,
    Bounds,
    Operation,
    Question,
    Statements,
    are_codes,
    smallest_declared,
)
from mondeq_ref.oracle.rung_mistakes import rung_mistakes
from mondeq_ref.oracle.shapes_of_error import on_finest_grid, shape_mistakes
from mondeq_ref.oracle.solver_mistakes import solver_mistakes
from mondeq_ref.oracle.splittings import Rule
from mondeq_ref.oracle.step_mistakes import adjoint_step_mistakes, step_mistakes

CLEAR = 1e-7  # least error of a diagnosed answer, relative to its size
BETTER = 0.1
ALWAYS_MADE = frozenset(
    {
        *(Mistake.TRANSPOSED, Mistake.SKEW_DROPPED, Mistake.NO_INPUT, Mistake.NO_BIAS),
        *(Mistake.ONE_STEP, Mistake.NO_RELU, Mistake.STATE, Mistake.NO_ADJOINT),
        *(Mistake.NO_MASK, Mistake.TRANSPOSED_GRADIENT, Mistake.SYMMETRIC, Mistake.NO_MARGIN),
        *(Mistake.OTHER_BASE, Mistake.OTHER_MARGIN, Mistake.OTHER_SIDE, Mistake.TWO_SIDED),
        *(Mistake.NOT_STRICT, Mistake.EIGENVALUES, Mistake.SINGULAR, Mistake.OF_W),
        *(Mistake.FROBENIUS, Mistake.SQUARED, Mistake.ENLARGED),
        *(Mistake.TRUNCATED, Mistake.DOWN),
    }
)
BY_ANSWER: Mapping[Operation, Sequence[Callable[[Question, Answer], Iterator[Suspect]]]] = {
    "solve": (solver_mistakes, shape_mistakes),
    "gradients": (gradient_mistakes,),
    "factor_gradients": (factor_gradient_mistakes,),
}
BY_QUESTION: Mapping[Operation, Callable[[Question], Iterator[Suspect]]] = {
    "operator": operator_mistakes,
    "margin": number_mistakes,
    "lipschitz": number_mistakes,
    "quantize": quantizer_mistakes,
    "quantize_layer": layer_mistakes,
    "displacement": displacement_mistakes,
    "certificate": certificate_mistakes,
    "steps": step_mistakes,
    "adjoint_steps": adjoint_step_mistakes,
    "rungs": rung_mistakes,
}
STATED = ("certificate", "rungs")  # answers of one bit each, where one of them says little
SEPARATE = ("steps",)  # each method has code of its own, and so its own mistakes
SEARCHED = 250  # failures of one operation that are compared with mistakes
LOOKED_AT = 6  # failures whose iterates are searched over all methods and step sizes
FOLLOWED = 240  # further ones, searched by the rule that explains those
ASKED_AGAIN = 3
MANY = 4
RARE = 0.2


@dataclass(frozen=True, eq=False)
class Fit:
    """A diagnosis that fits an answer."""

    diagnosis: Diagnosis
    rest: float  # the part of the error that it does not explain


class Explanations(NamedTuple):
    """Test name -> its diagnosis, and why some were not searched to the end."""

    diagnoses: dict[str, Diagnosis]
    unsearched: dict[str, str]


def diagnosed(
    cases: Iterable[MistakenAnswer], passed: Iterable[MistakenAnswer], door: Door
) -> Explanations:
    """The mistakes that explain these failures.  An answer that `passed` excludes mistakes that
    would have been wrong there."""
    right = list(passed)
    by_operation = defaultdict[str, list[MistakenAnswer]](list)
    for case in cases:
        if _clear(case):
            by_operation[case.question.operation].append(case)
    found, beyond = dict[str, Diagnosis](), dict[str, str]()
    for operation, failed in by_operation.items():
        found |= batch_mistake(failed[:ASKED_AGAIN], failed, door) if operation == "solve" else {}
        left = [case for case in failed if case.question.test not in found]
        searched, late = left[:SEARCHED], [case.question.test for case in left[SEARCHED:]]
        fits = {case.question.test: _fits(case) for case in searched}
        if any(fits.values()):
            passing = [case for case in right if case.question.operation == operation]
            if operation in STATED:
                said = _contradicted([*passing, *failed])
                fits = {t: [f for f in some if f.diagnosis not in said] for t, some in fits.items()}
            elif operation not in SEPARATE:
                single = {case.question.test for case in searched if _is_single(case)}
                refuted = _refuted(case for case in passing if not _is_single(case))
                if not all(
                    on_finest_grid(case.answer["Z"]) for case in failed if "Z" in case.answer
                ):
                    refuted.add(Mistake.GRID)
                fits = {
                    t: [f for f in some if t in single or f.diagnosis.mistake not in refuted]
                    for t, some in fits.items()
                } | _unanimous({test: fits[test] for test in single})
        found |= _elected(fits)
        if operation == "solve":
            stops, unseen = _stops([case for case in searched if case.question.test not in found])
            found |= why_stopped(stops)
            beyond |= dict.fromkeys(unseen, "none found; it was not compared with iterates")
        beyond |= dict.fromkeys(late, f"not looked for after {SEARCHED} failures of {operation}")
    return Explanations(found, beyond)


def _clear(case: MistakenAnswer) -> bool:
    """Whether the error exceeds inaccuracy; errors of codes and statements always do."""
    for name, got in case.answer.items():
        right = case.question.expected[name]
        if isinstance(right, Statements) or are_codes(name):
            return True
        if isinstance(right, Ball):
            size = np.maximum(right.floor, np.linalg.norm(right.rows(right.center), axis=1))
            if (right.errors(got) > CLEAR * size).any():
                return True
        if isinstance(right, Bounds):
            off = np.maximum(right.least - got, got - right.most)
            if (off > CLEAR * np.maximum(1.0, right.most)).any():
                return True
    return False


def _fits(case: MistakenAnswer) -> list[Fit]:
    found: list[Fit] = []
    for mistake, detail, gives in _suspects(case.question, case.answer):
        rest = unexplained(case, gives)
        if rest is not None:
            found.append(Fit(Diagnosis(mistake, detail), rest))
    return found


def _unanimous(fits: Mapping[str, list[Fit]]) -> dict[str, list[Fit]]:
    """Of layers with one unit, whose numbers are few: the mistakes that explain every failure."""
    every = [set(_mistakes(some)) for some in fits.values()]
    common = set[Mistake]().union(*every).intersection(*every)
    return {t: [f for f in some if f.diagnosis.mistake in common] for t, some in fits.items()}


def _refuted(passed: Iterable[MistakenAnswer]) -> set[Mistake]:
    """The mistakes of ALWAYS_MADE that were not made in an answer that passed."""
    found = set[Mistake]()
    for case in passed:
        gives: dict[Mistake, bool] = {}
        for mistake, _, given in _suspects(case.question, case.answer):
            if mistake in ALWAYS_MADE:
                fits = unexplained(case, given) is not None
                gives[mistake] = gives.get(mistake, False) or fits
        found |= {mistake for mistake, fits in gives.items() if not fits}
    return found


def _is_single(case: MistakenAnswer) -> bool:
    """Whether the layer has one unit, which may have code of its own."""
    return len(case.question.arguments.get("W", ())) == 1


def _contradicted(cases: Iterable[MistakenAnswer]) -> set[Diagnosis]:
    """The mistakes in statements that were not made in some answer, right or wrong."""
    return {
        Diagnosis(mistake, detail)
        for case in cases
        for mistake, detail, given in _suspects(case.question, case.answer)
        if any(denied(case, name, said) for name, said in given.items() if name in case.answer)
    }


def _suspects(question: Question, answer: Answer) -> Iterator[Suspect]:
    if question.others or question.result == "invalid":
        return
    for mistakes in BY_ANSWER.get(question.operation, ()):
        yield from mistakes(question, answer)
    if question.operation in BY_QUESTION:
        yield from BY_QUESTION[question.operation](question)


def _elected(fits: Mapping[str, list[Fit]]) -> dict[str, Diagnosis]:
    """For every test the mistake that explains the most tests; of several, the best fit."""
    votes = Counter(mistake for found in fits.values() for mistake in _mistakes(found))
    few = 2 if len(fits) >= MANY else 1  # one fit among many failures is a coincidence,
    few = max(few, RARE * max(votes.values(), default=0))  # and so are few beside many
    chosen = dict[str, Diagnosis]()
    for test, found in fits.items():
        best = {m: min(f.rest for f in found if f.diagnosis.mistake is m) for m in _mistakes(found)}
        most = max((votes[mistake] for mistake in best), default=0)
        leading = [mistake for mistake in best if votes[mistake] == most >= few]
        ranked = sorted(leading, key=lambda mistake: best[mistake])
        if len(ranked) > 1 and best[ranked[0]] >= BETTER * best[ranked[1]]:
            continue  # neither fits much better
        if ranked:
            named = [f for f in found if f.diagnosis.mistake is ranked[0]]
            chosen[test] = min(named, key=lambda fit: fit.rest).diagnosis
    won = Counter(diagnosis.mistake for diagnosis in chosen.values())
    return {test: diagnosis for test, diagnosis in chosen.items() if won[diagnosis.mistake] >= few}


def _mistakes(found: list[Fit]) -> set[Mistake]:
    return {fit.diagnosis.mistake for fit in found}


def _stops(cases: list[MistakenAnswer]) -> tuple[list[Stops], list[str]]:
    """The failures that are iterates, and those that were not compared with any.  Once two of some
    are explained by one method and rule for its step size, others are compared with the iterates of
    that rule alone, and those of few numbers with its commonest count."""
    spread = sorted(cases, key=lambda case: smallest_declared(case.question, case.answer))
    many = [c for c in spread if c.question.ball("Z").center.shape[1] >= LEAST_UNITS]
    first = _spread(many, LOOKED_AT)
    found = [one for case in first if (one := _stop(case))]
    rules = Counter(rule for one in found for rule in one.rules)
    rule, times = rules.most_common(1)[0] if rules else (None, 0)
    rest = [case for case in spread if case not in first]
    more = _spread(rest, FOLLOWED) if times > 1 else []
    counts = Counter(one.count for one in found if one.count is not None)
    count = next((one for one, times in counts.items() if 2 * times > len(found)), None)
    found += [one for case in more if (one := _stop(case, rule, count))]
    return found, [case.question.test for case in rest if case not in more]


def _spread(cases: list[MistakenAnswer], most: int) -> list[MistakenAnswer]:
    """At most this many cases, at equal distances."""
    places = np.linspace(0, len(cases) - 1, min(most, len(cases)))
    return [cases[place] for place in np.rint(places).astype(int)]


def _stop(case: MistakenAnswer, rule: Rule | None = None, count: int | None = None) -> Stops | None:
    wrong = case.question.ball("Z").errors(case.answer["Z"])
    rows = np.flatnonzero(wrong > case.question.ball("Z").allowed(case.declared))
    got = np.asarray(case.answer["Z"], np.float64)[rows]
    return stopped(case.question, rows, got, rule, count)
