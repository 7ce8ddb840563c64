"""Mistakes that are visible in the numbers: entries clipped, on a grid, or zero when small."""

from collections.abc import Iterator

import numpy as np

from mondeq_ref.arrays import Matrix, relu
from mondeq_ref.oracle.names import Mistake, Suspect
from mondeq_ref.oracle.question import Answer, Question

FINEST = 16  # most fractional bits of a coarse grid
LEAST_KEPT, TINY = 3, 1e-3  # least number of right entries, unless the vanished ones are tiny
HELD = 1e-3  # greatest rest with clipping, relative to the bound and to the rest without it
LEAST_ENTRIES = 6  # least number of nonzero entries for the diagnosis of a grid


def shape_mistakes(question: Question, answer: Answer) -> Iterator[Suspect]:
    got = np.asarray(answer["Z"], np.float64)
    Z = question.ball("Z").center
    yield from _clipped(question, got, Z)
    yield from _zeroed(got, Z)
    yield from _on_a_grid(question, got)


def _layer(question: Question, z: Matrix) -> Matrix:
    W, U, b, X = (question.arguments[name] for name in ("W", "U", "b", "X"))
    return relu(z @ W.T + X @ U.T + b)


def _clipped(question: Question, got: Matrix, Z: Matrix) -> Iterator[Suspect]:
    """The largest number occurs twice or more: a clipped result, or clipping in every step."""
    cap = float(got.max(initial=0.0))
    if cap <= 0 or (got == cap).sum() < 2 or float(Z.max(initial=0.0)) <= cap:
        return
    image = _layer(question, got)
    for gives, unclipped, detail in (
        (np.minimum(Z, cap), Z, f"no entry is above {cap:.6g}"),
        (np.minimum(image, cap), image, f"this is a fixed point of the layer clipped at {cap:.6g}"),
    ):
        rest = float(np.abs(got - gives).max())
        if rest <= HELD * min(cap, float(np.abs(got - unclipped).max())):
            yield Mistake.SATURATED, detail, {"Z": gives}


def _zeroed(got: Matrix, Z: Matrix) -> Iterator[Suspect]:
    """The small entries are zero and the others are right."""
    lost = (got == 0) & (Z > 0)
    if not lost.any():
        return
    most = float(Z[lost].max())
    kept = Z[(got != 0) & (Z > 0)]
    if float(kept.min(initial=np.inf)) <= most or (kept.size < LEAST_KEPT and most > TINY):
        return
    yield Mistake.DEAD_ZONE, f"every entry up to {most:.3g} is zero", {"Z": np.where(lost, 0.0, Z)}


def _on_a_grid(question: Question, got: Matrix) -> Iterator[Suspect]:
    """All entries are multiples of one power of two, which explains the residual as well."""
    if (got != 0).sum() < LEAST_ENTRIES or not np.isfinite(got).all():
        return
    bits = next((k for k in range(FINEST + 1) if _whole(got * 2.0**k)), None)
    if bits is None:
        return
    cell = 2.0**-bits
    if _short_floats(got, cell):
        return
    rest = np.linalg.norm(got - _layer(question, got), axis=1).max()
    if rest <= 4 * cell * np.sqrt(got.shape[1]):
        detail = f"every entry is a multiple of 2^-{bits}, and the residual is of that size"
        yield Mistake.GRID, detail, {"Z": got}


def on_finest_grid(got: Matrix) -> bool:
    """Whether all entries are multiples of 2^-FINEST, as all answers of a fixed-point device are;
    those of short floats are finer where they are small."""
    return _whole(np.asarray(got, np.float64) * 2.0**FINEST)


def _short_floats(got: Matrix, cell: float) -> bool:
    """Whether float16 or bfloat16 explains the grid: its cell is that of the smallest entry."""
    least = float(np.abs(got[got != 0]).min())
    for bits in (11, 8):
        short = _whole(np.frexp(got)[0] * 2.0**bits)
        if short and cell < 8 * 2.0 ** (np.frexp(least)[1] - bits):
            return True
    return False


def _whole(scaled: Matrix) -> bool:
    return bool((scaled == np.rint(scaled)).all())
