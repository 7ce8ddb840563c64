"""Public functions answer the same whatever the caller wants of floats, and however arrays lie."""

import warnings

import numpy as np
import pytest

import mondeq_ref as mq

W = np.array([[0.5, -1.0, 5e-324], [1.0, 0.25, 1e-200], [0.0, 1e-160, 0.5]])
X = np.array([[1.0], [-2.0], [1e-300]])
LAYOUTS = {
    "Fortran order": np.asfortranarray,
    "big-endian": lambda a: a.astype(">f8"),
    "strided": lambda a: np.repeat(np.repeat(a, 2, axis=0), 3, axis=1)[::2, ::3],
    "lists": np.ndarray.tolist,
}


def layer(made=np.asarray):
    return mq.Operator(made(W), made(np.ones((3, 1))), [0.0, 0.5, 1e-308])


def answers(made=np.asarray) -> list[object]:
    operator = layer(made)
    quantized = mq.quantize(operator, bits=4)
    solution = mq.solve(quantized.operator, made(X))
    gradients = mq.gradients(quantized.operator, solution, np.ones((3, 3)))
    return [
        *(operator.margin, operator.lipschitz, quantized.perturbation, quantized.ratio),
        mq.certify(operator, quantized).rung,
        *(solution.z.tolist(), solution.radius.tolist(), np.asarray(gradients.W).tolist()),
        repr(mq.bit_table(operator, bits=[2, 4], inputs=made(X))),
        mq.solve(operator, np.zeros((0, 1))).z.shape,
    ]


@pytest.fixture(scope="module")
def expected():
    return answers()


def test_raising_on_every_flag_changes_no_answer(expected):
    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("error")
        assert answers() == expected


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_layout_of_arrays_changes_no_answer(name, expected):
    assert answers(LAYOUTS[name]) == expected
