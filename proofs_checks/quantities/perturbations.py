"""What is done to W: quantizers of every kind, and perturbations aimed at the margin."""

import numpy as np

from mondeq_ref.arrays import Matrix
from mondeq_ref.operator import Operator
from mondeq_ref.quantize import Quantizer, quantize

KINDS = ("quantized", "unstructured", "symmetric", "skew", "against the margin", "rank one")


def perturbed(rng: np.random.Generator, operator: Operator, largest: float = 2.0) -> Operator:
    """W quantized at 2 to 10 bits, or moved by up to `largest` margins in some direction."""
    kind = KINDS[int(rng.integers(len(KINDS)))]
    if kind == "quantized":
        bits = int(rng.integers(2, 11))
        name = "paper-code" if rng.random() < 0.75 else "paper-readme"
        return quantize(operator, Quantizer.named(name, bits)).operator
    scale = max(abs(operator.margin.mid), 1e-3) * float(rng.uniform(0.01, largest))
    return operator.with_weights(operator.W + scale * _direction(rng, operator, kind))


def _direction(rng: np.random.Generator, operator: Operator, kind: str) -> Matrix:
    """A matrix of spectral norm about 1; exactly along the margin is what witnesses are for."""
    n = operator.n
    if kind == "against the margin":
        v = np.linalg.eigh(operator.M.symmetric_part.center)[1][:, 0]
        return _unit(np.outer(v, v) + 0.2 * _unit(rng.normal(size=(n, n))))
    if kind == "rank one":
        return _unit(np.outer(rng.normal(size=n), rng.normal(size=n)))
    matrix = rng.normal(size=(n, n))
    if kind == "symmetric":
        matrix = matrix + matrix.T
    if kind == "skew" and n > 1:  # nearly: a symmetric part of rounding errors decides nothing
        matrix = matrix - matrix.T + 0.1 * rng.normal(size=(n, n))
    return _unit(matrix)


def _unit(matrix: Matrix) -> Matrix:
    return matrix / np.linalg.norm(matrix, 2)
