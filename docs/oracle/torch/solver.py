"""An equilibrium layer in PyTorch (1.8 or later), with an implicit backward pass.

mondeq-ref conform solver:Layer                          in the interpreter of mondeq_ref
mondeq-ref conform --cmd "old/bin/python solver.py"      in an interpreter of its own
"""

import sys
from pathlib import Path

import torch


def equilibria(W, C, tolerance=1e-13, most=5000):
    """Peaceman-Rachford for all rows together."""
    M = torch.eye(len(W), dtype=W.dtype) - W
    alpha = 1 / torch.linalg.norm(M, 2)
    R = torch.linalg.inv(torch.eye(len(W), dtype=W.dtype) + alpha * M).T
    s = torch.zeros_like(C)
    for _ in range(most):
        mirror = 2 * (s + alpha * C) @ R - s
        moved = torch.linalg.norm(abs(mirror) - s, dim=1)
        s = abs(mirror)
        if (moved <= tolerance * torch.linalg.norm(s, dim=1)).all():
            break
    return torch.relu(mirror)


class Layer:
    def capabilities(self):
        name, has = "torch " + torch.__version__, ["solve", "gradients"]
        return {"name": name, "operations": has, "declared_error": 1e-9}

    def solve(self, W, U, b, X):
        W, U, b, X = map(torch.as_tensor, (W, U, b, X))
        return {"Z": equilibria(W, X @ U.T + b)}

    def gradients(self, W, U, b, X, dZ):
        given = [torch.as_tensor(one).requires_grad_() for one in (W, U, b, X)]
        W, U, b, X = given
        with torch.no_grad():
            found = equilibria(W, X @ U.T + b)
        Z = torch.relu(found @ W.T + X @ U.T + b)
        active = (Z > 0).to(W.dtype)
        system = torch.eye(len(W), dtype=W.dtype) - W.detach().T * active[:, None, :]
        Z.register_hook(lambda g: torch.linalg.solve(system, g[:, :, None])[:, :, 0])
        Z.backward(torch.as_tensor(dZ))
        return dict(zip(("W", "U", "b", "X"), [one.grad for one in given]))  # noqa: B905


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "python"))
    from lines import answer

    answer(Layer())
