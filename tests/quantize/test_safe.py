"""What is chosen for an aim is proved of exact codes, or it is not called reached."""

from dataclasses import replace

import numpy as np
import pytest

from mondeq_ref import quantize as public_quantize
from mondeq_ref.arrays import InputError
from mondeq_ref.certificates.check import verify
from mondeq_ref.certificates.make import certificate
from mondeq_ref.files.load import Inputs
from mondeq_ref.instances import shipped
from mondeq_ref.instances.families import generic
from mondeq_ref.operator import Operator
from mondeq_ref.quantize import Quantizer
from mondeq_ref.quantize.ceilings import MarginCeiling
from mondeq_ref.quantize.descent import Choice, Loss
from mondeq_ref.quantize.input_layer import answering, in_turn, least_squares
from mondeq_ref.quantize.margin_descent import MarginDescent
from mondeq_ref.rigor.dyadic import identity, of_integers
from mondeq_ref.study.calibration import calibration
from mondeq_ref.study.safe import WANTED, Aim, _in_order, quantize_safely

CHOSEN = Quantizer(3, rounding="chosen", step_rule="chosen")


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.fixture(scope="module")
def trained() -> Operator:
    return shipped.operator()


@pytest.fixture(scope="module")
def small() -> Operator:
    return generic(rng(1), 12)


@pytest.mark.parametrize(("bits", "aim"), [(4, "paper"), (3, "margin"), (1, "margin")])
def test_aim_is_proved_after_training(trained, bits: int, aim: Aim) -> None:
    """Without retraining: the paper's own condition at 4 bits, a margin at 3 and at 1."""
    safe = quantize_safely(trained, bits, aim, rng=rng())
    assert safe.reached
    assert safe.rung is not None
    assert safe.rung <= WANTED[aim]
    made, K = safe.quantized, safe.quantized.arrays["K"]
    assert set(K.codes.ravel()) <= {1: {-1, 1}, 3: set(range(-3, 4)), 4: set(range(-7, 8))}[bits]
    kept = identity(trained.n) * made.offset + of_integers(K.codes, float(K.step))
    assert made.operator.exact_W == kept
    document = certificate(safe.pair, safe.steps[-1], made.spec, {})
    assert document is not None
    assert verify(document, trained).accepted


@pytest.mark.parametrize("aim", list(WANTED))
def test_every_aim_is_reached_at_eight_bits(small, aim: Aim) -> None:
    safe = quantize_safely(small, 8, aim, "KUb", rng=rng())
    assert safe.reached
    assert list(safe.quantized.arrays) == ["K", "U", "b"]
    assert f"t = {safe.quantized.offset!r} kept" in safe.why


def test_aim_out_of_reach_is_said_to_be(trained) -> None:
    """At 2 bits ||dW|| is several margins, however it is rounded."""
    safe = quantize_safely(trained, 2, "paper", rng=rng())
    assert not safe.reached
    assert safe.pair.sides.ratio.lo > safe.least_ratio > 2
    assert "no rounding at 2 bits with one step can reach the aim" in safe.obstacle


def test_looser_aims_try_choices_above_the_ceiling_by_loss() -> None:
    """Of ten choices whose loss rises as the ceiling's value falls, the last is below it."""
    codes = np.zeros((1, 1), np.int16)
    made = [Choice(codes, 1.0, 0.0, float(k), 1.0 - k / 8, k > 8) for k in range(10)]
    tried = {aim: [choice.loss for choice in _in_order(made, aim)] for aim in WANTED}
    assert tried["paper"] == tried["margin"] == [9.0]
    assert tried["unique"] == tried["exists"] == [0.0, 3.0, 5.0, 7.0, 9.0]
    above = [replace(choice, kept=False) for choice in made[:3]]
    assert [choice.loss for choice in _in_order(above, "margin")] == [2.0]
    assert [choice.loss for choice in _in_order(above, "exists")] == [0.0, 1.0, 2.0]


def test_choice_is_the_same_for_the_same_seed(small) -> None:
    first, again = (quantize_safely(small, 3, "margin", rng=rng(7)) for _ in range(2))
    assert first.quantized.operator.digest == again.quantized.operator.digest


def test_inputs_lower_the_loss_that_they_define(trained) -> None:
    inputs = Inputs("c", shipped.injections().c[:200], None, "", "")
    loss = calibration(trained, inputs).loss
    plain, tuned = (
        quantize_safely(trained, 3, "margin", inputs=given, rng=rng()) for given in (None, inputs)
    )
    assert tuned.reached
    errors = [safe.quantized.dW.center for safe in (plain, tuned)]
    assert loss(errors[1]) < 0.7 * loss(errors[0])


def test_public_quantize_takes_an_aim(small) -> None:
    X = rng().normal(size=(30, small.d))
    made = public_quantize(small, 4, aim="margin", inputs=X)
    assert made.what == "K"
    assert made.operator.margin.lo > 0
    assert public_quantize(small, 4, aim="margin", what="KUb").what == "KUb"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"aim": "margins"}, "aim must be one of paper, margin, unique, exists, got 'margins'"),
        ({"aim": "margin", "what": "W"}, "what must be K or KUb, got W"),
        ({"aim": "margin", "offset": 0.5}, "an aim chooses the quantizer and the offset"),
        ({"inputs": [[1.0]]}, "inputs go with an aim"),
        ({"aim": "margin", "bits": 17}, "at most 16 bits"),
    ],
)
def test_aims_refuse_what_they_cannot_use(small, given, message) -> None:
    with pytest.raises(InputError, match=message):
        public_quantize(small, given.pop("bits", 4), **given)


def smooth(ceiling, E: np.ndarray, beta: float) -> float:
    """f by its definition, of all eigenvalues."""
    values = np.linalg.eigvalsh((E + E.T) / 2 - ceiling.symmetric)
    return values.max() + np.log(np.exp(beta * (values - values.max())).sum()) / beta


def test_slope_is_that_of_central_differences() -> None:
    ceiling = MarginCeiling(np.eye(6), 0.0, 1.0)
    E, beta, h = rng().normal(size=(6, 6)), 3.0, 1e-5
    slope = ceiling.slope(E, beta)
    assert slope.smooth == pytest.approx(smooth(ceiling, E, beta))
    assert 0 <= slope.smooth - slope.value <= np.log(12) / beta
    for i in range(6):
        for j in range(6):
            D = np.zeros((6, 6))
            D[i, j] = h
            rise = smooth(ceiling, E + D, beta) - smooth(ceiling, E - D, beta)
            assert slope.gradient[i, j] == pytest.approx(rise / (2 * h), abs=1e-8)


def search(small: Operator, quantizer: Quantizer = CHOSEN) -> MarginDescent:
    n = small.n
    ceiling = MarginCeiling(np.eye(n) - (small.W + small.W.T) / 2, 0.0, 0.3)
    A, B = rng(2).normal(size=(2, n, n))
    return MarginDescent(small.W, quantizer, Loss(A @ A.T, B @ B.T), 0.2, 0.5, ceiling)


@pytest.mark.parametrize("quantizer", [CHOSEN, Quantizer.named("signs", 1)])
def test_no_single_move_improves_on_a_descent(small, quantizer: Quantizer) -> None:
    found = search(small, quantizer)
    before = found.loss(found.E)
    found.descend(None, 0.0, 10_000)
    least = found.loss(found.E)
    assert least < before
    for i in range(small.n):
        for j in range(small.n):
            for d in (-found.spacing, found.spacing):
                if abs(found.codes[i, j] + d) <= quantizer.greatest_code:
                    E = found.E
                    E[i, j] += d * found.step
                    assert found.loss(E) >= least * (1 - 1e-9)


def test_refit_takes_the_least_loss_of_offset_and_step(small) -> None:
    found = search(small)
    found.descend(None, 0.0, 10_000)
    before = found.loss(found.E)
    found.refit(None, 0.0)
    after = found.loss(found.E)
    assert after <= before * (1 + 1e-12)


def test_rounding_in_turn_beats_nearest_on_its_inputs() -> None:
    B = rng().normal(size=(40, 8)) @ rng(3).normal(size=(8, 40)) + 0.1 * np.eye(40)
    S, T = B.T @ B, rng(1).normal(size=(10, 40))

    def loss(made) -> float:
        E = made.array - T
        return float(np.sum((E @ S) * E))

    assert loss(in_turn(T, S, CHOSEN)) < 0.7 * loss(least_squares(T, CHOSEN))


def test_input_layer_answers_for_the_weights() -> None:
    """z = B x: then (W~ - W) z + (T - U) x is small for T = U - (W~ - W) B."""
    X, B = rng().normal(size=(500, 6)), rng(1).normal(size=(4, 6))
    U, moved, Z = np.zeros((4, 6)), rng(2).normal(size=(4, 4)), X @ B.T
    T = answering(U, moved, Z.T @ X / 500, X.T @ X / 500)
    left = Z @ moved.T + X @ (T - U).T
    assert np.linalg.norm(left) < 0.05 * np.linalg.norm(Z @ moved.T)


def test_arrays_of_zeros_are_chosen_to_be_zeros() -> None:
    operator = Operator(0.5 * np.eye(3), np.zeros((3, 2)), np.zeros(3))
    safe = quantize_safely(operator, 2, "paper", "KUb", rng=rng())
    assert safe.reached
    assert not safe.quantized.dW.center.any()
