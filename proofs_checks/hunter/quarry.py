"""What is hunted: one form of a claim, with all its hypotheses or with one of them broken."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf

import numpy as np

from mondeq_ref.arrays import InputError
from mondeq_ref.rigor.verdict import Outcome, Verdict
from proofs_checks.instance import Instance
from proofs_checks.theorem import Form, Predicate, Theorem


@dataclass(frozen=True, order=True)
class Measured:
    """The sharpest verdict of an instance; a refutation is sharper than any ratio."""

    refuted: bool
    ratio: float  # at least so much: the lower end of measured/bound; -inf where there is none
    row: int


@dataclass(frozen=True, eq=False)
class Quarry:
    theorem: Theorem
    form: Form
    dropped: str | None = None
    fits: Callable[[Instance, int, Verdict], bool] | None = None  # what else is asked of a case

    def __post_init__(self) -> None:
        if self.dropped is not None and self.dropped not in self.hypotheses:
            asked = ", ".join(map(repr, self.hypotheses)) or "nothing"
            raise InputError(
                f"{self.theorem.name}, {self.form.name!r} asks for {asked}, not {self.dropped!r}"
            )

    @property
    def hypotheses(self) -> Mapping[str, Predicate]:
        shared = {} if self.form.alone else self.theorem.hypotheses
        return {**shared, **self.form.needs}

    def admits(self, instance: Instance) -> bool:
        """All hypotheses are proved; the dropped one is refuted."""
        return all(
            holds(instance) is (Outcome.REFUTED if name == self.dropped else Outcome.PROVED)
            for name, holds in self.hypotheses.items()
        )

    def measure(self, instance: Instance | None) -> Measured | None:
        """None where the hypotheses are not met, or the instance cannot be computed with."""
        if instance is None:
            return None
        try:
            if not self.admits(instance):
                return None
            found = [
                Measured(self._refuted(verdict, instance, row), _ratio(verdict), row)
                for row, verdict in enumerate(self.form.check(instance))
                if verdict is not None and (self.fits is None or self.fits(instance, row, verdict))
            ]
        except (InputError, ArithmeticError, np.linalg.LinAlgError):
            return None  # out of range: not a point of the search, and not a verdict either
        return max(found, default=None)

    def _refuted(self, verdict: Verdict, instance: Instance, row: int) -> bool:
        """By the enclosures and, exactly, once more."""
        if verdict.outcome is not Outcome.REFUTED:
            return False
        return self.decided(instance, row).outcome is Outcome.REFUTED

    def is_decided(self, instance: Instance, row: int) -> bool:
        """Sides that are equal, but irrational, are left undecided: nobody can be shown that."""
        return self.decided(instance, row).outcome is not Outcome.UNDECIDED

    def decided(self, instance: Instance, row: int) -> Verdict:
        """In exact arithmetic where the form has it."""
        verdict = self.form.check(instance)[row]
        if self.form.escalate is not None:
            return self.form.escalate(instance, row)
        if verdict is None:
            raise ValueError("only a verdict that was given can be decided")
        return verdict


def _ratio(verdict: Verdict) -> float:
    ratio = verdict.ratio
    return -inf if ratio is None or not np.isfinite(ratio.lo) else ratio.lo
