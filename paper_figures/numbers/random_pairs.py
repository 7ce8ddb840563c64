"""Small random operators and their perturbations, for figures of typical values.

Every pair has its own seed, so that each can be drawn again alone.
"""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.random import Generator

from mondeq_ref.arrays import Matrix
from mondeq_ref.instances import families
from mondeq_ref.operator import Operator
from mondeq_ref.quantize import Quantizer, quantize

FAMILIES: dict[str, Callable[[Generator, int], Operator]] = {
    "generic": families.generic,
    "rank deficient": families.rank_deficient,
    "skew dominant": lambda rng, n: families.skew_dominant(rng, n, size=4.0),
    "dyadic": families.short,
}
LOW_BITS = (2, 3, 4, 5, 6)
DIRECTIONS = ("dense", "symmetric", "skew", "rank one", "against the margin")
TILT = 2.0**-10
LEAST, LARGEST = 0.3, 30.0  # of ||dW||/m, where a direction is scaled


def operators(seed: int, count: int, n: int) -> Iterator[tuple[int, str, Operator, Generator]]:
    """Index, family and operator, with the generator that drew it, families in turn."""
    names = list(FAMILIES)
    for index in range(count):
        rng = np.random.default_rng([seed, index])
        family = names[index % len(names)]
        yield index, family, FAMILIES[family](rng, n), rng


def perturbations(rng: Generator, operator: Operator) -> Iterator[tuple[str, Operator]]:
    """W quantized at a few bit-widths, and W plus a random multiple of m in each direction, each
    with the kind of its perturbation."""
    for bits in LOW_BITS:
        yield f"{bits} bits", quantize(operator, Quantizer(bits)).operator
    for kind in DIRECTIONS:
        size = operator.margin.mid * np.exp(rng.uniform(np.log(LEAST), np.log(LARGEST)))
        W = operator.W + size * direction(rng, operator, kind)
        yield kind, operator.with_weights(W)


def direction(rng: Generator, operator: Operator, kind: str) -> Matrix:
    """A matrix of norm one; `against the margin` lowers it nearly as fast as possible.

    Where the least eigenvalue is multiple, the vector that LAPACK returns depends on the machine;
    the tilt makes the eigenvalue simple."""
    n = operator.n
    E = rng.normal(size=(n, n))
    if kind == "symmetric":
        E = E + E.T
    elif kind == "skew":
        E = E - E.T
    elif kind == "rank one":
        E = np.outer(rng.normal(size=n), rng.normal(size=n))
    elif kind == "against the margin":
        tilt = TILT * np.diag(rng.uniform(size=n))
        v = np.linalg.eigh(operator.M.symmetric_part.center + tilt)[1][:, 0]
        E = np.outer(v, v)
    return E / np.linalg.norm(E, 2)
