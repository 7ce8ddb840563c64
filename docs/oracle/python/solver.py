"""A solver behind JSON lines that imports NumPy and nothing of ours.

mondeq-ref conform --cmd "python solver.py"
"""

import numpy as np
from lines import answer


class Solver:
    def capabilities(self):
        return {"name": "solver.py", "operations": ["solve"], "declared_error": 1e-9}

    def solve(self, W, U, b, X):
        return {"Z": [equilibrium(np.eye(len(b)) - W, U @ x + b) for x in X]}


def equilibrium(M, c):
    """Peaceman-Rachford until the active units are known, then one linear system."""
    n = len(c)
    if not np.isfinite(c).all():
        raise ValueError("the inputs must be finite")
    alpha = 1 / np.linalg.norm(M, 2)
    resolvent = np.linalg.inv(np.eye(n) + alpha * M)
    s = np.zeros(n)
    for step in range(20_000):
        mirror = 2 * resolvent @ (s + alpha * c) - s
        s = np.abs(mirror)
        if step & (step + 1) == 0:  # after 1, 2, 4, 8, .. steps
            active = np.flatnonzero(mirror > 0)
            z = np.zeros(n)
            z[active] = np.linalg.solve(M[np.ix_(active, active)], c[active])
            w = M @ z - c
            rounding = 1e-13 * (np.abs(M) @ np.abs(z) + np.abs(c))
            if (z >= -rounding).all() and (w >= -rounding).all():
                return np.maximum(z, 0.0)
    raise ArithmeticError("no equilibrium was found")


if __name__ == "__main__":
    answer(Solver())
