"""Random perturbations of W: quantization, and matrices of five kinds."""

import numpy as np

from mondeq_ref.arrays import Matrix
from mondeq_ref.operator import Operator
from mondeq_ref.quantize import Quantizer, quantize

KINDS = ("quantized", "unstructured", "symmetric", "skew", "against the margin", "rank one")


def perturbed(rng: np.random.Generator, operator: Operator, largest: float = 2.0) -> Operator:
    """The operator with W quantized at 2 to 10 bits, or W plus a matrix of norm about 0.01 to
    `largest` margins."""
    kind = KINDS[int(rng.integers(len(KINDS)))]
    if kind == "quantized":
        bits = int(rng.integers(2, 11))
        name = "paper-code" if rng.random() < 0.75 else "paper-readme"
        return quantize(operator, Quantizer.named(name, bits)).operator
    scale = max(abs(operator.margin.mid), 1e-3) * float(rng.uniform(0.01, largest))
    return operator.with_weights(operator.W + scale * _direction(rng, operator, kind))


def _direction(rng: np.random.Generator, operator: Operator, kind: str) -> Matrix:
    """A random matrix of the given kind and of spectral norm about 1."""
    n = operator.n
    if kind == "against the margin":
        v = np.linalg.eigh(operator.M.symmetric_part.center)[1][:, 0]
        return _unit(np.outer(v, v) + 0.2 * _unit(rng.normal(size=(n, n))))
    if kind == "rank one":
        return _unit(np.outer(rng.normal(size=n), rng.normal(size=n)))
    matrix = rng.normal(size=(n, n))
    if kind == "symmetric":
        matrix = matrix + matrix.T
    if kind == "skew" and n > 1:  # nearly skew: the symmetric part must exceed rounding errors
        matrix = matrix - matrix.T + 0.1 * rng.normal(size=(n, n))
    return _unit(matrix)


def _unit(matrix: Matrix) -> Matrix:
    return matrix / np.linalg.norm(matrix, 2)
