"""The two sides of every inequality on one operator and one perturbation, enclosed.

Each entry is (claim, form, measured, bound), for the inequality measured <= bound.  The form is
the paper's or a sharper one.
"""

from collections.abc import Iterator

import numpy as np
from numpy.random import Generator

from mondeq_ref import bounds
from mondeq_ref.arrays import Matrix, Vector
from mondeq_ref.certify.decisions import displacement
from mondeq_ref.certify.pair import Pair
from mondeq_ref.certify.prove import Equilibria
from mondeq_ref.inputs import given
from mondeq_ref.operator import Operator
from mondeq_ref.quantize import Quantized
from mondeq_ref.rigor.balls import MatrixBall, eigenvalue_range, spectral_norm
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.fast import norm_above, norms_above, norms_below, product_error, up
from mondeq_ref.rigor.machine import UNIT_ROUNDOFF
from mondeq_ref.rigor.verdict import Guarantee
from mondeq_ref.solve.methods import ForwardBackward
from paper_figures.numbers import certified

Sides = tuple[str, str, Enclosure, Enclosure]
CELL = 2.0**-10  # of the grid to which iterates are rounded
ROUNDED_STEPS = 500
PAPER, OURS = "paper", "sharper"


def of_pair(before: Operator, after: Operator, C: Matrix) -> Iterator[Sides]:
    """Margin, Lipschitz constant, and displacement for each injection."""
    sides = Pair(before, after, Guarantee.RIGOROUS_FLOAT).sides
    lost = sides.margin - sides.margin_after
    yield "margin", PAPER, lost, sides.norm
    yield "margin", OURS, lost, sides.one_sided
    grown = after.lipschitz - before.lipschitz
    yield "Lipschitz constant", PAPER, grown, sides.norm
    c = given(C, before.n)
    start, moved = certified.equilibria(before, c), certified.equilibria(after, c)
    found = displacement(
        start, moved, before.weights - after.weights, sides.norm.hi, sides.margin.lo, (c, c)
    )
    for row in np.flatnonzero(moved.proved).tolist():
        measured = Enclosure(float(found.at_least[row]), float(found.actual[row]))
        size = length(moved.z[row], float(moved.radius[row]))
        yield "displacement", PAPER, measured, bounds.displacement(sides.norm, sides.margin, size)
        image = (before.W - after.W) @ moved.z[row]
        slack = _product_slack(before.W - after.W, moved.z[row])
        reach = (sides.norm * float(moved.radius[row])).hi
        sharper = length(image, slack + reach) / sides.margin
        yield "displacement", OURS, measured, sharper


def of_quantizer(quantized: Quantized) -> Iterator[Sides]:
    """||dW||_2 <= n s/2, which is known from the step alone, and ||dW||_2 <= ||dW||_F."""
    made = quantized.arrays["W"]
    dW = quantized.perturbation
    yield "quantizer error", PAPER, dW, Enclosure.of(made.error_above)
    yield "quantizer error", OURS, dW, length(quantized.dW.center.ravel(), 0.0)


def of_structure(quantized: Quantized) -> Iterator[Sides]:
    """The promised margin of quantized factors and their margin."""
    if quantized.promised_margin is not None:
        promised = Enclosure.of(quantized.promised_margin)
        yield "structured margin", OURS, promised, quantized.operator.margin


def of_operator(rng: Generator, operator: Operator, C: Matrix) -> Iterator[Sides]:
    """Rates, condition number, adjoint and residual of one operator."""
    m, L, n = operator.margin, operator.lipschitz, operator.n
    M, eye = operator.M.center, np.eye(operator.n)
    alpha = float(m.lo / L.hi**2)
    a = Enclosure.of(alpha)
    step = certified.step_norm(operator, alpha)
    rate = bounds.forward_backward_rate_squared(m, L, a).sqrt()
    yield "FB rate", PAPER, step, rate
    yield "FB rate", OURS, _contraction(rng, operator, alpha), step
    a = Enclosure.of(float(1 / L.hi))
    reflection = _norm_of_quotient(eye - a.mid * M, eye + a.mid * M)
    published = bounds.published_peaceman_rachford_rate_squared(m, L, a).sqrt()
    sharp = bounds.peaceman_rachford_rate_squared(m, L, a).sqrt()
    yield "PR rate", PAPER, reflection, published
    yield "PR rate", OURS, reflection, sharp
    reflected = (np.eye(n) - a.mid * M) @ np.linalg.inv(np.eye(n) + a.mid * M)
    averaged = _averaged_contraction(rng, np.asarray(reflected, dtype=np.float64))
    yield "DR rate", PAPER, averaged, (published + 1) / 2
    yield "DR rate", OURS, averaged, (sharp + 1) / 2
    found = certified.equilibria(operator, given(C, n))
    yield from _rounded_iterates(operator, found, C, alpha, (rate, step))
    W_norm = spectral_norm(operator.weights)
    beta = spectral_norm(MatrixBall(eye + M, n * UNIT_ROUNDOFF * float(np.abs(eye + M).max())))
    q = (beta * beta - 4 * m).sqrt()
    for row in range(len(C)):
        units = np.flatnonzero(found.z[row] > float(found.radius[row]))
        if len(units):
            M_aa = M[np.ix_(units, units)]
            inverse = 1 / least_singular_value(M_aa)
            symmetric = eigenvalue_range(MatrixBall(M_aa).symmetric_part)[0]
            yield "condition number", PAPER, W_norm * inverse, W_norm / m
            yield "condition number", OURS, W_norm * inverse, W_norm / symmetric
            g = rng.normal(size=len(units))
            lam: Vector = np.asarray(np.linalg.solve(M_aa.T, g), dtype=np.float64)
            left = length(M_aa.T @ lam - g, _product_slack(M_aa.T, lam))
            error = (left / symmetric).hi
            yield "adjoint", PAPER, length(lam, error), length(g, 0.0) / m
            yield "adjoint", OURS, length(lam, error), length(g, 0.0) / symmetric
        z = np.maximum(found.z[row] + rng.normal(size=n), 0.0)
        gap = length(z - found.z[row], float(found.radius[row]))
        F = M @ z - C[row]
        rho = length(z - np.maximum(z - F, 0.0), _product_slack(M, z) + n * UNIT_ROUNDOFF)
        yield "residual", PAPER, gap, bounds.distance_of_residual(beta, m) * rho
        yield "residual", OURS, gap, bounds.sharper_distance_of_residual(beta, q, m) * rho


def length(v: Vector, reach: float) -> Enclosure:
    """||w|| for some w with ||w - v|| <= reach."""
    row = v.reshape(1, -1)
    near = Enclosure(float(norms_below(row)[0]), float(norms_above(row)[0]))
    return Enclosure(max((near - reach).lo, 0.0), (near + reach).hi)


def least_singular_value(A: Matrix) -> Enclosure:
    """The least singular value, from the least eigenvalue of A'A and the rounding of A'A."""
    gram = MatrixBall(A.T @ A, product_error(A.T, A)).symmetric_part
    return eigenvalue_range(gram)[0].sqrt()


def _norm_of_quotient(A: Matrix, B: Matrix) -> Enclosure:
    """||A B^-1||: a float quotient X, and ||X B - A||/sigma_min(B) for its error."""
    X: Matrix = np.asarray(np.linalg.solve(B.T, A.T).T, dtype=np.float64)
    lost = norm_above(X @ B - A) + product_error(X, B) + norm_above(A) * 4 * UNIT_ROUNDOFF
    return spectral_norm(MatrixBall(X, (Enclosure.of(lost) / least_singular_value(B)).hi))


def _contraction(rng: Generator, operator: Operator, alpha: float) -> Enclosure:
    """The largest ||Phi z - Phi w||/||z - w|| of a few random pairs of points."""
    n, M = operator.n, operator.M.center
    z, w = np.abs(rng.normal(size=(2, 64, n)))
    c = rng.normal(size=n)
    moved = [np.maximum(x - alpha * (x @ M.T - c), 0.0) for x in (z, w)]
    return _largest_factor(M, (z, w), moved)


def _averaged_contraction(rng: Generator, reflection: Matrix) -> Enclosure:
    """The largest contraction factor of s <- (s + |R s|)/2 over a few random pairs of points."""
    s, t = rng.normal(size=(2, 64, len(reflection)))
    moved = [(x + np.abs(x @ reflection.T)) / 2 for x in (s, t)]
    return _largest_factor(reflection, (s, t), moved)


def _largest_factor(A: Matrix, points: tuple[Matrix, Matrix], moved: list[Matrix]) -> Enclosure:
    """The largest distance of two moved points over that of the points, for images by A."""
    z, w = points
    size = np.linalg.norm(z - w, axis=1)
    ratios = np.linalg.norm(moved[0] - moved[1], axis=1) / size
    best = int(ratios.argmax())
    slack = 2 * (_product_slack(A, z[best]) + _product_slack(A, w[best])) / float(size[best])
    return Enclosure.of(float(ratios[best])).widened(slack)


def _rounded_iterates(
    operator: Operator,
    found: Equilibria,
    C: Matrix,
    alpha: float,
    rates: tuple[Enclosure, Enclosure],
) -> Iterator[Sides]:
    """The final error of forward-backward with iterates rounded to a grid, and eps/(1 - r)."""
    step = ForwardBackward(alpha).iteration(operator, np.float64).step
    z = np.zeros_like(C)
    for _ in range(ROUNDED_STEPS):
        z = np.rint(np.asarray(step(z, C), dtype=np.float64) / CELL) * CELL
    eps = Enclosure.of(operator.n).sqrt() * CELL / 2
    for row in range(len(C)):
        # The bound includes r^k ||z_0 - z*||, because the number of steps is finite.
        start = length(found.z[row], float(found.radius[row]))
        error = length(z[row] - found.z[row], float(found.radius[row]))
        for form, r in zip((PAPER, OURS), rates, strict=True):
            if r.hi < 1:
                left = start * float(up(up(r.hi) ** ROUNDED_STEPS))
                yield "rounded iterates", form, error, eps / (1 - r) + left


def _product_slack(A: Matrix, v: Vector) -> float:
    """A bound on the rounding errors of A v and of a few sums of its size."""
    column = v.reshape(-1, 1)
    return float(
        up(product_error(A, column) + 8 * UNIT_ROUNDOFF * norm_above(A) * norm_above(column))
    )
