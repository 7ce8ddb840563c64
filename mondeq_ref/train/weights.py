"""From parameters to the weights a batch sees, and from their derivatives back.

The straight-through rule: the forward pass uses the quantized arrays, the backward pass takes
dQ(w)/dw to be one.  With H = dl/dW,

    W = (1 - m) I - A'A + S - S':   dl/dA = -A (H + H'),  dl/dS = H - H',  dl/dm = -tr H,

and for quantized factors A is the quantized one, since it stands in the product.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mondeq_ref.arrays import Integers, Matrix
from mondeq_ref.backward.gradients import softplus_slope
from mondeq_ref.kernels.collecting import collect_rows, injected_rows, whole_product
from mondeq_ref.kernels.quantizing import nearest_levels
from mondeq_ref.kernels.vectors import in_lanes
from mondeq_ref.quantize import quantize_array
from mondeq_ref.quantize.operators import shortened, without_offset
from mondeq_ref.train.adam import Adam
from mondeq_ref.train.differences import Differences
from mondeq_ref.train.parameters import Trainable
from mondeq_ref.train.passes import Passes
from mondeq_ref.train.recipe import Quantization, Wanted

MARGIN_LEFT = 0.02  # of m: what the margin of W~ is to keep


@dataclass(frozen=True, eq=False)
class UsedWeights:
    """What the forward pass uses: W in float64, U (pixel by pixel) and b in float32 and in lanes,
    and A as in the product."""

    W: Matrix
    U: NDArray[np.float32]
    b: NDArray[np.float32]
    A: Matrix
    dW: Matrix | None  # W of the parameters minus W here


def weights(
    parameters: Trainable, quantization: Quantization | None, rng: np.random.Generator
) -> UsedWeights:
    """The operator of the parameters, or what quantization leaves of it."""
    views = parameters.views()
    A, S = views["A"].astype(np.float64), views["S"]
    _, _, _, U, b, _, _ = parameters.lanes(parameters.buffer)
    W = whole_product(parameters.margin, A, S)
    if quantization is None:
        return UsedWeights(W, U, b, A, None)

    quantized = partial(levels, quantization=quantization, rng=rng)
    if quantization.covers_input:
        U = in_lanes(quantized(views["U"]).T.astype(np.float32))
        b = in_lanes(quantized(views["b"])[None].astype(np.float32))
    if quantization.structured:
        A_used = quantized(A)
        K = quantized(S.astype(np.float64) - S.T)
        W_used = product(parameters.margin, A_used, K)
        return UsedWeights(W_used, U, b, A_used, W - W_used)
    if quantization.keeps_offset:
        t = shortened(1 - parameters.margin)
        W_used = t * np.eye(len(W)) + quantized(without_offset(W, t))
        return UsedWeights(W_used, U, b, A, W - W_used)
    if quantization.keeps_diagonal:
        kept = np.diag(np.diag(W))
        W_used = kept + quantize_array(W, quantization.quantizer, rng, off_diagonal=True).array
        return UsedWeights(W_used, U, b, A, W - W_used)
    W_used = quantized(W)
    return UsedWeights(W_used, U, b, A, W - W_used)


def levels(
    array: NDArray[Any], quantization: Quantization, rng: np.random.Generator
) -> NDArray[np.float64]:
    """The quantized array, without its codes."""
    quantizer = quantization.quantizer
    if not quantization.is_published:
        return quantize_array(array, quantizer, rng).array
    w = np.ascontiguousarray(array, dtype=np.float64)
    step, greatest = quantizer.step(w), float(quantizer.greatest_code)
    if step == 0:
        return np.zeros_like(w)
    return nearest_levels(w.reshape(-1), step, greatest).reshape(w.shape)


def injected(used: UsedWeights, images: Differences, rows: Integers) -> Matrix:
    """U x + b for these images, summed in float32."""
    C = np.empty((len(rows), len(used.W)))
    injected_rows(used.U, used.b, *images.given, rows, C)
    return C


def product(m: float, A: Matrix, K: Matrix) -> Matrix:
    """(1 - m) I - A'A + K."""
    W = K - A.T @ A
    np.fill_diagonal(W, W.diagonal() + (1 - m))
    return W


def collect(
    parameters: Trainable,
    used: UsedWeights,
    images: Differences,
    rows: Integers,
    passes: Passes,
    out: NDArray[np.float32],
) -> None:
    """The gradient of the mean loss over these images, written into `out`.

    Sums are float32, as parameters and gradients are."""
    slope = softplus_slope(float(parameters.views()["t"]))
    made = passes.Z, passes.Lam, passes.G
    collect_rows(*made, used.A, slope, *images.given, rows, *parameters.lanes(out))


def penalize_margin(
    parameters: Trainable,
    used: UsedWeights,
    strength: float,
    out: NDArray[np.float32],
    until: Wanted = "paper",
) -> bool:
    """While ||dW||_2 >= m, or m~ is too small, a gradient -strength on m alone; says whether it
    was added."""
    if strength == 0 or used.dW is None or _holds(until, parameters.margin, used.W, used.dW):
        return False
    parameters.views(out)["t"][...] -= strength * softplus_slope(float(parameters.views()["t"]))
    return True


def _holds(until: Wanted, m: float, W: Matrix, dW: Matrix) -> bool:
    """||dW||_2 < m; or m~ > m/50, which later steps do not lose at once."""
    if until == "margin":
        return bool(np.linalg.eigvalsh((W + W.T) / 2)[-1] < 1 - MARGIN_LEFT * m)
    return bool(np.linalg.eigvalsh(dW.T @ dW)[-1] < m**2)


def freeze(parameters: Trainable, adam: Adam, gradient: NDArray[np.float32]) -> None:
    """Let the next step change neither A nor S, so that K and its codes stay as they are."""
    for buffer in (gradient, adam.first):
        views = parameters.views(buffer)
        views["A"][...] = 0
        views["S"][...] = 0


def clip_outliers(parameters: Trainable, quantization: Quantization, clip: float) -> None:
    """Bring the entries of every quantized parameter within `clip` root mean squares of it.

    The step is that of the largest entry: without this one outlier rounds all others to zero.
    K = S - S' is clipped by moving S by half of what K loses, which keeps it skew.
    """
    views = parameters.views()
    if quantization.structured:
        views["A"][...] = _clipped(views["A"], clip)
        K = views["S"] - views["S"].T
        views["S"][...] -= (K - _clipped(K, clip)) / 2
    if quantization.covers_input:
        for name in ("U", "b"):
            views[name][...] = _clipped(views[name], clip)


def _clipped(array: NDArray[np.float32], clip: float) -> NDArray[np.float32]:
    reach = np.float32(clip) * np.sqrt(np.mean(array * array))
    return np.clip(array, -reach, reach)
