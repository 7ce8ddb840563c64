"""Diagnoses of answers that are iterates of a splitting method, with the reason for stopping.

All step sizes of a method are iterated together.  The best fit over all methods is taken: one
number of steps for the whole question where that fits, else one per row.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from mondeq_ref.arrays import Integers, Matrix, Vector, relu
from mondeq_ref.operator import Operator
from mondeq_ref.oracle.names import Diagnosis, Mistake
from mondeq_ref.oracle.question import Array, Question
from mondeq_ref.oracle.splittings import Method, Rule, methods

LONGEST = 1000  # steps
MET = 2e-3  # greatest distance of an answer from an iterate, relative to its error
BETTER = 0.2
FURTHER, STALLED = 4, 0.9  # stalled: after FURTHER times the steps STALLED of the residual is left
WOULD_DECAY = 0.5  # the share of the residual that is left by then where a linear run is not slow
FAR, RESTING = 1e200, 1e-15  # where iterations end: a distance, and a relative step length
CLEARLY = 1e-6  # least growth of an error in a step, by which a run diverges
KINK = 1e-9  # greatest |w_i| of a unit at its kink, relative to |c_i| and 1
SAME = 1e-9  # greatest distance of iterates that are alike, relative to their error
LOST = 0.1  # the least residual of a run over the last, where the best iterate is not returned
LEAST_UNITS = 3
COMMON = 0.2  # least share of the answers that stop at a budget
MOST_TRIVIAL = 3  # steps; a common count up to this is not called a budget


@dataclass(frozen=True, eq=False)
class Meeting:
    """The iterates nearest to the rows of an answer, and the remaining part of their error."""

    method: Method
    index: int
    steps: Integers  # one per row
    rest: float
    again: bool  # the layer was applied to the iterate once more


@dataclass(frozen=True, eq=False)
class Stops:
    """The iterates that an answer consists of, and the facts about their stopping."""

    test: str
    meeting: Meeting
    diverges: bool  # its iteration moves away from an equilibrium, or circles it
    promised: bool  # whether the theory promises that its iteration converges
    by_length: bool  # some rule on the length of the last step explains the counts
    lost: float  # the least residual of the run over that of the answer
    repeats: bool  # another number of steps gives the same, as in a cycle

    @property
    def rules(self) -> frozenset[Rule]:
        return self.meeting.method.rules[self.meeting.index]

    @property
    def count(self) -> int | None:
        """The number of steps of every row, where it is one that is known."""
        counts = set(self.meeting.steps.tolist())
        return counts.pop() if len(counts) == 1 and not self.repeats else None


def stopped(
    question: Question,
    rows: Integers,
    got: Matrix,
    rule: Rule | None = None,
    count: int | None = None,
) -> Stops | None:
    """The method and step size (or of this rule) whose iterates all these rows are; None where
    none or several.  Answers of few numbers are compared with the iterate of this count alone."""
    W, U, b, X = (question.arguments[name] for name in ("W", "U", "b", "X"))
    operator, Z = Operator(W, U, b), question.ball("Z").center[rows]
    C = X[rows] @ operator.U.T + operator.b
    few = operator.n < LEAST_UNITS or (np.abs(got - Z) > 0).sum() < LEAST_UNITS
    if few and (rule is None or count is None):
        return None
    ways = methods(operator, C, question.alpha, rule)
    only = count if few else None
    met = [one for way in ways for one in _met(way, W, C, Z, got, only)]
    met = sorted((one for one in met if one.rest <= MET), key=lambda one: one.rest)
    together = [one for one in met if len(set(one.steps.tolist())) == 1]
    met = together or met  # one count for all rows is preferred
    if not met or (len(met) > 1 and met[0].rest > BETTER * met[1].rest + 1e-12):
        return None
    return _ending(question.test, met[0], operator, C, Z)


def _met(
    way: Method, W: Matrix, C: Matrix, Z: Matrix, got: Matrix, only: int | None
) -> Iterator[Meeting]:
    """The best fit of every step size, as it is and with the layer applied once more; of all
    counts, or of one."""
    errors = np.linalg.norm(got - Z, axis=1)
    shape = (len(way.alphas), len(C))
    state, tracks = np.zeros((*shape, C.shape[1])), (_Track(shape), _Track(shape))
    nearest = np.full(shape, np.inf)
    for count in range(1, LONGEST + 1):
        before, state = state, way.step(state)
        if only is not None and count < only:
            continue
        seen = way.read(state)
        tracks[0].see(count, np.linalg.norm(seen - got, axis=2) / errors)
        after = relu(seen @ W.T + C)
        tracks[1].see(count, np.linalg.norm(after - got, axis=2) / errors)
        if count == only:
            break
        if count % 10 == 0:
            left = np.linalg.norm(seen - Z, axis=2)
            ended = ~np.isfinite(left) | (left > FAR)
            past = (left <= 0.5 * errors) & (left <= nearest)
            at_rest = np.linalg.norm(state - before, axis=2) <= RESTING * (left + 1.0)
            if (ended | np.where(way.promised[:, None], past, at_rest)).all():
                break
            nearest = np.minimum(nearest, left)
    for again, track in enumerate(tracks):
        for index in range(len(way.alphas)):
            steps, rest = track.best(index)
            trivial = way.name == "forward-backward" and way.alphas[index] == 1.0
            if not (again and trivial):
                yield Meeting(way, index, steps, rest, bool(again))


class _Track:
    """The least distances of an answer from iterates, for one count or one count per row."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self.common, self.at = np.full(shape[0], np.inf), np.zeros(shape[0], np.int64)
        self.single, self.ats = np.full(shape, np.inf), np.zeros(shape, np.int64)

    def see(self, count: int, rest: Array) -> None:
        together = rest.max(axis=1)
        nearer = together < self.common
        self.common[nearer], self.at[nearer] = together[nearer], count
        near = rest < self.single
        self.single[near], self.ats[near] = rest[near], count

    def best(self, index: int) -> tuple[Integers, float]:
        if self.common[index] <= MET:
            return np.full(self.ats.shape[1], self.at[index]), float(self.common[index])
        return self.ats[index], float(self.single[index].max())


def _ending(test: str, met: Meeting, operator: Operator, C: Matrix, Z: Matrix) -> Stops:
    """The last two step lengths of every row, the least residual before them, and the iterates and
    residuals after more steps, by iterating again."""
    way = met.method.at(met.index, operator, C)
    state, last = np.zeros((1, *C.shape)), int(met.steps.max())
    lengths = np.zeros((2, 3, len(C)))
    residuals = np.zeros((2, len(C)))
    met_at, returned, errors = np.zeros_like(C), np.full(len(C), np.inf), np.ones(len(C))
    first = least = np.linalg.norm(relu(C), axis=1)
    for count in range(1, FURTHER * last + 1):
        before, state = state, way.step(state)
        for which, offset in enumerate((1, 0)):
            here = met.steps - offset == count
            lengths[which][:, here] = _lengths(before[0], state[0])[:, here]
        seen = way.read(state)[0]
        away = np.linalg.norm(seen - met_at, axis=1) / errors
        returned = np.where(count > met.steps, np.minimum(returned, away), returned)
        rest = np.linalg.norm(seen - relu(seen @ operator.W.T + C), axis=1)
        least = np.where(count < met.steps, np.minimum(least, rest), least)
        for which, times in enumerate((1, FURTHER)):
            here = met.steps * times == count
            residuals[which][here] = rest[here]
        here = met.steps == count
        met_at[here], errors[here] = seen[here], np.linalg.norm(seen - Z, axis=1)[here]
    promised = bool(way.promised[0])
    low, high = (0.0, 0.0) if promised else _growth(operator, C, Z, float(way.alphas[0]))
    circles = residuals[1] > STALLED * residuals[0]
    circles &= high ** ((FURTHER - 1) * met.steps) < WOULD_DECAY
    circles |= returned <= SAME
    diverges = not promised and bool(((low > 1 + CLEARLY) | circles).any())
    repeats = bool((returned <= max(met.rest, SAME)).any())
    approached = bool((least <= LOST * first).all())
    lost = float((least / residuals[0]).max()) if approached else 1.0
    by_length = _one_threshold(lengths, met.steps)
    return Stops(test, met, diverges, promised, by_length, lost, repeats)


def _growth(operator: Operator, C: Matrix, Z: Matrix, alpha: float) -> tuple[Vector, Vector]:
    """The factor of an error near each equilibrium in one step of forward-backward: the spectral
    radius of I - alpha M on the active units, with the units at their kinks off and on."""
    M = np.eye(operator.n) - operator.W
    off, on = Z > 0, np.abs(Z @ M.T - C) <= KINK * np.maximum(1.0, np.abs(C))
    both = np.array([[_radius(M, one, alpha) for one in some] for some in (off, off | on)])
    return both.min(axis=0), both.max(axis=0)


def _radius(M: Matrix, units: Array, alpha: float) -> float:
    block = np.eye(int(units.sum())) - alpha * M[np.ix_(units, units)]
    return float(np.abs(np.linalg.eigvals(block)).max(initial=0.0))


def _lengths(before: Matrix, after: Matrix) -> Array:
    """The step length: absolute, relative to the old state, and relative to the new one."""
    step = np.linalg.norm(after - before, axis=1)
    return np.array([step, step / _size(before), step / _size(after)])


def _size(state: Matrix) -> Vector:
    return np.maximum(np.linalg.norm(state, axis=1), np.finfo(np.float64).tiny)


def _one_threshold(lengths: Array, steps: Integers) -> bool:
    """Whether one threshold lies between the last two step lengths of every row."""
    if len(set(steps.tolist())) == 1:
        return False  # one count for all rows gives no evidence of a threshold
    return bool((lengths[1].max(axis=1) < lengths[0].min(axis=1)).any())


def why_stopped(found: Sequence[Stops]) -> dict[str, Diagnosis]:
    """The reason of every test: a common budget, a rule on step lengths, or another."""
    budget = _budget(found)
    return {one.test: _reason(one, budget) for one in found}


def _budget(found: Sequence[Stops]) -> int | None:
    """The count that many share and none exceeds, unless it is trivially small."""
    counts = Counter(one.count for one in found if one.count is not None)
    known = [one for one in found if not one.repeats]
    most = max((int(one.meeting.steps.max()) for one in known), default=0)
    times = counts[most]
    return most if times > max(1, COMMON * len(found)) and most > MOST_TRIVIAL else None


def _reason(one: Stops, budget: int | None) -> Diagnosis:
    way, alpha = one.meeting.method, float(one.meeting.method.alphas[one.meeting.index])
    counts = one.meeting.steps
    least, most = counts.min(), counts.max()
    shown = f"{least}" if least == most else f"{least} to {most}"
    large = "" if one.promised else ", which is at least 2 m/L^2"
    what = f"after {shown} steps of {way.name} with alpha = {alpha:.6g}{large}"
    if one.repeats:
        what += " (another number of steps gives the same)"
    if one.meeting.again:
        return Diagnosis(Mistake.LAYER_AGAIN, f"this is ReLU(W z + U x + b) of the iterate {what}")
    if one.lost <= LOST:
        detail = f"this is the iterate {what}; the least residual of an earlier one is"
        return Diagnosis(Mistake.LAST_RETURNED, f"{detail} {one.lost:.2g} of its own")
    if one.diverges:
        detail = f"this is the iterate {what}; many more steps bring it no nearer"
        return Diagnosis(Mistake.DIVERGES, detail)
    detail = f"this is the iterate {what}"
    if budget is not None and one.count == budget:
        return Diagnosis(Mistake.BUDGET, f"{detail}, as many as elsewhere")
    if one.by_length:
        return Diagnosis(Mistake.STEP_LENGTH, f"{detail}, where the last steps are equally short")
    return Diagnosis(Mistake.STOPPED_EARLY, detail)
