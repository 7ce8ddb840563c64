"""The splitting methods of the paper as maps on a state; one loop elsewhere iterates them all.

With M = I - W, c = U x + b, F(z) = M z - c, and G the normal cone of the orthant:

    forward-backward          z <- ReLU(z - alpha F(z))
    forward-backward-forward  y = ReLU(z - alpha F(z)),  z <- y - alpha (F(y) - F(z))
    Peaceman-Rachford         s <- R_G(R_F(s)),  R_F = 2 (I + alpha F)^-1 - I,  R_G = |.|
    Douglas-Rachford          s <- (s + R_G(R_F(s))) / 2

The last two iterate a splitting state s, whose fixed point is z* + alpha (M z* - c): the
equilibrium is read off as ReLU(R_F(s)).  States are batches, one row an input.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from mondeq_ref.arrays import InputError
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.enclosure import Enclosure

Floats = NDArray[np.floating]  # float64, or float32 on request
Map = Callable[[Floats, Floats], Floats]


@dataclass(frozen=True)
class Iteration:
    """state <- step(state, c) from zero; the candidate equilibrium is read(state, c).

    What depends on c alone is computed once: step(s, c) = advance(s, prepare(c)).
    """

    advance: Map
    observe: Map
    prepare: Callable[[Floats], Floats] = lambda c: c

    def step(self, state: Floats, c: Floats) -> Floats:
        return self.advance(state, self.prepare(c))

    def read(self, state: Floats, c: Floats) -> Floats:
        return self.observe(state, self.prepare(c))


@dataclass(frozen=True)
class Splitting(ABC):
    """A method that is the repetition of one map; without alpha it takes its usual step size."""

    alpha: float | None = None
    name: ClassVar[str]

    def __post_init__(self) -> None:
        if self.alpha is not None and not (np.isfinite(self.alpha) and self.alpha > 0):
            raise InputError(f"alpha must be a finite number > 0, got {self.alpha}")

    @abstractmethod
    def admissible(self, operator: Operator) -> Enclosure:
        """Step sizes alpha in (0, hi) for which the paper's theorem promises convergence."""

    @abstractmethod
    def usual(self, operator: Operator) -> float:
        """The step size with the best rate bound."""

    @abstractmethod
    def iteration(self, operator: Operator, dtype: type[np.floating]) -> Iteration: ...

    def resolved(self, operator: Operator) -> Self:
        """The same method with its step size chosen."""
        return replace(self, alpha=self.alpha or _default(self.usual(operator), operator))

    @property
    def step_size(self) -> float:
        if self.alpha is None:
            raise ValueError("an iteration needs its step size: call resolved(operator) first")
        return self.alpha


class ForwardBackward(Splitting):
    """Contracts for 0 < alpha < 2 m / L^2; the usual step is m / L^2."""

    name = "forward-backward"

    def admissible(self, operator: Operator) -> Enclosure:
        return 2 * operator.margin / (operator.lipschitz * operator.lipschitz)

    def usual(self, operator: Operator) -> float:
        return self.admissible(operator).lo / 2

    def iteration(self, operator: Operator, dtype: type[np.floating]) -> Iteration:
        forward = _forward(operator, dtype)
        alpha = dtype(self.step_size)

        def step(z: Floats, c: Floats) -> Floats:
            moved = forward(z, c)
            moved *= alpha
            np.subtract(z, moved, out=moved)
            return np.maximum(moved, dtype(0), out=moved)

        return Iteration(step, lambda z, c: z)


class ForwardBackwardForward(Splitting):
    """Tseng's method: converges for 0 < alpha < 1 / L; at 1/(2L) the cost is kappa, not kappa^2."""

    name = "forward-backward-forward"

    def admissible(self, operator: Operator) -> Enclosure:
        return 1 / operator.lipschitz

    def usual(self, operator: Operator) -> float:
        return _over_lipschitz(0.5, operator)

    def iteration(self, operator: Operator, dtype: type[np.floating]) -> Iteration:
        forward = _forward(operator, dtype)
        alpha = dtype(self.step_size)

        def step(z: Floats, c: Floats) -> Floats:
            at_z = forward(z, c)
            y = np.maximum(z - alpha * at_z, dtype(0))
            return y - alpha * (forward(y, c) - at_z)

        # The state leaves exact zeros behind, and then the orthant; the inner point has both.
        return Iteration(step, lambda z, c: np.maximum(z - alpha * forward(z, c), dtype(0)))


class Reflecting(Splitting):
    """Iterates a state s and R_F(s).  Contracts for every alpha > 0 when m > 0; usual is 1 / L."""

    @abstractmethod
    def moved(self, s: Floats, reflected: Floats) -> Floats:
        """The next state, from s and R_F(s)."""

    def admissible(self, operator: Operator) -> Enclosure:
        return Enclosure(np.inf, np.inf) if operator.margin.lo > 0 else Enclosure(0.0, 0.0)

    def usual(self, operator: Operator) -> float:
        return _over_lipschitz(1.0, operator)

    def iteration(self, operator: Operator, dtype: type[np.floating]) -> Iteration:
        P, Q = reflection(operator, self.step_size, dtype)
        return Iteration(
            lambda s, q: self.moved(s, s @ P + q),
            lambda s, q: np.maximum(s @ P + q, dtype(0)),
            lambda c: c @ Q,
        )


class PeacemanRachford(Reflecting):
    name = "peaceman-rachford"

    def moved(self, s: Floats, reflected: Floats) -> Floats:
        return np.abs(reflected)


class DouglasRachford(Reflecting):
    """The average of the identity and Peaceman-Rachford: slower, and converges even at m = 0."""

    name = "douglas-rachford"

    def moved(self, s: Floats, reflected: Floats) -> Floats:
        return (s + np.abs(reflected)) / 2


def _forward(operator: Operator, dtype: type[np.floating]) -> Map:
    """z -> F(z) = z - W z - c, a new array."""
    with np.errstate(over="ignore"):  # float32 on request
        W_transposed = np.ascontiguousarray(operator.W.T, dtype=dtype)

    def forward(z: Floats, c: Floats) -> Floats:
        image = z @ W_transposed
        np.subtract(z, image, out=image)
        image -= c
        return image

    return forward


def reflection(operator: Operator, alpha: float, dtype: type[np.floating]) -> tuple[Floats, Floats]:
    """P = 2 (I + alpha M)^-1 - I and Q = 2 alpha (I + alpha M)^-1, transposed, for rows.

    Without a margin I + alpha M may be singular; then every iterate is NaN, and says so.
    """
    identity = np.eye(operator.n)
    with np.errstate(over="ignore", invalid="ignore"):
        try:
            resolvent = np.linalg.inv(identity + alpha * (identity - operator.W))
        except np.linalg.LinAlgError:
            resolvent = np.full_like(identity, np.nan)
        P = np.ascontiguousarray((2 * resolvent - identity).T, dtype=dtype)
        Q = np.ascontiguousarray((2 * alpha * resolvent).T, dtype=dtype)
    return P, Q


def _default(alpha: float, operator: Operator) -> float:
    """Without a margin no step is promised to work: a tenth of 1/L is tried."""
    candidates = (alpha, _over_lipschitz(0.1, operator))
    return next((float(a) for a in candidates if np.isfinite(a) and a > 0), 1.0)


def _over_lipschitz(numerator: float, operator: Operator) -> float:
    L = operator.lipschitz.hi
    return numerator / L if L > 0 else np.inf
