"""Every check of the suite by name: each claim, each form, each witness."""

from proofs_checks.claims import NAMES, theorem
from proofs_checks.theorem import Witness


def checks() -> list[str]:
    return [name for claim in NAMES for name in (claim, *checks_of(claim))]


def checks_of(claim: str) -> list[str]:
    subject = theorem(claim)
    forms = [f"form: {form.name}" for form in subject.forms]
    reached = [f"attained: {form}" for form, one in subject.attained.items() if _is(one)]
    needed = [f"needed: {hypothesis}" for hypothesis, one in subject.needed.items() if _is(one)]
    return [named(claim, check) for check in (*forms, *reached, *needed)]


def named(claim: str, check: str) -> str:
    """As the table and the stored answers have it."""
    return f"{claim}, {check}"


def _is(one: Witness | str) -> bool:
    """A reason for having no witness checks nothing."""
    return isinstance(one, Witness)
