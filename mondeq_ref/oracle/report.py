"""The report on an implementation, with the facts about every failure."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mondeq_ref.oracle.names import Diagnosis
from mondeq_ref.oracle.question import MOST_DECLARED

UNKNOWN = "none of the known mistakes gives this answer"
SHOWN = 6  # names shown of tests that fail alike


@dataclass(frozen=True)
class Failure:
    """One wrong answer, with its diagnosis and the code that reproduces it."""

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
    measured: str = ""  # the residual of the answer and the like
    trace: str = ""
    declared: float = float("inf")  # the smallest declared error that would pass
    unnamed: str = UNKNOWN  # why there is no diagnosis

    @property
    def cause(self) -> tuple[str, str, str]:
        """The key by which failures are grouped in the report."""
        if self.diagnosis is not None:
            return self.group, self.diagnosis.mistake.name, ""
        came = self.came if self.excess == float("inf") and not self.off else ""
        return self.group, self.unnamed, came

    def __str__(self) -> str:
        lines = [
            f"FAILED {self.test}",
            f"  asked:     {self.asked}",
            f"  came:      {self.came}",
            f"  off:       {self.off or 'there is no number to measure'}",
            f"  measured:  {self.measured}" if self.measured else "",
            f"  diagnosis: {self.diagnosis or self.unnamed}",
            "  traceback:" if self.trace else "",
            *(f"    {line}" for line in self.trace.splitlines()),
            "  reproduce:",
        ]
        lines += [f"    {line}" for line in self.snippet.splitlines()]
        return "\n".join(line.rstrip() for line in lines if line)

    def row(self) -> dict[str, Any]:
        """The failure in JSON's own types."""
        found = {name: getattr(self, name) for name in ("test", "group", "claim", "excess")}
        found["flags"] = list(self.flags)
        found["diagnosis"] = None if self.diagnosis is None else str(self.diagnosis)
        found["mistake"] = None if self.diagnosis is None else self.diagnosis.mistake.name
        found["unnamed"] = self.unnamed if self.diagnosis is None else None
        found["smallest_declared_error"] = self.declared
        shown = ("asked", "came", "off", "measured", "trace", "snippet")
        return found | {name: getattr(self, name) for name in shown}


@dataclass(frozen=True)
class Report:
    """The numbers of passed tests, and the failed, expectedly failed and skipped ones."""

    seed: int
    declared_error: Mapping[str, float]  # operation -> what was declared
    passed: int
    failures: tuple[Failure, ...]
    expected: tuple[Failure, ...]  # failed, and a pattern of `expected_failures` names them
    skipped: Mapping[str, str]  # test -> reason
    stale: tuple[str, ...]  # patterns of `expected_failures` that no failure matches
    needed: Mapping[str, float] = field(default_factory=dict[str, float])  # by operation
    counts: Mapping[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])

    @property
    def ok(self) -> bool:
        """Whether something passed (or failed as expected), and nothing is unexpected."""
        return not self.failures and not self.stale and self.passed + len(self.expected) > 0

    def causes(self) -> list[list[Failure]]:
        """Groups of failures with one cause: first those with a diagnosis, then by size."""
        groups = dict[tuple[str, str, str], list[Failure]]()
        for failure in self.failures:
            groups.setdefault(failure.cause, []).append(failure)
        return sorted(groups.values(), key=lambda group: (not group[0].diagnosis, -len(group)))

    def summary(self) -> str:
        counts = f"{self.passed} passed, {len(self.failures)} failed, {len(self.skipped)} skipped"
        if self.expected:
            counts += f", {len(self.expected)} failed as expected"
        stale = "".join(f"\nnothing failed under the pattern {name!r}" for name in self.stale)
        return f"{counts} (seed {self.seed}){stale}"

    def _operations(self) -> Iterator[str]:
        """One line per operation: tests passed and failed, declared and smallest passing error."""
        for name, (passed, failed) in self.counts.items():
            line = f"  {name:18}{passed:5} passed{failed:5} failed"
            line += f"   declared {self.declared_error.get(name, 0.0):.3g}"
            least = self.least(name)
            yield line + (
                "   no declared error would let all pass"
                if least is None
                else f"   smallest that would pass {least:.3g}"
            )

    def least(self, operation: str) -> float | None:
        """The smallest declared error with which all tests of the operation would pass; None
        where it is larger than any that may be declared."""
        needed = self.needed.get(operation, 0.0)
        return needed if needed <= MOST_DECLARED else None

    def reasons(self) -> Mapping[str, int]:
        """The reasons for which questions were skipped, with their numbers."""
        return Counter(self.skipped.values())

    def __str__(self) -> str:
        shown = list[str]()
        for group in self.causes():
            alike = [failure.test for failure in group[1:]]
            more = f", and {len(alike) - SHOWN} more" if len(alike) > SHOWN else ""
            tail = f"\n  {len(alike)} more fail alike: {', '.join(alike[:SHOWN])}{more}"
            shown.append(str(group[0]) + (tail if alike else ""))
        reasons = [f"  {count:5} skipped: {reason}" for reason, count in self.reasons().items()]
        table = "\n".join([*self._operations(), *reasons])
        return "\n\n".join([*shown, *([table] if table else []), self.summary()])

    def record(self) -> dict[str, Any]:
        """The report in JSON's own types."""
        return {
            "passed": self.passed,
            "failed": len(self.failures),
            "skipped": len(self.skipped),
            "expected_failures": len(self.expected),
            "declared_error": dict(self.declared_error),
            "smallest_declared_error": dict(self.needed),
            "seed": self.seed,
            "failures": [failure.row() for failure in self.failures],
        }
