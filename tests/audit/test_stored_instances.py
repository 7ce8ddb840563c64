"""A stored case is the instance it names: the one that the audit drew, and no other."""

import pytest

from mondeq_ref.documents.strict_json import plain
from proofs_checks.audit import run as running
from proofs_checks.audit.claim_replay import document
from proofs_checks.audit.judge import Record, records
from proofs_checks.claims import theorem

FIRST, LAST = 7, 11


@pytest.fixture(scope="module")
def drawn() -> list[Record]:
    found = records(theorem("margin"), 3, range(FIRST, LAST), running.shipped())
    return [record for record in found if isinstance(record, Record)]


@pytest.mark.parametrize("index", range(FIRST, LAST))
def test_document_of_an_instance_equals_its_records(drawn, index) -> None:
    expected = [
        {"form": one.form, "outcome": one.conclusion.name, "ratio": plain(one.ratio)}
        for one in drawn
        if (one.index, one.row) == (index, 0)
    ]
    told = document("margin", 3, index, 0)["forms"]
    assert expected == [{name: form[name] for name in expected[0]} for form in told]
    assert len({str(one.ratio) for one in drawn}) > LAST - FIRST  # instances differ
