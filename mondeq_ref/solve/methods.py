"""The splitting methods of the paper as maps on a state; one loop elsewhere iterates them all.

With M = I - W, c = U x + b, F(z) = M z - c, and G the normal cone of the orthant:

    forward-backward          z <- ReLU(z - alpha F(z))
    forward-backward-forward  y = ReLU(z - alpha F(z)),  z <- y - alpha (F(y) - F(z))
    Peaceman-Rachford         s <- R_G(R_F(s)),  R_F = 2 (I + alpha F)^-1 - I,  R_G = |.|
    Douglas-Rachford          s <- (s + R_G(R_F(s))) / 2

The last two iterate a splitting state s, whose fixed point is z* + alpha (M z* - c): the
equilibrium is read off as ReLU(R_F(s)).  States are batches, one row an input.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

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


class Splitting(Protocol):
    """A method that is the repetition of one map."""

    @property
    def name(self) -> str: ...

    def resolved(self, operator: Operator) -> "Splitting":
        """The same method with its step size chosen."""
        ...

    def iteration(self, operator: Operator, dtype: type[np.floating]) -> Iteration: ...

    def admissible(self, operator: Operator) -> Enclosure:
        """Step sizes alpha in (0, hi) for which the paper's theorem promises convergence."""
        ...


@dataclass(frozen=True)
class ForwardBackward:
    """Contracts for 0 < alpha < 2 m / L^2; the default step m / L^2 has the best rate bound."""

    alpha: float | None = None
    name = "forward-backward"

    def __post_init__(self) -> None:
        _check_step(self.alpha)

    def admissible(self, operator: Operator) -> Enclosure:
        return 2 * operator.margin / (operator.lipschitz * operator.lipschitz)

    def resolved(self, operator: Operator) -> "ForwardBackward":
        return ForwardBackward(self.alpha or _default(self.admissible(operator).lo / 2, operator))

    def iteration(self, operator: Operator, dtype: type[np.floating]) -> Iteration:
        forward = _forward(operator, dtype)
        alpha = dtype(_chosen(self.alpha))

        def step(z: Floats, c: Floats) -> Floats:
            moved = forward(z, c)
            moved *= alpha
            np.subtract(z, moved, out=moved)
            return np.maximum(moved, dtype(0), out=moved)

        return Iteration(step, lambda z, c: z)


@dataclass(frozen=True)
class ForwardBackwardForward:
    """Tseng's method: converges for 0 < alpha < 1 / L; at 1/(2L) the cost is kappa, not kappa^2."""

    alpha: float | None = None
    name = "forward-backward-forward"

    def __post_init__(self) -> None:
        _check_step(self.alpha)

    def admissible(self, operator: Operator) -> Enclosure:
        return 1 / operator.lipschitz

    def resolved(self, operator: Operator) -> "ForwardBackwardForward":
        return ForwardBackwardForward(
            self.alpha or _default(_over_lipschitz(0.5, operator), operator)
        )

    def iteration(self, operator: Operator, dtype: type[np.floating]) -> Iteration:
        forward = _forward(operator, dtype)
        alpha = dtype(_chosen(self.alpha))

        def step(z: Floats, c: Floats) -> Floats:
            at_z = forward(z, c)
            y = np.maximum(z - alpha * at_z, dtype(0))
            return y - alpha * (forward(y, c) - at_z)

        # The state leaves exact zeros behind, and then the orthant; the inner point has both.
        return Iteration(step, lambda z, c: np.maximum(z - alpha * forward(z, c), dtype(0)))


@dataclass(frozen=True)
class PeacemanRachford:
    """Contracts for every alpha > 0 when m > 0; the default 1 / L has the best rate bound."""

    alpha: float | None = None
    name = "peaceman-rachford"

    def __post_init__(self) -> None:
        _check_step(self.alpha)

    def admissible(self, operator: Operator) -> Enclosure:
        return _any_step(operator)

    def resolved(self, operator: Operator) -> "PeacemanRachford":
        return PeacemanRachford(self.alpha or _default(_over_lipschitz(1.0, operator), operator))

    def iteration(self, operator: Operator, dtype: type[np.floating]) -> Iteration:
        reflect, prepare = _reflection(operator, _chosen(self.alpha), dtype)
        return Iteration(
            lambda s, q: np.abs(reflect(s, q)),
            lambda s, q: np.maximum(reflect(s, q), dtype(0)),
            prepare,
        )


@dataclass(frozen=True)
class DouglasRachford:
    """The average of the identity and Peaceman-Rachford: slower, and converges even at m = 0."""

    alpha: float | None = None
    name = "douglas-rachford"

    def __post_init__(self) -> None:
        _check_step(self.alpha)

    def admissible(self, operator: Operator) -> Enclosure:
        return _any_step(operator)

    def resolved(self, operator: Operator) -> "DouglasRachford":
        return DouglasRachford(self.alpha or _default(_over_lipschitz(1.0, operator), operator))

    def iteration(self, operator: Operator, dtype: type[np.floating]) -> Iteration:
        reflect, prepare = _reflection(operator, _chosen(self.alpha), dtype)
        return Iteration(
            lambda s, q: (s + np.abs(reflect(s, q))) / dtype(2),
            lambda s, q: np.maximum(reflect(s, q), dtype(0)),
            prepare,
        )


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


def _reflection(
    operator: Operator, alpha: float, dtype: type[np.floating]
) -> tuple[Map, Callable[[Floats], Floats]]:
    """(s, q) -> R_F(s) = P s + q, with q = Q c; and c -> q."""
    P, Q = reflection(operator, alpha, dtype)
    return lambda s, q: s @ P + q, lambda c: c @ Q


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


def _any_step(operator: Operator) -> Enclosure:
    return Enclosure(np.inf, np.inf) if operator.margin.lo > 0 else Enclosure(0.0, 0.0)


def _check_step(alpha: float | None) -> None:
    if alpha is not None and not (np.isfinite(alpha) and alpha > 0):
        raise InputError(f"alpha must be a finite number > 0, got {alpha}")


def _chosen(alpha: float | None) -> float:
    if alpha is None:
        raise ValueError("an iteration needs its step size: call resolved(operator) first")
    return alpha


def _default(alpha: float, operator: Operator) -> float:
    """Without a margin no step is promised to work: a tenth of 1/L is tried."""
    candidates = (alpha, _over_lipschitz(0.1, operator))
    return next((float(a) for a in candidates if np.isfinite(a) and a > 0), 1.0)


def _over_lipschitz(numerator: float, operator: Operator) -> float:
    L = operator.lipschitz.hi
    return numerator / L if L > 0 else np.inf
