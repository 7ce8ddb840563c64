"""This project's own implementation of all operations, for the same tests as any other."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from mondeq_ref.arrays import Integers, Matrix, Vector
from mondeq_ref.backward.adjoint import adjoint
from mondeq_ref.backward.gradients import Gradients, gradients
from mondeq_ref.certify.ladder import by_existence, by_weights_or_minors
from mondeq_ref.certify.pair import Pair
from mondeq_ref.certify.undecided_input import Decider
from mondeq_ref.inputs import inject
from mondeq_ref.operator import Factors, Operator
from mondeq_ref.oracle.steps import adjoint_stepped, bare, stepped
from mondeq_ref.quantize import Quantizer, quantize_array, quantized_by_spec
from mondeq_ref.quantize.operators import without_offset
from mondeq_ref.rigor.balls import MatrixBall, eigenvalue_range, spectral_norm
from mondeq_ref.rigor.dyadic import exact
from mondeq_ref.rigor.equilibria import ExactEquilibrium
from mondeq_ref.rigor.machine import UNIT_ROUNDOFF
from mondeq_ref.rigor.verdict import Outcome
from mondeq_ref.solve import solve

CASES = 1000  # most cases in the search for one equilibrium
TOL = 1e-12  # tolerance of `solve` and `adjoint`
ROUNDED = 1e-12  # bound on the rounding errors of a norm or product of this size
DECLARED_ERROR = 1e-11  # above TOL, because gradients multiply errors by sums and norms of U


class OwnImplementation:
    """Every operation in float64."""

    def capabilities(self) -> dict[str, object]:
        return {"name": "mondeq_ref", "declared_error": DECLARED_ERROR}

    def margin(self, W: Matrix) -> float:
        return bare(W).margin.mid

    def lipschitz(self, W: Matrix) -> float:
        return bare(W).lipschitz.mid

    def operator(self, A: Matrix, S: Matrix, m: float) -> Matrix:
        return Factors(A, S, m).product.rounded()

    def quantize(self, W: Matrix, spec: Mapping[str, Any]) -> tuple[Integers, float | Vector]:
        K = without_offset(W, spec["offset"]) if spec["what"] == "K" else W
        made = quantize_array(K, Quantizer.from_spec(spec))
        return made.codes, made.step

    def quantize_layer(
        self, W: Matrix, U: Matrix, b: Vector, offset: float, spec: Mapping[str, Any]
    ) -> dict[str, Integers | float | Vector]:
        made = quantized_by_spec(Operator(W, U, b), spec).arrays
        codes = {f"codes_{name}": made[name].codes for name in "KUb"}
        return codes | {f"step_{name}": made[name].step for name in "KUb"}

    def solve(self, W: Matrix, U: Matrix, b: Vector, X: Matrix) -> Matrix:
        return _solved(Operator(W, U, b), X)

    def gradients(
        self, W: Matrix, U: Matrix, b: Vector, X: Matrix, dZ: Matrix
    ) -> dict[str, np.ndarray | None]:
        found = _gradients(Operator(W, U, b), X, dZ)
        return {"W": found.W, "U": found.U, "b": found.b, "X": found.x}

    def factor_gradients(
        self, A: Matrix, S: Matrix, m: float, U: Matrix, b: Vector, X: Matrix, dZ: Matrix
    ) -> dict[str, np.ndarray | float | None]:
        found = _gradients(Operator.from_factors(A, S, m, U, b), X, dZ)
        return {"A": found.A, "S": found.S, "m": found.m}

    steps = staticmethod(stepped)

    def adjoint_steps(self, W: Matrix, Z: Matrix, dZ: Matrix, alpha: float, count: int) -> Matrix:
        return adjoint_stepped(W, Z > 0, dZ, alpha, count)

    def displacement(self, W: Matrix, W_after: Matrix, U: Matrix, b: Vector, X: Matrix) -> Vector:
        """The paper's bound in its sharper form: ||dW z~|| / m."""
        lengths = np.linalg.norm(self.solve(W_after, U, b, X) @ (W - W_after).T, axis=1)
        return np.asarray(lengths * (1 + ROUNDED) / bare(W).margin.lo)

    def certificate(self, W: Matrix, W_after: Matrix) -> dict[str, bool]:
        """The conditions that enclosures prove; False where enclosures overlap."""
        m, frobenius = bare(W).margin.lo, float(np.linalg.norm(W - W_after)) * (1 + ROUNDED)
        dW = MatrixBall(W - W_after, frobenius * UNIT_ROUNDOFF)
        return {
            "frobenius": frobenius < m,
            "norm": spectral_norm(dW).hi < m,
            "one_sided": -eigenvalue_range(dW.symmetric_part)[0].lo < m,
            "margin": bare(W_after).margin.lo > 0,
        }

    def rungs(self, W: Matrix, X: Matrix) -> dict[str, bool]:
        """The statements that integers and rationals prove."""
        pair = Pair(bare(W), bare(W))
        fifth, sixth = by_weights_or_minors(pair, np.random.default_rng(0))
        unique = sixth.outcome is Outcome.PROVED
        seventh = unique or by_existence(pair, sixth).outcome is Outcome.PROVED
        decider = Decider(pair.M)
        found = [decider.decide(exact(np.ascontiguousarray(c)[:, None]), CASES) for c in X]
        return {
            "diagonal": fifth.outcome is Outcome.PROVED,
            "p_matrix": unique,
            "semimonotone": seventh,
            "equilibria": all(isinstance(one, ExactEquilibrium) for one in found),
        }


def _solved(operator: Operator, X: Matrix) -> Matrix:
    return solve(operator, inject(operator, X), tol=TOL, workers=1).z


def _gradients(operator: Operator, X: Matrix, dZ: Matrix) -> Gradients:
    Z = _solved(operator, X)
    Lam = adjoint(operator, inject(operator, X), Z, dZ, tol=TOL).Lam
    return gradients(operator, Z, Lam, X)
