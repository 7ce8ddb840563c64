"""What every claim's file exports, as one value called THEOREM."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from mondeq_ref.operator import Operator
from mondeq_ref.rigor.verdict import Outcome, Verdict
from proofs_checks.coordinates import Coordinates
from proofs_checks.instance import Instance

FACT = "true or false: there is no size that could be attained"  # why a form has no witness

Predicate = Callable[[Instance], Outcome]
Draw = Callable[[np.random.Generator, str, Operator], Instance]


@dataclass(frozen=True)
class Form:
    """One inequality: the paper's, or a sharper one that is also true."""

    name: str
    formula: str
    # One verdict for each input; None where what the claim is about is not known to exist.
    check: Callable[[Instance], Sequence[Verdict | None]]
    escalate: Callable[[Instance, int], Verdict] | None = None  # verdict k, in exact arithmetic
    needs: Mapping[str, Predicate] = field(default_factory=dict[str, Predicate])  # beyond the claim
    alone: bool = False  # it asks for `needs` instead of the claim's hypotheses
    of_floats: bool = False  # it measures a result of floats, whose last bits are the machine's

    def decided(self, instance: Instance, row: int) -> Verdict:
        """The verdict on one input, in exact arithmetic where the form has it."""
        verdict = self.check(instance)[row]
        if verdict is None:
            raise ValueError(f"there is no verdict on input {row}")
        return verdict if self.escalate is None else self.escalate(instance, row)


@dataclass(frozen=True)
class Witness:
    """One instance and what it shows.  Where the form escalates, it is decided in rationals."""

    build: Callable[[], Instance]
    why: str


@dataclass(frozen=True)
class Theorem:
    """A claim: hypotheses are predicates, conclusions are inequalities between enclosures."""

    name: str
    sentence: str  # the claim in one plain sentence
    source: str  # where it is printed, and what of its wording is reconstructed
    hypotheses: Mapping[str, Predicate]
    forms: tuple[Form, ...]  # the first is the paper's
    draw: Draw  # an instance from a generator, a family's name and one of its operators
    attained: Mapping[str, Witness | str]  # form -> a case with measured/bound 1, or why none
    needed: Mapping[str, Witness | str]  # hypothesis -> a case without it, or why there is none
    inputs: int = 1  # verdicts an instance gives, on average: sets how many are drawn
    largest: int = 100  # units of the largest shipped operator that `draw` can afford
    coordinates: Coordinates = field(default_factory=Coordinates)  # what the hunter moves
    explained: str = ""  # the module's docstring: statement and proof

    def __post_init__(self) -> None:
        names = [form.name for form in self.forms]
        if not names or len(set(names)) < len(names):
            raise ValueError(f"{self.name} needs forms of different names, got {names}")
        if self.inputs < 1:
            raise ValueError(f"{self.name} needs inputs >= 1, got {self.inputs}")

    @property
    def refutable(self) -> list[str]:
        """The hypotheses without which a counterexample is known."""
        return [name for name in self.hypotheses if isinstance(self.needed.get(name), Witness)]

    def hypotheses_of(self, form: Form) -> Mapping[str, Predicate]:
        """What has to hold where this form is claimed."""
        return {**({} if form.alone else self.hypotheses), **form.needs}
