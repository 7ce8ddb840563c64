"""Checks of the witnesses of a claim: attained bounds and needed hypotheses."""

from collections.abc import Mapping
from dataclasses import dataclass

from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.verdict import Outcome, Verdict
from proofs_checks.instance import Instance
from proofs_checks.theorem import Form, Theorem, Witness

ATTAINED_WIDTH = 1e-9  # greatest width of an enclosure of measured/bound around 1 for "attained"


@dataclass(frozen=True)
class Attained:
    """Whether a bound is attained: measured/bound is 1 for the witness, exactly or to a width."""

    form: str
    why: str
    attained: bool | None  # None: no witness is known, for the reason given
    exact: bool
    ratio: Enclosure | None


@dataclass(frozen=True)
class Needed:
    """Whether a hypothesis is needed: the witness, which violates it alone, refutes the first form
    that has it, which is the claim where the hypothesis is one of the claim's own."""

    hypothesis: str
    why: str
    shown: bool | None  # None: there is no witness, for the reason given


def attained(theorem: Theorem) -> tuple[list[Attained], list[str]]:
    """The result of every form's witness, and the faults found."""
    found: list[Attained] = []
    faults = _unmatched("form", [form.name for form in theorem.forms], theorem.attained)
    for form in theorem.forms:
        witness = theorem.attained.get(form.name)
        if isinstance(witness, str):
            found.append(Attained(form.name, witness, None, False, None))
        elif witness is not None:
            one = _attained(theorem, form, witness)
            found.append(one)
            if not one.attained:
                faults.append(f"the bound {form.name!r} is not attained: ratio {one.ratio}")
    return found, faults


def _attained(theorem: Theorem, form: Form, witness: Witness) -> Attained:
    built = witness.build()
    if broken(theorem, built, form):
        return Attained(form.name, witness.why, False, False, None)
    verdict = decided(form, built)
    ratio = verdict.ratio
    reached = ratio is not None and ratio.lo <= 1 <= ratio.hi and ratio.width <= ATTAINED_WIDTH
    return Attained(form.name, witness.why, reached, verdict.equal, ratio)


def needed(theorem: Theorem) -> tuple[list[Needed], list[str]]:
    """The result of every hypothesis's witness, and the faults found."""
    found: list[Needed] = []
    faults = _unmatched("hypothesis", list(theorem.first_with), theorem.needed)
    for hypothesis, form in theorem.first_with.items():
        witness = theorem.needed.get(hypothesis)
        if isinstance(witness, str):
            found.append(Needed(hypothesis, witness, None))
        elif witness is not None:
            fault = _not_needed(theorem, form, hypothesis, witness)
            found.append(Needed(hypothesis, witness.why, fault is None))
            if fault is not None:
                faults.append(f"the witness for {hypothesis!r} {fault}")
    return found, faults


def _not_needed(theorem: Theorem, form: Form, hypothesis: str, witness: Witness) -> str | None:
    built = witness.build()
    lost = broken(theorem, built, form)
    if lost != {hypothesis}:
        return f"breaks {sorted(lost) or 'nothing'} instead of that alone"
    if theorem.hypotheses_of(form)[hypothesis](built) is not Outcome.REFUTED:
        return "leaves it undecided: that breaks nothing"
    verdict = decided(form, built)
    if verdict.outcome is not Outcome.REFUTED:
        return f"does not refute {form.name!r}: {verdict.outcome.name}"
    return None


def broken(theorem: Theorem, built: Instance, form: Form | None = None) -> set[str]:
    """The hypotheses that are refuted or undecided."""
    predicates = theorem.hypotheses if form is None else theorem.hypotheses_of(form)
    return {name for name, holds in predicates.items() if holds(built) is not Outcome.PROVED}


def decided(form: Form, built: Instance) -> Verdict:
    """The only verdict of a witness, decided in exact arithmetic where the form escalates."""
    rows = [row for row, verdict in enumerate(form.check(built)) if verdict is not None]
    if len(rows) != 1:
        raise ValueError(f"a witness must give one verdict, this one gives {len(rows)}")
    return form.decided(built, rows[0])


def _unmatched(what: str, wanted: list[str], given: Mapping[str, Witness | str]) -> list[str]:
    def blank(name: str) -> bool:
        reason = given.get(name, "")
        return isinstance(reason, str) and not reason.strip()

    missing = [
        f"the {what} {name!r} has neither a witness nor a reason for having none"
        for name in wanted
        if blank(name)
    ]
    return missing + [f"there is no {what} {name!r}" for name in given if name not in wanted]
