"""Four ways to quantize an operator, and the fewest bits at which each keeps a margin, proved.

    published         W, as the named quantizer does it
    identity exact    K = W - t I by the same quantizer, t being kept
    safe              K, its step and rounding chosen for a margin (`study.safe`)
    factors           A and S - S', whose margin survives by construction

Rungs 1 to 4 are compared, which need no search.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from mondeq_ref.certify.ladder import first_rungs, first_that_holds
from mondeq_ref.certify.pair import Pair
from mondeq_ref.operator import Operator
from mondeq_ref.quantize import Quantizer, What, quantize
from mondeq_ref.rigor.verdict import Guarantee
from mondeq_ref.study.bit_table import structure_of
from mondeq_ref.study.safe import quantize_safely

BY_QUANTIZER: Mapping[str, What] = MappingProxyType(
    {"published": "W", "identity exact": "K", "factors": "factors"}
)
SAFE = "safe"
MOST_SAFE_BITS = 8  # beyond, rounding alone keeps the margin or no choice does
MOST_SAFE_UNITS = 200  # a choice takes minutes from here on


@dataclass(frozen=True)
class Way:
    """The first rung that is proved at each width; None where none of 1 to 4 is."""

    name: str
    rungs: Mapping[int, int | None]

    @property
    def held(self) -> list[int]:
        """The widths at which a rung is proved, ascending."""
        return sorted(bits for bits, rung in self.rungs.items() if rung is not None)

    @property
    def lasting(self) -> int | None:
        """The fewest bits from which on a rung is proved at every width tried."""
        worst = max((bits for bits, rung in self.rungs.items() if rung is None), default=0)
        return min((bits for bits in self.held if bits > worst), default=None)


def ways(
    operator: Operator, quantizers: Iterable[Quantizer], rng: np.random.Generator
) -> tuple[Way, ...]:
    """Every way at the widths of these quantizers; choosing is tried from the fewest bits up, and
    ends where it succeeds."""
    ordered = sorted(quantizers, key=lambda each: each.bits)
    found: list[Way] = []
    for name, what in BY_QUANTIZER.items():
        if what != "factors" or operator.factors is not None:
            found.append(Way(name, {each.bits: _rung(operator, each, what) for each in ordered}))
    widths = [each.bits for each in ordered if each.bits <= MOST_SAFE_BITS]
    safe: dict[int, int | None] = {}
    for bits in widths if operator.n < MOST_SAFE_UNITS and operator.margin.lo > 0 else ():
        made = quantize_safely(operator, bits, rng=rng)
        safe[bits] = made.rung if made.reached else None
        if made.reached:
            break
    return (*found[:2], Way(SAFE, safe), *found[2:])


def summary(found: Iterable[Way]) -> str:
    """The fewest bits of each way, in one sentence."""
    parts: list[str] = []
    for way in found:
        below = [str(bits) for bits in way.held if way.lasting is None or bits < way.lasting]
        also = f" (and at {', '.join(below)})" if below else ""
        parts.append(f"{way.name} {'none' if way.lasting is None else way.lasting}{also}")
    return f"Fewest bits from which a margin is proved: {', '.join(parts)}."


def _rung(operator: Operator, quantizer: Quantizer, what: What) -> int | None:
    made = quantize(operator, quantizer, what)
    pair = Pair(operator, made.operator, Guarantee.RIGOROUS_FLOAT, structure_of(made))
    return first_that_holds(first_rungs(pair))
