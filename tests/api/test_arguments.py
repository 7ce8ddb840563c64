"""A wrong argument of a public function is an InputError that names it."""

import inspect

import numpy as np
import pytest

import mondeq_ref as mq
from mondeq_ref.cli.main import parser

LAYER = mq.Operator(W=[[0.5, -1.0], [1.0, 0.25]], U=[[1.0], [-1.0]], b=[0.0, 0.5])
QUANTIZED = mq.quantize(LAYER, 4)
SOLVED = mq.solve(LAYER, [[1.0]])


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: mq.solve(np.eye(2), [[1.0]]), "operator must be an Operator"),
        (lambda: mq.solve(LAYER, [[1.0, 2.0]]), r"inputs must have shape \(\*, 1\), got \(1, 2\)"),
        (lambda: mq.solve(LAYER, "mnist"), "inputs must be an array of real numbers"),
        (lambda: mq.solve(LAYER, mq.injections([[1.0]])), r"inputs must have shape \(\*, 2\)"),
        (lambda: mq.solve(LAYER, [[1.0]], method="newton"), "method must be one of auto"),
        (lambda: mq.solve(LAYER, [[1.0]], method=3), "method must be one of auto"),
        (lambda: mq.solve(LAYER, [[1.0]], alpha=0.1), "alpha is the step of a splitting"),
        (lambda: mq.solve(LAYER, [[1.0]], tol="small"), "tol must be a finite number > 0"),
        (lambda: mq.solve(LAYER, [[1.0]], max_steps=1.5), "max_steps must be a whole number"),
        (lambda: mq.solve(LAYER, [[1.0]], workers=0), "workers must be a whole number >= 1"),
        (lambda: mq.quantize(LAYER, "4"), "bits must be a whole number"),
        (lambda: mq.quantize(LAYER, 4, quantizer="mine"), "quantizer must be one of paper-code"),
        (lambda: mq.quantize(LAYER, 4, what="V"), "what must be one of W"),
        (lambda: mq.quantize(LAYER, 4, what="factors"), "no factors"),
        (lambda: mq.quantize(QUANTIZED, 4), "operator must be an Operator"),
        (lambda: mq.certify(LAYER, LAYER), "quantized must be a Quantized"),
        (lambda: mq.certify(QUANTIZED.operator, QUANTIZED), "made from another"),
        (lambda: mq.certify(LAYER, QUANTIZED, guarantee="sure"), "guarantee must be one of exact"),
        (lambda: mq.gradients(LAYER, SOLVED, [[1.0]]), r"dZ must have shape \(1, 2\)"),
        (lambda: mq.gradients(LAYER, SOLVED.z, [[1.0, 1.0]]), "solution must be a Solution"),
        (lambda: mq.bit_table(LAYER, 4), "bits must be a list of bit-widths"),
        (lambda: mq.bit_table(LAYER, []), "at least one bit-width"),
        (lambda: mq.verify("nowhere.json"), "cannot read nowhere.json"),
        (lambda: mq.verify(3), "the certificate"),
        (lambda: mq.load(3), "path must be the name of a file"),
        (lambda: mq.load("nowhere.npz"), "cannot read nowhere.npz"),
        (lambda: mq.explain("everything"), "claim must be one of"),
        (lambda: mq.check_implementation(object()), "none of the operations"),
        (lambda: mq.train("nowhere", "t.npz"), "dataset must be mnist"),
        (lambda: mq.train("glyphs", "t.npz", margin_penalty=np.inf), "margin_penalty"),
        (lambda: mq.Operator([[1, 2], [3]], [[1]], [1]), "W must be a rectangular array"),
        (lambda: mq.Operator.from_factors([[1.0]], [[0.0]], "m", [[1]], [1]), "m must be"),
        (lambda: mq.injections([1.0]), r"c must have shape \(\*, \*\)"),
    ],
)
def test_a_wrong_argument_is_named(call, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(mq.InputError, match=said) as refusal:
        call()
    assert isinstance(refusal.value, ValueError)
    assert "\n" not in str(refusal.value)


def test_reprs_fit_in_two_lines():
    proof = mq.certify(LAYER, QUANTIZED, inputs=[[1.0]])
    for value in (LAYER, QUANTIZED, SOLVED, proof, mq.bit_table(LAYER, [4]), mq.explain("margin")):
        lines = repr(value).splitlines()
        assert len(lines) <= 2
        assert max(map(len, lines)) <= 120


def test_layer_without_margin_is_proved_by_inputs(tmp_path):
    layer = mq.Operator(W=[[3.0]], U=[[1.0]], b=[0.0])
    quantized = mq.quantize(layer, 8)
    proof = mq.certify(layer, quantized, inputs=[[-1.0], [-2.0]])
    assert (proof.rung, proof.outcomes[6]) == (8, "REFUTED")
    proof.save(tmp_path / "inputs.json")
    assert mq.verify(tmp_path / "inputs.json", layer).accepted
    none = mq.certify(layer, quantized)
    assert none.rung is None
    none.save(tmp_path / "refuted.json")
    assert mq.verify(tmp_path / "refuted.json", layer).accepted
    assert mq.solve(layer, [[-1.0]], exact=True).status[0].name == "EXACT"


@pytest.mark.parametrize("name", ["solve", "evaluate", "quantize", "certify", "train"])
def test_a_command_has_the_names_and_defaults_of_its_function(name):
    """None stands for a default that the help text says in words."""
    function = mq.bit_table if name == "certify" else getattr(mq, name)
    asked = {
        "solve": ["f", "--inputs", "x"],
        "evaluate": ["f", "--inputs", "x"],
        "quantize": ["f", "--bits", "4"],
        "certify": ["f"],
    }
    argv = asked.get(name, ["--dataset", "glyphs", "--out", "t.npz"])
    given = vars(parser().parse_args([name, *argv]))
    for key, parameter in inspect.signature(function).parameters.items():
        if key in given and parameter.default is not inspect.Parameter.empty:
            words = {"bits": "2-16", "decay_at": [10]}
            wanted = words.get(key, parameter.default)
            assert given[key] in (wanted, None), key
