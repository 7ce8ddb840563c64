"""Displacements and their bounds, for points that published settings return and for equilibria."""

from typing import Literal, NamedTuple

import numpy as np

from mondeq_ref.arrays import Matrix, Vector
from mondeq_ref.certify.decisions import displacement
from mondeq_ref.certify.distance import distance
from mondeq_ref.certify.prove import Equilibria
from mondeq_ref.inputs import Injections
from mondeq_ref.operator import Operator
from mondeq_ref.quantize import Quantized
from mondeq_ref.study import published_runs as runs
from paper_figures.numbers import certified

Method = Literal["peaceman-rachford", "forward-backward"]
DIGITS = 6  # decimal digits written


class Cloud(NamedTuple):
    """The samples of one series at one bit-width."""

    bound: Vector
    displacement: Vector
    error: Vector


class Returned(NamedTuple):
    """The points that the published settings return, with their certified radii."""

    z: Matrix
    radius: Vector


def returned(operator: Operator, c: Injections, method: Method) -> Returned:
    z = runs.figure_2(operator, c.c, method).z.astype(np.float64)
    return Returned(z, distance(operator, c, z).radius)


def in_float32(operator: Operator, bits: int) -> tuple[Operator, float]:
    """W quantized in the published float32 arithmetic, which differs at 32 bits; and ||dW||/m."""
    W = operator.W.astype(np.float32)
    changed = operator.with_weights(runs.quantized_in_float32(W, bits))
    dW = np.linalg.norm(W.astype(np.float64) - changed.W, 2)
    return changed, float(dW) / operator.margin.mid


def as_run(start: Returned, end: Returned, ratio: float) -> Cloud:
    """The displacement of the returned points, which the published figure uses as equilibria."""
    found = np.linalg.norm(end.z - start.z, axis=1)
    bound = ratio * np.linalg.norm(end.z, axis=1)
    return Cloud(bound, found, start.radius + end.radius + lost_in_writing(found))


def exactly(quantized: Quantized, c: Injections, moved: Injections, before: Equilibria) -> Cloud:
    """The displacement of certified equilibria; the bound is the paper's where only W changed,
    else the one with U and b."""
    after = certified.equilibria(quantized.operator, moved)
    m = quantized.original.margin.lo
    found = displacement(before, after, quantized.dW, quantized.perturbation.hi, m, (c, moved))
    middle = (found.actual + found.at_least) / 2
    bound = found.paper if moved is c else found.sharper
    lost = np.where(after.proved, 0.0, np.nan)
    error = (found.actual - found.at_least) / 2 + lost_in_writing(middle) + lost
    return Cloud(bound, middle, error)


def lost_in_writing(x: Vector) -> Vector:
    """A bound on the error of writing DIGITS digits."""
    return np.abs(x) * 10.0 ** (1 - DIGITS)
