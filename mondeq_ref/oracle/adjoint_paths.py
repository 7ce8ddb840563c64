"""Adjoints that are not converged: k steps of an iteration, or a loose linear solver."""

from collections.abc import Iterator

import numpy as np

from mondeq_ref.arrays import Matrix, Vector
from mondeq_ref.oracle.names import Mistake
from mondeq_ref.oracle.question import Array

STEPS = 60
ALPHAS = (1.0, 0.5, 0.25, 0.2, 0.125, 0.1, 0.05, 0.01)
CONVERGED = 1e-2  # relative distance of lambda, below which alpha is a factor and no step size
TOLERANCES = (1e-1, 3e-2, 1e-2, 3e-3, 1e-3, 1e-4, 1e-5)

Candidates = tuple[list[tuple[Mistake, str]], list[Matrix]]


def too_few_steps(
    M: Matrix, active: Array, right: Matrix, G: Matrix, alpha: float | None
) -> Candidates:
    """lambda <- D (lambda - alpha (M'lambda - g)) from zero, k times; also times alpha, unless
    lambda has converged by then."""
    found: list[tuple[Mistake, str]] = []
    Lams: list[Matrix] = []
    alphas = np.array(ALPHAS if alpha is None or alpha in ALPHAS else (*ALPHAS, alpha))
    at_once = np.zeros((len(alphas), *G.shape))
    for k in range(1, STEPS + 1):
        at_once = (at_once - alphas[:, None, None] * (at_once @ M - G)) * active
        if k == 1:
            continue  # a multiple of dz, which another mistake covers
        off = np.linalg.norm(at_once - right, axis=(1, 2))
        near = off <= CONVERGED * np.linalg.norm(right)
        for a, Lam, arrived in zip(alphas.tolist(), at_once, near, strict=True):
            for factor in (1.0,) if arrived or a == 1.0 else (1.0, a):
                times = "" if factor == 1.0 else f", times {a:g}"
                detail = f"lambda after {k} steps from zero with alpha = {a:g}{times}"
                found.append((Mistake.K_STEPS, detail))
                Lams.append(factor * Lam)
    return found, Lams


def loose_solves(M: Matrix, active: Array, G: Matrix) -> Candidates:
    """Krylov iterates for M_aa' lambda = g: all rows after k steps, or each at a tolerance."""
    found: list[tuple[Mistake, str]] = []
    Lams: list[Matrix] = []
    for name, method in (("GMRES", _gmres), ("conjugate gradients on M M'", _normal_cg)):
        paths = [list(method(M, np.flatnonzero(a), g)) for a, g in zip(active, G, strict=True)]
        for k in range(1, max(map(len, paths))):
            rows = [path[min(k, len(path) - 1)][0] for path in paths]
            found.append((Mistake.LOOSE_SOLVER, f"{name} after {k} steps"))
            Lams.append(np.array(rows))
        for tolerance in TOLERANCES:
            rows = [
                next((z for z, rest in path if rest <= tolerance), path[-1][0]) for path in paths
            ]
            detail = f"{name} to a relative residual of {tolerance:g}"
            found.append((Mistake.LOOSE_SOLVER, detail))
            Lams.append(np.array(rows))
    return found, Lams


def _gmres(M: Matrix, units: Array, g: Vector) -> Iterator[tuple[Vector, float]]:
    """The least residual in each Krylov space, by least squares in an orthonormal basis."""
    K, wanted = M[np.ix_(units, units)].T, g[units]
    size = float(np.linalg.norm(wanted))
    yield np.zeros_like(g), 1.0
    if size == 0:
        return
    basis = [wanted / size]
    for _ in range(len(units)):
        V = np.array(basis).T
        y = V @ np.linalg.lstsq(K @ V, wanted, rcond=None)[0]
        yield _placed(g, units, y), float(np.linalg.norm(K @ y - wanted)) / size
        new = K @ basis[-1]
        for _ in range(2):  # twice is enough for orthogonality
            new = new - V @ (V.T @ new)
        length = float(np.linalg.norm(new))
        if length < 1e-12 * size:
            return
        basis.append(new / length)


def _normal_cg(M: Matrix, units: Array, g: Vector) -> Iterator[tuple[Vector, float]]:
    """Conjugate gradients for K'K y = K'g."""
    K, wanted = M[np.ix_(units, units)].T, g[units]
    size, y = float(np.linalg.norm(wanted)), np.zeros(len(units))
    yield np.zeros_like(g), 1.0
    rest = wanted.copy()
    s = K.T @ rest
    p, gamma = s.copy(), float(s @ s)
    for _ in range(2 * len(units)):
        if gamma <= 1e-30 * size**2:
            return
        q = K @ p
        step = gamma / float(q @ q)
        y, rest = y + step * p, rest - step * q
        yield _placed(g, units, y), float(np.linalg.norm(rest)) / size
        s = K.T @ rest
        gamma, before = float(s @ s), gamma
        p = s + gamma / before * p


def _placed(g: Vector, units: Array, values: Vector) -> Vector:
    lam = np.zeros_like(g)
    lam[units] = values
    return lam
