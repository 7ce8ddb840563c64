"""A stored case of a claim is the same when it is computed again, and a changed one is not."""

import json

import pytest

from mondeq_ref.arrays import InputError
from mondeq_ref.cli.main import main
from mondeq_ref.report.strict_json import dumps
from proofs_checks.replay import document, replay


@pytest.fixture(scope="module")
def stored():
    return json.loads(dumps(document("margin", 3, 40, 0)))


def test_the_same_case_says_the_same(stored, tmp_path, capsys):
    assert replay(stored)[0]
    path = tmp_path / "case.json"
    path.write_text(json.dumps(stored))
    assert main(["replay", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["same"] is True


@pytest.mark.parametrize("change", ["outcome", "ratio", "index"])
def test_a_changed_case_is_noticed(stored, change):
    other = json.loads(json.dumps(stored))
    if change == "index":
        other["index"] += 1
    else:
        other["forms"][0][change] = "REFUTED" if change == "outcome" else ["0.0", "0.0"]
    assert not replay(other)[0]


@pytest.mark.parametrize(
    "part", [{"claim": "nonsense"}, {"seed": -1}, {"index": 0.5}, {"input": True}, {"forms": None}]
)
def test_a_case_that_names_nothing_is_refused_in_one_line(stored, part):
    with pytest.raises(InputError):
        replay({**stored, **part})
