"""The target of a search: one form of a claim, with all hypotheses or with one violated."""

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
    ratio: float  # the lower end of measured/bound; -inf where there is none
    row: int


@dataclass(frozen=True, eq=False)
class Candidate:
    """An instance that satisfies the hypotheses, with its sharpest verdict."""

    instance: Instance
    measured: Measured
    units: int


@dataclass(frozen=True, eq=False)
class Target:
    """A form of a claim; `dropped` is the hypothesis that its instances violate, if any."""

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
        """Whether all hypotheses are proved except the dropped one, which is refuted."""
        return all(
            holds(instance) is (Outcome.REFUTED if name == self.dropped else Outcome.PROVED)
            for name, holds in self.hypotheses.items()
        )

    def measure(self, instance: Instance | None) -> Candidate | None:
        """The candidate; None where `admits` is False or the computation fails."""
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
            return None  # numbers out of range give no verdict
        if not found:
            return None
        return Candidate(instance, max(found), self.coordinates.units(instance))

    def _refuted(self, verdict: Verdict, instance: Instance, row: int) -> bool:
        """Whether the enclosures and then the exact verdict refute the form."""
        if verdict.outcome is not Outcome.REFUTED:
            return False
        return self.decided(instance, row).outcome is Outcome.REFUTED

    def is_decided(self, one: Candidate) -> bool:
        """Whether the exact verdict is decided; equal irrational sides stay undecided."""
        return self.decided(one.instance, one.measured.row).outcome is not Outcome.UNDECIDED

    def decided(self, instance: Instance, row: int) -> Verdict:
        """The verdict, decided in exact arithmetic where the form escalates."""
        return self.form.decided(instance, row)


def _ratio(verdict: Verdict) -> float:
    ratio = verdict.ratio
    return -inf if ratio is None or not np.isfinite(ratio.lo) else ratio.lo
