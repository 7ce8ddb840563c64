"""What is said of a trained operator is true of the operator that ships."""

import numpy as np
import pytest

from mondeq_ref.arrays import InputError
from mondeq_ref.datasets.load import load
from mondeq_ref.files.npz import read_npz, write_npz
from mondeq_ref.files.run_files import RunFiles
from mondeq_ref.inputs import inject
from mondeq_ref.instances.trained import read_trained, write_trained
from mondeq_ref.operator import Head, Operator
from mondeq_ref.quantize import Quantizer, quantize
from mondeq_ref.study.accuracy import evaluate
from mondeq_ref.train.account import perturbed, positive_margin
from mondeq_ref.train.adam import Adam
from mondeq_ref.train.finish import finish
from mondeq_ref.train.loop import Images, Run
from mondeq_ref.train.recipe import Quantization, Recipe
from tests.support.small import drawn_parameters

ONE = np.zeros(1, dtype=np.int64)


def layer(W, b=None, V=None) -> Operator:
    n = len(W)
    head = Head(np.ones((1, n)) if V is None else V, np.zeros(1 if V is None else len(V)))
    return Operator(np.array(W), np.eye(n), np.zeros(n) if b is None else b, head=head)


def test_equilibria_are_proved_for_the_injection_with_its_bias() -> None:
    """M = -1 and x = 0: there is an equilibrium for b = -1, and none for b = 1."""
    X = np.zeros((1, 1))
    for b, proved in ((-1.0, 1), (1.0, 0)):
        without = layer([[2.0]], np.array([b]))
        found = evaluate(without, inject(without, X), ONE)
        assert (found.proved, found.unsolved) == (proved, 1 - proved)


def test_a_margin_is_that_of_the_symmetric_part() -> None:
    """M = [[1, a], [0, 1]] has the eigenvalue 1, and a margin for |a| < 2 alone."""
    for a, positive in ((1.5, True), (2.0, False), (3.0, False)):
        assert positive_margin(layer([[0.0, -a], [0.0, 0.0]])) == positive


def test_the_condition_is_about_the_margin_before_quantizing() -> None:
    """At 2 bits diag(-1, 1/2) becomes diag(-1, 0): ||dW|| = m = 1/2, and m~ = 1."""
    facts = perturbed(quantize(layer([[-1.0, 0.0], [0.0, 0.5]]), Quantizer(2)))
    assert facts["condition"] is False
    assert facts["quantized_margin"].lo > 0.5


@pytest.mark.parametrize("name", ["W", "U", "b"])
def test_codes_of_which_one_array_was_changed_are_refused(name, tmp_path) -> None:
    places = RunFiles(tmp_path / "t.npz")
    made = drawn_parameters(np.random.default_rng(3), 6, 4).operator()
    write_trained(places, made, Quantizer(4).spec("WUb"), {})
    arrays = read_npz(places.codes)
    arrays[f"codes.{name}"].flat[0] ^= 1
    write_npz(places.codes, arrays)
    with pytest.raises(InputError, match=r"t\.codes\.npz is not what t\.npz quantizes to"):
        read_trained(places.out)


def test_written_accuracy_is_that_of_the_quantized_operator(tmp_path) -> None:
    tested = load("glyphs", "test", 200)
    recipe = Recipe(hidden=6, quantization=Quantization(Quantizer(2), "W"))
    made = drawn_parameters(np.random.default_rng(3), 6, 784, 10)
    run = Run(recipe, made, Adam.fresh(1), np.random.default_rng(0), 1, None, [])
    written = finish(run, tested, tested, tmp_path / "a.npz", workers=1)["test"]
    trained = read_trained(tmp_path / "a.npz")
    X = Images.of(tested, recipe).X.astype(np.float64)
    before, after = (
        evaluate(operator, inject(operator, X), tested.labels).correct
        for operator in (trained.factors, trained.evaluated)
    )
    assert written["correct"] == after != before
