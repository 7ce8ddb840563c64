"""Every field of a Solution, derived again from the point that it returns."""

from fractions import Fraction

import numpy as np

from mondeq_ref.inputs import Injections
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.dyadic import exact
from mondeq_ref.solve.solution import STATUSES, Solution, Status


def least_elements(operator: Operator, injections: Injections, Z: np.ndarray) -> list[Fraction]:
    """||v||^2 of the least v in F(z) + N(z), row by row, in fractions."""
    assert injections.exact is not None
    F = (exact(Z) @ operator.exact_M.T - injections.exact).fractions()
    return [
        sum((f * f for f, x in zip(row, z, strict=True) if x > 0 or f < 0), Fraction(0))
        for row, z in zip(F, Z.tolist(), strict=True)
    ]


def check_fields(
    operator: Operator, injections: Injections, solution: Solution, tol: float = 1e-10
) -> None:
    """A true residual, and close; the radius that it gives; a status that these two allow."""
    z, m = solution.z, operator.margin.lo
    assert z.shape == injections.c.shape
    assert np.isfinite(z).all()
    assert (z >= 0).all()
    squares = least_elements(operator, injections, z)
    for row, (square, status) in enumerate(zip(squares, solution.status, strict=True)):
        residual, radius = float(solution.residual[row]), float(solution.radius[row])
        if status is Status.NONFINITE:
            assert residual == radius == np.inf
            assert not z[row].any()
            continue
        if residual == np.inf:  # a bound that overflowed: true of any point, and not a success
            assert radius == np.inf
            assert not status.succeeded
            continue
        assert square <= Fraction(residual) ** 2
        size = float(np.abs(z[row]).max(initial=0) + np.abs(injections.c[row]).max(initial=0))
        rounding = 1e-13 * operator.n * size * (1 + float(np.abs(operator.W).max()))
        rounding += 1e-150  # the bound of a norm does not go below the root of the smallest float
        assert residual <= float(square) ** 0.5 * (1 + 1e-9) + rounding + injections.error[row]
        assert radius == (np.nextafter(residual / m, np.inf) if m > 0 else np.inf)
        assert (status is Status.CERTIFIED) == (m > 0 and radius <= tol)
        assert status is not Status.RESIDUAL_ONLY or (not m > 0 and residual <= tol)
        assert status is not Status.EXACT or not m > 0
    assert all(0 <= code < len(STATUSES) for code in solution.codes.tolist())
    assert (solution.steps >= 0).all()
