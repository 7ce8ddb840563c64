"""`mondeq-ref conform` as somebody with an implementation would use it."""

import json

import pytest

from mondeq_ref.cli.main import main


@pytest.fixture(autouse=True)
def _stranger_is_importable(monkeypatch):
    monkeypatch.syspath_prepend(__file__.rpartition("/")[0])


def test_our_own_implementation_is_clean(capsys):
    assert main(["conform", "--self", "--random", "3"]) == 0
    out = capsys.readouterr().out
    assert "0 failed, 0 skipped" in out


def test_a_wrong_one_fails_with_its_diagnosis_in_the_json(capsys):
    assert (
        main(["conform", "wrong:OnlyQuantizes", "--declared-error", "0", "--random", "1", "--json"])
        == 1
    )
    found = json.loads(capsys.readouterr().out)
    assert found["failed"] == len(found["failures"]) > 0
    keys = {"test", "group", "claim", "flags", "excess", "diagnosis"}
    assert all(keys <= set(failure) for failure in found["failures"])
    assert {failure["mistake"] for failure in found["failures"]} == {"HALF_UP"}
    assert "from wrong import OnlyQuantizes" in found["failures"][0]["snippet"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nothing.here:object"], "No module named"),
        (["wrong"], "MODULE:OBJECT"),
        ([], "either MODULE:OBJECT or --self"),
    ],
)
def test_what_cannot_be_judged_is_refused_in_one_line(words, sentence, capsys):
    assert main(["conform", *words, "--random", "1"]) == 2
    error = capsys.readouterr().err
    assert sentence in error
    assert error.count("\n") == 1
