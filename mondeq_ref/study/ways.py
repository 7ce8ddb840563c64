"""Five ways to quantize an operator, what is proved of each, and from how many bits on.

    published         W, as the named quantizer does it
    identity exact    K = W - t I by the same quantizer, t being kept
    diagonal exact    W off its diagonal by the same quantizer, the diagonal being kept
    safe              K, its step and rounding chosen for the paper's condition, or else for a
                      margin (the first choice found that has it; one of less loss may have an
                      earlier rung), unless the nearest codes have that rung
    factors           A and S - S', whose margin survives by construction

Rungs 1 to 4 are compared, which need no search.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from mondeq_ref.certify.ladder import first_rungs, first_that_holds
from mondeq_ref.operator import Operator
from mondeq_ref.quantize import Quantizer, What, quantize
from mondeq_ref.rigor.verdict import Guarantee
from mondeq_ref.study.bit_table import holds_from, pair_of
from mondeq_ref.study.safe import first_kept, may_choose, strongest

BY_QUANTIZER: Mapping[str, What] = MappingProxyType(
    {"published": "W", "identity exact": "K", "diagonal exact": "offdiagonal", "factors": "factors"}
)
SAFE = "safe"
NAMES = ("published", "identity exact", "diagonal exact", SAFE, "factors")
MOST_SAFE_BITS = 8  # beyond, rounding alone keeps the margin or no choice does


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
        return holds_from({bits: rung is not None for bits, rung in self.rungs.items()})


def ways(by_bits: Mapping[int, Mapping[str, int | None]]) -> tuple[Way, ...]:
    """Every way, from the rungs of the ways at each width."""
    tried = [name for name in NAMES if name == SAFE or any(name in r for r in by_bits.values())]
    return tuple(
        Way(name, {bits: by_bits[bits][name] for bits in sorted(by_bits) if name in by_bits[bits]})
        for name in tried
    )


def rungs_of_ways(
    operator: Operator,
    quantizer: Quantizer,
    rng: np.random.Generator,
    known: Mapping[str, int | None] = MappingProxyType({}),
) -> dict[str, int | None]:
    """The first rung of each way at the width of this quantizer; some may be known."""
    rungs, bits = dict(known), quantizer.bits
    for name, what in BY_QUANTIZER.items():
        if name not in rungs and (what != "factors" or operator.factors is not None):
            rungs[name] = _rung(operator, quantizer, what)
    if bits <= MOST_SAFE_BITS and may_choose(operator):
        # Its codes are kept unless chosen ones have an earlier rung.
        nearest = Quantizer.named("signs" if bits == 1 else "paper-code", bits)
        same = nearest == quantizer
        below = rungs["identity exact"] if same else _rung(operator, nearest, "K")
        made = strongest(operator, bits, rng, below, first_kept)
        rungs[SAFE] = below if made is None else made.rung
    return rungs


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
    return first_that_holds(first_rungs(pair_of(made, Guarantee.RIGOROUS_FLOAT)))
