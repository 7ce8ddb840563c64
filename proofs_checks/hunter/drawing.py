"""Of every claim one form, and how its case of two units is drawn."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

from flint import fmpq_mat

from mondeq_ref.rigor.rational import fmpq_of, fraction_of
from mondeq_ref.rigor.verdict import Verdict
from proofs_checks.claims import inexact, parameterization, structured
from proofs_checks.hunter.pictures import Disc, Ellipse, Picture, Point, Range
from proofs_checks.hunter.readable import units
from proofs_checks.instance import Instance
from proofs_checks.quantities import adjoint_maps, rounded_runs
from proofs_checks.quantities.adjoints import adjoints
from proofs_checks.quantities.contraction import equilibria
from proofs_checks.quantities.convergence import STEPS, exact_points, step_size
from proofs_checks.quantities.places import places
from proofs_checks.quantities.quantizers import groups
from proofs_checks.quantities.rational_points import column, iterate, monotone
from proofs_checks.quantities.steps import State, forward_backward, state_at
from proofs_checks.quantities.two_points import alpha, read

Draw = Callable[[Instance, int, Verdict], Picture]


def picture(claim: str, instance: Instance, row: int, verdict: Verdict) -> Picture:
    """Of the form that is drawn of this claim."""
    return DRAWN[claim][1](instance, row, verdict)


def fits(claim: str) -> Callable[[Instance, int, Verdict], bool]:
    """Do two units make a legible picture?"""

    def legible(instance: Instance, row: int, verdict: Verdict) -> bool:
        if units(instance) != 2:
            return False
        try:
            return picture(claim, instance, row, verdict).is_legible()
        except ValueError:  # a point of the picture is not known
            return False

    return legible


def point(v: fmpq_mat | list[Fraction]) -> Point:
    x, y = (fraction_of(e) for e in v.entries()) if isinstance(v, fmpq_mat) else v
    return float(x), float(y)


def displaced(instance: Instance, row: int, verdict: Verdict) -> Disc:
    before, after = instance.before.exactly(row), instance.moved.exactly(row)
    if before is None or after is None:
        raise ValueError("only known equilibria can be drawn")
    return Disc({"z*": point(before), "z~": point(after)}, "z*", "z~", verdict.rhs.mid)


def near_equilibrium(instance: Instance, row: int, verdict: Verdict) -> Disc:
    """The disc is known without knowing z*."""
    place = places(instance)[row]
    if place is None:
        raise ValueError("only a known equilibrium can be drawn")
    where = {"z": point(place.z), "z*": point(place.equilibrium)}
    return Disc(where, "z", "z*", verdict.rhs.mid)


def images(instance: Instance, row: int, verdict: Verdict) -> Disc:
    """Two points, and how far apart their images may be."""
    M, a = monotone(instance.operator), fmpq_of(alpha(instance))
    c, u, v = read(instance, row)
    mapped = (forward_backward(M, c, z, a) for z in (u, v))
    return _images(verdict, ("u", "v"), (u, v), mapped, orthant=True)


def states(image: Callable[[State], fmpq_mat]) -> Draw:
    def draw(instance: Instance, row: int, verdict: Verdict) -> Disc:
        M, a = monotone(instance.operator), fmpq_of(alpha(instance))
        c, *resolved = read(instance, row)
        found = [state_at(M, c, x, a) for x in resolved]
        at = (one.s for one in found)
        return _images(verdict, ("s", "t"), at, map(image, found), orthant=False)

    return draw


def adjoint_images(instance: Instance, row: int, verdict: Verdict) -> Disc:
    at = adjoints(instance)[row]
    if at is None:
        raise ValueError("only a known adjoint equation can be drawn")
    _, u, v = read(instance, row)
    mapped = (adjoint_maps.forward_backward(instance, at, z)[1] for z in (u, v))
    return _images(verdict, ("u", "v"), (u, v), mapped, orthant=False)


def _images(
    verdict: Verdict, names: tuple[str, str], at: Any, mapped: Any, *, orthant: bool
) -> Disc:
    u, v = names
    where = dict(zip((u, v, f"T({u})", f"T({v})"), map(point, (*at, *mapped)), strict=True))
    arrows = ((u, f"T({u})"), (v, f"T({v})"))
    return Disc(where, f"T({v})", f"T({u})", verdict.rhs.mid, arrows, orthant)


def four_steps(instance: Instance, row: int, verdict: Verdict) -> Disc:
    """From zero toward z~."""
    c, z = exact_points(instance)[row]
    if z is None:
        raise ValueError("only a known equilibrium can be drawn")
    M, a = monotone(instance.after), step_size(instance)
    return _path([iterate(M, c, a, k) for k in range(STEPS + 1)], "z~", z, verdict)


def rounded_steps(instance: Instance, row: int, verdict: Verdict) -> Disc:
    """Iterates on a grid."""
    z, run = equilibria(instance)[row], rounded_runs.runs(instance)[row]
    if z is None or run is None:
        raise ValueError("only a known equilibrium can be drawn")
    M, a = monotone(instance.operator), fmpq_of(alpha(instance))
    grid, shrink = (fmpq_of(instance.numbers[name]) for name in ("grid", "shrink"))
    how, last = int(instance.numbers["rounding"]), instance.numbers.get("greatest")
    path = [column(instance.arrays["start"][row])]
    for _ in range(inexact.steps_of(instance, run)):
        image = forward_backward(M, column(instance.c[row]), path[-1], a)
        codes = rounded_runs.clip(rounded_runs.rounded(image, grid, how), grid, last)
        path.append(column([grid * code for code in codes]))
        grid *= shrink
    step = float(instance.numbers["grid"])
    return _path(path, "z*", z, verdict, (step, step))


def _path(
    path: list[fmpq_mat], name: str, end: fmpq_mat, verdict: Verdict, grid: Point | None = None
) -> Disc:
    names = [f"z_{k}" for k in range(len(path))]
    where = {name: point(end)} | dict(zip(names, map(point, path), strict=True))
    arrows = tuple(pairwise(names))
    return Disc(where, name, names[-1], verdict.rhs.mid, arrows, grid=grid)


def quantized(instance: Instance, _: int, verdict: Verdict) -> Disc:
    """An array of two numbers as a point."""
    found = groups(instance)
    w, made = ([x for g in found for x in part(g)] for part in (lambda g: g.w, lambda g: g.array))
    where, steps = {"w": point(w), "Q(w)": point(made)}, [g.step for g in found for _ in g.w]
    return Disc(where, "w", "Q(w)", verdict.rhs.mid, orthant=False, grid=point(steps))


def margin_lost(instance: Instance, _: int, verdict: Verdict) -> Range:
    m, after = instance.operator.margin.mid, instance.after.margin.mid
    both = (Ellipse.of("I - W", instance.operator), Ellipse.of("I - W~", instance.after))
    return Range(both, {"m": m, "m~": after, "m - ||dW||": m - verdict.rhs.mid})


def margin_of_product(instance: Instance, _: int, __: Verdict) -> Range:
    m = float(parameterization.promised(instance))
    return Range((Ellipse.of("I - W", instance.operator),), {"m": m})


def margin_of_factors(instance: Instance, _: int, __: Verdict) -> Range:
    m = structured.factors(instance).m
    both = (Ellipse.of("I - W", instance.operator), Ellipse.of("I - W~", instance.after))
    return Range(both, {"m": m})


# Claim -> the form that is drawn, and how.
DRAWN: Mapping[str, tuple[str, Draw]] = {
    "equivalence": ("distance, sharper", near_equilibrium),
    "parameterization": ("as published", margin_of_product),
    "quantizer": ("norm", quantized),
    "margin": ("as published", margin_lost),
    "certificate": ("convergence", four_steps),
    "forward_backward": ("as published", images),
    "peaceman_rachford": ("as published", states(lambda state: state.peaceman_rachford)),
    "douglas_rachford": ("as published", states(lambda state: state.douglas_rachford)),
    "displacement": ("as published", displaced),
    "condition": ("common active set", displaced),
    "backward": ("as published", adjoint_images),
    "inexact": ("after k steps", rounded_steps),
    "structured": ("as stated", margin_of_factors),
}
