"""The stored cases decided again, now, as the audit's section on the hunter.

Nothing is quoted but how many restarts were made: every verdict and every ratio is computed
from the stored instance.  A case that cannot be decided again, or that is not what it was
stored as, is a fault.
"""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from mondeq_ref.documents.strict_json import plain
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.process import one_thread
from mondeq_ref.rigor.verdict import Outcome, Verdict
from proofs_checks.audit.instance_encoding import decode_instance
from proofs_checks.audit.replay import form_of
from proofs_checks.audit.witnesses import Attained, attained
from proofs_checks.claims import theorem
from proofs_checks.hunter.drawing import DRAWN, picture
from proofs_checks.hunter.pictures import Picture
from proofs_checks.hunter.quarry import Quarry
from proofs_checks.hunter.readable import family, numbers, units
from proofs_checks.hunter.shrinking import SAME
from proofs_checks.hunter.stored import Aim, Document, Hunted, shipped
from proofs_checks.instance import Instance
from proofs_checks.theorem import Form, Theorem

PAIR = 2  # units
SAID = {Outcome.PROVED: "HOLDS", Outcome.REFUTED: "REFUTED", Outcome.UNDECIDED: "UNDECIDED"}
WORST_FIRST = ("ERROR", "REFUTED", "UNDECIDED", "HOLDS")


@dataclass(frozen=True, eq=False)
class Again:
    """A stored case, decided again."""

    instance: Instance
    row: int
    measured: Verdict  # whose sides are those of the form
    verdict: Verdict  # exact where the form has exact arithmetic


@dataclass(frozen=True)
class Decided:
    """What such a case is, and what is so of it."""

    verdict: str
    measured: Enclosure
    bound: Enclosure
    ratio: Enclosure | None
    exact: bool  # measured and bound are equal, exactly
    guarantee: str
    units: int
    family: str
    instance: Mapping[str, Any]


@dataclass(frozen=True)
class Sharpest:
    """One form: the supremum that is known, the sharpest case, and the sharpest of two units."""

    form: str
    formula: str
    verdict: str | None  # the worst of its cases; null where none is stored
    reached: bool | None  # within SAME of 1; null where there is no ratio
    supremum: Attained
    sharpest: Decided | None
    of_two: Decided | None
    restarts: int


@dataclass(frozen=True)
class Without:
    """The published form with one hypothesis broken, alone."""

    hypothesis: str
    refuted: bool
    case: Decided | None
    restarts: int


@dataclass(frozen=True)
class Drawn:
    form: str
    formula: str
    ratio: Enclosure | None
    instance: Mapping[str, Any]
    picture: Picture


@dataclass(frozen=True)
class Quarries:
    """What was hunted in one claim."""

    id: str
    verdict: str  # the worst of its forms; a counterexample that is none any more is an error
    forms: Sequence[Sharpest]
    without: Sequence[Without]
    drawn: Drawn | None
    faults: Sequence[str]


def section(claims: Sequence[str]) -> list[dict[str, Any]] | None:
    """None where no cases ship."""
    held = shipped()
    if held is None:
        return None
    with one_thread():
        return [plain(quarries(theorem(name), held)) for name in claims]


def quarries(subject: Theorem, held: Mapping[Aim, Hunted]) -> Quarries:
    of = {aim: stored for aim, stored in held.items() if aim.claim == subject.name}
    again, faults = dict[Aim, list[Again]](), list[str]()
    for aim, stored in of.items():
        again[aim] = []
        for case in stored.cases:
            with _reported(faults, aim.form if aim.without is None else f"without {aim.without}"):
                again[aim].append(_again(subject, aim, case))
    suprema = {one.form: one for one in attained(subject)[0]}
    forms = [
        _sharpest(subject, form, suprema[form.name], again.get(aim, []), _restarts(of.get(aim)))
        for form in subject.forms
        for aim in [Aim(subject.name, form.name)]
    ]
    without = [
        _without(subject, lost, again.get(aim, []), _restarts(of.get(aim)), faults)
        for lost in subject.hypotheses
        for aim in [Aim(subject.name, subject.forms[0].name, lost)]
    ]
    drawn = None
    with _reported(faults, "the picture"):
        drawn = _drawn(subject, again)
    verdicts = [one.verdict for one in forms if one.verdict] + ["ERROR" for _ in faults]
    worst = min(verdicts, key=WORST_FIRST.index, default="HOLDS")
    return Quarries(subject.name, worst, forms, without, drawn, faults)


@contextmanager
def _reported(faults: list[str], what: str) -> Generator[None]:
    """Reported by name: an exception is never turned into a verdict."""
    try:
        yield
    except Exception as error:
        faults.append(f"{what}: {type(error).__name__}: {error}")


def _again(subject: Theorem, aim: Aim, case: Document) -> Again:
    quarry = Quarry(subject, form_of(subject, aim.form), aim.without)
    built, row = decode_instance(case["instance"]), int(case["input"])
    if not quarry.admits(built):
        raise ValueError("the stored instance does not meet its hypotheses")
    measured = quarry.form.check(built)[row]
    if measured is None:
        raise ValueError("there is no verdict on the stored instance")
    return Again(built, row, measured, quarry.decided(built, row))


def _restarts(stored: Hunted | None) -> int:
    return 0 if stored is None else stored.restarts


def _sharpest(
    subject: Theorem, form: Form, supremum: Attained, again: Sequence[Again], restarts: int
) -> Sharpest:
    cases = [_decided(subject, one) for one in again]
    ratio = cases[0].ratio if cases else None
    return Sharpest(
        form.name,
        form.formula,
        min((case.verdict for case in cases), key=WORST_FIRST.index, default=None),
        None if ratio is None else ratio.lo >= 1 - SAME,
        supremum,
        cases[0] if cases else None,
        next((case for case in cases if case.units == PAIR and case.ratio is not None), None),
        restarts,
    )


def _without(
    subject: Theorem, lost: str, again: Sequence[Again], restarts: int, faults: list[str]
) -> Without:
    cases = [_decided(subject, one) for one in again]
    refuting = next((case for case in cases if case.verdict == "REFUTED"), None)
    if cases and refuting is None:
        faults.append(f"without {lost}: the stored case does not refute the claim")
    return Without(lost, refuting is not None, refuting, restarts)


def _drawn(subject: Theorem, again: Mapping[Aim, Sequence[Again]]) -> Drawn | None:
    form = form_of(subject, DRAWN[subject.name][0])
    cases = again.get(Aim(subject.name, form.name, drawn=True), [])
    if not cases:
        return None
    pair = cases[0]
    return Drawn(
        form.name,
        form.formula,
        pair.verdict.ratio,
        numbers(subject.name, pair.instance),
        picture(subject.name, pair.instance, pair.row, pair.measured),
    )


def _decided(subject: Theorem, again: Again) -> Decided:
    verdict = again.verdict
    ratio = verdict.ratio
    return Decided(
        SAID[verdict.outcome],
        again.measured.lhs,
        again.measured.rhs,
        ratio,
        verdict.equal and ratio is not None,
        verdict.guarantee.value,
        units(again.instance),
        family(again.instance),
        numbers(subject.name, again.instance),
    )
