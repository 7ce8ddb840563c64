"""One loop for every splitting method, stopped by a certified distance and nothing else.

The step length is no error bound (at n = 1 a relative step t hides a relative error of
t/(t + alpha m)), so it never calls a row done.  A row leaves the loop when its candidate is
proved to lie within `tol` of the equilibrium (or, without a margin, has a residual of at most
`tol`), when no float progress is possible any more, or when the budget ends.
"""

import numpy as np

from mondeq_ref.arrays import Booleans
from mondeq_ref.inputs import Injections
from mondeq_ref.operator import Operator
from mondeq_ref.solve.judge import OPEN, judge
from mondeq_ref.solve.methods import Floats, Iteration
from mondeq_ref.solve.solution import Solution, Status, code

FREE_CHECKS = 8  # steps that are all checked; later a check (two steps' work) comes every 2nd...
LONGEST_STRIDE = 64
# A step this many ulps of the state long is rounding, or slow progress: the residual tells them
# apart, which has to be within what rounding alone may make of it.
FLOOR_ULPS = 2


@np.errstate(over="ignore", invalid="ignore")  # of what is not finite nothing is read
def iterate(
    operator: Operator,
    injections: Injections,
    iteration: Iteration,
    *,
    name: str,
    tol: float,
    max_steps: int,
    dtype: type[np.floating] = np.float64,
) -> Solution:
    """Iterate every row until it is certified, stalled, not finite, or out of steps."""
    # How much coarser this precision is than the one the residual's rounding is bounded for.
    coarser = float(np.finfo(dtype).eps / np.finfo(np.float64).eps)
    rows, n = len(injections), operator.n
    z, radius, residual = np.zeros((rows, n)), np.full(rows, np.inf), np.full(rows, np.inf)
    codes, steps = np.full(rows, OPEN), np.zeros(rows, dtype=np.int64)
    history: list[tuple[int, float]] = []

    under_way = np.arange(rows)
    data = iteration.prepare(injections.c.astype(dtype))
    state: Floats = np.zeros((rows, n), dtype)
    previous = state
    for step in range(max_steps + 1):
        if step > 0:
            state, previous = iteration.advance(state, data), state
        if not (step == max_steps or _is_check(step)):
            continue
        candidate = iteration.observe(state, data).astype(np.float64)
        # Of an infinite state nothing is read, not even the zero that may come out of it.
        candidate[~np.isfinite(state).all(axis=1)] = np.nan
        judged = judge(operator, injections, candidate, tol)
        found = judged.codes
        if step > 0:
            floor = coarser * judged.floor
            at_floor = (judged.residual <= floor) & np.isfinite(floor)
            stalled = _repeats(state, previous) | (_only_rounding(state, previous) & at_floor)
            found[judged.open & stalled] = code(Status.STALLED)
        if step == max_steps:
            found[judged.open] = code(Status.MAX_STEPS)
        z[under_way], codes[under_way], steps[under_way] = judged.z, found, step
        radius[under_way], residual[under_way] = judged.radius, judged.residual
        history.append((step, float(judged.residual.max(initial=0.0))))
        keep = found == OPEN
        if not keep.any():
            break
        if not keep.all():
            under_way, injections, data = under_way[keep], injections.rows(keep), data[keep]
            state, previous = state[keep], previous[keep]
    return Solution(z, codes, steps, radius, residual, tuple(history), name, np.dtype(dtype).name)


def _is_check(step: int) -> bool:
    """All of the first 8 steps, then ever more rarely, at most 64 steps apart."""
    stride = min(1 << max(0, step.bit_length() - FREE_CHECKS.bit_length()), LONGEST_STRIDE)
    return step % stride == 0


def _repeats(state: Floats, previous: Floats) -> Booleans:
    """The map, in floats, has reached a fixed point: no later step changes anything."""
    return np.asarray((state == previous).all(axis=1))


def _only_rounding(state: Floats, previous: Floats) -> Booleans:
    """The last step moved the state by no more than a few units in its last place."""
    moved = np.abs(state - previous).max(axis=1, initial=0.0)
    size = np.abs(state).max(axis=1, initial=0.0)
    return moved <= FLOOR_ULPS * np.finfo(state.dtype).eps * size
