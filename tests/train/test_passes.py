"""Both passes of a batch against their twin, a complex step, and the published protocol."""

from dataclasses import replace

import numpy as np
import pytest

from mondeq_ref.instances.families import generic, injections, rank_deficient
from mondeq_ref.operator import Head
from mondeq_ref.quantize import Quantizer
from mondeq_ref.train.differences import Differences
from mondeq_ref.train.parameters import Trainable
from mondeq_ref.train.passes import Passes, exact_engine, exact_passes, exact_row
from mondeq_ref.train.published_protocol import (
    Budget,
    PublishedEngine,
    adjoint_forward_backward,
    forward_backward,
)
from mondeq_ref.train.recipe import Quantization
from mondeq_ref.train.weights import clip_outliers, collect, injected, penalize_margin, weights
from tests.support.small import drawn_parameters

IMAGINARY = 1e-30


@pytest.fixture
def batch():
    rng = np.random.default_rng(1)
    operator = rank_deficient(rng, 12)
    head = Head(rng.normal(size=(4, 12)), rng.normal(size=4))
    return operator, injections(rng, operator, 30), head, rng.integers(0, 4, 30)


@pytest.mark.kernel
def test_the_compiled_passes_are_their_twin(batch):
    operator, C, head, labels = batch
    M = np.eye(operator.n) - operator.W
    passes = exact_passes(M, C, head, labels)
    assert passes.found.all()
    for row in range(len(C)):
        z, lam, G, loss = exact_row(M, C[row], head, int(labels[row]))
        np.testing.assert_allclose(passes.Z[row], z, rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(passes.Lam[row], lam, rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(passes.G[row], G, rtol=1e-10, atol=1e-12)
        assert passes.loss[row] == pytest.approx(loss, rel=1e-10)


def test_the_number_of_threads_changes_no_bit(batch):
    operator, C, head, labels = batch
    with exact_engine(1) as alone, exact_engine(3) as shared:
        one, three = alone(operator.W, C, head, labels), shared(operator.W, C, head, labels)
    for name in ("Z", "Lam", "G", "loss", "found"):
        assert getattr(one, name).tobytes() == getattr(three, name).tobytes()


def test_a_row_without_an_equilibrium_teaches_nothing():
    head = Head(np.ones((2, 1)), np.zeros(2))
    passes = exact_passes(np.array([[-1.0]]), np.array([[1.0]]), head, np.array([0]))  # -z = 1
    assert passes.found.tolist() == [False]
    assert not passes.Z.any()
    assert not passes.Lam.any()
    assert not passes.G.any()
    assert passes.totals(np.array([0])) == (0, 0, 0)


def small_parameters(rng, what=None, bits=4, hidden=8) -> tuple[Trainable, Quantization | None]:
    quantization = None if what is None else Quantization(Quantizer(bits), what)
    return drawn_parameters(rng, hidden), quantization


def mean_loss(parameters, changed, X, labels, active):
    """The mean cross-entropy with one array replaced, on fixed active sets, in complex numbers."""
    views = {name: array.astype(complex) for name, array in parameters.views().items()} | changed
    m = np.log(1 + np.exp(views["t"])) + 1e-4
    W = (1 - m) * np.eye(len(views["b"])) - views["A"].T @ views["A"] + views["S"] - views["S"].T
    total = 0
    for x, label, units in zip(X, labels, active, strict=True):
        a = np.flatnonzero(units)
        c = views["U"] @ x + views["b"]
        z = np.zeros(len(c), dtype=complex)
        z[a] = np.linalg.solve((np.eye(len(c)) - W)[np.ix_(a, a)], c[a])
        logits = views["V"] @ z + views["d"]
        total = total + np.log(np.exp(logits).sum()) - logits[label]
    return total / len(X)


def collected(parameters, quantization, X, labels):
    used = weights(parameters, quantization, np.random.default_rng(0))
    views = parameters.views()
    head = Head(views["V"], views["d"])
    M = np.eye(len(used.W)) - used.W
    given = Differences.of(X), np.arange(len(X))
    passes = exact_passes(M, injected(used, *given), head, labels)
    out = np.zeros_like(parameters.buffer)
    collect(parameters, used, *given, passes, out)
    return used, passes, out


@pytest.mark.kernel
@pytest.mark.parametrize("usual", [0.0, -0.42, None])
def test_products_with_images_are_their_definitions(usual):
    """With a background, black or gray, and with none."""
    rng = np.random.default_rng(5)
    parameters, _ = small_parameters(rng, hidden=11)
    X = rng.normal(size=(20, 5)).astype(np.float32)
    if usual is not None:
        X[rng.random(X.shape) < 0.7] = usual
        X[3] = usual
    images, rows = Differences.of(X), rng.permutation(20)[:13]
    assert images.usual == np.float32(usual or 0)
    assert len(images.values) == np.count_nonzero(images.usual != X)
    used = weights(parameters, None, rng)
    views, x = parameters.views(), X[rows].astype(np.float64)
    expected = x @ views["U"].T + views["b"]
    np.testing.assert_allclose(injected(used, images, rows), expected, rtol=1e-5, atol=1e-5)
    Z, Lam = (np.maximum(rng.normal(size=(13, 11)), 0) for _ in range(2))
    passes = Passes(Z, Lam, rng.normal(size=(13, 3)), np.zeros(13), np.ones(13, np.bool_))
    out = np.ones_like(parameters.buffer)
    collect(parameters, used, images, rows, passes, out)
    H, slope = Lam.T @ Z / 13, 1 / (1 + np.exp(-float(views["t"])))
    gradients = {
        "A": -views["A"] @ (H + H.T),
        "S": H - H.T,
        "t": -np.trace(H) * slope,
        "U": Lam.T @ x / 13,
        "b": Lam.mean(axis=0),
        "V": passes.G.T @ Z / 13,
        "d": passes.G.mean(axis=0),
    }
    for name, array in parameters.views(out).items():
        np.testing.assert_allclose(array, gradients[name], rtol=1e-5, atol=1e-5, err_msg=name)


@pytest.mark.kernel
@pytest.mark.parametrize("usual", [np.inf, -np.inf, np.nan])
def test_pixels_that_are_no_numbers_are_no_background(usual):
    """Differences from an infinity are NaN, which would be more than the lists have room for."""
    X = np.full((6, 9), usual, dtype=np.float32)
    X[:, :2] = 1
    images = Differences.of(X)
    assert images.usual == 0
    assert images.ends.tolist() == list(range(0, 55, 9))


def test_numbers_of_a_buffer_are_its_arrays_one_after_another():
    parameters, _ = small_parameters(np.random.default_rng(6))
    views, numbers = parameters.views(), parameters.numbers(parameters.buffer)
    np.testing.assert_array_equal(numbers, np.concatenate([a.ravel() for a in views.values()]))
    assert numbers.size < parameters.buffer.size
    np.testing.assert_array_equal(parameters.filled(numbers), parameters.buffer)


def test_gradient_of_mean_loss_equals_a_complex_step():
    rng = np.random.default_rng(4)
    parameters, _ = small_parameters(rng)
    X, labels = rng.normal(size=(20, 5)).astype(np.float32), rng.integers(0, 3, 20)
    _, passes, out = collected(parameters, None, X, labels)
    grads = parameters.views(out)
    for name, array in parameters.views().items():
        direction = rng.normal(size=array.shape)
        moved = array.astype(complex) + 1j * IMAGINARY * direction
        value = mean_loss(parameters, {name: moved}, X.astype(float), labels, passes.Z > 0)
        expected = float(np.sum(grads[name].astype(float) * direction))
        # The gradient and the injection are stored in float32.
        size = np.linalg.norm(grads[name]) * np.linalg.norm(direction)
        assert abs(value.imag / IMAGINARY - expected) <= 1e-5 * size
        # A mean taken twice would be 20 times too small, and is seen:
        assert abs(value.imag / IMAGINARY - expected / len(X)) > 1e-3 * abs(expected)


@pytest.mark.parametrize("what", ["W", "WUb", "factors", "factorsUb"])
def test_straight_through_uses_the_quantized_weights(what):
    rng = np.random.default_rng(8)
    parameters, quantization = small_parameters(rng, what)
    X, labels = rng.normal(size=(10, 5)).astype(np.float32), rng.integers(0, 3, 10)
    used, passes, out = collected(parameters, quantization, X, labels)
    grads = parameters.views(out)
    H = passes.Lam.T @ passes.Z / 10
    A = used.A if what.startswith("factors") else parameters.views()["A"]
    np.testing.assert_allclose(grads["A"], -A @ (H + H.T), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(grads["S"], H - H.T, rtol=1e-4, atol=1e-6)
    again = np.maximum(passes.Z @ used.W.T + injected(used, Differences.of(X), np.arange(10)), 0)
    np.testing.assert_allclose(again, passes.Z, atol=1e-5)  # U x + b is summed in float32
    levels = len(np.unique(np.abs(used.U)))
    assert (levels <= 8) == what.endswith("Ub")


def test_the_penalty_moves_nothing_but_the_margin():
    parameters, quantization = small_parameters(np.random.default_rng(10), "W", 2)
    used = weights(parameters, quantization, np.random.default_rng(0))
    out = np.zeros_like(parameters.buffer)
    assert np.linalg.norm(used.dW, 2) > parameters.margin
    assert penalize_margin(parameters, used, 5.0, out)
    grads = parameters.views(out)
    slope = 1 / (1 + np.exp(-float(parameters.views()["t"])))
    assert grads["t"] == pytest.approx(-5.0 * slope, rel=1e-6)
    assert np.count_nonzero(out) == 1
    small = weights(parameters, Quantization(Quantizer(16), "W"), np.random.default_rng(0))
    assert not penalize_margin(parameters, small, 5.0, out)


def test_penalty_can_end_where_the_margin_is_positive():
    """At W~ = 0 the margin is 1, however large ||dW|| is; at W~ = I there is none."""
    parameters, quantization = small_parameters(np.random.default_rng(10), "W", 2)
    used = weights(parameters, quantization, np.random.default_rng(0))
    out = np.zeros_like(parameters.buffer)
    for W, penalized in ((np.zeros((8, 8)), False), (np.eye(8), True)):
        other = replace(used, W=W, dW=10 * np.eye(8))
        assert penalize_margin(parameters, other, 5.0, out, "margin") == penalized


@pytest.mark.parametrize("what", ["W", "WUb", "factors", "factorsUb"])
def test_clipping_touches_only_outliers_of_quantized_parameters(what):
    parameters, quantization = small_parameters(np.random.default_rng(15), what)
    views = parameters.views()
    for name in ("A", "S", "U", "b"):
        views[name].flat[1] = 50.0
    before = {name: array.copy() for name, array in views.items()}
    clip_outliers(parameters, quantization, 2.0)
    clipped = {name for name in views if not np.array_equal(views[name], before[name])}
    structured = {"A", "S"} if what.startswith("factors") else set()
    assert clipped == structured | ({"U", "b"} if what.endswith("Ub") else set())
    for name in clipped - {"S"}:
        reach = 2 * np.sqrt(np.mean(before[name] ** 2))
        np.testing.assert_allclose(views[name], np.clip(before[name], -reach, reach), rtol=1e-6)
    if "S" in clipped:
        K, was = views["S"] - views["S"].T, before["S"] - before["S"].T
        reach = 2 * np.sqrt(np.mean(was**2))
        np.testing.assert_allclose(K, np.clip(was, -reach, reach), rtol=1e-5, atol=1e-5)


def test_published_passes_with_large_budget_become_exact(batch):
    operator, C, head, labels = batch
    exact = exact_passes(np.eye(operator.n) - operator.W, C, head, labels)
    m, L = operator.margin.lo, operator.lipschitz.hi
    engine = PublishedEngine(Budget(20_000, 1e-8), True, 100, m / L**2)
    found = engine(operator.W, C, head, labels)
    np.testing.assert_allclose(found.Z, exact.Z, atol=2e-4)  # float32 iterates
    np.testing.assert_allclose(found.Lam, exact.Lam, atol=2e-4)
    np.testing.assert_allclose(found.G, exact.G, atol=2e-4)


@pytest.mark.parametrize("alpha", [0.01, 0.05])
def test_no_factor_alpha_is_left_in_the_published_gradient(alpha):
    rng = np.random.default_rng(12)
    operator = generic(rng)
    W = operator.W.astype(np.float32)
    C = injections(rng, operator, 4).astype(np.float32)
    Z, _ = forward_backward(W, C, alpha, Budget(20_000, 1e-8))
    G = rng.normal(size=C.shape).astype(np.float32)
    Lam, _ = adjoint_forward_backward(W, Z, G, alpha, Budget(20_000, 1e-8))
    for z, lam, g in zip(Z, Lam, G, strict=True):
        a = np.flatnonzero(z > 0)
        exact = np.linalg.solve((np.eye(operator.n) - operator.W)[np.ix_(a, a)].T, g[a])
        np.testing.assert_allclose(lam[a], exact, atol=1e-3)
