"""What a search is for: one form of a claim, with all its hypotheses or with one of them broken."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

import numpy as np

from mondeq_ref.arrays import InputError
from mondeq_ref.rigor.verdict import Outcome, Verdict
from proofs_checks.coordinates import Coordinates
from proofs_checks.instance import Instance
from proofs_checks.theorem import Form, Predicate, Theorem


@dataclass(frozen=True, order=True)
class Measured:
    """The sharpest verdict of an instance; a refutation is sharper than any ratio."""

    refuted: bool
    ratio: float  # at least so much: the lower end of measured/bound; -inf where there is none
    row: int


@dataclass(frozen=True, eq=False)
class Candidate:
    """An instance that meets the hypotheses, and how sharp it is."""

    instance: Instance
    measured: Measured
    units: int


@dataclass(frozen=True, eq=False)
class Target:
    theorem: Theorem
    form: Form
    dropped: str | None = None

    def __post_init__(self) -> None:
        if self.dropped is not None and self.dropped not in self.hypotheses:
            known = ", ".join(map(repr, self.hypotheses)) or "no hypotheses"
            raise InputError(
                f"{self.theorem.name}, {self.form.name!r} has {known}, not {self.dropped!r}"
            )

    @property
    def hypotheses(self) -> Mapping[str, Predicate]:
        return self.theorem.hypotheses_of(self.form)

    @property
    def coordinates(self) -> Coordinates:
        return self.theorem.coordinates

    def admits(self, instance: Instance) -> bool:
        """All hypotheses are proved; the dropped one is refuted."""
        return all(
            holds(instance) is (Outcome.REFUTED if name == self.dropped else Outcome.PROVED)
            for name, holds in self.hypotheses.items()
        )

    def measure(self, instance: Instance | None) -> Candidate | None:
        """None where the hypotheses are not met, or the instance cannot be computed with."""
        if instance is None:
            return None
        try:
            if not self.admits(instance):
                return None
            found = [
                Measured(self._refuted(verdict, instance, row), _ratio(verdict), row)
                for row, verdict in enumerate(self.form.check(instance))
                if verdict is not None
            ]
        except (InputError, ArithmeticError, np.linalg.LinAlgError):
            return None  # out of range: not a point of the search, and not a verdict either
        if not found:
            return None
        return Candidate(instance, max(found), self.coordinates.units(instance))

    def _refuted(self, verdict: Verdict, instance: Instance, row: int) -> bool:
        """By the enclosures and, exactly, once more."""
        if verdict.outcome is not Outcome.REFUTED:
            return False
        return self.decided(instance, row).outcome is Outcome.REFUTED

    def is_decided(self, one: Candidate) -> bool:
        """Two sides that are equal but irrational stay undecided: such a case proves nothing."""
        return self.decided(one.instance, one.measured.row).outcome is not Outcome.UNDECIDED

    def decided(self, instance: Instance, row: int) -> Verdict:
        """In exact arithmetic where the form has it."""
        return self.form.decided(instance, row)


def _ratio(verdict: Verdict) -> float:
    ratio = verdict.ratio
    return -inf if ratio is None or not np.isfinite(ratio.lo) else ratio.lo
