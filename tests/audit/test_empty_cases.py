"""A stored case that says nothing is refused: agreeing with nothing would be a wrong green."""

import pytest

from mondeq_ref.arrays import InputError
from proofs_checks.audit.claim_replay import replay


@pytest.mark.parametrize(
    "stored",
    [
        {"kind": "claim", "claim": "margin", "seed": 0, "index": 0, "input": 0, "forms": []},
        {"kind": "claim", "searches": []},
    ],
)
def test_case_is_refused_when_it_holds_no_form(stored):
    with pytest.raises(InputError, match="at least"):
        replay(stored)
