"""The names of mistakes, and diagnoses, which are mistakes with details."""

from dataclasses import dataclass
from enum import Enum


class Mistake(Enum):
    """The name of a mistake, and its description."""

    FACTOR = "a gradient times a constant factor (a step size alpha, a sign, a mean for a sum)"
    TRANSPOSED = "a transposed W"
    SKEW_DROPPED = "the skew part of W is dropped"
    STATE = "the splitting state instead of its read-out"
    STEP_LENGTH = "stopped on the step length"
    STOPPED_EARLY = "stopped before it had converged"
    BUDGET = "the budget of steps is exhausted"
    DIVERGES = "it does not converge with this step size"
    LAST_RETURNED = "the last iterate is returned, not the best"
    LAYER_AGAIN = "the layer is applied once more after stopping"
    NO_INPUT = "U x is missing"
    NO_BIAS = "b is missing"
    ONE_STEP = "one application of the layer instead of its equilibrium"
    NO_RELU = "the ReLU is missing"
    SATURATED = "values are clipped from above"
    GRID = "values live on a coarse fixed-point grid"
    DEAD_ZONE = "small values count as zero"
    BATCH_WIDE = "the rows of a batch are not independent (a stopping rule over all of them?)"
    UNSTEADY = "the same question gets different answers"
    SQUEEZED = "axes of length one are dropped"
    COLUMNS = "the array is transposed"
    HALF_EVEN = "half-even where another rounding was asked for"
    HALF_AWAY = "half-away from zero instead of the rounding that was asked for"
    TRUNCATED = "truncated instead of rounded"
    DOWN = "rounded down instead of to the nearest"
    HALF_UP = "half-up instead of half-even"
    LEVELS = "a step of another number of levels"
    FULL_RANGE = "a full-range quantizer"
    GRANULARITY = "steps shared by the wrong entries"
    RECIPROCAL = "multiplied by 1/s instead of divided by s"
    POWER_OF_TWO = "the step is rounded to a power of two"
    ENLARGED = "a small number is added to the largest entry"
    DEQUANTIZED = "the quantized array instead of its codes"
    TRANSPOSED_FACTOR = "A A' instead of A'A"
    SYMMETRIC = "S + S' instead of S - S'"
    NO_MARGIN = "m is missing"
    EIGENVALUES = "eigenvalues of I - W instead of its symmetric part or singular values"
    SINGULAR = "the smallest singular value instead of the margin"
    OF_W = "a norm of W instead of I - W"
    SQUARED = "the square instead of its root"
    FROBENIUS = "the Frobenius norm instead of the spectral norm"
    TRANSPOSED_GRADIENT = "the transposed gradient"
    NO_MASK = "inactive units have a gradient"
    NO_ADJOINT = "the gradient passes one application of the layer only"
    K_STEPS = "the adjoint was iterated too few times"
    LOOSE_SOLVER = "the adjoint system was solved to a loose tolerance"
    ONE_TERM = "one term of a product rule is missing"
    OTHER_BASE = "the equilibria of the wrong operator"
    OTHER_MARGIN = "the margin of the wrong operator"
    OTHER_SIDE = "W - W_after in place of W_after - W"
    TWO_SIDED = "the size of an eigenvalue where its sign matters"
    NOT_STRICT = "<= where < is meant"
    LAST_STEP = "a state one step before the one that was asked for"
    NOT_REFUSED = "a question without an answer was answered"
    UNSOUND = "a certificate without a proof"


@dataclass(frozen=True)
class Diagnosis:
    """A mistake that reproduces an answer, with its details."""

    mistake: Mistake
    detail: str

    def __str__(self) -> str:
        return f"{self.mistake.value}: {self.detail}"
