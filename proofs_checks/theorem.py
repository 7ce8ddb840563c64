"""The type of THEOREM, the value that every claim's file exports: hypotheses, forms, witnesses."""

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
    """One conclusion of a claim: the paper's, a sharper one, or a related one."""

    name: str
    formula: str
    # One verdict for each input; None where the objects of the claim are not known.
    check: Callable[[Instance], Sequence[Verdict | None]]
    escalate: Callable[[Instance, int], Verdict] | None = None  # verdict k, in exact arithmetic
    needs: Mapping[str, Predicate] = field(default_factory=dict[str, Predicate])  # beyond the claim
    alone: bool = False  # its hypotheses are `needs` only, without those of the claim
    of_floats: bool = False  # a side is a float result, whose last bits depend on the machine

    def decided(self, instance: Instance, row: int) -> Verdict:
        """The verdict on one input, in exact arithmetic where the form has it."""
        verdict = self.check(instance)[row]
        if verdict is None:
            raise ValueError(f"there is no verdict on input {row}")
        return verdict if self.escalate is None else self.escalate(instance, row)


@dataclass(frozen=True)
class Witness:
    """One instance and the fact that it shows, decided in rationals where the form escalates."""

    build: Callable[[], Instance]
    why: str


@dataclass(frozen=True)
class Theorem:
    """A claim: hypotheses are predicates, conclusions are inequalities between enclosures."""

    name: str
    sentence: str  # the claim in one plain sentence
    source: str  # where it is printed, and whether its wording is reconstructed
    hypotheses: Mapping[str, Predicate]
    forms: tuple[Form, ...]  # the first is the paper's
    draw: Draw  # an instance from a generator, a family's name and one of its operators
    attained: Mapping[str, Witness | str]  # form -> a case with measured/bound 1, or why none
    # hypothesis of the claim or of a form -> a case without it, or why there is none
    needed: Mapping[str, Witness | str]
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
        """The hypotheses whose omission has a known counterexample."""
        return [name for name in self.hypotheses if isinstance(self.needed.get(name), Witness)]

    @property
    def first_with(self) -> dict[str, Form]:
        """Every hypothesis, of the claim or of a form, with the first form that has it."""
        found = dict.fromkeys(self.hypotheses, self.forms[0])
        for form in self.forms:
            found |= {name: form for name in form.needs if name not in found}
        return found

    def hypotheses_of(self, form: Form) -> Mapping[str, Predicate]:
        """The hypotheses of one form."""
        return {**({} if form.alone else self.hypotheses), **form.needs}
