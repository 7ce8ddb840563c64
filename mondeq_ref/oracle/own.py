"""This project's own implementation, seen through the same door as everybody else's."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from mondeq_ref.arrays import Integers, Matrix, Vector
from mondeq_ref.backward.adjoint import adjoint
from mondeq_ref.backward.gradients import gradients
from mondeq_ref.inputs import inject
from mondeq_ref.operator import Factors, Operator
from mondeq_ref.quantize import Quantizer, quantize_array
from mondeq_ref.solve import solve

TOL = 1e-12  # the certified distance that is asked of `solve` and `adjoint`
DECLARED_ERROR = 1e-11  # gradients multiply such errors by sums over rows and norms of U


class OwnImplementation:
    """Every operation in float64."""

    def operator(self, A: Matrix, S: Matrix, m: float) -> Matrix:
        return Factors(A, S, m).product.rounded()

    def quantize(self, W: Matrix, spec: Mapping[str, Any]) -> tuple[Integers, float | Vector]:
        made = quantize_array(W, Quantizer.from_spec(spec))
        return made.codes, made.step

    def solve(self, W: Matrix, U: Matrix, b: Vector, X: Matrix) -> Matrix:
        operator = Operator(W, U, b)
        return solve(operator, inject(operator, X), tol=TOL, workers=1).z

    def gradients(
        self, W: Matrix, U: Matrix, b: Vector, X: Matrix, dZ: Matrix
    ) -> dict[str, np.ndarray | None]:
        operator = Operator(W, U, b)
        injections = inject(operator, X)
        Z = solve(operator, injections, tol=TOL, workers=1).z
        Lam = adjoint(operator, injections, Z, dZ, tol=TOL).Lam
        found = gradients(operator, Z, Lam, X)
        return {"W": found.W, "U": found.U, "b": found.b, "X": found.x}
