"""A stored case that lacks what its kind needs is refused; wider enclosures say the same."""

import json

import numpy as np
import pytest

from mondeq_ref.arrays import InputError
from mondeq_ref.documents.case import Case, Rows
from mondeq_ref.documents.float_arrays import decode_array, encode_array
from mondeq_ref.operator import Operator
from mondeq_ref.study.cases import SIDES, displacement_document, equilibria_document, replay


def layer(W: np.ndarray) -> Operator:
    return Operator(W, np.eye(len(W)), np.zeros(len(W)))


HALF, TWICE = layer(np.eye(2) / 2), layer(2 * np.eye(2))
INPUTS = Rows("c", np.array([[1.0, 2.0], [1.0, -1.0]]))


def stored(case: Case) -> dict:
    return json.loads(json.dumps(displacement_document(case), allow_nan=False))


@pytest.mark.parametrize(
    ("case", "said"),
    [
        (Case(HALF, inputs=INPUTS), "needs a perturbed operator"),
        (Case(HALF, HALF), "needs a perturbed operator and inputs"),
        (Case(TWICE, HALF, INPUTS), "only where the margin is positive"),
        (Case(HALF, TWICE, INPUTS), "no proved equilibrium after the perturbation"),
    ],
)
def test_no_displacement_is_made_up_where_none_is_defined(case, said):
    with pytest.raises(InputError, match=said):
        displacement_document(case)


def test_equilibria_are_of_inputs():
    with pytest.raises(InputError, match="without inputs has no equilibria"):
        equilibria_document(Case(HALF))
    document = json.loads(json.dumps(equilibria_document(Case(HALF, inputs=INPUTS))))
    document["case"]["inputs"] = None
    with pytest.raises(InputError, match="a case of kind equilibrium needs inputs"):
        replay(document)


def test_settings_are_an_object():
    document = stored(Case(HALF, layer(np.eye(2) / 4), INPUTS))
    document["case"]["settings"] = [1]
    with pytest.raises(InputError, match="settings"):
        replay(document)


def test_enclosures_that_overlap_are_the_same_displacements():
    document = stored(Case(HALF, layer(np.eye(2) / 4), INPUTS))
    wider = {
        side: decode_array(document["result"][side], side, (2,))
        * (0.5 if side == "at_least" else 2)
        for side in SIDES
    }
    document["result"] = {side: encode_array(array) for side, array in wider.items()}
    found = replay(document)
    assert found.same
    assert found.sentence.endswith("within their error bounds")


@pytest.mark.parametrize(
    ("W", "c", "z", "radius"),
    [
        (1.0, 1.0, 5.0, 0.0),  # W = 1, c = 1: no equilibrium at all
        (0.5, 1.0, 2.0, np.nan),
        (0.5, 1.0, 2.0, -1.0),
        (0.5, 1.0, 2.0, np.inf),
        (0.5, 1.0, 5.0, 2.9),
        (2.0, -1.0, 3.0, 0.0),  # no margin: the equilibrium found is 0, and this is none
    ],
)
def test_what_is_not_proved_is_not_confirmed(W, c, z, radius):
    operator = Operator(np.array([[W]]), np.zeros((1, 0)), np.zeros(1))
    document = equilibria_document(Case(operator, inputs=Rows("c", np.array([[c]]))))
    result = {"z": encode_array(np.array([[z]])), "radius": encode_array(np.array([radius]))}
    assert not replay(document | {"result": result}).same


@pytest.mark.parametrize("change", [("at_least", -1.0), ("at_least", 9.0), ("paper", 0.0)])
def test_displacement_that_contradicts_itself_is_different(change):
    document = stored(Case(HALF, layer(np.eye(2) / 4), INPUTS))
    side, value = change
    document["result"][side] = encode_array(np.full(2, value))
    assert not replay(document).same
