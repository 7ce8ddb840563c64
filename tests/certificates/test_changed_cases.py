"""What `replay` confirms of a changed case is true."""

import pytest

from tests.certificates.changed_cases import run


@pytest.mark.parametrize("count", [200, pytest.param(20_000, marks=pytest.mark.deep)])
def test_nothing_false_is_confirmed_and_nothing_raises(count: int) -> None:
    counts, findings = run(count, 3)
    assert not findings
    assert counts["raised"] == 0
    assert min(counts[name] for name in ("confirmed", "not confirmed", "refused")) > 5
