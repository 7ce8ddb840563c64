"""Forward-backward and Peaceman-Rachford as the companion code writes them in PyTorch.

As released, forward-backward computes U x + b in every iteration; Peaceman-Rachford computes it
once.  Both stop where the relative step of the whole batch falls below a tolerance.
"""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from mondeq_ref.operator import Operator
from tests.benchmarks.rivals import MOST_STEPS, best_step

Rival = Callable[[Tensor], Tensor]


def forward_backward(operator: Operator, dtype: torch.dtype, tol: float) -> Rival:
    W, U, b = (torch.tensor(np.array(a), dtype=dtype) for a in (operator.W, operator.U, operator.b))
    alpha = operator.margin.lo / operator.lipschitz.hi**2

    @torch.no_grad()
    def solve(X: Tensor) -> Tensor:
        z = torch.zeros(len(X), operator.n, dtype=dtype)
        for _ in range(MOST_STEPS):
            new = torch.relu(z - alpha * (z - z @ W.T - torch.nn.functional.linear(X, U, b)))
            moved, size = torch.linalg.vector_norm(new - z), torch.linalg.vector_norm(new)
            z = new
            if moved <= tol * size:
                break
        return z

    return solve


def peaceman_rachford(operator: Operator, dtype: torch.dtype, tol: float) -> Rival:
    U, b = (torch.tensor(np.array(a), dtype=dtype) for a in (operator.U, operator.b))
    alpha, identity = best_step(operator), np.eye(operator.n)
    resolvent = torch.tensor(
        np.linalg.inv(identity + alpha * (identity - operator.W)).T.copy(), dtype=dtype
    )

    @torch.no_grad()
    def solve(X: Tensor) -> Tensor:
        scaled = alpha * torch.nn.functional.linear(X, U, b)
        z, u = torch.zeros_like(scaled), torch.zeros_like(scaled)
        for _ in range(MOST_STEPS):
            half = 2 * z - u
            u = 2 * ((half + scaled) @ resolvent) - half
            new = torch.relu(u)
            moved, size = torch.linalg.vector_norm(new - z), torch.linalg.vector_norm(new)
            z = new
            if moved <= tol * size:
                break
        return z

    return solve
