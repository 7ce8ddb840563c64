"""The paper's experiments as they were run: float32, one stopping test for the whole batch.

An iteration counts as converged here when the batch's relative step ||z_k+1 - z_k|| / ||z_k||
falls below a tolerance.  That bounds no distance to the equilibrium; it is kept apart from
`solve`, and used only to show what the published settings give.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from mondeq_ref.arrays import Matrix
from mondeq_ref.operator import Operator
from mondeq_ref.solve.methods import DouglasRachford, Floats, ForwardBackward, PeacemanRachford

FIGURE_1_STEPS = 2000
FIGURE_1_TOLERANCE = 1e-5
FIGURE_1_INPUTS = 64
STEP_WITHOUT_MARGIN = 0.01  # the published choice where m~ <= 0
FIGURE_2_STEPS = 500
STORED_BATCH = 256  # inputs that share a stopping test in the run of the stored fractions
STORED_INPUTS = 2560
STORED_TOLERANCE = 1e-5
STORED_SLACK = 1.01  # of the bound, within which a displacement counts as satisfying it
FIGURE_2_TOLERANCE = {"peaceman-rachford": 1e-6, "forward-backward": 1e-5}


@dataclass(frozen=True, eq=False)
class Trace:
    """Where an iteration ended, and the batch's relative step on the way."""

    z: Floats
    relative_steps: tuple[float, ...]  # infinite at a zero start
    tolerance: float

    @property
    def iterations(self) -> int:
        return len(self.relative_steps)

    @property
    def converged(self) -> bool:
        return bool(self.relative_steps) and self.relative_steps[-1] < self.tolerance


def forward_backward(
    W: Floats,
    C: Floats,
    alpha: float,
    steps: int,
    tolerance: float,
    dtype: type[np.floating] = np.float32,
) -> Trace:
    """z <- ReLU(z - alpha (z - W z - c)) from zero; the experiments ran in float32."""
    a, W_transposed = dtype(alpha), np.ascontiguousarray(W.T, dtype=dtype)
    c = C.astype(dtype)
    spare, zeros = np.empty_like(c), np.zeros_like(c)  # maximum is slow with one number

    def step(z: Floats) -> Floats:
        nonlocal spare
        moved, spare = np.matmul(z, W_transposed, out=spare), z
        np.subtract(z, moved, out=moved)
        moved -= c
        moved *= a
        np.subtract(z, moved, out=moved)
        return np.maximum(moved, zeros, out=moved)

    return traced(step, lambda z: z, np.zeros_like(c), steps, tolerance)


def splitting(
    operator: Operator,
    C: Matrix,
    method: ForwardBackward | PeacemanRachford | DouglasRachford,
    steps: int,
    tolerance: float,
    dtype: type[np.floating] = np.float32,
) -> Trace:
    """Any splitting method from zero, stopped on its own state's relative step."""
    iteration = method.resolved(operator).iteration(operator, dtype)
    data = iteration.prepare(C.astype(dtype))
    return traced(
        lambda s: iteration.advance(s, data),
        lambda s: iteration.observe(s, data),
        np.zeros_like(data),
        steps,
        tolerance,
    )


def traced(
    step: Callable[[Floats], Floats],
    read: Callable[[Floats], Floats],
    state: Floats,
    steps: int,
    tolerance: float,
) -> Trace:
    """Iterate until the batch's relative step falls below the tolerance, or the steps end.

    `step` returns another array than the one it is given, which is then free for it to use."""
    relative: list[float] = []
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(steps):
            size = float(np.linalg.norm(state))
            new = step(state)
            moved = float(np.linalg.norm(np.subtract(new, state, out=state)))
            relative.append(moved / size if size > 0 else np.inf)
            state = new
            if relative[-1] < tolerance:
                break
        return Trace(read(state), tuple(relative), tolerance)


def figure_1_step(margin: float, lipschitz: float) -> float:
    """m~/L~^2 where m~ > 0, else 0.01."""
    return margin / lipschitz**2 if margin > 0 else STEP_WITHOUT_MARGIN


@dataclass(frozen=True, eq=False)
class Figure1Point:
    """One bit-width of the figure, as its script computes it."""

    bits: int
    ratio: float  # ||W - W~||/m
    margin: float
    lipschitz: float
    alpha: float
    run: Trace


def figure_1(operator: Operator, C: Matrix, bits: int) -> Figure1Point:
    """W quantized in float32, then forward-backward on the batch."""
    W = operator.W.astype(np.float32)
    quantized = operator.with_weights(quantized_in_float32(W, bits))
    dW = float(np.linalg.norm(W.astype(np.float64) - quantized.W, 2))
    margin, lipschitz = quantized.margin.mid, quantized.lipschitz.mid
    alpha = figure_1_step(margin, lipschitz)
    run = forward_backward(quantized.W, C, alpha, FIGURE_1_STEPS, FIGURE_1_TOLERANCE)
    return Figure1Point(bits, dW / operator.margin.mid, margin, lipschitz, alpha, run)


def quantized_in_float32(W: Floats, bits: int) -> Matrix:
    """The published quantizer in the published arithmetic: step, codes and product in float32."""
    reach = np.float32(2 ** (bits - 1) - 1)
    step = np.abs(W).max() / reach
    return np.asarray(np.clip(np.rint(W / step), -reach, reach) * step, dtype=np.float64)


def figure_2(
    operator: Operator, C: Matrix, method: Literal["peaceman-rachford", "forward-backward"]
) -> Trace:
    """The points of the displacement figure, by the figure's or by the stored results' solver."""
    tolerance = FIGURE_2_TOLERANCE[method]
    if method == "peaceman-rachford":
        return splitting(operator, C, PeacemanRachford(), FIGURE_2_STEPS, tolerance)
    alpha = figure_1_step(operator.margin.mid, operator.lipschitz.mid)
    return forward_backward(operator.W, C, alpha, FIGURE_2_STEPS, tolerance)


@dataclass(frozen=True, eq=False)
class StoredRun:
    """What the run of the stored fractions returned, and how many batches reached the tolerance."""

    z: Matrix
    batches: int
    converged: int


def stored_run(W: Matrix, C: Matrix, alpha: float) -> StoredRun:
    """Forward-backward in float32 with one step for all, at most 500 steps a batch."""
    batches = [C[start : start + STORED_BATCH] for start in range(0, len(C), STORED_BATCH)]
    found = [forward_backward(W, c, alpha, FIGURE_2_STEPS, STORED_TOLERANCE) for c in batches]
    z = np.concatenate([run.z for run in found]).astype(np.float64)
    return StoredRun(z, len(found), sum(run.converged for run in found))


@dataclass(frozen=True)
class StoredFraction:
    """How often the bound is satisfied by the points of two such runs."""

    satisfied: float
    largest_displacement: float
    batches: int
    converged: int  # of the batches of both


def stored_fraction(before: StoredRun, after: StoredRun, ratio: float) -> StoredFraction:
    """`ratio` is ||dW||/m, of W alone, though U and b are quantized too."""
    distance = np.linalg.norm(after.z - before.z, axis=1)
    bound = STORED_SLACK * ratio * np.linalg.norm(after.z, axis=1)
    return StoredFraction(
        float((distance <= bound).mean()),
        float(distance.max()),
        before.batches + after.batches,
        before.converged + after.converged,
    )
