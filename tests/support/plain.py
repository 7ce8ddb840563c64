"""A plain implementation in float32, written from the definitions and importing nothing of ours."""

import numpy as np


class Plain:
    """Peaceman-Rachford, and the adjoint by one linear solve a row."""

    dtype = np.float32
    steps = 2000
    alpha = 0.2

    def operator(self, A, S, m):
        A, S = A.astype(self.dtype), S.astype(self.dtype)
        return (1 - self.dtype(m)) * np.eye(len(S), dtype=self.dtype) - A.T @ A + S - S.T

    def step(self, W, spec):
        """For each row or for all, as a column or one number in a matrix."""
        q, axis = 2 ** (spec["bits"] - 1) - 1, 1 if spec["per"] == "row" else None
        reach = q + 0.5 if spec["name"] == "paper-readme" else q
        return np.abs(W).max(axis=axis, keepdims=True) / self.dtype(reach)

    def quantize(self, W, spec):
        w = W.astype(self.dtype)
        q, step = 2 ** (spec["bits"] - 1) - 1, self.step(w, spec)
        most = q + 1 if spec["name"] == "paper-readme" else q
        safe = np.where(step > 0, step, self.dtype(1))
        return np.clip(self.rounded(w / safe), -most, most).astype(int)

    def rounded(self, t):
        return np.rint(t)

    def injections(self, U, b, X):
        return X @ U.T + b

    def solve(self, W, U, b, X):
        W, U, b, X = (array.astype(self.dtype) for array in (W, U, b, X))
        return self.equilibria(W, self.injections(U, b, X))

    def equilibria(self, W, C):
        n = len(W)
        inverse = np.linalg.inv(np.eye(n) + self.alpha * (np.eye(n) - W)).astype(self.dtype)
        s = np.zeros_like(C)
        for _ in range(self.steps):
            mirror = 2 * (s + self.alpha * C) @ inverse.T - s
            new = np.abs(mirror)
            if (new == s).all():
                break
            s = new
        return self.read_out(s, mirror)

    def read_out(self, s, mirror):
        return np.maximum(mirror, 0)

    def gradients(self, W, U, b, X, dZ):
        W, U, b, X, dZ = (array.astype(self.dtype) for array in (W, U, b, X, dZ))
        Z = self.equilibria(W, self.injections(U, b, X))
        Lam = np.array([self.adjoint(W, z, g) for z, g in zip(Z, dZ, strict=True)])
        return self.parameters(Z, Lam, U, X)

    def adjoint(self, W, z, g):
        D = np.diag((z > 0).astype(self.dtype))
        return np.linalg.solve(np.eye(len(W), dtype=self.dtype) - D @ W.T, D @ g)

    def parameters(self, Z, Lam, U, X):
        return {"W": Lam.T @ Z, "U": Lam.T @ X, "b": Lam.sum(axis=0), "X": Lam @ U}
