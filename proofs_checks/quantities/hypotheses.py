"""Hypotheses that several claims share; each is decided by enclosures, then exactly."""

import numpy as np

from mondeq_ref.rigor.balls import eigenvalue_range
from mondeq_ref.rigor.dyadic import Dyadic, identity
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.spectrum import symmetric_part
from mondeq_ref.rigor.thresholds import (
    greatest_less_than_least_eigenvalue,
    least_eigenvalue_exceeds,
    norm_less_than_least_eigenvalue,
)
from mondeq_ref.rigor.verdict import Outcome, less
from proofs_checks.instance import Instance

ZERO = Enclosure.of(0)


def outcome(holds: bool) -> Outcome:
    return Outcome.PROVED if holds else Outcome.REFUTED


def has_margin(instance: Instance) -> Outcome:
    """m > 0, by exact positive definiteness where the enclosure of m contains 0."""
    near = less(ZERO, instance.operator.margin)
    return near if near is not Outcome.UNDECIDED else outcome(_definite(instance.operator.exact_W))


def perturbed_has_margin(instance: Instance) -> Outcome:
    """m~ > 0."""
    near = less(ZERO, instance.after.margin)
    return near if near is not Outcome.UNDECIDED else outcome(_definite(instance.after.exact_W))


def _definite(W: Dyadic) -> bool:
    return least_eigenvalue_exceeds(symmetric_part(identity(W.shape[0]) - W), 0)


def smaller_than_margin(instance: Instance) -> Outcome:
    """||W - W~|| < m."""
    near = less(instance.dW_norm, instance.operator.margin)
    if near is not Outcome.UNDECIDED:
        return near
    W = instance.operator.exact_W
    S = symmetric_part(identity(W.shape[0]) - W)
    return outcome(norm_less_than_least_eigenvalue(W - instance.after.exact_W, S))


def positive_step(instance: Instance) -> Outcome:
    """alpha > 0."""
    return outcome(instance.numbers["alpha"] > 0)


def step_below_margin(instance: Instance) -> Outcome:
    """alpha L^2 < 2 |m|, which is alpha < 2 m/L^2 for m > 0.

    With |m| it can hold for m <= 0, so that a witness can violate m > 0 alone.
    """
    alpha, m, L = instance.numbers["alpha"], instance.operator.margin, instance.operator.lipschitz
    size = m if m.lo > 0 else -m if m.hi < 0 else Enclosure(0.0, max(-m.lo, m.hi))
    near = less(L * L * alpha, 2 * size)
    if near is not Outcome.UNDECIDED or has_margin(instance) is not Outcome.PROVED:
        return near
    M = instance.operator.exact_M
    p, r = alpha.as_integer_ratio()
    square, twice = M.T @ M, M + M.T
    scaled = (
        Dyadic(square.integers * p, square.exponent),
        Dyadic(twice.integers * r, twice.exponent),
    )
    return outcome(greatest_less_than_least_eigenvalue(*scaled))


def same_injection(instance: Instance) -> Outcome:
    """c~ = c, entry by entry."""
    same = instance.c_perturbed is None or np.array_equal(instance.c, instance.c_perturbed)
    return outcome(same)


def one_sided_smaller_than_margin(instance: Instance) -> Outcome:
    """lambda_max(sym(W~ - W)) < m."""
    fall = eigenvalue_range(instance.dW.symmetric_part)[0]
    near = less(-fall, instance.operator.margin)
    if near is not Outcome.UNDECIDED:
        return near
    W, after = instance.operator.exact_W, instance.after.exact_W
    S = symmetric_part(identity(W.shape[0]) - W)
    return outcome(greatest_less_than_least_eigenvalue(symmetric_part(after - W), S))
