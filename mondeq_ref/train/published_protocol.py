"""The paper's own way of training: inexact float32 forward-backward, its budgets and step rules.

Kept apart from `solve`, which never reaches it: here an iteration is called converged when its
relative step over the whole batch is small, which bounds no distance to the equilibrium.  The
gradients are those of the adjoint inclusion.  The released code multiplies all of them, the
head's apart, by the step alpha; so does protocol `released`, and protocol `paper` does not.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mondeq_ref.arrays import InputError, Integers, Matrix
from mondeq_ref.operator import Operator
from mondeq_ref.study import published_runs
from mondeq_ref.train.passes import AnyHead, Passes

Float32 = NDArray[np.float32]


@dataclass(frozen=True)
class Budget:
    """At most `steps` iterations, fewer once the batch's relative step is below `tolerance`."""

    steps: int
    tolerance: float


FLOAT_TRAINING = Budget(500, 1e-5)
QAT = Budget(100, 1e-2)
QAT_FIRST_STEP = 0.05
QAT_STEP_EVERY = 100  # batches, counted anew in each epoch
QAT_STEP_SHARE = 0.8  # of m~/L~^2
FLOAT_FIRST_STEP = 1.0
FLOAT_TUNED_AT = 30  # batches into an epoch, and again in the middle of it


def forward_backward(W: Float32, C: Float32, alpha: float, budget: Budget) -> tuple[Float32, int]:
    """The published iteration from zero, and the iterations taken."""
    run = published_runs.forward_backward(W, C, alpha, budget.steps, budget.tolerance)
    return run.z, run.iterations


def adjoint_forward_backward(
    W: Float32, Z: Float32, G: Float32, alpha: float, budget: Budget
) -> tuple[Float32, int]:
    """Rows lambda <- D (lambda - alpha (lambda - W'lambda - g)) from zero, D = 1[z > 0]."""
    a = np.float32(alpha)
    D: Float32 = np.asarray(Z > 0, dtype=np.float32)
    run = published_runs.traced(
        lambda Lam: np.asarray(D * (Lam - a * (Lam - Lam @ W - G)), dtype=np.float32),
        lambda Lam: Lam,
        np.zeros_like(G),
        budget.steps,
        budget.tolerance,
    )
    return run.z, run.iterations


@dataclass(eq=False)
class PublishedEngine:
    """Both passes by forward-backward; alpha follows the published rules, batch by batch."""

    budget: Budget
    quantized: bool
    batches_per_epoch: int
    alpha: float
    factor: bool = False  # multiply the adjoint, and so every gradient of W, U and b, by alpha
    batches: int = 0
    iterations: int = 0

    @staticmethod
    def fresh(quantized: bool, batches_per_epoch: int, factor: bool = False) -> "PublishedEngine":
        budget, first = (QAT, QAT_FIRST_STEP) if quantized else (FLOAT_TRAINING, FLOAT_FIRST_STEP)
        return PublishedEngine(budget, quantized, batches_per_epoch, first, factor)

    def __call__(self, W: Matrix, C: Matrix, head: AnyHead, labels: Integers) -> Passes:
        W32, C32 = W.astype(np.float32), C.astype(np.float32)
        self._choose_step(W, W32, C32)
        self.batches += 1
        Z, taken = forward_backward(W32, C32, self.alpha, self.budget)
        logits = Z.astype(np.float64) @ head.V.T + head.d
        shifted = logits - logits.max(axis=1, keepdims=True)
        log_total = np.log(np.exp(shifted).sum(axis=1))
        own = shifted[np.arange(len(labels)), labels]
        G = np.exp(shifted - log_total[:, None])
        G[np.arange(len(labels)), labels] -= 1.0
        dl_dz = (G @ head.V).astype(np.float32)
        Lam, more = adjoint_forward_backward(W32, Z, dl_dz, self.alpha, self.budget)
        self.iterations += taken + more
        found = np.ones(len(labels), dtype=np.bool_)
        scale = self.alpha if self.factor else 1.0
        wide = Z.astype(np.float64), scale * Lam.astype(np.float64)
        return Passes(*wide, G, log_total - own, found)

    def _choose_step(self, W: Matrix, W32: Float32, C: Float32) -> None:
        batch = self.batches % self.batches_per_epoch
        if self.quantized:
            if batch % QAT_STEP_EVERY == 0:
                self.alpha = qat_step(W, self.alpha)
        elif batch in (FLOAT_TUNED_AT, self.batches_per_epoch // 2):
            self.alpha = tuned_step(W32, C, self.budget)


def stopped_accuracy(operator: Operator, X: Float32, labels: Integers, batch: int = 128) -> float:
    """The share of rows x classified rightly where the iteration of training stops, which need
    not be near an equilibrium: with the budget and the step rule of training."""
    if operator.head is None:
        raise InputError("an accuracy needs an operator with a head")
    W, alpha = operator.W.astype(np.float32), qat_step(operator.W, QAT_FIRST_STEP)
    U, b, correct = operator.U.astype(np.float32), operator.b.astype(np.float32), 0
    for start in range(0, len(labels), batch):
        rows = slice(start, start + batch)
        Z, _ = forward_backward(W, X[rows] @ U.T + b, alpha, QAT)
        classes = operator.head.logits(Z.astype(np.float64)).argmax(axis=1)
        correct += int((classes == labels[rows]).sum())
    return correct / len(labels)


def qat_step(W: Matrix, alpha: float) -> float:
    """0.8 m~/L~^2 where the quantized margin is positive, else the step as it was."""
    M = np.eye(len(W)) - W
    m = float(np.linalg.eigvalsh((M + M.T) / 2)[0])
    return QAT_STEP_SHARE * m / float(np.linalg.norm(M, 2)) ** 2 if m > 0 else alpha


def tuned_step(W: Float32, C: Float32, budget: Budget) -> float:
    """Halve alpha from one while the number of iterations falls."""
    alpha, taken = FLOAT_FIRST_STEP, _iterations(W, C, FLOAT_FIRST_STEP, budget)
    while alpha > np.finfo(np.float32).eps:
        fewer = _iterations(W, C, alpha / 2, budget)
        if fewer > taken or (fewer == taken and taken < budget.steps):
            break
        alpha, taken = alpha / 2, fewer
    return alpha


def _iterations(W: Float32, C: Float32, alpha: float, budget: Budget) -> int:
    """A step at which forward-backward overflows counts as one that never converges."""
    with np.errstate(over="ignore", invalid="ignore"):
        return forward_backward(W, C, alpha, budget)[1]
