"""What a form asks beyond its claim is needed: without it alone, the inequality is false."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from mondeq_ref.quantize import Quantizer
from mondeq_ref.rigor.verdict import Outcome
from proofs_checks.audit.witnesses import broken, decided
from proofs_checks.claims import backward, condition, forward_backward, peaceman_rachford, theorem
from proofs_checks.claims import quantizer as claim
from proofs_checks.instance import Instance
from proofs_checks.quantities.two_points import named

SMALLEST = float(np.finfo(np.float64).smallest_subnormal)


def beyond_the_margin() -> Instance:
    """M_11 = 1/2 and M~_11 = -1/2: z* = (0, 1/4) and z~ = (2, 1/4), a change of 8 > |d/(m - d)|."""
    W, after = np.diag([0.5, 0.5]), np.diag([1.5, 0.5])
    built = condition.named(W, after, [-1.0, 0.125])
    return replace(built, arrays={**built.arrays, "z~": np.array([[2.0, 0.25]])})


def ten_subnormal_units() -> Instance:
    """At 3 bits: s = 4 units, so 10 becomes 8; then s = 3 units, and 8 becomes 9."""
    return claim.named([[10 * SMALLEST]], Quantizer(3))


def long_step_of_tseng() -> Instance:
    """M = 1, alpha = 3, z = 2, z* = 1: y = 0, and T(z) = 6."""
    built = named([[1.0]], [1.0], [2.0], [0.0], Fraction(1, 2))
    return replace(built, numbers={**built.numbers, "tseng": Fraction(3)})


def probe(alpha: Fraction) -> Instance:
    built = forward_backward.rotation()
    return replace(built, numbers={**built.numbers, "probe": alpha})


def reflected(alpha: Fraction) -> Instance:
    return replace(backward.single(), numbers={**backward.single().numbers, "reflected": alpha})


NEEDED: list[tuple[str, str, str, Callable[[], Instance]]] = [
    ("condition", "finite change", "||dW|| < m", beyond_the_margin),
    ("quantizer", "idempotent", "s is normal", ten_subnormal_units),
    (
        "forward_backward",
        "forward-backward-forward",
        "0 < Tseng's alpha < 1/L",
        long_step_of_tseng,
    ),
    ("forward_backward", "exact interval", "the probed alpha > 0", lambda: probe(Fraction(-1))),
    ("peaceman_rachford", "symmetric W", "W = W'", peaceman_rachford.rotation),
    ("backward", "fixed point", "alpha > 0", lambda: backward.single(alpha=Fraction(0))),
    ("backward", "fixed point", "the reflected alpha > 0", lambda: reflected(Fraction(0))),
]


@pytest.mark.parametrize(
    ("name", "of", "need", "build"), NEEDED, ids=lambda one: getattr(one, "__name__", one)
)
def test_form_is_refuted_without_what_it_needs(
    name: str, of: str, need: str, build: Callable[[], Instance]
) -> None:
    subject, built = theorem(name), build()
    form = next(form for form in subject.forms if form.name == of)
    assert broken(subject, built, form) == {need}
    assert decided(form, built).outcome is Outcome.REFUTED
