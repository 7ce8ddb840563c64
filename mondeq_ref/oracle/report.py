"""What is said about an implementation: every failure with what is needed to act on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Mistake(Enum):
    """The name of a diagnosis, and what it means."""

    FACTOR = "a gradient times a constant factor (a step size alpha, a sign, a mean for a sum)"
    TRANSPOSED = "a transposed W"
    STATE = "the splitting state instead of its read-out"
    STEP_LENGTH = "stopped on the step length"
    NO_INPUT = "U x is missing"
    NO_BIAS = "b is missing"
    ONE_STEP = "one application of the layer instead of its equilibrium"
    NO_RELU = "the ReLU is missing"
    BATCH_WIDE = "the stopping rule looks at the whole batch"
    ROUNDING = "another rounding"
    HALF_UP = "half-up instead of half-even"
    LEVELS = "a step of 2^b - 1 levels"
    GRANULARITY = "steps shared by the wrong entries"
    DEQUANTIZED = "the quantized array instead of its codes"
    TRANSPOSED_FACTOR = "A A' instead of A'A"
    SYMMETRIC = "S + S' instead of S - S'"
    NO_MARGIN = "m is missing"
    TRANSPOSED_GRADIENT = "the transposed gradient"
    NO_MASK = "inactive units have a gradient"
    NO_ADJOINT = "the gradient passes one application of the layer only"


@dataclass(frozen=True)
class Diagnosis:
    """A mistake that reproduces what came."""

    mistake: Mistake
    detail: str

    def __str__(self) -> str:
        return f"{self.mistake.value}: {self.detail}"


@dataclass(frozen=True)
class Failure:
    test: str
    group: str
    claim: str
    flags: tuple[str, ...]
    asked: str
    came: str
    off: str
    excess: float  # error / allowed; infinite where there is no number to measure
    diagnosis: Diagnosis | None
    snippet: str

    def __str__(self) -> str:
        lines = [
            f"FAILED {self.test}",
            f"  asked:     {self.asked}",
            f"  came:      {self.came}",
            f"  off:       {self.off}",
            f"  diagnosis: {self.diagnosis or 'none of the known mistakes gives this answer'}",
            "  reproduce:",
        ]
        return "\n".join(lines + [f"    {line}".rstrip() for line in self.snippet.splitlines()])

    def row(self) -> dict[str, Any]:
        """The failure in JSON's own types."""
        found = {name: getattr(self, name) for name in ("test", "group", "claim", "excess")}
        found["flags"] = list(self.flags)
        found["diagnosis"] = None if self.diagnosis is None else str(self.diagnosis)
        found["mistake"] = None if self.diagnosis is None else self.diagnosis.mistake.name
        return found | {name: getattr(self, name) for name in ("asked", "came", "off", "snippet")}


@dataclass(frozen=True)
class Report:
    """Passed, failed as expected, failed, and skipped; `ok` when nothing is unexpected."""

    seed: int
    declared_error: float
    passed: int
    failures: tuple[Failure, ...]
    expected: tuple[Failure, ...]  # failed, and a pattern of `expected_failures` names them
    skipped: Mapping[str, str]  # test -> reason
    stale: tuple[str, ...]  # patterns of `expected_failures` that nothing failed under

    @property
    def ok(self) -> bool:
        """An object that answered nothing has not passed."""
        return not self.failures and not self.stale and self.passed + len(self.expected) > 0

    def summary(self) -> str:
        counts = f"{self.passed} passed, {len(self.failures)} failed, {len(self.skipped)} skipped"
        if self.expected:
            counts += f", {len(self.expected)} failed as expected"
        known = f"declared error {self.declared_error:g}, seed {self.seed}"
        stale = "".join(f"\nnothing failed under the pattern {name!r}" for name in self.stale)
        return f"{counts} ({known}){stale}"

    def __str__(self) -> str:
        return "\n\n".join([*map(str, self.failures), self.summary()])

    def record(self) -> dict[str, Any]:
        """The report in JSON's own types."""
        return {
            "passed": self.passed,
            "failed": len(self.failures),
            "skipped": len(self.skipped),
            "expected_failures": len(self.expected),
            "declared_error": self.declared_error,
            "seed": self.seed,
            "failures": [failure.row() for failure in self.failures],
        }
