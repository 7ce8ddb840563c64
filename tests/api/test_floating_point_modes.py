"""Public functions answer the same whatever the caller wants of floats, and however arrays lie."""

import warnings
from pathlib import Path

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
    few = mq.Solver(quantized.operator)(made(X))
    gradients = mq.gradients(quantized.operator, solution, np.ones((3, 3)))
    return [
        *(operator.margin, operator.lipschitz, quantized.perturbation, quantized.ratio),
        mq.certify(operator, quantized).rung,
        *(few.z.tolist(), few.radius.tolist()),
        *(solution.z.tolist(), solution.radius.tolist(), np.asarray(gradients.W).tolist()),
        repr(mq.bit_table(operator, bits=[2, 4], inputs=made(X))),
        mq.solve(operator, np.zeros((0, 1))).z.shape,
    ]


@pytest.fixture(scope="module")
def expected():
    return answers()


def test_raising_on_every_flag_changes_no_answer(expected):
    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        assert answers() == expected


def files() -> list[object]:
    """What is written and read, trained and evaluated, in this folder."""
    operator = layer()
    proof = mq.certify(operator, mq.quantize(operator, bits=4))
    proof.save("proof.json")
    np.savez("layer.npz", W=operator.W, U=operator.U, b=operator.b)
    study = {
        "title": "t",
        "operators": [{"kind": "file", "paths": ["layer.npz"]}],
        "quantize": {"bits": [2, 8]},
        "measure": {"metrics": ["rungs", "existence"], "rungs": [1, 4, 5, 6, 7]},
    }
    run = mq.train("glyphs", hidden=5, epochs=1, limit=60, out="trained.npz", workers=1)
    trained, images = mq.load("trained.npz"), np.full((2, 784), 1e-30)
    return [
        mq.verify("proof.json", operator).accepted,
        mq.load("layer.npz").digest,
        mq.sweep(study, "records.jsonl").measured,
        Path("records.jsonl").read_bytes(),
        type(run).__name__,
        repr(mq.evaluate(trained, images, [0, 1], workers=1)),
    ]


def test_raising_on_every_flag_changes_no_file(tmp_path, monkeypatch):
    found = []
    for number, mode in enumerate(("ignore", "raise")):
        folder = tmp_path / str(number)
        folder.mkdir()
        monkeypatch.chdir(folder)
        with np.errstate(all=mode), warnings.catch_warnings():
            warnings.simplefilter("error", RuntimeWarning)
            found.append(files())
    assert found[0] == found[1]
    assert found[0][0]


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_layout_of_arrays_changes_no_answer(name, expected):
    assert answers(LAYOUTS[name]) == expected
