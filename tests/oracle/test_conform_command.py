"""`mondeq-ref conform` as somebody with an implementation would use it."""

import json

import pytest

from mondeq_ref.cli.main import main
from tests.support.commands import refusal

WRONG = "tests.support.wrong_quantizers"


@pytest.mark.deep
def test_our_own_implementation_is_clean(capsys):
    assert main(["conform", "--self", "--random", "3"]) == 0
    out = capsys.readouterr().out
    assert "0 failed, 0 skipped" in out


def test_a_wrong_one_fails_with_its_diagnosis_in_the_json(capsys):
    argv = ["conform", f"{WRONG}:OnlyQuantizes", "--declared-error", "0", "--random", "1"]
    assert main([*argv, "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["failed"] == len(found["failures"]) > 0
    keys = {"test", "group", "claim", "flags", "excess", "diagnosis"}
    assert all(keys <= set(failure) for failure in found["failures"])
    assert {failure["mistake"] for failure in found["failures"]} == {"HALF_UP"}
    assert (
        "from tests.support.wrong_quantizers import OnlyQuantizes"
        in found["failures"][0]["snippet"]
    )


def test_module_that_kills_its_process_is_refused(tmp_path, monkeypatch, capsys):
    (tmp_path / "dying.py").write_text("import os\nos._exit(3)\n")
    monkeypatch.syspath_prepend(tmp_path)
    said = refusal(capsys, ["conform", "dying:it", "--random", "1"])
    assert "dying:it: its process ended with exit code 3 while loading" in said


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["tests.support.wrong_solvers:Right", "--timeout", "0"], "number of seconds > 0"),
        (["nothing.here:object"], "No module named"),
        (["wrong"], "MODULE:OBJECT"),
    ],
)
def test_what_cannot_be_judged_is_refused_in_one_line(words, sentence, capsys):
    assert sentence in refusal(capsys, ["conform", *words, "--random", "1"])
