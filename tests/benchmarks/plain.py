"""The published float recipe written plainly in NumPy: what `pace` measures exact training against.

Float32 throughout, one dictionary of parameters, both passes by forward-backward iteration to
the published budget, its step tuned by the published rule.  Nothing is shared with the training
loop but the start, the order of the images and the published numbers, so a run of `--protocol
paper` is also its twin.  Two ways to evaluate z -> W z + U x + b are raced: as the released code
does, which computes U x + b in every iteration, and with U x + b computed once a batch.  W is
formed once a batch either way.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mondeq_ref.arrays import Integers
from mondeq_ref.train.adam import BETA1, BETA2, EPSILON
from mondeq_ref.train.loop import Images
from mondeq_ref.train.parameters import initial
from mondeq_ref.train.published_protocol import FLOAT_FIRST_STEP, FLOAT_TRAINING, FLOAT_TUNED_AT
from mondeq_ref.train.recipe import MARGIN_OFFSET, Recipe

Float32 = NDArray[Any]  # float32 throughout, which NumPy's own types lose in a product
Trainable = dict[str, Float32]
Affine = Callable[[Float32], Float32]  # rows z -> rows W z + U x + b
Evaluation = Callable[[Float32, Trainable, Float32], Affine]  # W, parameters, rows x


def as_released(W: Float32, p: Trainable, X: Float32) -> Affine:
    return lambda Z: Z @ W.T + (X @ p["U"].T + p["b"])


def injected_once(W: Float32, p: Trainable, X: Float32) -> Affine:
    C = X @ p["U"].T + p["b"]
    return lambda Z: Z @ W.T + C


@dataclass(eq=False)
class PlainRun:
    """A run of the published recipe; `evaluation` decides how often U x + b is computed."""

    recipe: Recipe
    images: Images
    evaluation: Evaluation
    parameters: Trainable
    first: Trainable
    second: Trainable
    rng: np.random.Generator
    alpha: float = FLOAT_FIRST_STEP
    epochs: int = 0
    steps: int = 0
    iterations: int = 0

    @staticmethod
    def started(recipe: Recipe, images: Images, evaluation: Evaluation) -> "PlainRun":
        """From the same numbers as the training loop."""
        rng = np.random.default_rng(recipe.seed)
        classes = int(images.labels.max()) + 1
        start = initial(recipe, images.X.shape[1], classes, rng).views()
        p = {name: array.copy() for name, array in start.items()}
        first, second = ({name: np.zeros_like(p[name]) for name in p} for _ in range(2))
        return PlainRun(recipe, images, evaluation, p, first, second, rng)

    def epoch(self) -> float:
        """One pass over the images in random order; the mean loss."""
        X, labels, batch = self.images.X, self.images.labels, self.recipe.batch
        order = self.rng.permutation(len(labels))
        starts = range(0, len(order), batch)
        tuned_at = (FLOAT_TUNED_AT, len(starts) // 2)
        loss = 0.0
        for number, start in enumerate(starts):
            rows = order[start : start + batch]
            loss += self.step(X[rows], labels[rows], tune=number in tuned_at)
        self.epochs += 1
        return loss / len(labels)

    def step(self, X: Float32, labels: Integers, tune: bool) -> float:
        """Both passes of a batch and a step of Adam; the sum of the losses."""
        p = self.parameters
        m = np.logaddexp(np.float32(0), p["t"]) + np.float32(MARGIN_OFFSET)
        W = (1 - m) * np.eye(len(p["S"]), dtype=np.float32) - p["A"].T @ p["A"] + p["S"] - p["S"].T
        affine = self.evaluation(W, p, X)
        if tune:
            self.alpha = tuned(affine, len(X), len(W))
        Z, forward = equilibrium(affine, len(X), len(W), self.alpha)

        logits = Z @ p["V"].T + p["d"]
        shifted = logits - logits.max(axis=1, keepdims=True)
        softmax = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
        own = np.arange(len(labels)), labels
        loss = -np.log(softmax[own]).sum()
        G = softmax.copy()
        G[own] -= 1
        G /= np.float32(len(labels))

        Lam, backward = adjoint(W, Z > 0, G @ p["V"], self.alpha)
        self.iterations += forward + backward
        H = Lam.T @ Z
        gradient: Trainable = {
            "A": -p["A"] @ (H + H.T),
            "S": H - H.T,
            "t": np.asarray(-np.trace(H) / (1 + np.exp(-p["t"]))),
            "U": Lam.T @ X,
            "b": Lam.sum(axis=0),
            "V": G.T @ Z,
            "d": G.sum(axis=0),
        }
        self._adam(gradient)
        return float(loss)

    def _adam(self, gradient: Trainable) -> None:
        self.steps += 1
        rate = np.float32(self.recipe.learning_rate_at(self.epochs))
        for name, g in gradient.items():
            first, second = self.first[name], self.second[name]
            first += np.float32(1 - BETA1) * (g - first)
            second += np.float32(1 - BETA2) * (g * g - second)
            mean = first / np.float32(1 - BETA1**self.steps)
            square = second / np.float32(1 - BETA2**self.steps)
            self.parameters[name] -= rate * mean / (np.sqrt(square) + np.float32(EPSILON))


def equilibrium(affine: Affine, rows: int, n: int, alpha: float) -> tuple[Float32, int]:
    """Forward-backward: z <- ReLU(z - alpha (z - W z - U x - b))."""
    a = np.float32(alpha)
    Z = np.zeros((rows, n), np.float32)
    return iterated(lambda Z: np.maximum(Z - a * (Z - affine(Z)), np.float32(0)), Z)


def adjoint(W: Float32, active: NDArray[np.bool_], G: Float32, alpha: float) -> tuple[Float32, int]:
    """Forward-backward on the adjoint: lambda <- D (lambda - alpha (lambda - W'lambda - g))."""
    a, D = np.float32(alpha), active.astype(np.float32)
    return iterated(lambda Lam: D * (Lam - a * (Lam - Lam @ W - G)), np.zeros_like(G))


def iterated(step: Callable[[Float32], Float32], start: Float32) -> tuple[Float32, int]:
    """Until the relative step of the whole batch is small or the budget is spent."""
    point = start
    for taken in range(1, FLOAT_TRAINING.steps + 1):
        new = step(point)
        size = np.linalg.norm(point)
        moved = np.linalg.norm(new - point)
        point = new
        if moved < FLOAT_TRAINING.tolerance * size:
            return point, taken
    return point, FLOAT_TRAINING.steps


def tuned(affine: Affine, rows: int, n: int) -> float:
    """Halve alpha from its first value while the number of iterations falls."""

    def iterations(alpha: float) -> int:
        with np.errstate(over="ignore", invalid="ignore"):  # too long a step may overflow
            return equilibrium(affine, rows, n, alpha)[1]

    alpha, taken = FLOAT_FIRST_STEP, iterations(FLOAT_FIRST_STEP)
    while alpha > np.finfo(np.float32).eps:
        fewer = iterations(alpha / 2)
        if fewer > taken or (fewer == taken and taken < FLOAT_TRAINING.steps):
            break
        alpha, taken = alpha / 2, fewer
    return alpha
