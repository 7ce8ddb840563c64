"""Quantize after training so that a wanted rung of the ladder is proved, at the least loss.

    paper     rung 2, ||W - W~||_2 < m               unique    rung 6, one equilibrium an input
    margin    rung 4, m~ > 0                         exists    rung 7, at least one

W = t I + K: t is kept, and K becomes s C with codes C.  t, s and C are proposed by descents in
floats (`quantize.margin_descent`, and `quantize.norm_descent` for the paper's condition); what is
proposed is proved by the ladder, or it is not called safe.  With 1 bit the codes are -1 and 1.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, islice
from types import MappingProxyType
from typing import Any, Literal, get_args

import numpy as np

from mondeq_ref.arrays import InputError
from mondeq_ref.certify.ladder import Step, climb, first_rungs, first_that_holds
from mondeq_ref.certify.pair import Pair
from mondeq_ref.files.load import Inputs
from mondeq_ref.operator import Operator
from mondeq_ref.quantize.ceilings import MarginCeiling
from mondeq_ref.quantize.descent import Choice, Loss
from mondeq_ref.quantize.input_layer import least_squares
from mondeq_ref.quantize.least_change import least_change
from mondeq_ref.quantize.margin_descent import MarginDescent
from mondeq_ref.quantize.norm_descent import NormDescent
from mondeq_ref.quantize.operators import Quantized, default_offset, without_offset
from mondeq_ref.quantize.quantizer import Quantizer
from mondeq_ref.rigor.process import one_thread
from mondeq_ref.rigor.verdict import Guarantee
from mondeq_ref.study.calibration import Calibration, calibration
from mondeq_ref.study.chosen_operator import operator_of
from mondeq_ref.whats import What

Aim = Literal["paper", "margin", "unique", "exists"]
WANTED = MappingProxyType({"paper": 2, "margin": 4, "unique": 6, "exists": 7})
AIMED: tuple[What, ...] = ("K", "KUb")  # what is quantized for an aim
AIMS: tuple[Aim, ...] = ("paper", "margin")  # from the stronger to the weaker
MOST_SAFE_UNITS = 200  # a choice takes minutes from here on

MOST_BITS = 16
MOST_ENTRY = 1e100  # of |W|: beyond, the floats that propose codes overflow
ROUNDS = 120  # of a descent
SHARES = (1.15, 0.9)  # of the step by least squares, from which descents start
SWEEPS = 40  # of a descent on the norm, and again of one on the loss
NORM_SHARES = (1.15, 1.4)
NORM_LEFT = 0.005  # of m, between the norm that is looked for and m
MARGIN_LEFT = 0.02  # of m, which m~ is to keep
HANDED_OVER = 3  # choices below the ceiling that are tried on the ladder
HEIGHTS = (0.25, 0.5, 0.75)  # from the choice of least loss down to the best below the ceiling


@dataclass(frozen=True, eq=False)
class Safe:
    """What was chosen, and what was proved of it."""

    quantized: Quantized
    aim: Aim
    pair: Pair
    steps: tuple[Step, ...]
    nearest: float  # the share of the codes that are the nearest ones

    @property
    def rung(self) -> int | None:
        return first_that_holds(self.steps)

    @property
    def reached(self) -> bool:
        return self.rung is not None and self.rung <= WANTED[self.aim]

    @cached_property
    def chosen(self) -> dict[str, Any]:
        offset, step = self.quantized.offset, self.quantized.arrays["K"].step
        return {"offset": offset, "step": step, "rounding": f"{self.nearest:.4f} nearest"}

    @property
    def why(self) -> str:
        """What was chosen, in a sentence or two."""
        K = self.quantized.arrays["K"]
        offset = self.quantized.offset or 0.0
        largest = np.abs(without_offset(self.quantized.original.W, offset)).max(initial=0.0)
        whole = largest / K.quantizer.greatest_code
        share = float(K.step) / whole if whole > 0 else 1.0
        return (
            f"W~ = t I + s C with t = {offset!r} kept and s = {float(K.step):.6g}, "
            f"{share:.3f} of the step by the largest entry; {100 * self.nearest:.1f} % of the "
            "codes are the nearest ones."
        )

    @cached_property
    def least_ratio(self) -> float | None:
        """||W - W~||_2 / m is at least this for every offset, step and rounding; None where that
        is not asked, or m is not positive."""
        original = self.quantized.original
        if self.reached or self.aim != "paper" or not original.margin.hi > 0:
            return None
        return least_ratio(original, self.quantized.quantizer)

    @property
    def obstacle(self) -> str:
        """Why the aim was not reached, as far as it is known."""
        bits, least = self.quantized.quantizer.bits, self.least_ratio
        if least is None or least < 1:
            return f"the aim {self.aim} was not reached: this is the best that was found"
        return (
            f"no rounding at {bits} bit{'s' * (bits > 1)} with one step can reach the aim paper: "
            f"whatever the offset and the step, ||W - W~|| >= {np.floor(least * 1e3) / 1e3:.3f} m, "
            "because some row or column of W is so far from the levels"
        )


def least_ratio(operator: Operator, quantizer: Quantizer) -> float:
    """||W - W~||_2 / m is at least this for every offset, step and rounding; for m > 0."""
    return float(np.nextafter(least_change(operator.W, quantizer) / operator.margin.hi, 0))


def chosen_quantizer(bits: int) -> Quantizer:
    """The quantizer whose step and rounding are chosen: signs at 1 bit, else integers."""
    levels = "signs" if bits == 1 else "integers"
    return Quantizer(bits, rounding="chosen", step_rule="chosen", levels=levels)


Watch = Callable[[Iterable[Choice], int], Iterable[Choice]]


@one_thread()
def quantize_safely(
    operator: Operator,
    bits: int,
    aim: Aim = "margin",
    what: What = "K",
    inputs: Inputs | None = None,
    *,
    rng: np.random.Generator,
    watch: Watch = lambda choices, total: choices,
) -> Safe:
    """Choose, and prove; where the aim is not reached, the best that was found.

    `watch` is handed the choices as they come, and their number."""
    if aim not in get_args(Aim):
        raise InputError(f"aim must be one of {', '.join(get_args(Aim))}, got {aim!r}")
    if what not in AIMED:
        raise InputError(f"an aim chooses what is kept beside K: what must be K or KUb, got {what}")
    quantizer = chosen_quantizer(bits)
    if quantizer.bits > MOST_BITS:
        raise InputError(f"an aim needs at most {MOST_BITS} bits: more meet it by rounding alone")
    largest = float(np.abs(operator.W).max())
    if largest > MOST_ENTRY:
        raise InputError(f"an aim needs entries of W of at most {MOST_ENTRY:g}, got {largest:g}")
    seen = None if inputs is None else calibration(operator, inputs)
    choices = chain.from_iterable(_descents(operator, quantizer, aim, seen))
    proposed = list(watch(choices, _total(aim, seen)))
    found: Safe | None = None
    for choice in _in_order(proposed, aim):
        quantized, nearest = operator_of(operator, quantizer, what, choice, seen)
        made = _proved(quantized, aim, nearest, rng)
        if made.reached:
            return made
        found = made if found is None else found
    if found is None:
        raise ArithmeticError("a descent proposes one choice at least")
    return replace(found, steps=climb(found.pair, rng)) if WANTED[aim] <= 4 else found


def _proved(
    quantized: Quantized,
    aim: Aim,
    nearest: float,
    rng: np.random.Generator,
    guarantee: Guarantee = Guarantee.EXACT,
) -> Safe:
    pair = Pair(quantized.original, quantized.operator, guarantee)
    steps = climb(pair, rng) if WANTED[aim] > 4 else first_rungs(pair)
    return Safe(quantized, aim, pair, steps, nearest)


def first_kept(operator: Operator, bits: int, aim: Aim, *, rng: np.random.Generator) -> Safe | None:
    """The first choice of K that reaches the aim, of whatever loss: of each descent, which goes on
    to lower the loss, the first few choices below the ceiling are tried."""
    quantizer = chosen_quantizer(bits)
    for descent in _descents(operator, quantizer, aim, None):
        for choice in islice((choice for choice in descent if choice.kept), HANDED_OVER):
            quantized, nearest = operator_of(operator, quantizer, "K", choice, None)
            made = _proved(quantized, aim, nearest, rng, Guarantee.RIGOROUS_FLOAT)
            if made.reached:
                return made
    return None


def may_choose(operator: Operator) -> bool:
    """Whether `strongest` looks for codes: the operator has a margin and is not large."""
    return operator.n < MOST_SAFE_UNITS and operator.margin.lo > 0


def strongest(
    operator: Operator,
    bits: int,
    rng: np.random.Generator,
    below: int | None = None,
    choose: Callable[..., Safe | None] = quantize_safely,
) -> Safe | None:
    """Codes chosen for the paper's condition, or else for a margin; None where neither is reached,
    or nothing stronger than the rung `below`, and of large operators.  Where it is only asked
    whether an aim is reached, `choose` is `first_kept`, whose loss is larger."""
    if not may_choose(operator):
        return None
    for aim in AIMS:
        if below is not None and below <= WANTED[aim]:
            break
        if aim == "paper" and _hopeless(operator, chosen_quantizer(bits)):
            continue
        made = choose(operator, bits, aim, rng=rng)
        if made is not None and made.reached:
            return made
    return None


def _hopeless(operator: Operator, quantizer: Quantizer) -> bool:
    """Whether ||W - W~||_2 >= m for every offset, step and rounding."""
    m = operator.margin.hi
    return least_change(operator.W, quantizer, wanted=m) >= m


def _total(aim: Aim, seen: Calibration | None) -> int:
    if aim == "paper":
        return len(NORM_SHARES) * 2 * (SWEEPS + 1)
    return len(SHARES) * (ROUNDS + 1) * (1 if seen is None else 2)


def _descents(
    operator: Operator, quantizer: Quantizer, aim: Aim, seen: Calibration | None
) -> Iterator[Iterator[Choice]]:
    """Descents from several steps."""
    n, t = operator.n, default_offset(operator)
    plain = Loss(np.eye(n), np.eye(n))
    first = float(least_squares(without_offset(operator.W, t), quantizer).step)
    if aim == "paper":
        limit = (1 - NORM_LEFT) * operator.margin.mid
        loss = plain if seen is None else seen.loss
        for share in NORM_SHARES:
            norm = NormDescent(operator.W, quantizer, loss, share * first, t, limit)
            yield chain(norm.shrink(SWEEPS), norm.settle(SWEEPS))
        return
    ceiling = _ceiling(operator)
    for share in SHARES:
        margin = MarginDescent(operator.W, quantizer, plain, share * first, t, ceiling)
        yield _of_the_margin(operator, margin, seen)


def _of_the_margin(
    operator: Operator, margin: MarginDescent, seen: Calibration | None
) -> Iterator[Choice]:
    """The choices of one descent; with inputs, it goes on from where the plain loss led."""
    for choice in margin.choices(ROUNDS):
        if seen is not None:
            error = choice.step * choice.codes - without_offset(operator.W, choice.offset)
            choice = replace(choice, loss=seen.loss(error))
        yield choice
    if seen is not None:
        margin.loss = seen.loss
        margin.freely()
        yield from margin.choices(ROUNDS)


def _ceiling(operator: Operator) -> MarginCeiling:
    m = operator.margin.mid
    M = np.eye(operator.n) - operator.W
    return MarginCeiling((M + M.T) / 2, -MARGIN_LEFT * max(m, 0.0), abs(m) or 1.0)


def _in_order(choices: list[Choice], aim: Aim) -> list[Choice]:
    """Those to be proved first: the least loss that keeps below the ceiling.  Uniqueness and
    existence may hold above it: before that the least loss of all, and below heights in between."""
    kept = sorted((c for c in choices if c.kept), key=lambda c: c.loss)[:HANDED_OVER]
    lowest = min(choices, key=lambda c: c.value)
    if WANTED[aim] <= 4:
        return kept or [lowest]
    freest = min(choices, key=lambda c: c.loss)
    goal = min((c.value for c in kept), default=lowest.value)
    found = [freest]
    for share in HEIGHTS:
        height = freest.value + share * (goal - freest.value)
        found.append(min((c for c in choices if c.value <= height), key=lambda c: c.loss))
    ordered = [*found, *kept, lowest]
    return [c for place, c in enumerate(ordered) if all(c is not d for d in ordered[:place])]
