"""audit, explain and diff, as a person runs them; on two cheap claims."""

import json
import shutil
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from importlib.resources import files
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from mondeq_ref.cli.main import main
from mondeq_ref.files.checkpoint import write_checkpoint
from mondeq_ref.files.load import checkpoint_of
from mondeq_ref.files.npz import write_npz
from mondeq_ref.instances.families import generic
from mondeq_ref.operator import Head
from proofs_checks import claims
from proofs_checks.audit.document import result, sentence, summary
from proofs_checks.audit.findings import ClaimFinding
from proofs_checks.commands.audit import EXIT, STRICT
from proofs_checks.report.difference import VOLATILE
from tests.support.commands import refusal, told

SCHEMA = json.loads((files("proofs_checks.report") / "audit.schema.json").read_text())


def audited(folder: Path, *more: str) -> dict[str, Any]:
    options = ["--cases", "40", "--out", str(folder), "--quiet", *more]
    assert main(["audit", "--only", "margin", *options]) == 0
    return json.loads((folder / "audit.json").read_text())


@pytest.fixture(scope="module")
def seed_5(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], str, str]:
    """A folder, the audit in it, and what was written to stdout and to stderr."""
    folder, out, err = tmp_path_factory.mktemp("audit"), StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        audit = audited(folder, "--seed", "5", "--json")
    return folder, audit, out.getvalue(), err.getvalue()


def test_audit_json_follows_schema_beside_its_page(seed_5: Any) -> None:
    folder, audit, out, err = seed_5
    Draft202012Validator(SCHEMA).validate(audit)
    assert audit["settings"] == {"seed": 5, "cases": 40, "claims": ["margin"]}
    assert audit["digest"] in (folder / "report.html").read_text()
    assert json.loads(out) == audit
    assert "The claim holds" in err
    assert f"written to {folder}: report.html" in err


def test_a_quick_audit_says_what_it_leaves_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine, out = str(tmp_path / "mine.npz"), tmp_path / "out"
    write_checkpoint(mine, checkpoint_of(generic(np.random.default_rng(1), 6)))
    quick = ["audit", "--quick", "--quiet", "--out", str(out), "--only", "margin"]
    assert main([*quick, "--operator", mine]) == 0
    audit = json.loads((out / "audit.json").read_text())
    Draft202012Validator(SCHEMA).validate(audit)
    shown = " ".join(capsys.readouterr().out.split())
    page = " ".join((out / "report.html").read_text().split())
    assert audit["settings"]["left_out"]
    for said in (*audit["settings"]["left_out"], "Quick audit: the claim holds in every case"):
        assert said in shown
        assert said in page
    (claim,) = audit["claims"]
    assert claim["instances"] == 40
    assert not claim["replay"]["family"].startswith("shipped")
    (ladder,) = audit["ladder"]
    assert (ladder["what"], {row["inputs"] for row in ladder["rows"]}) == ("W", {64})
    assert audit["published"] is audit["figure_1"] is None


def test_the_number_of_workers_and_the_time_change_nothing(tmp_path: Path) -> None:
    one = audited(tmp_path / "one", "--workers", "1", "--cases", "160")
    two = audited(tmp_path / "two", "--workers", "2", "--cases", "160")
    assert one["digest"] == two["digest"]
    assert {k: v for k, v in one.items() if k not in VOLATILE} == {
        k: v for k, v in two.items() if k not in VOLATILE
    }


def test_the_tightest_case_can_be_drawn_again(seed_5: Any) -> None:
    from proofs_checks.audit.judge import instance
    from proofs_checks.audit.run import shipped

    (claim,) = seed_5[1]["claims"]
    again = claim["replay"]
    drawn = instance(claims.theorem("margin"), again["seed"], again["index"], shipped())
    assert (drawn.family, drawn.operator.n) == (again["family"], again["n"])
    assert claim["forms"][0]["tightest_case"] == [again["index"], again["input"]]


def test_diff_is_0_for_the_same_and_1_for_another(
    seed_5: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(seed_5[0], tmp_path / "b")
    audited(tmp_path / "c", "--seed", "2")
    a, b, c = str(seed_5[0]), str(tmp_path / "b"), str(tmp_path / "c")
    capsys.readouterr()
    assert main(["diff", a, f"{b}/audit.json"]) == 0
    assert main(["diff", a, c, "--json"]) == 1
    found = json.loads(capsys.readouterr().out.split("\n", 1)[1])
    assert found["same"] is False
    assert {"where": "settings.seed", "before": 5, "after": 2} in found["changes"]
    assert main(["diff", a, c]) == 1
    assert "settings.seed" in capsys.readouterr().out


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"claims": []}', '{"claims": {}, "provenance": {}}', "{nan"]
)
def test_diff_refuses_what_no_audit_wrote(
    content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x.json").write_text(content)
    refusal(capsys, ["diff", str(tmp_path / "x.json"), str(tmp_path / "x.json")])


@pytest.mark.parametrize("with_inputs", [False, True])
def test_published_statements_are_judged_for_given_operator(
    with_inputs: bool, tmp_path: Path
) -> None:
    rng = np.random.default_rng(1)
    head = Head(rng.normal(size=(3, 6)), np.zeros(3))
    mine, x = str(tmp_path / "mine.npz"), str(tmp_path / "x.npz")
    operator = generic(rng, 6)
    write_checkpoint(mine, checkpoint_of(replace(operator, head=head)))
    write_npz(x, {"x": rng.normal(size=(9, operator.d)), "labels": np.arange(9) % 3})
    more = ("--inputs", x, "--limit", "5") if with_inputs else ()
    audit = audited(tmp_path / "out", "--operator", mine, *more)
    assert set(audit["provenance"]["inputs"]) == ({mine, x} if with_inputs else {mine})
    described = "the first 5 inputs of" if with_inputs else "64 random injections"
    assert [ladder["what"] for ladder in audit["ladder"]] == ["W", "safe", "factors"]
    for ladder in audit["ladder"]:
        if ladder["what"] != "safe":
            assert described in ladder["description"]
            assert [row["bits"] for row in ladder["rows"]] == [8, 7, 6, 5, 4, 3, 2]
        assert {row["inputs"] for row in ladder["rows"]} == {5 if with_inputs else 64}
        assert {row["accuracy"] is None for row in ladder["rows"]} == {not with_inputs}
    assert [one["name"] for one in audit["operators"]] == ["the operator given"]
    assert {one["id"]: one["verdict"] for one in audit["published"]}["qat-4"] == "not_testable"
    Draft202012Validator(SCHEMA).validate(audit)
    assert "the operator given" in (tmp_path / "out" / "report.html").read_text()


def test_unchecked_claim_exits_3_and_the_page_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def raising(*_: object) -> list[None]:
        raise ZeroDivisionError("made up")

    sound = claims.theorem("margin")
    broken = replace(sound, forms=tuple(replace(form, check=raising) for form in sound.forms))
    monkeypatch.setattr("proofs_checks.audit.run.theorem", lambda name: broken)
    words = ["--only", "margin", "--cases", "5", "--workers", "1", "--quiet"]
    assert main(["audit", *words, "--out", str(tmp_path)]) == 3
    audit = json.loads((tmp_path / "audit.json").read_text())
    assert (audit["summary"]["verdict"], audit["claims"][0]["replay"]) == ("ERROR", None)
    assert list((tmp_path / "cases").iterdir()) == []
    assert "made up" in (tmp_path / "report.html").read_text()


def test_the_list_names_every_claim(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines if line[0] != " "] == list(claims.NAMES)
    listed = told(capsys, ["audit", "--list", "--json"])["claims"]
    assert [(one["id"], one["sentence"]) for one in listed] == [
        (name, claims.theorem(name).sentence) for name in claims.NAMES
    ]


@pytest.mark.parametrize("name", claims.NAMES)
def test_explain_gives_every_formula_hypothesis_and_the_proof(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", name]) == 0
    shown, claim = capsys.readouterr().out, claims.theorem(name)
    assert claim.sentence in shown
    assert "Proof" in shown
    for wanted in (*claim.hypotheses, *(form.formula for form in claim.forms)):
        assert wanted in shown
    shown = told(capsys, ["explain", name, "--json"])
    assert [form["formula"] for form in shown["forms"]] == [form.formula for form in claim.forms]


def found(verdict: str, name: str = "margin") -> ClaimFinding:
    counts = (1, 0, 0)
    return ClaimFinding(
        *(name, "it holds", "nowhere", verdict, 1200, int(verdict == "REFUTED")),
        *(int(verdict == "UNDECIDED"), True, None, "exact", 1, (), counts, counts, counts),
        *((), (), (), None, ()),
    )


@pytest.mark.parametrize(
    ("verdicts", "worst", "code", "strict"),
    [
        (("HOLDS", "HOLDS"), "HOLDS", 0, 0),
        (("HOLDS", "UNDECIDED"), "UNDECIDED", 0, 4),
        (("UNDECIDED", "REFUTED"), "REFUTED", 1, 1),
        (("REFUTED", "ERROR"), "ERROR", 3, 3),
    ],
)
def test_the_verdict_of_the_whole_is_the_worst(
    verdicts: tuple[str, ...], worst: str, code: int, strict: int
) -> None:
    told = summary([found(verdict) for verdict in verdicts])
    assert told["verdict"] == worst
    assert (EXIT[worst], STRICT[worst]) == (code, strict)
    assert told["held"] == verdicts.count("HOLDS")


def test_the_sentence_names_what_does_not_hold() -> None:
    mixed = [found("HOLDS"), found("REFUTED", "backward"), found("ERROR", "inexact")]
    assert sentence(mixed) == (
        "Could not be checked because of an error: inexact; refuted: backward. "
        "1 of 3 claims hold (3,600 cases tried)."
    )
    assert "All 2 claims hold in every case" in sentence([found("HOLDS"), found("HOLDS")])


def test_a_section_that_the_schema_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="sections are"):
        result([], {"more": 1}, seed=0, cases=1, seconds=0.0, provenance={})
