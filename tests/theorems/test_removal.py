"""Which check could go: what is said of a matrix of faults and of those who notice them."""

from proofs_checks.claims import NAMES
from proofs_checks.faults.kept import KEPT
from proofs_checks.faults.reach import reached
from proofs_checks.faults.removal import (
    STORED,
    Answer,
    alone,
    asked,
    current,
    digest,
    document,
    load,
)
from proofs_checks.faults.suite import checks

LIBRARY, OWN = "mondeq_ref/bounds.py", "proofs_checks/claims/margin.py"
FORM, WITNESS = "margin, form: as published", "margin, attained: as published"
OTHER = "margin, form: one-sided"


def test_every_claim_form_and_witness_is_a_check_once() -> None:
    known = checks()
    assert len(set(known)) == len(known)
    assert set(NAMES) < set(known)
    assert {FORM, WITNESS, OTHER} < set(known)


def test_a_check_is_alone_only_if_nobody_else_notices() -> None:
    both = Answer("noticed by two", LIBRARY, (FORM, OTHER))
    one = Answer("noticed by one", LIBRARY, (FORM,))
    nobody = Answer("noticed by none", LIBRARY, ())
    found = [both, one, nobody]
    assert alone(FORM, found) == ["noticed by one"]
    assert alone(OTHER, found) == []
    assert alone("margin", found) == ["noticed by two", "noticed by one"]
    assert alone("margin, form: as", found) == []


def test_the_witness_of_a_form_would_go_with_it_but_not_the_form_with_its_witness() -> None:
    found = [Answer("noticed by a form and its witness", LIBRARY, (FORM, WITNESS))]
    assert alone(FORM, found) == ["noticed by a form and its witness"]
    assert alone(WITNESS, found) == alone(OTHER, found) == []


def test_a_fault_in_a_claims_own_file_speaks_for_its_witnesses_alone() -> None:
    assert alone(FORM, [Answer("own line", OWN, (FORM,))]) == []
    assert alone("margin", [Answer("own line", OWN, (FORM,))]) == []
    assert alone(WITNESS, [Answer("own line", OWN, (WITNESS,))]) == ["own line"]


def test_answers_come_back_from_their_file(tmp_path) -> None:
    answers = {digest(fault): Answer(fault.what, fault.file, (FORM,)) for fault in asked()[:3]}
    (tmp_path / "noticed.json").write_text(document(answers))
    assert load(tmp_path / "noticed.json") == answers
    assert load(tmp_path / "none.json") == {}


def test_a_claim_is_reached_by_its_own_file_and_by_what_all_of_them_use() -> None:
    assert reached(OWN) == ("margin",)
    assert reached("mondeq_ref/rigor/verdict.py") == NAMES
    assert reached("proofs_checks/commands/audit.py") == ()


def test_every_fault_that_claims_are_asked_about_has_its_stored_answer() -> None:
    answers = load(STORED)
    assert [fault.what for fault in asked() if digest(fault) not in answers] == []
    found = current(answers)
    assert {name for one in found for name in one.by} <= {*checks(), *runs()}


def runs() -> set[str]:
    """A claim that raises complains of its run, which is no check of its own."""
    return {f"{claim}, run" for claim in NAMES}


def test_every_check_notices_something_alone_or_has_its_reason_and_not_both() -> None:
    found = current(load(STORED))
    idle = {check for check in checks() if not alone(check, found)}
    assert idle == set(KEPT)
    assert all(len(reason.split()) > 5 for reason in KEPT.values())
