"""Definition 2 (the uniform symmetric quantizer; its wording is reconstructed).

Statement.  With b >= 2 bits, q = 2^(b-1) - 1, s = max|w|/q and

    Q(w) = s clip(round(w/s), -q, q),        round to nearest, ties to even,

|Q(w) - w| <= s/2 for every entry, the codes lie in [-q, q], Q(0) = 0, Q(-w) = -Q(w), and
Q(Q(w)) = Q(w).  For w = 0 the step is 0 and Q(w) = 0.

Proof.  Let w != 0.  |w/s| <= q, so clipping changes nothing, and rounding moves w/s by at most
1/2.  Rounding to nearest with ties to even (or away from zero) is odd, and -w has the same step.
The largest entry has the code +-q, so Q(w) has the step s again, and its quotients are integers.

Any rounding.  Every other rounding takes w/s to a neighboring integer: |Q(w) - w| < s.

README.  The quantizer of the published README has the step 2 max|w|/(2^b - 1) instead.  Its error
is also at most s/2, but |w/s| = 2^(b-1) - 1/2 at the largest entry: always a tie, which takes
the code 2^(b-1), so that 2^b + 1 levels are needed.  Where w != 0 it is not idempotent: Q(w) has a
greater largest entry, hence another step and, at that entry, another value.

Norms.  ||Q(W) - W||_2 <= ||Q(W) - W||_F, at most s/2 times the root of the number of entries.
Sharper for the published code: the largest entry has no error, so the number is one less.

In floats.  The codes are those of fl(w/s) with s rounded once, and the array is fl(s k).  Then
|fl(s k) - w| <= s/2 + 2 q u s, u = 2^-53 (proof in `mondeq_ref.quantize.quantizer`).  Oddness
and, where s is a normal number, idempotence hold to the last bit.

Attained.  By w = (1, 1/2) at 2 bits, where s = 1 and 1/2 is a tie, also for the sharper norm.  The
README's quantizer changes every entry of a matrix of ones by s/2: ||Q(W) - W||_2 = n s/2.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
from flint import fmpq

from mondeq_ref.arrays import Matrix
from mondeq_ref.operator import Operator
from mondeq_ref.quantize import QuantizedArray, Quantizer, quantize_array
from mondeq_ref.quantize.quantizer import Range
from mondeq_ref.quantize.steps import SMALLEST_NORMAL
from mondeq_ref.rigor.dyadic import exact
from mondeq_ref.rigor.machine import SMALLEST
from mondeq_ref.rigor.rational import fmpq_of, fraction_of, times_power
from mondeq_ref.rigor.verdict import Outcome, Verdict, exactly, fact
from proofs_checks.coordinates import Blocks, Coordinates, bare, with_extras
from proofs_checks.instance import Instance
from proofs_checks.quantities.error_norms import norm
from proofs_checks.quantities.hypotheses import outcome
from proofs_checks.quantities.quantizers import (
    HALF,
    NUMBERS,
    RANGES,
    ROUNDINGS,
    Group,
    described,
    group,
    groups,
    numbers_of,
    quantizer,
)
from proofs_checks.theorem import FACT, Form, Theorem, Witness

MOST_ENTRIES = 2000  # maximum number of entries of a random array of several rows


def published(instance: Instance) -> list[Verdict]:
    """max |Q(w) - w| <= s/2, for the group with the greatest quotient."""
    return [worst((max(map(abs, g.errors)), g.step / 2) for g in groups(instance))]


def any_rounding(instance: Instance) -> list[Verdict]:
    """max |Q(w) - w| <= s, for the group with the greatest quotient."""
    return [worst((max(map(abs, g.errors)), g.step) for g in groups(instance))]


def worst(pairs: Iterable[tuple[fmpq, fmpq]]) -> Verdict:
    """The comparison of the pair with the greatest quotient, which implies all the others."""
    error, allowed = max(pairs, key=lambda pair: pair[0] / pair[1] if pair[1] else pair[0])
    return exactly(fraction_of(error), fraction_of(allowed))


@lru_cache(maxsize=2)
def in_floats(instance: Instance) -> QuantizedArray:
    return quantize_array(instance.arrays["w"], quantizer(instance))


def float_error(instance: Instance) -> list[Verdict]:
    """max |fl(s k) - w| <= s/2 + 2 q u s, for the row with the greatest quotient."""
    made = in_floats(instance)
    errors = exact(made.array) - exact(instance.arrays["w"])
    greatest = [times_power(max(map(abs, row)), errors.exponent) for row in errors.integers.table()]
    steps = np.broadcast_to(made.step, len(greatest)).tolist()
    allowed_in_steps = fmpq_of(made.quantizer.error_in_steps)
    allowed = [allowed_in_steps * fmpq_of(step) for step in steps]
    return [worst(zip(greatest, allowed, strict=True))]


def odd(instance: Instance) -> list[Verdict]:
    """Whether Q(-w) = -Q(w) exactly and in floats, Q(0) = 0, and |code| <= q."""
    kind, made = quantizer(instance), in_floats(instance)
    mirrored = quantize_array(-instance.arrays["w"], kind)
    same = np.array_equal(mirrored.codes, -made.codes) and np.array_equal(mirrored.step, made.step)
    zeros = not made.codes[instance.arrays["w"] == 0].any()
    inside = bool((np.abs(made.codes) <= kind.greatest_code).all())
    exact_too = all(
        group([-x for x in g.w], kind).codes == [-k for k in g.codes] for g in groups(instance)
    )
    return [fact(same and zeros and inside and exact_too)]


def idempotent(instance: Instance) -> list[Verdict]:
    """Whether Q(Q(w)) = Q(w), exactly and in floats."""
    kind, made = quantizer(instance), in_floats(instance)
    again = np.array_equal(quantize_array(made.array, kind).array, made.array)
    return [fact(again and all(group(g.array, kind) == _kept(g) for g in groups(instance)))]


def _kept(g: Group) -> Group:
    return Group(g.array, g.step, g.codes)


def readme(instance: Instance) -> list[Verdict]:
    """Whether the greatest code occurs, and quantizing again changes the array."""
    kind = quantizer(instance)
    filled = [g for g in groups(instance) if g.step]
    taken = all(max(map(abs, g.codes)) == kind.greatest_code for g in filled)
    return [fact(taken and all(group(g.array, kind).array != g.array for g in filled))]


def rounds_to_nearest(instance: Instance) -> Outcome:
    return outcome(quantizer(instance).rounding in ("half-even", "half-up", "half-away"))


def reaches_every_entry(instance: Instance) -> Outcome:
    """Whether no entry lies beyond the outermost codes by more than half a step."""
    kind = quantizer(instance)
    return outcome(
        all(
            g.step * (kind.least_code - HALF) <= min(g.w)
            and max(g.w) <= g.step * (kind.greatest_code + HALF)
            for g in groups(instance)
        )
    )


def has_range(name: Range) -> Callable[[Instance], Outcome]:
    return lambda instance: outcome(quantizer(instance).range == name)


def is_symmetric(instance: Instance) -> Outcome:
    kind = quantizer(instance)
    return outcome(kind.odd_rounding and kind.range != "full")


def rounds_ties_outward(instance: Instance) -> Outcome:
    """Whether the tie 2^(b-1) - 1/2 is rounded to 2^(b-1), which is even."""
    return outcome(quantizer(instance).rounding in ("half-even", "half-away"))


def has_normal_step(instance: Instance) -> Outcome:
    steps = np.atleast_1d(in_floats(instance).step)
    return outcome(bool(((steps == 0) | (steps >= SMALLEST_NORMAL)).all()))


def draw(rng: np.random.Generator, family: str, operator: Operator) -> Instance:
    """A random instance: W, U or b at any scale of floats, in 40 % of the draws with entries on
    ties, and a random quantizer."""
    kind = Quantizer(
        int(rng.integers(2, 13)),
        RANGES[int(rng.choice(3, p=[0.6, 0.15, 0.25]))],
        ROUNDINGS[int(rng.choice(4, p=[0.55, 0.15, 0.2, 0.1]))],
        "row" if rng.random() < 0.3 else "tensor",
    )
    w = _some_array(rng, operator)
    if rng.random() < 0.4:
        step = np.reshape(quantize_array(w, kind).step, (-1, 1))
        moved = (np.floor(w / np.where(step > 0, step, 1.0)) + 0.5) * step
        inner = np.abs(moved) < np.abs(w).max(axis=1, keepdims=True)
        w = np.where(inner & (rng.random(w.shape) < 0.5), moved, w)
    return _instance(family, operator, w, kind)


def _some_array(rng: np.random.Generator, operator: Operator) -> Matrix:
    w = (operator.W, operator.U, operator.b[None])[int(rng.choice(3, p=[0.6, 0.2, 0.2]))]
    w = w[: max(1, MOST_ENTRIES // w.shape[1])]
    if rng.random() < 0.15:
        w = np.ldexp(w, int(rng.integers(-1060, 900)))
    if rng.random() < 0.05:
        w = np.zeros_like(w)
    return w


def _instance(
    family: str, operator: Operator, w: Matrix, kind: Quantizer, step: Fraction | None = None
) -> Instance:
    numbers = numbers_of(kind) | ({} if step is None else {"step": step})
    return Instance(family, operator, numbers=numbers, arrays={"w": w})


def named(w: list[list[float]], kind: Quantizer, step: Fraction | None = None) -> Instance:
    """An instance with the array w; its operator of one unit is not used."""
    operator = Operator(np.zeros((1, 1)), np.zeros((1, 1)), np.zeros(1))
    return _instance("witness", operator, np.array(w), kind, step)


class ArrayCoordinates(Coordinates):
    """Coordinates of the array alone: its entries move, its rows and columns can be removed."""

    def read(self, instance: Instance) -> Blocks:
        return self.extras(instance)

    def write(self, instance: Instance, blocks: Blocks) -> Instance:
        return replace(with_extras(instance, blocks), operator=bare(1))

    def addition(self, rng: np.random.Generator, at: Instance) -> Blocks:
        """A random step below max |w|."""
        greatest = np.abs(at.arrays["w"]).max(keepdims=True).ravel()
        return {"#step": greatest * rng.uniform(0, 1, 1)}

    def without(self, blocks: Blocks, k: int) -> Blocks | None:
        w = blocks["@w"]
        rows, columns = (size if size > 1 else 0 for size in w.shape)
        if k >= rows + columns:
            return None
        return {**blocks, "@w": np.delete(w, k, 0) if k < rows else np.delete(w, k - rows, 1)}

    def units(self, instance: Instance) -> int:
        return instance.arrays["w"].size

    def words(self, instance: Instance) -> dict[str, Any]:
        return described(instance)

    def family(self, instance: Instance) -> str:
        return "one number" if self.units(instance) == 1 else "an array"


README = Quantizer.named("paper-readme", 2)
_MIDDLE = Witness(lambda: named([[1.0, 0.5]], Quantizer(2)), "(1, 1/2) at 2 bits: s = 1")
_ROWS = Witness(
    lambda: named([[1.0, 0.5], [4.0, 0.0]], Quantizer(2, per="row")),
    "rows (1, 1/2) and (4, 0) at 2 bits: s = 1 and s = 4, and the first row decides",
)
_ONES = Witness(
    lambda: named([[1.0, 1.0], [1.0, 1.0]], Quantizer.named("paper-readme", 2)),
    "ones at 2 bits with the README's step: s = 2/3, and every entry becomes 4/3",
)
_NORM, _NORM_LESS_ONE = norm(0), norm(1)

THEOREM = Theorem(
    name="quantizer",
    sentence="the quantizer errs by at most half a step, is odd, and is idempotent",
    source="Li, Leong and Chaffey 2026, Definition 2 (wording reconstructed), and their code",
    hypotheses={
        "rounding is to nearest": rounds_to_nearest,
        "the codes reach every entry": reaches_every_entry,
    },
    forms=(
        Form("as published", "|Q(w) - w| <= s/2", published),
        Form(
            "any rounding",
            "|Q(w) - w| <= s, to nearest or not",
            any_rounding,
            needs={"the codes reach every entry": reaches_every_entry},
            alone=True,
        ),
        Form("in floats", "|fl(s k) - w| <= s/2 + 2 q u s", float_error),
        Form(
            "odd",
            "Q(-w) = -Q(w), Q(0) = 0, |code| <= q",
            odd,
            needs={"symmetric codes and rounding": is_symmetric},
        ),
        Form(
            "idempotent",
            "Q(Q(w)) = Q(w)",
            idempotent,
            needs={"the published code": has_range("narrow"), "s is normal": has_normal_step},
        ),
        Form(
            "the README's",
            "where w != 0 the code 2^(b-1) is taken, and Q(Q(w)) != Q(w)",
            readme,
            needs={
                "the README's step": has_range("unclipped"),
                "ties outward": rounds_ties_outward,
            },
        ),
        Form("norm", "||Q(W) - W||_2 <= (s/2) sqrt(entries)", *_NORM),
        Form(
            "norm, sharper",
            "||Q(W) - W||_2 <= (s/2) sqrt(entries - 1)",
            *_NORM_LESS_ONE,
            needs={"the published code": has_range("narrow")},
        ),
    ),
    draw=draw,
    attained={
        "as published": _ROWS,
        "any rounding": "never: an integer next to w/s lies less than 1 from it",
        "in floats": "not known: ties reach s/2, and rounding seldom adds its full 2 q u s to that",
        "odd": FACT,
        "idempotent": FACT,
        "the README's": FACT,
        "norm": _ONES,
        "norm, sharper": _MIDDLE,
    },
    needed={
        "rounding is to nearest": Witness(
            lambda: named([[1.0, 0.75]], Quantizer(2, rounding="toward-zero")),
            "(1, 3/4) at 2 bits toward zero: s = 1, and 3/4 becomes 0",
        ),
        "the codes reach every entry": Witness(
            lambda: named([[1.0]], Quantizer(2), Fraction(1, 2)),
            "s = 1/2 at 2 bits: 1 is clipped to 1/2, an error of s",
        ),
        "symmetric codes and rounding": Witness(
            lambda: named([[1.0, 0.5]], Quantizer(2, rounding="half-up")),
            "half up at 2 bits: 1/2 becomes 1, and -1/2 becomes 0",
        ),
        "the published code": Witness(
            lambda: named([[1.0]], README), "the README's step at 2 bits: 1 becomes 4/3, then 16/9"
        ),
        "s is normal": Witness(
            lambda: named([[10 * SMALLEST]], Quantizer(3)),
            "10 times the smallest float at 3 bits: s = 4, then 3 of them; 10 becomes 8, then 9",
        ),
        "the README's step": Witness(
            lambda: named([[1.0]], Quantizer(2)),
            "the published code takes the code 1: Q(1) = 1",
        ),
        "ties outward": Witness(
            lambda: named([[-1.0]], replace(README, rounding="half-up")),
            "half up at 2 bits: -1 = -3/2 s takes the code -1",
        ),
    },
    inputs=5,
    coordinates=ArrayCoordinates(fixed=NUMBERS),
    explained=__doc__ or "",
)
