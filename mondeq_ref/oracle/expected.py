"""The right answers: computed in rationals and rounded once, with a bound on that rounding."""

from fractions import Fraction

import numpy as np
from flint import fmpz_mat

from mondeq_ref.arrays import Booleans, Integers, Matrix, Vector
from mondeq_ref.certify.prove import Equilibria, prove
from mondeq_ref.inputs import inject
from mondeq_ref.operator import Factors, Operator
from mondeq_ref.oracle.question import Ball
from mondeq_ref.quantize import Quantizer
from mondeq_ref.rigor.dyadic import Dyadic, exact
from mondeq_ref.rigor.fast import Floats, above, gamma, norms_above, up
from mondeq_ref.rigor.integers import solve as solve_integers
from mondeq_ref.rigor.machine import SMALLEST, UNIT_ROUNDOFF
from mondeq_ref.rigor.verdict import Guarantee
from mondeq_ref.solve import solve


def rounded_rows(center: Matrix) -> Ball:
    """Rows whose entries are the nearest floats to the exact ones."""
    entrywise = up(np.abs(center) * (2 * UNIT_ROUNDOFF)) + SMALLEST
    return Ball(center, np.asarray(norms_above(entrywise)))


def product_ball(factors: Factors) -> Ball:
    """(1 - m) I - A'A + S - S', rounded once; judged as a whole."""
    W = factors.product.rounded()
    return Ball(W, rounded_rows(W.reshape(1, -1)).radius)


def equilibria(operator: Operator, X: Matrix) -> Equilibria | None:
    """The exact equilibria for exact U x + b; None unless all of them are proved."""
    injections = inject(operator, X)
    proposed = solve(operator, injections, workers=1).z
    found = prove(operator, injections, proposed, Guarantee.EXACT)
    return found if found.proved.all() else None


def gradient_balls(operator: Operator, X: Matrix, dZ: Matrix, found: Equilibria) -> dict[str, Ball]:
    """dl/dW, dl/dU, dl/db summed over the rows and dl/dX row by row, from exact z and lambda.

    z and lambda are rounded once; every entry of the sums below then carries the relative
    errors of its products: gamma_{k+4} of the sum of their sizes for k terms.
    """
    Z, Lam = found.z, adjoints(operator, dZ, found.active)
    ones = np.ones((len(Z), 1))
    U = operator.U
    db = Ball(Lam.sum(axis=0), _whole(Lam.T, ones))
    dX = Lam @ U
    return {
        "W": Ball(Lam.T @ Z, _whole(Lam.T, Z)),
        "U": Ball(Lam.T @ X, _whole(Lam.T, X)),
        "b": db,
        "X": Ball(dX, np.asarray(norms_above(_entrywise(Lam, U)))),
    }


def adjoints(operator: Operator, dZ: Matrix, active: Booleans) -> Matrix:
    """lambda_a = M_aa'^-1 g_a, exactly, and zero elsewhere; rounded once."""
    M = operator.exact_M
    rows = [_adjoint(M, g, np.flatnonzero(a).tolist()) for g, a in zip(dZ, active, strict=True)]
    return np.array(rows)


def _adjoint(M: Dyadic, g: Vector, units: list[int]) -> Vector:
    lam = np.zeros(len(g))
    if not units:
        return lam
    wanted = exact(g[units])
    found = solve_integers(M.block(units, units).T.integers, wanted.integers)
    if found is None:
        raise ArithmeticError("a principal block of a matrix with m > 0 cannot be singular")
    numerators, denominator = found
    exponent = wanted.exponent - M.exponent
    lam[units] = _scaled(numerators, int(denominator), exponent)
    return lam


def _scaled(numerators: fmpz_mat, denominator: int, exponent: int) -> Vector:
    up_by, down_by = max(exponent, 0), max(-exponent, 0)
    entries = [int(entry) for entry in numerators.entries()]
    return np.array([(entry << up_by) / (denominator << down_by) for entry in entries])


def _entrywise(left: Matrix, right: Matrix) -> Floats:
    terms = left.shape[1]
    sizes = above(np.abs(left) @ np.abs(right), terms + 4)
    return np.asarray(up(gamma(terms + 4) * sizes) + (terms + 4) * SMALLEST)


def _whole(left: Matrix, right: Matrix) -> Vector:
    return np.asarray(norms_above(_entrywise(left, right).reshape(1, -1)))


def codes(W: Matrix, quantizer: Quantizer) -> Integers:
    """The codes by half-even rounding of the rational quotient w / s; of signs by those of w."""
    if quantizer.levels == "signs":
        return np.where(W < 0, -1, 1)
    by_row = W if quantizer.per == "row" else W.reshape(1, -1)
    reach = Fraction(quantizer.greatest_code)
    if quantizer.range == "unclipped":
        reach -= Fraction(1, 2)
    rows: list[list[int]] = []
    for row in by_row.tolist():
        sizes = [abs(Fraction(entry)) for entry in row]
        is_mean = quantizer.step_rule == "mean"
        step = sum(sizes) / len(sizes) if is_mean else max(sizes) / reach
        rows.append([round(Fraction(entry) / step) if step else 0 for entry in row])
    clipped = np.clip(np.array(rows), quantizer.least_code, quantizer.greatest_code)
    return clipped.astype(np.int64).reshape(W.shape)


def step_ball(W: Matrix, quantizer: Quantizer) -> Ball:
    """The steps, each a quotient rounded once."""
    step = steps(W, quantizer)
    return Ball(step, rounded_rows(step.reshape(1, -1)).radius)


def steps(W: Matrix, quantizer: Quantizer) -> Vector:
    """The step of every row, or the one step of the array, by the quantizer's definition."""
    by_row = W if quantizer.per == "row" else W.reshape(1, -1)
    return np.array([quantizer.step(row) for row in by_row])
