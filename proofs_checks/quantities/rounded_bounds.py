"""How far rounded iterations may end from the equilibrium: the sides of the claim `inexact`.

r^k e_0 + eps (g^0 r^(k-1) + g^1 r^(k-2) + ... + g^(k-1))                              (1)
"""

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

from mondeq_ref import bounds
from proofs_checks.instance import Instance
from proofs_checks.quantities.comparison import powers, sum_of_roots
from proofs_checks.quantities.constants import Constants, constants
from proofs_checks.quantities.kinds import Kind
from proofs_checks.quantities.rounded_runs import NEAREST, RoundedRun, number
from proofs_checks.quantities.rounded_states import RoundedEnd


@lru_cache(maxsize=6)
def eps(k: Constants) -> Any:
    """A bound on the 2-norm of the first rounding error."""
    n, d = Fraction(k.operator.n), number(k.instance, "grid")
    nearest = number(k.instance, "rounding") == NEAREST
    return k.kind.root(k.kind.number(n)) * k.kind.number(d / 2 if nearest else d)


@lru_cache(maxsize=6)
def power_and_spread(instance: Instance, kind: Kind, steps: int) -> tuple[Any, Any]:
    """r^k and the sum in (1), by Horner's rule."""
    k = constants(instance, kind)
    return powers_and_spread(k, k.kind.root(k.forward_backward), steps)


def powers_and_spread(k: Constants, r: Any, steps: int) -> tuple[Any, Any]:
    g = k.number("shrink")
    spread, shrunk = k.kind.number(Fraction(1)), g
    for _ in range(steps - 1):
        spread, shrunk = spread * r + shrunk, shrunk * g
    return powers(r, steps), spread


def limit_bound(k: Constants, _: RoundedRun) -> Any:
    return bounds.rounded_limit(k.kind.root(k.forward_backward), eps(k))


def finite_bound(k: Constants, run: RoundedRun) -> Any:
    power, spread = power_and_spread(k.instance, k.kind, run.last)
    start = k.kind.root(k.kind.number(run.error(0)))
    return bounds.rounded_iterates(power, start, eps(k), spread)


def step_bound(k: Constants, run: RoundedRun) -> Any:
    """||I - alpha M|| e_{k-1} + ||z_k - Phi(z_{k-1})||."""
    before, made = (
        k.kind.root(k.kind.number(square))
        for square in (run.error(run.last - 1), run.rounding(run.last - 1))
    )
    return k.kind.root(k.contraction) * before + made


def step_in_fractions(k: Constants, run: RoundedRun, square: Fraction) -> tuple[Fraction, Fraction]:
    before, made = run.error(run.last - 1), run.rounding(run.last - 1)
    return sum_of_roots(square, k.contraction * before, made)


def state_bound(rate: Callable[[Any], Any]) -> Callable[[Constants, RoundedEnd], Any]:
    """rho times the bound (1) of the state, whose map contracts with `rate` of rho."""

    def bound(k: Constants, run: RoundedEnd) -> Any:
        rho, of_rate = _of_reflection(k.instance, k.kind, rate)
        return rho * _accumulated(k, of_rate, run)

    return bound


@lru_cache(maxsize=4)
def _of_reflection(
    instance: Instance, kind: Kind, rate: Callable[[Any], Any]
) -> tuple[Any, tuple[Any, Any]]:
    """rho, and the power and the sum in (1) for a rate that depends on it."""
    k = constants(instance, kind)
    rho = kind.root(k.peaceman_rachford)
    return rho, powers_and_spread(k, rate(rho), int(number(instance, "steps")))


def difference_bound(k: Constants, run: RoundedEnd) -> Any:
    steps = int(number(k.instance, "steps"))
    return _accumulated(k, power_and_spread(k.instance, k.kind, steps), run)


def _accumulated(k: Constants, of_rate: tuple[Any, Any], run: RoundedEnd) -> Any:
    """The right-hand side of (1) with r^k and the sum of one rate."""
    power, spread = of_rate
    start = k.kind.root(k.kind.number(run.start))
    return bounds.rounded_iterates(power, start, eps(k), spread)
