"""What is examined: an operator with its injections, and what was already proved of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from mondeq_ref.arrays import Integers, Matrix
from mondeq_ref.inputs import given
from mondeq_ref.operator import Operator
from mondeq_ref.quantize import Quantized, Quantizer, quantize
from mondeq_ref.rigor.verdict import Outcome
from mondeq_ref.study.ends import Ends, ends
from mondeq_ref.study.published_runs import FIGURE_1_INPUTS, Trace, figure_1
from mondeq_ref.study.safe import Safe
from proofs_checks.operators.chosen_codes import chosen_codes

Support = Literal["supported", "not_supported", "not_reproduced", "not_testable"]
LOW_BITS = (3, 4)
WIDTHS = (*LOW_BITS, 5, 6, 8, 12, 16, 32)


@dataclass(frozen=True)
class Answer:
    verdict: Support
    why: str
    numbers: Mapping[str, Any] = field(default_factory=dict[str, Any])
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class Part:
    """The answer at one of the widths that a statement names."""

    about: str
    verdict: Support
    why: str


def together(parts: Sequence[Part]) -> Support:
    """A statement is supported where all its parts are, and not where one of them is not."""
    verdicts = {part.verdict for part in parts}
    if "not_supported" in verdicts:
        return "not_supported"
    return "supported" if verdicts == {"supported"} else "not_testable"


def reasons(parts: Sequence[Part]) -> str:
    """Why each part got its verdict; those that decide the whole come first, as a page that shows
    the beginning alone must show them."""
    decisive = together(parts)
    ordered = sorted(parts, key=lambda part: part.verdict != decisive)
    return "; ".join(f"{part.about}: {part.why}" for part in ordered)


@dataclass(frozen=True, eq=False)
class StatementSubject:
    """The operator under examination, its injections, and the first rungs that were proved."""

    operator: Operator
    c: Matrix
    rungs: Mapping[int, tuple[int | None, Outcome]]  # bits -> first rung, and the sign of m~
    c_quantized: Mapping[int, Matrix] = field(default_factory=dict[int, Matrix])  # U, b quantized
    trained_at_4_bits: Mapping[str, Operator] = field(default_factory=dict[str, Operator])
    labels: Integers | None = None
    trained_below: Mapping[str, Operator] = field(default_factory=dict[str, Operator])  # 4 bits
    made: Mapping[int, Quantized] = field(default_factory=dict[int, Quantized])  # W, by bits

    def quantized(self, bits: int) -> Quantized:
        return self._quantized[bits]

    def ends(self, bits: int) -> tuple[Ends, Ends]:
        """How forward-backward ends with W quantized: with the published step, and with another."""
        if bits not in self._ends:
            operator = self.quantized(bits).operator
            few = self.c[:FIGURE_1_INPUTS]
            self._ends[bits] = ends(operator, given(few, operator.n))
        return self._ends[bits]

    def figure_1(self, bits: int) -> Trace:
        """The published run of figure 1 with W quantized."""
        if bits not in self._runs:
            few = self.c[:FIGURE_1_INPUTS]
            self._runs[bits] = figure_1(self.operator, few, bits).run
        return self._runs[bits]

    @cached_property
    def safe(self) -> dict[int, Safe]:
        """Codes chosen after training, by bits."""
        return chosen_codes(self.operator)

    @cached_property
    def _ends(self) -> dict[int, tuple[Ends, Ends]]:
        return {}

    @cached_property
    def _runs(self) -> dict[int, Trace]:
        return {}

    @cached_property
    def _quantized(self) -> dict[int, Quantized]:
        widths = {*self.rungs, *WIDTHS}
        return {
            bits: self.made.get(bits)
            or quantize(self.operator, Quantizer.named("paper-code", bits))
            for bits in sorted(widths)
        }
