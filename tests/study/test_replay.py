"""Replay confirms what is proved to overlap, and refuses or contradicts everything else."""

import numpy as np
import pytest

from mondeq_ref.arrays import InputError
from mondeq_ref.documents.case import Case, Rows
from mondeq_ref.documents.float_arrays import decode_array, encode_array, encode_floats
from mondeq_ref.operator import Operator
from mondeq_ref.study.cases import SIDES, replay
from tests.support.cases import displacement_document, equilibria_document
from tests.support.documents import case, through_json
from tests.support.layers import fed

RNG = np.random.default_rng


@pytest.mark.parametrize("kind", ["x", "c"])
@pytest.mark.parametrize("make", [equilibria_document, displacement_document])
def test_replaying_gives_the_same_bits(make, kind):
    replayed = replay(through_json(make(case(kind))))
    assert replayed.same
    assert "last bit" in replayed.sentence


def test_equilibria_without_a_margin_are_replayed():
    M = np.array([[-1.0, 2.0], [0.25, -1.0]])
    alone = Operator(np.eye(2) - M, np.zeros((2, 0)), np.zeros(2))
    document = equilibria_document(Case(alone, inputs=Rows("c", np.array([[1.0, -1.0]]))))
    assert replay(through_json(document)).same


def test_another_answer_is_different():
    document = through_json(equilibria_document(case("c")))
    moved = np.array(RNG(5).normal(size=(6, 4)))
    document["result"]["z"] = encode_array(moved)
    assert not replay(document).same
    wide = document | {
        "result": {"z": encode_array(moved), "radius": encode_array(np.full(6, 9.9))}
    }
    assert replay(wide).same  # a wide ball says little, and nothing false
    document = through_json(displacement_document(case("c")))
    for name in ("actual", "sharper", "paper"):
        less = document["result"] | {name: encode_array(np.zeros(6))}
        assert not replay(document | {"result": less}).same
    more = document["result"] | {"at_least": encode_array(np.full(6, 1e9))}
    assert not replay(document | {"result": more}).same


@pytest.mark.parametrize(
    "change", [{"kind": "poem"}, {"kind": 3}, {"format": 2}, {"result": {}}, {"case": {}}]
)
def test_malformed_cases_are_refused(change):
    with pytest.raises(InputError):
        replay(equilibria_document(case()) | change)


HALF, TWICE = fed(np.eye(2) / 2), fed(2 * np.eye(2))
ONE = Rows("c", np.array([[-1.0]]))
INPUTS = Rows("c", np.array([[1.0, 2.0], [1.0, -1.0]]))


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        (Case(HALF, inputs=INPUTS), "needs a perturbed operator"),
        (Case(HALF, HALF), "needs a perturbed operator and inputs"),
        (Case(TWICE, HALF, INPUTS), "only where the margin is positive"),
        (Case(HALF, TWICE, INPUTS), "no proved equilibrium after the perturbation"),
    ],
)
def test_displacement_is_refused_where_undefined(stored, said):
    with pytest.raises(InputError, match=said):
        displacement_document(stored)


def test_equilibria_are_of_inputs():
    with pytest.raises(InputError, match="without inputs has no equilibria"):
        equilibria_document(Case(HALF))
    document = through_json(equilibria_document(Case(HALF, inputs=INPUTS)))
    document["case"]["inputs"] = None
    with pytest.raises(InputError, match="a case of kind equilibrium needs inputs"):
        replay(document)


def test_settings_are_an_object():
    document = through_json(displacement_document(Case(HALF, fed(np.eye(2) / 4), INPUTS)))
    document["case"]["settings"] = [1]
    with pytest.raises(InputError, match="settings"):
        replay(document)


def test_enclosures_that_overlap_are_the_same_displacements():
    document = through_json(displacement_document(Case(HALF, fed(np.eye(2) / 4), INPUTS)))
    factors = {"at_least": 0.5, "actual": 2.0}
    wider = {
        side: decode_array(document["result"][side], side, (2,)) * factors.get(side, 1.0)
        for side in SIDES
    }
    document["result"] = {side: encode_array(array) for side, array in wider.items()}
    found = replay(document)
    assert found.same
    assert "intervals that overlap those proved here" in found.sentence


ONE_PROVED = "each of 1 stored balls meets the one in which an equilibrium is proved here"


@pytest.mark.parametrize(
    ("W", "c", "z", "radius", "said"),
    [
        (1.0, 1.0, 5.0, 0.0, "not confirmed: of input 0 no equilibrium is proved"),  # none exists
        (0.5, 1.0, 2.0, np.nan, "not confirmed: a stored radius"),
        (0.5, 1.0, 2.0, -1.0, "not confirmed: a stored radius"),
        (0.5, 1.0, 2.0, np.inf, "not confirmed: a stored radius"),
        (0.5, 1.0, 5.0, 2.9, "different: the equilibrium of input 0 is farther"),
        (2.0, -1.0, 3.0, 0.0, "not confirmed"),  # no margin: the equilibrium found is 0
        (1.0, 0.0, 5.0, 0.0, "not confirmed"),  # every z >= 0 is an equilibrium, 5 too
        (0.5, 1.0, 7.0, 1e3, f"{ONE_PROVED}; the largest stored radius is 1000.0"),
        (0.5, 1.0, 2.0, 0.5, ONE_PROVED),
    ],
)
def test_replay_says_no_more_than_is_proved(W, c, z, radius, said):
    operator = Operator(np.array([[W]]), np.zeros((1, 0)), np.zeros(1))
    document = equilibria_document(Case(operator, inputs=Rows("c", np.array([[c]]))))
    result = {"z": encode_array(np.array([[z]])), "radius": encode_array(np.array([radius]))}
    found = replay(document | {"result": result})
    assert found.sentence.startswith(said)
    assert found.same == said.startswith(ONE_PROVED)


def test_case_of_no_inputs_is_not_confirmed():
    document = through_json(equilibria_document(Case(HALF, inputs=INPUTS)))
    document["case"]["inputs"]["rows"] = encode_floats(np.zeros((0, 2)))
    found = replay(document)
    assert not found.same
    assert found.sentence.startswith("not confirmed: the case has no inputs")
    with pytest.raises(InputError, match="without inputs"):
        equilibria_document(Case(HALF, inputs=Rows("c", np.zeros((0, 2)))))


def test_displacement_differs_only_at_a_unique_equilibrium():
    before, after = fed(np.zeros((1, 1))), fed(np.array([[1.5]]))
    told = through_json(displacement_document(Case(before, fed(np.eye(1) / 4), ONE)))
    few = through_json(displacement_document(Case(before, after, ONE)))
    for document, word in ((told, "different"), (few, "not confirmed")):
        far = {side: encode_array(np.array([1e-9])) for side in SIDES}
        found = replay(document | {"result": far})
        assert not found.same
        assert found.sentence.startswith(word)


@pytest.mark.parametrize("scale", [1.0, 1e-8, 1e-150])
def test_bounds_are_compared_in_units_of_themselves(scale):
    inputs = Rows("c", scale * np.array([[1.0, 0.5]]))
    before, after = fed([[0.5, 0.1], [-0.1, 0.4]]), fed([[0.4, 0.1], [-0.1, 0.4]])
    document = through_json(displacement_document(Case(before, after, inputs)))
    assert replay(document).same
    for side, factor in (("paper", 1.001), ("sharper", 0.999), ("sharper", 500.0)):
        value = decode_array(document["result"][side], side, (1,)) * factor
        result = document["result"] | {side: encode_array(value)}
        found = replay(document | {"result": result})
        assert (found.same, f"{side!r} is another number" in found.sentence) == (False, True)


def test_zero_is_no_equilibrium_of_a_tiny_injection():
    inputs = Rows("c", np.array([[1e-300, 5e-301]]))
    document = equilibria_document(Case(fed(np.eye(2) / 2), inputs=inputs))
    assert replay(document).same
    point = {"z": encode_array(np.zeros((1, 2))), "radius": encode_array(np.zeros(1))}
    assert not replay(document | {"result": point}).same


@pytest.mark.parametrize(
    "change", [("at_least", -1.0), ("at_least", 9.0), ("paper", 0.0), ("sharper", 1e300)]
)
def test_displacement_that_contradicts_itself_is_different(change):
    document = through_json(displacement_document(Case(HALF, fed(np.eye(2) / 4), INPUTS)))
    side, value = change
    document["result"][side] = encode_array(np.full(2, value))
    assert not replay(document).same
