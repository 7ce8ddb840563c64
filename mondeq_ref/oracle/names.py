"""The names of mistakes, and diagnoses, which are mistakes with details."""

from dataclasses import dataclass
from enum import Enum

from mondeq_ref.oracle.question import Answer


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
    IDENTITY = "the identity is quantized, too"
    DIAGONAL = "the diagonal is quantized, too"
    GRANULARITY = "steps shared by the wrong entries"
    RECIPROCAL = "multiplied by 1/s instead of divided by s"
    POWER_OF_TWO = "the step is rounded to a power of two"
    OTHER_RULE = "the step by another rule than was asked for"
    ENLARGED = "a small number is added to the largest entry or to the mean"
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
    OTHER_METHOD = "steps of another method"
    OTHER_COUNT = "one step too few or too many"
    OTHER_ALPHA = "steps of another step size"
    NO_START = "the given start is ignored"
    NOT_ROUNDED = "states are not rounded after every step"
    LIMIT = "the limit instead of the iterate that was asked for"
    OTHER_RUNG = "the statement of another rung"
    LEADING = "some principal minors instead of all"
    DEFINITE = "a positive definite symmetric part instead of a weaker property"
    NOT_REFUSED = "a question without an answer was answered"
    UNSOUND = "a statement that is claimed without its hypothesis"


@dataclass(frozen=True)
class Diagnosis:
    """A mistake that reproduces an answer, with its details."""

    mistake: Mistake
    detail: str

    def __str__(self) -> str:
        return f"{self.mistake.value}: {self.detail}"


Suspect = tuple[Mistake, str, Answer]  # a mistake, its details, and the answer that it gives
