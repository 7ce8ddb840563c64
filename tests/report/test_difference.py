"""What changed between two audits."""

from copy import deepcopy

from proofs_checks.report.difference import Change, changes, digest
from tests.support.made_up import finished, full


def test_time_and_place_are_no_difference() -> None:
    before, after = full(), full()
    after["seconds"] = 3.0
    after["provenance"] = {"made": "later", "command": []}
    assert changes(before, after) == []
    assert digest(before) == digest(after) or "digest" in before


def test_one_changed_number_is_one_change_at_its_name() -> None:
    before, after = full(), full()
    after["claims"][8]["forms"][1]["cases"] = 7
    assert changes(before, finished(after)) == [
        Change("claims.id=displacement.forms.name=sharper.cases", 2000, 7)
    ]


def test_a_claim_that_went_is_one_change_though_others_move_up() -> None:
    before, after = full(), full()
    del after["claims"][2]
    (found,) = changes(before, after)
    assert found.where == "claims.id=quantizer"
    assert found.after is None


def test_a_section_that_came_and_a_row_that_changed() -> None:
    before, after = full(), full()
    before["figures"] = None
    after["ladder"][0]["rows"][3]["rung"] = None
    where = [change.where for change in changes(before, after)]
    assert where == ["ladder.0.rows.bits=4.rung", "figures"]


def test_true_is_not_one_and_zero_is_not_false() -> None:
    before, after = full(), deepcopy(full())
    after["claims"][0]["attained"] = 1
    assert [change.where for change in changes(before, after)] == ["claims.id=equivalence.attained"]


def test_the_digest_says_whether_anything_changed() -> None:
    after = full()
    after["claims"][0]["cases"] += 1
    assert finished(after)["digest"] != full()["digest"]
    assert finished(full())["digest"] == full()["digest"]
