"""A study's file is read strictly: every mistake is one sentence that names the place."""

import pytest

from mondeq_ref.arrays import InputError
from mondeq_ref.study.sweeps.cases import digest_of
from mondeq_ref.study.sweeps.definition import defined, find_study, read_study, shipped_names

RANDOM = {"kind": "random", "families": ["generic"], "sizes": [2, 3], "margins": [0.5], "count": 2}
STUDY = {"title": "t", "operators": [RANDOM], "quantize": {"bits": [2, 4]}}


def changed(**parts):
    return {**STUDY, **parts}


@pytest.mark.parametrize(
    ("held", "words"),
    [
        ({**STUDY, "tilte": 1}, "unknown key tilte"),
        ({"operators": [RANDOM], "quantize": {"bits": [2]}}, "needs title"),
        (changed(seed=True), "a whole number, got True"),
        (changed(seed=-1), "within 0 and"),
        (changed(operators=[]), "at least one entry"),
        (changed(operators=[{**RANDOM, "kind": "rnd"}]), "shipped, file, random, trained"),
        (changed(operators=[{**RANDOM, "sizes": [0]}]), r"operators\[1\] must lie within 1"),
        (changed(operators=[{**RANDOM, "margins": [0.0]}]), "a number > 0, got 0.0"),
        (changed(operators=[RANDOM, {**RANDOM, "size": 1}]), r"operators\[2\].*unknown key size"),
        (
            changed(operators=[{"kind": "random", "families": ["cycling"], "sizes": [3]}]),
            "one size",
        ),
        (changed(operators=[{"kind": "file", "paths": ["no.npz"]}]), "cannot read"),
        (changed(operators=[{"kind": "shipped", "names": ["x"]}]), "got 'x'"),
        (changed(quantize={"bits": [4, 4]}), "each entry once"),
        (changed(quantize={"bits": [1]}), "within 2 and 32"),
        (changed(quantize={"bits": ["4"]}), "a whole number, got '4'"),
        (changed(quantize={"bits": [4], "what": ["V"]}), "got 'V'"),
        (changed(quantize={"bits": [2], "quantizers": ["mxfp4"]}), "2 bits"),
        (changed(quantize={"bits": [4], "quantizers": [{"per": "column"}]}), "tensor, row, group"),
        (changed(quantize={"bits": [4], "quantizers": [{"round": "chosen"}]}), "by aims"),
        (changed(quantize={"bits": [4], "aims": ["margin"], "what": ["W"]}), "K, KUb, got 'W'"),
        (changed(quantize=[{"bits": [4], "aims": ["best"]}]), "paper, margin, unique, exists"),
        (changed(calibration={"source": "glyphs", "limit": 9}), "calibration is for aims"),
        (changed(measure={"metrics": ["speed"]}), "got 'speed'"),
        (changed(measure={"metrics": ["accuracy"]}), "accuracy needs a table"),
        (changed(measure={"rungs": [8]}), "rung 8 needs a table"),
        (changed(measure={"claims": ["nonsense"]}), "must be one of"),
        (changed(inputs={"source": "cifar", "limit": 1}), "random, glyphs, mnist"),
    ],
)
def test_a_mistake_is_refused_by_name(held, words):
    with pytest.raises(InputError, match=words):
        defined(held, find_study("thresholds").folder)


@pytest.mark.parametrize(
    "text", [b"title = ", b"\xff", b"a = " + b"[" * 5000, b"a = " + b"9" * 5000]
)
def test_what_is_no_toml_is_refused(text, tmp_path):
    path = tmp_path / "s.toml"
    path.write_bytes(text)
    with pytest.raises(InputError, match=r"cannot read .*s\.toml"):
        read_study(path)


def test_a_study_is_the_product_of_its_lists():
    tasks = list(defined(STUDY, None).tasks())
    assert [task.subject.description["n"] for task in tasks] == [2, 2, 3, 3]
    cases = [case for task in tasks for case in task.cases]
    assert [case.definition["bits"] for case in cases] == [2, 4] * 4
    assert len({case.id for case in cases}) == 8
    assert all(digest_of(case.definition).startswith(case.id) for case in cases)


def test_a_case_in_two_tables_is_one_case():
    twice = changed(quantize=[{"bits": [2, 4]}, {"what": ["K", "W"], "bits": [4]}])
    (first, *_) = defined(twice, None).tasks()
    found = [(case.definition["what"], case.definition["bits"]) for case in first.cases]
    assert found == [("W", 2), ("W", 4), ("K", 4)]


def test_a_set_margin_is_the_margin_of_the_factors():
    operators = [task.subject.operator() for task in defined(STUDY, None).tasks()]
    assert {operator.factors.m for operator in operators} == {0.5}
    assert len({operator.digest for operator in operators}) == 4


def test_the_studies_that_ship_have_the_cases_they_promise():
    assert shipped_names() == ("replication", "replication-mnist", "safe", "thresholds")
    tasks = list(find_study("thresholds").tasks())
    assert len(tasks) == 1000
    seeds = [
        task.subject.description["recipe"]["seed"] for task in find_study("replication").tasks()
    ]
    assert seeds == list(range(1, 21))
    with pytest.raises(InputError, match="replication-mnist, safe, thresholds, got 'nonsense'"):
        find_study("nonsense")
