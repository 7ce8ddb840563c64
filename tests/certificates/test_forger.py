"""Nothing that the forger makes is accepted unless it is true."""

import pytest

from tests.certificates.forger import run


@pytest.mark.parametrize("count", [300, pytest.param(20_000, marks=pytest.mark.deep)])
def test_forged_documents_are_true_or_not_accepted(count) -> None:
    counts, findings = run(count, 11)
    assert not findings
    assert counts["raised"] == 0
    assert min(counts[name] for name in ("accepted", "rejected", "refused")) > 30


def test_forger_finds_a_checker_that_compares_no_operator(monkeypatch) -> None:
    monkeypatch.setattr("mondeq_ref.certificates.case._is_same", lambda *_, **__: True)
    _, findings = run(200, 11)
    assert any("another operator" in finding for finding in findings)
