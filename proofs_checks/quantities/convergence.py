"""Forward-backward on the perturbed layer: rate, first iterates in rationals, certified radii."""

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from math import isfinite
from typing import Any

from flint import fmpq_mat, fmpz

from mondeq_ref import bounds
from mondeq_ref.inputs import given
from mondeq_ref.rigor.diagonal import weighted_margin_below, weighted_norm_above
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.verdict import Guarantee, Verdict
from mondeq_ref.rigor.verdict import exactly as compared
from mondeq_ref.solve import solve
from mondeq_ref.solve.methods import ForwardBackward
from proofs_checks.instance import Instance
from proofs_checks.quantities.comparison import Sides, known, powers
from proofs_checks.quantities.constants import Constants, constants
from proofs_checks.quantities.kinds import ENCLOSED
from proofs_checks.quantities.rational_points import column, iterate, monotone, squared_length
from proofs_checks.quantities.uniqueness import weights_of

SOLVER_TOL, SOLVER_STEPS = 1e-6, 100
STEPS = 4  # steps of forward-backward in rationals; the digits grow with every step


def rate_squared(k: Constants, a: Fraction) -> Any:
    """1 - 2 a (m - d) + a^2 (L + d)^2, which depends on W~ through d alone."""
    left = bounds.margin_after(k.m, k.d)
    return bounds.forward_backward_rate_squared(left, k.L + k.d, k.kind.number(a))


def step_size(instance: Instance) -> Fraction:
    """The instance's alpha; without one, a rational near (m - d)/(L + d)^2."""
    if "alpha" in instance.numbers:
        return instance.numbers["alpha"]
    k = constants(instance, ENCLOSED)
    return Fraction((bounds.margin_after(k.m, k.d) / ((k.L + k.d) * (k.L + k.d))).mid)


def rate(instance: Instance) -> list[Sides | None]:
    """||I - a M~|| and its bound, squared."""
    a = step_size(instance)
    return [(lambda k: k.forward_after(a) * k.forward_after(a), lambda k: rate_squared(k, a))]


def converges(instance: Instance) -> list[Sides | None]:
    """||z_k - z~|| and rate^k ||z_0 - z~||, squared, from z_0 = 0."""
    a, M = step_size(instance), monotone(instance.after)

    def sides(c: fmpq_mat, z: fmpq_mat) -> Sides:
        moved, size = squared_length(iterate(M, c, a, STEPS) - z), squared_length(z)
        return known(moved), lambda k: powers(rate_squared(k, a), STEPS) * k.kind.number(size)

    return [None if z is None else sides(c, z) for c, z in exact_points(instance)]


@lru_cache(maxsize=2)
def exact_points(instance: Instance) -> list[tuple[fmpq_mat, fmpq_mat | None]]:
    """c and z~ for every input; None where z~ is not known."""
    return [(column(c), instance.moved.exactly(row)) for row, c in enumerate(instance.c)]


def converges_with_weights(instance: Instance) -> Sequence[Verdict | None]:
    """||z_k - z~||_D <= rate_D^k ||z~||_D with proved bounds of m_D and L_D, in rationals."""
    M, weights = instance.after.exact_M, weights_of(instance)
    m, L = weighted_margin_below(M, weights), weighted_norm_above(M, weights)
    if not (m > 0 and isfinite(L)):  # floats gave no usable bound of m_D or L_D
        return [None]
    a = Fraction(m / L / L)
    shrunk = powers(bounds.forward_backward_rate_squared(Fraction(m), Fraction(L), a), STEPS)

    def square(v: fmpq_mat) -> Fraction:
        numerators, denominator = v.numer_denom()
        pairs = zip(weights, numerators.entries(), strict=True)
        return Fraction(int(sum((w * x * x for w, x in pairs), fmpz(0))), int(denominator) ** 2)

    points, rational_M = exact_points(instance), monotone(instance.after)
    return [
        None
        if z is None
        else compared(square(iterate(rational_M, c, a, STEPS) - z), shrunk * square(z))
        for c, z in points
    ]


def solver_is_right(instance: Instance) -> Sequence[Verdict | None]:
    """The exact distance to z~ and the radius that forward-backward certifies, converged or not."""
    k = constants(instance, ENCLOSED)
    step = bounds.margin_after(k.m, k.d).mid
    method = ForwardBackward(float(step_size(instance)) if step > 0 else None)
    c = given(instance.c, instance.after.n)
    found = solve(instance.after, c, method, tol=SOLVER_TOL, max_steps=SOLVER_STEPS, workers=1)
    return [
        None
        if z is None or not isfinite(radius)
        else Verdict(
            Enclosure.of(squared_length(column(near) - z)).sqrt(),
            Enclosure.of(float(radius)),
            Guarantee.RIGOROUS_FLOAT,
        )
        for near, radius, (_, z) in zip(found.z, found.radius, exact_points(instance), strict=True)
    ]
