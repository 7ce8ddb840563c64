"""The published recipe in PyTorch, which exact training is raced against.

The rival is the recipe as one would write it in PyTorch, float32: a module whose forward pass
iterates without a graph and whose backward pass is a hook that iterates on the adjoint, with
`torch.optim.Adam` and cross-entropy.  Both ways of evaluating z -> W z + U x + b are there, and
quantization-aware training, which rounds W, passes gradients straight through, and iterates less.
Batches are cut from one tensor: a DataLoader would only add to the rival's time.
"""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from mondeq_ref.train.loop import Images
from mondeq_ref.train.parameters import initial
from mondeq_ref.train.published_protocol import (
    FLOAT_FIRST_STEP,
    FLOAT_TRAINING,
    FLOAT_TUNED_AT,
    QAT,
    QAT_FIRST_STEP,
    QAT_STEP_EVERY,
    Budget,
    qat_step,
)
from mondeq_ref.train.recipe import MARGIN_OFFSET, Recipe

Affine = Callable[[Tensor], Tensor]


class Layer(nn.Module):
    """z = ReLU(W z + U x + b) with W = (1 - m) I - A'A + S - S', and the head behind it."""

    budget = FLOAT_TRAINING

    def __init__(self, start: dict[str, np.ndarray]) -> None:
        super().__init__()
        for name, array in start.items():
            setattr(self, name, nn.Parameter(torch.tensor(array)))
        self.alpha = FLOAT_FIRST_STEP
        self.iterations = 0

    def W(self) -> Tensor:
        m = nn.functional.softplus(self.t) + MARGIN_OFFSET
        return (1 - m) * torch.eye(len(self.b)) - self.A.T @ self.A + self.S - self.S.T

    def affine(self, W: Tensor, x: Tensor) -> Affine:
        """As released: U x + b is computed in every iteration."""
        return lambda z: z @ W.T + nn.functional.linear(x, self.U, self.b)

    def forward(self, x: Tensor, tune: bool) -> Tensor:
        W = self.W()
        with torch.no_grad():
            affine = self.affine(W, x)
            if tune:
                self.alpha = tuned(affine, len(x), len(W))
            z, taken = equilibrium(affine, len(x), len(W), self.alpha, self.budget)
        self.iterations += taken
        z = torch.relu(z @ W.T + nn.functional.linear(x, self.U, self.b))
        active = (z > 0).float()
        z.register_hook(lambda g: self.adjoint(W.detach(), active, g))
        return nn.functional.linear(z, self.V, self.d)

    def adjoint(self, W: Tensor, active: Tensor, g: Tensor) -> Tensor:
        a = self.alpha
        lam, taken = iterated(
            lambda v: active * (v - a * (v - v @ W - g)), torch.zeros_like(g), self.budget
        )
        self.iterations += taken
        return lam


class InjectedOnce(Layer):
    def affine(self, W: Tensor, x: Tensor) -> Affine:
        c = nn.functional.linear(x, self.U, self.b)
        return lambda z: z @ W.T + c


class QuantizedW(InjectedOnce):
    """W is rounded to a symmetric grid of its own largest entry; the step follows m~ and L~."""

    budget = QAT
    bits = 4

    def __init__(self, start: dict[str, np.ndarray]) -> None:
        super().__init__(start)
        self.alpha = QAT_FIRST_STEP
        self.batches = 0

    def W(self) -> Tensor:
        W = super().W()
        most = 2 ** (self.bits - 1) - 1
        step = W.detach().abs().max() / most
        return W + ((W.detach() / step).round().clamp(-most, most) * step - W.detach())

    def forward(self, x: Tensor, tune: bool) -> Tensor:
        if self.batches and self.batches % QAT_STEP_EVERY == 0:
            self.alpha = qat_step(self.W().detach().double().numpy(), self.alpha)
        self.batches += 1
        return super().forward(x, tune=False)


def equilibrium(
    affine: Affine, rows: int, n: int, alpha: float, budget: Budget = FLOAT_TRAINING
) -> tuple[Tensor, int]:
    start = torch.zeros(rows, n)
    return iterated(lambda z: torch.relu(z - alpha * (z - affine(z))), start, budget)


def iterated(step: Affine, point: Tensor, budget: Budget) -> tuple[Tensor, int]:
    for taken in range(1, budget.steps + 1):
        new = step(point)
        moved, size = torch.linalg.vector_norm(new - point), torch.linalg.vector_norm(point)
        point = new
        if moved < budget.tolerance * size:
            return point, taken
    return point, budget.steps


def tuned(affine: Affine, rows: int, n: int) -> float:
    alpha, taken = FLOAT_FIRST_STEP, equilibrium(affine, rows, n, FLOAT_FIRST_STEP)[1]
    while alpha > torch.finfo(torch.float32).eps:
        fewer = equilibrium(affine, rows, n, alpha / 2)[1]
        if fewer > taken or (fewer == taken and taken < FLOAT_TRAINING.steps):
            break
        alpha, taken = alpha / 2, fewer
    return alpha


class TorchRun:
    """The published recipe on the same images, from the same start and in the same order."""

    def __init__(self, recipe: Recipe, images: Images, kind: type[Layer]) -> None:
        self.recipe, self.rng = recipe, np.random.default_rng(recipe.seed)
        self.X, self.labels = torch.tensor(images.X), torch.tensor(images.labels)
        classes = int(images.labels.max()) + 1
        start = initial(recipe, images.X.shape[1], classes, self.rng).views()
        self.layer = kind(start)
        self.adam = torch.optim.Adam(self.layer.parameters(), lr=recipe.learning_rate)
        self.schedule = torch.optim.lr_scheduler.MultiStepLR(
            self.adam, list(recipe.decay_at), recipe.decay
        )

    def epoch(self) -> float:
        batches = torch.tensor(self.rng.permutation(len(self.labels))).split(self.recipe.batch)
        tuned_at = (FLOAT_TUNED_AT, len(batches) // 2)
        loss = 0.0
        for number, rows in enumerate(batches):
            self.adam.zero_grad()
            logits = self.layer(self.X[rows], tune=number in tuned_at)
            mean = nn.functional.cross_entropy(logits, self.labels[rows])
            mean.backward()
            self.adam.step()
            loss += float(mean.detach()) * len(rows)
        self.schedule.step()
        return loss / len(self.labels)


def torch_qat(images: Images, recipe: Recipe) -> dict[str, Callable[[], float]]:
    return {"torch_qat": TorchRun(recipe, images, QuantizedW).epoch}


def torch_rivals(images: Images, recipe: Recipe) -> dict[str, Callable[[], float]]:
    return {
        "torch_as_released": TorchRun(recipe, images, Layer).epoch,
        "torch_injected_once": TorchRun(recipe, images, InjectedOnce).epoch,
    }
