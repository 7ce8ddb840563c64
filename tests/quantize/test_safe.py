"""What is chosen for an aim is proved of exact codes, or it is not called reached."""

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
from mondeq_ref.quantize import Quantizer, margin_descent
from mondeq_ref.quantize.ceilings import MarginCeiling
from mondeq_ref.quantize.descent import Loss
from mondeq_ref.quantize.input_layer import answering, in_turn, least_squares
from mondeq_ref.quantize.margin_descent import MarginDescent
from mondeq_ref.rigor.dyadic import identity, of_integers
from mondeq_ref.study.calibration import calibration
from mondeq_ref.study.safe import WANTED, Aim, quantize_safely

CHOSEN = Quantizer(3, rounding="chosen", step_rule="chosen")


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.fixture(scope="module")
def trained() -> Operator:
    return shipped.operator()


@pytest.fixture(scope="module")
def small() -> Operator:
    return generic(rng(1), 12)


@pytest.mark.parametrize(("bits", "aim"), [(4, "paper"), (1, "margin")])
def test_aim_is_proved_after_training(trained, bits: int, aim: Aim) -> None:
    """Without retraining: the paper's own condition at 4 bits, a margin at 1."""
    safe = quantize_safely(trained, bits, aim, rng=rng())
    assert safe.reached
    assert safe.rung is not None
    assert safe.rung <= WANTED[aim]
    made, K = safe.quantized, safe.quantized.arrays["K"]
    assert set(K.codes.ravel()) <= {1: {-1, 1}, 4: set(range(-7, 8))}[bits]
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


def test_aim_out_of_reach_is_said_to_be(small) -> None:
    """At 2 bits ||dW|| is more than the margin, however it is rounded."""
    safe = quantize_safely(small, 2, "paper", rng=rng())
    assert not safe.reached
    assert safe.pair.sides.ratio.lo > safe.least_ratio > 1
    assert "no rounding at 2 bits with one step can reach the aim" in safe.obstacle


def test_inputs_lower_the_loss_that_they_define(small) -> None:
    inputs = Inputs("c", rng().normal(size=(200, 12)), None, "", "")
    loss = calibration(small, inputs).loss
    plain, tuned = (
        quantize_safely(small, 3, "margin", inputs=given, rng=rng()) for given in (None, inputs)
    )
    assert tuned.reached
    errors = [safe.quantized.dW.center for safe in (plain, tuned)]
    assert loss(errors[1]) < 0.7 * loss(errors[0])


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


@pytest.mark.parametrize("S", [np.eye(6), np.diag([1.0, 0, 2, 0, 0, 1]), np.ones((6, 6))])
def test_moves_are_those_that_are_found_when_all_entries_are_weighed_anew(S, monkeypatch) -> None:
    """Also where an entry does not matter to the loss, but to the ceiling."""
    W = np.random.default_rng(3).normal(size=(6, 6)) / 4
    ceiling, loss = MarginCeiling(np.eye(6) - (W + W.T) / 2, 0.0, 1.0), Loss(np.eye(6), S)

    def descended() -> MarginDescent:
        descent = MarginDescent(W, Quantizer(4), loss, 0.1, 0.0, ceiling)
        descent.descend(descent.now(20.0)[0], 10.0, 40)
        return descent

    found = descended()
    monkeypatch.setattr(margin_descent, "_span", lambda x, i: slice(None))
    assert (found.codes == descended().codes).all()
    assert (found.codes != MarginDescent(W, Quantizer(4), loss, 0.1, 0.0, ceiling).codes).any()
