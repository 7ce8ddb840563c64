"""The audit's section on the hunter: the stored cases, decided again.

Every verdict and every ratio is computed from the stored instance; only the number of restarts is
copied.  A case that cannot be decided again, or whose result differs, is a fault.
"""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from mondeq_ref.documents.strict_json import plain
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.process import one_thread
from mondeq_ref.rigor.verdict import Outcome
from proofs_checks.audit.claim_replay import form_of
from proofs_checks.audit.instance_encoding import decode_instance
from proofs_checks.audit.witnesses import Attained, attained
from proofs_checks.claims import theorem
from proofs_checks.hunter.shrinking import SAME
from proofs_checks.hunter.stored import Aim, Document, Hunted, shipped
from proofs_checks.hunter.target import Target
from proofs_checks.theorem import Form, Theorem

PAIR = 2  # units
SAID = {Outcome.PROVED: "HOLDS", Outcome.REFUTED: "REFUTED", Outcome.UNDECIDED: "UNDECIDED"}
WORST_FIRST = ("ERROR", "REFUTED", "UNDECIDED", "HOLDS")


@dataclass(frozen=True)
class DecidedCase:
    """A stored case, decided again."""

    verdict: str  # exact where the form has exact arithmetic
    measured: Enclosure
    bound: Enclosure
    ratio: Enclosure | None
    exact: bool  # measured and bound are equal, exactly
    guarantee: str
    units: int
    family: str
    instance: Mapping[str, Any]


@dataclass(frozen=True)
class HuntedForm:
    """One form: the known supremum, the sharpest case, and the sharpest case of two units."""

    form: str
    formula: str
    verdict: str | None  # the worst of its cases; null where none is stored
    reached: bool | None  # within SAME of 1; null where there is no ratio
    supremum: Attained
    sharpest: DecidedCase | None
    of_two: DecidedCase | None
    restarts: int


@dataclass(frozen=True)
class Counterexample:
    """The search for a counterexample of the published form that violates one hypothesis alone."""

    hypothesis: str
    refuted: bool
    case: DecidedCase | None
    restarts: int


@dataclass(frozen=True)
class HuntedClaim:
    """The stored results of one claim."""

    id: str
    verdict: str  # the worst of its forms; a case that no longer refutes is an error
    forms: Sequence[HuntedForm]
    without: Sequence[Counterexample]
    faults: Sequence[str]


def section(claims: Sequence[str]) -> list[dict[str, Any]] | None:
    """The section for these claims; None where no cases ship."""
    held = shipped()
    if held is None:
        return None
    with one_thread():
        return [plain(hunted_claim(theorem(name), held)) for name in claims]


def hunted_claim(subject: Theorem, held: Mapping[Aim, Hunted]) -> HuntedClaim:
    faults = list[str]()

    def cases(aim: Aim) -> tuple[list[DecidedCase], int]:
        stored = held.get(aim, Hunted(0, ()))
        found = list[DecidedCase]()
        for case in stored.cases:
            with _reported(faults, aim.form if aim.without is None else f"without {aim.without}"):
                found.append(_decided(subject, aim, case))
        return found, stored.restarts

    suprema = {one.form: one for one in attained(subject)[0]}
    forms = [
        _hunted_form(form, suprema[form.name], *cases(Aim(subject.name, form.name)))
        for form in subject.forms
    ]
    published = subject.forms[0].name
    without = [
        _counterexample(lost, *cases(Aim(subject.name, published, lost)), faults)
        for lost in subject.refutable
    ]
    verdicts = [one.verdict for one in forms if one.verdict] + ["ERROR" for _ in faults]
    worst = min(verdicts, key=WORST_FIRST.index, default="HOLDS")
    return HuntedClaim(subject.name, worst, forms, without, faults)


@contextmanager
def _reported(faults: list[str], what: str) -> Generator[None]:
    """Add an exception to the faults with its type; it never becomes a verdict."""
    try:
        yield
    except Exception as error:
        faults.append(f"{what}: {type(error).__name__}: {error}")


def _decided(subject: Theorem, aim: Aim, case: Document) -> DecidedCase:
    target = Target(subject, form_of(subject, aim.form), aim.without)
    built, row, how = decode_instance(case["instance"]), int(case["input"]), subject.coordinates
    if not target.admits(built):
        raise ValueError("the stored instance does not meet its hypotheses")
    verdict, measured = target.decided(built, row), target.form.check(built)[row]
    if measured is None:
        raise ValueError("there is no verdict on the stored instance")
    return DecidedCase(
        SAID[verdict.outcome],
        measured.lhs,
        measured.rhs,
        verdict.ratio,
        verdict.equal and verdict.ratio is not None,
        verdict.guarantee.value,
        how.units(built),
        how.family(built),
        how.described(built),
    )


def _hunted_form(
    form: Form, supremum: Attained, cases: Sequence[DecidedCase], restarts: int
) -> HuntedForm:
    ratio = cases[0].ratio if cases else None
    return HuntedForm(
        form.name,
        form.formula,
        min((case.verdict for case in cases), key=WORST_FIRST.index, default=None),
        None if ratio is None else ratio.lo >= 1 - SAME,
        supremum,
        cases[0] if cases else None,
        next((case for case in cases if case.units == PAIR and case.ratio is not None), None),
        restarts,
    )


def _counterexample(
    lost: str, cases: Sequence[DecidedCase], restarts: int, faults: list[str]
) -> Counterexample:
    refuting = next((case for case in cases if case.verdict == "REFUTED"), None)
    if cases and refuting is None:
        faults.append(f"without {lost}: the stored case does not refute the claim")
    return Counterexample(lost, refuting is not None, refuting, restarts)
