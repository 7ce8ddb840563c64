"""What the audit says of particular operators: the ladder, plain answers, published statements."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

from data.make.sums import seal
from mondeq_ref.inputs import given
from mondeq_ref.instances import shipped
from mondeq_ref.instances.families import cycling, generic, negative_margin
from mondeq_ref.operator import Head, Operator
from mondeq_ref.quantize import Quantizer, quantize
from mondeq_ref.rigor.verdict import Outcome
from mondeq_ref.study import ends, seeds
from proofs_checks.operators import chosen_codes
from proofs_checks.operators import examine as examining
from proofs_checks.operators.examination import Examined, Fed, answers, certified, climbed
from proofs_checks.operators.statements import EXAMINED
from proofs_checks.operators.statements_on_accuracy import (
    displacement_share,
    gradients,
    rounded_iterates,
)
from proofs_checks.operators.statements_on_convergence import faster, iff, ptq_diverges, transition
from proofs_checks.operators.statements_on_training import qat_recovers
from proofs_checks.operators.subject import Answer, StatementSubject
from tests.support.layers import of_M

FEW = 6  # inputs of a shipped operator: what is said is the same of all of them
KEPT = ("float-42", "identity-2", "identityUb-2", "penalty-3", "qat-exact-4", "qat-paper-4")
KEPT = (*KEPT, "qat-released-4", "structured-2")


def scalar(w: float) -> Operator:
    return Operator(np.array([[w]]), np.ones((1, 1)), np.zeros(1))


@pytest.fixture(scope="module", autouse=True)
def short_runs():
    """The published runs of a step are 40,000; what is said of them is said of 4,000."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ends, "TIME", 40.0)
        yield


@pytest.fixture(scope="module")
def of_those_that_ship():
    """Eight of the shipped operators at two widths, on a few of their inputs."""
    real = shipped.injections

    def few(name: str = shipped.MAIN, key: str = "c"):
        c = real(name, key).c[:FEW]
        return given(c, c.shape[1])

    labels = shipped.labels
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shipped, "names", lambda: KEPT)
        patch.setattr(shipped, "injections", few)
        patch.setattr(shipped, "labels", lambda name=shipped.MAIN: labels(name)[:FEW])
        patch.setattr(examining, "WIDTHS", (5, 4))
        patch.setattr(chosen_codes, "WIDTHS", (3,))
        return examining.examine()


def test_shipped_operators_have_the_rungs_of_their_proofs(of_those_that_ship):
    found = {
        (ladder["operator"], ladder["what"]): {row["bits"]: row["rung"] for row in ladder["rows"]}
        for ladder in of_those_that_ship["ladder"]
    }
    assert found["float-42", "W"] == {5: 3, 4: 7}
    assert found["float-42", "safe"][3] in (3, 4)  # chosen for a margin
    assert found["qat-paper", "WUb"] == {4: 8}
    assert found["qat-released", "WUb"] == {4: 4}  # a margin of 0.0002
    assert found["penalty", "WUb"] == {3: 2}  # trained for the paper's own condition
    assert found["structured", "factorsUb"][2] <= 4
    assert found["identity", "K"] == found["identityUb", "KUb"] == {2: 2}
    for ladder in of_those_that_ship["ladder"]:
        for row in ladder["rows"]:
            assert row["inputs"] == FEW
            assert 0 <= row["accuracy"] <= 1
            if row["rung"] is not None:
                assert row["equilibria_proved"] == FEW
    assert [row["name"] for row in of_those_that_ship["operators"]] == list(KEPT)


def test_published_statements_are_answered_in_file_order(of_those_that_ship):
    published = json.loads((shipped.data_folder() / "published.json").read_text())["statements"]
    found = of_those_that_ship["published"]
    assert [one["id"] for one in found] == [one["id"] for one in published]
    assert set(EXAMINED) == {one["id"] for one in found}
    verdicts = {one["id"]: one["verdict"] for one in found}
    assert verdicts["pr-faster"] == verdicts["gradient-fd"] == verdicts["inexact"] == "supported"
    assert verdicts["phase-transition"] == verdicts["displacement-91-99"] == "not_supported"
    assert verdicts["qat-4"] == "not_reproduced"  # one seed has a positive margin, another not
    assert verdicts["kappa-scaling"] == "supported"
    assert verdicts["dr-slower"] == verdicts["pr-rate-max"] == "not_supported"
    assert verdicts["two-notions"] == "not_supported"  # at 5 bits
    assert verdicts["two-adjoints"] == verdicts["gradient-scales"] == "not_supported"
    assert verdicts["same-point"] == verdicts["lossless-8"] == "supported"
    assert verdicts["counts-unmoved"] == "supported"


def test_answer_has_every_row_and_no_promise_without_a_rung(of_those_that_ship):
    converges, drifts, backward = of_those_that_ship["answers"]
    assert len(converges["rows"]) == len(drifts["rows"]) == len(backward["rows"]) == 12
    told = {(row["operator"], row["bits"]): row["text"] for row in converges["rows"]}
    assert told["penalty-3", 3] == "yes: the paper's condition"
    assert told["qat-paper-4", 4].startswith("no promise; an equilibrium for")
    told = {(row["operator"], row["bits"]): row["text"] for row in backward["rows"]}
    assert told["penalty-3", 3].startswith("yes: margin at least")
    assert told["qat-paper-4", 4] == "not promised: no margin"


def test_a_shipped_certificate_that_was_changed_is_an_error(tmp_path, monkeypatch):
    folder = tmp_path / "certificates" / "float-42"
    shutil.copytree(shipped.data_folder() / "certificates" / "float-42", folder)
    for path in folder.glob("*-04bits-*.json"):
        path.write_text(path.read_text().replace('"REFUTED"', '"PROVED"', 1))
    four = quantize(shipped.operator("float-42"), Quantizer.named("paper-code", 4))
    seal(tmp_path)
    monkeypatch.setattr(shipped, "data_folder", lambda: tmp_path)
    with pytest.raises(ArithmeticError, match=r"the shipped certificate 8cf30a41.*json: "):
        certified("float-42", four)


def test_certificate_renamed_to_another_width_is_an_error(tmp_path, monkeypatch):
    folder = tmp_path / "certificates" / "float-42"
    folder.mkdir(parents=True)
    (eight,) = (shipped.data_folder() / "certificates" / "float-42").glob("*-08bits-*.json")
    shutil.copy(eight, folder / eight.name.replace("08bits", "04bits"))
    four = quantize(shipped.operator("float-42"), Quantizer.named("paper-code", 4))
    seal(tmp_path)
    monkeypatch.setattr(shipped, "data_folder", lambda: tmp_path)
    with pytest.raises(ArithmeticError, match="is of another quantizer"):
        certified("float-42", four)


def asked(operator: Operator, c: np.ndarray, labels: np.ndarray | None = None) -> Examined:
    return Examined("mine", climbed(quantize(operator, Quantizer(8))), Fed(operator, c), c, labels)


def test_missing_labels_or_length_give_no_accuracy_or_drift():
    operator = replace(generic(np.random.default_rng(0), 4), head=Head(np.eye(4), np.zeros(4)))
    row = asked(operator, np.full((3, 4), -50.0))
    assert row.accuracy is None
    assert (row.solution.z == 0).all()
    _, drifts, _ = answers([row])
    assert drifts["rows"][0]["text"] == "not known"
    mixed = asked(operator, np.array([[-50.0] * 4, [50.0] * 4]))
    _, drifts, _ = answers([mixed])
    assert drifts["rows"][0]["text"].endswith("(1 of 2 inputs)")


def test_rung_6_promises_one_equilibrium_and_no_convergence():
    row = asked(cycling(np.random.default_rng(0)), np.ones((1, 3)))
    converges, _, backward = answers([row])
    assert converges["answer"].startswith("Proved for every possible input in 0 of 1 cases")
    assert "In 1 more every input has one equilibrium" in converges["answer"]
    assert converges["rows"][0]["text"].startswith("no promise")
    assert backward["rows"][0]["text"] == "it has a solution; no rate is promised"


def test_rung_7_promises_existence_and_nothing_of_the_adjoint():
    several = Operator(np.array([[0.0, -2.0], [-2.0, 0.0]]), np.eye(2), np.zeros(2))
    row = asked(several, np.ones((1, 2)))
    converges, _, backward = answers([row])
    assert "In 1 more every input has an equilibrium, perhaps several." in converges["answer"]
    assert converges["rows"][0]["text"] == "no promise; an equilibrium for every input: rung 7"
    assert backward["rows"][0]["text"] == "not promised: no margin"


@pytest.mark.parametrize(("c", "holds"), [([-1.0], 8), ([1.0], None)])
def test_the_rung_of_the_inputs_needs_all_of_them(c, holds):
    """z = 3 z + c has an equilibrium for c < 0 and none for c > 0."""
    row = asked(scalar(3.0), np.array([[-1.0], c]))
    assert row.holds == holds


def test_a_gradient_at_a_kink_is_not_held_against_a_difference():
    at_kink = StatementSubject(
        Operator(np.eye(2) / 2, np.eye(2), np.zeros(2)), np.array([[1.0, 0.0]]), {}
    )
    found = gradients(at_kink)
    assert (found.verdict, found.numbers) == ("not_testable", {})
    assert "too close to a kink" in found.why


NO_MARGIN = StatementSubject(
    negative_margin(np.random.default_rng(1), 4), np.ones((2, 4)), {}, labels=np.zeros(2, np.int64)
)


# I - W = 1 1' has the margin zero, exactly, and no float knows its sign.
NOBODY_KNOWS = replace(NO_MARGIN, operator=of_M(np.ones((4, 4))))


@pytest.mark.parametrize("subject", [NO_MARGIN, NOBODY_KNOWS], ids=["none", "nobody knows"])
@pytest.mark.parametrize(
    "statement", [displacement_share, gradients, rounded_iterates, faster, transition, qat_recovers]
)
def test_what_needs_a_margin_or_more_is_not_testable_without(statement, subject):
    assert not subject.operator.margin.lo > 0
    assert statement(subject).verdict == "not_testable"


def test_drawn_vectors_are_no_test_samples():
    drawn = StatementSubject(generic(np.random.default_rng(1), 4), np.ones((2, 4)), {})
    assert displacement_share(drawn) == Answer("not_testable", "needs labelled test images")


@pytest.mark.parametrize(
    ("rungs", "verdict", "said"),
    [
        ({8: (1, Outcome.PROVED)}, "not_testable", "no bit-width has ||dW||/m above 1"),
        ({2: (None, Outcome.REFUTED)}, "supported", "nothing above the threshold is provable"),
        ({2: (5, Outcome.REFUTED), 8: (1, Outcome.PROVED)}, "not_supported", "at 2 bits"),
        ({2: (6, Outcome.REFUTED)}, "supported", "nothing above"),  # no solver is promised
    ],
)
def test_transition_is_refuted_only_by_a_convergence_rung(rungs, verdict, said):
    subject = StatementSubject(generic(np.random.default_rng(1), 8), np.ones((1, 8)), rungs)
    assert all((subject.quantized(bits).ratio.lo > 1) == (bits == 2) for bits in rungs)
    found = transition(subject)
    assert found.verdict == verdict
    assert said in found.why


@pytest.mark.parametrize(
    ("margins", "verdict", "said"),
    [
        (
            (0.5, 0.004, 0.1),
            "supported",
            "for 3; m~ 0.004 to 0.5, published 0.006 (reproduced: inside)",
        ),
        (
            (0.5, -0.1),
            "not_reproduced",
            "of 2 seeds trained here as released, the margin is proved positive for 1",
        ),
        (
            (0.5, 0.1, 0.2),
            "supported",
            "m~ 0.1 to 0.5, published 0.006 (open: outside, by at most the range)",
        ),
        (
            (0.0069, 0.00685, 0.00687),
            "supported",
            "published 0.006 (not reproduced: outside, by more",
        ),
        (
            (0.0064, 0.0063, 0.0063),
            "supported",
            "published 0.006 (reproduced: inside)",
        ),  # it is rounded
        ((0.5, 0.004), "supported", "m~ 0.004 to 0.5, published 0.006 (too few seeds)"),
    ],
)
def test_every_seed_of_the_published_recipe_decides(monkeypatch, margins, verdict, said):
    cells = {"accuracy": 0.9, "accuracy_where_training_stops": 0.9, "ratio": [1.0, 1.0]}
    made = [
        {"name": f"{k}", "margin": [m, m], "quantized_margin": [m, m], "margin_proved": m > 0}
        for k, m in enumerate(margins)
    ]
    monkeypatch.setattr(seeds, "runs", lambda recipe, bits: [one | cells for one in made])
    trained = {"qat-released": scalar(0.5), "penalty": scalar(0.25), "qat-exact": scalar(1.5)}
    found = qat_recovers(replace(NO_MARGIN, trained_at_4_bits=trained))
    assert found.verdict == verdict
    assert said in found.why
    assert found.why.endswith(f". The rule: {seeds.RULE}")
    assert "qat-exact" not in found.why  # it has no margin either


def test_negative_margin_with_weights_is_the_counterexample():
    at_hand = replace(NO_MARGIN, rungs={2: (5, Outcome.REFUTED), 8: (4, Outcome.PROVED)})
    assert iff(at_hand).why.startswith("at 2 bits m~ < 0")
    assert "[[1, 3], [0, 1]]" in iff(NO_MARGIN).why


@pytest.mark.parametrize(
    ("c", "verdict", "said"),
    [
        ([[-1.0], [-2.0]], "not_supported", "3 bits: each of 2 inputs has an equilibrium"),
        (
            [[-1.0], [1.0]],
            "supported",
            "1 + ||z*||, of an equilibrium z* for 1 of 2, provably diverges for 1 and is",
        ),
        (
            [[1.0], [2.0]],
            "supported",
            "1 + ||z*||, of an equilibrium z* for 0 of 2, provably diverges for 2 and is",
        ),
    ],
)
def test_equilibria_that_are_reached_are_counted_one_by_one(c, verdict, said):
    """W = 2: for c <= 0 the equilibrium is 0, for c > 0 there is none."""
    found = ptq_diverges(StatementSubject(scalar(2.0), np.array(c), {}))
    assert found.verdict == verdict
    assert said in found.why


def test_a_published_run_that_converges_is_no_divergence():
    """M = 30 [[1, 2], [2, 1]]: indefinite, and the run of the published settings ends."""
    M = 30 * np.array([[1.0, 2.0], [2.0, 1.0]])
    operator = Operator(np.eye(2) - M, np.zeros((2, 0)), np.zeros(2))
    found = ptq_diverges(StatementSubject(operator, np.array([[1.0, 2.0], [2.0, 1.0]]), {}))
    assert found.verdict == "not_supported"
    assert found.numbers["3 bits, published settings"]["converged"]
    assert "3 bits: the published run meets its own stopping test" in found.why


@pytest.mark.parametrize(
    ("rungs", "verdict", "said"),
    [
        ({3: None, 4: 7, 5: 3}, "supported", "4 bits: every input has an equilibrium (rung 7)"),
        ({3: None, 4: 5, 5: 3}, "not_supported", "4 bits: convergence is proved for every input"),
        ({3: None, 4: None, 5: 7}, "not_testable", "5 bits: no rung promises convergence"),
    ],
)
def test_every_width_that_a_statement_names_has_its_own_answer(rungs, verdict, said):
    """W = 2 and c > 0: no run ends, whatever is said of the ladder."""
    ladder = {bits: (rung, Outcome.REFUTED) for bits, rung in rungs.items()}
    found = ptq_diverges(StatementSubject(scalar(2.0), np.array([[1.0]]), ladder))
    assert found.verdict == verdict
    assert said in found.why
    assert "3 bits: an equilibrium is proved for 0 of 1 inputs" in found.why


@pytest.mark.parametrize("statement", [gradients, rounded_iterates, faster])
def test_layer_with_inactive_units_only_gets_no_statement(statement):
    at_zero = StatementSubject(scalar(0.5), np.array([[-1.0], [-2.0]]), {})
    assert statement(at_zero).verdict == "not_testable"
