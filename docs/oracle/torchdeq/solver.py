"""torchdeq on the splitting map s -> |R s|, whose fixed points are read out.

mondeq-ref conform solver:Layer --declared-error 1e-6
"""

import torch
from torchdeq import get_deq

STOP = {"f_tol": 1e-10, "b_tol": 1e-10, "f_max_iter": 2000, "b_max_iter": 2000}


class Layer:
    def capabilities(self):
        return {"name": "torchdeq", "operations": ["solve", "gradients"]}

    def __init__(self, solver="fixed_point_iter"):
        self.deq = get_deq(f_solver=solver, b_solver=solver, ift=True, f_stop_mode="rel", **STOP)
        self.deq.train()

    def equilibria(self, W, C):
        identity = torch.eye(len(W), dtype=W.dtype)
        M = identity - W
        alpha = 1 / torch.linalg.norm(M.detach(), 2)
        R = torch.linalg.inv(identity + alpha * M).T

        def mirror(s):
            return 2 * (s + alpha * C) @ R - s

        states, _ = self.deq(lambda s: abs(mirror(s)), torch.zeros_like(C))
        return torch.relu(mirror(states[-1]))

    def solve(self, W, U, b, X):
        W, U, b, X = map(torch.as_tensor, (W, U, b, X))
        with torch.no_grad():
            return self.equilibria(W, X @ U.T + b)

    def gradients(self, W, U, b, X, dZ):
        given = [torch.as_tensor(one).requires_grad_() for one in (W, U, b, X)]
        W, U, b, X = given
        self.equilibria(W, X @ U.T + b).backward(torch.as_tensor(dZ))
        return [one.grad for one in given]
