"""A small readable instance that is as sharp: fewer units, short dyadic numbers."""

from collections.abc import Callable, Iterator

import numpy as np

from proofs_checks.hunter.ascent import Found
from proofs_checks.hunter.coordinates import (
    SQUARE,
    Blocks,
    coordinates,
    moving,
    size,
    snapped,
    units,
    without_unit,
)
from proofs_checks.hunter.quarry import Quarry

SAME = 1e-6  # ratios this close are equally sharp: then fewer units and shorter numbers are better
MOST_BITS = 14  # of the numbers of a block, tried from few to many
MOST_TRIES = 250

Try = Callable[[Blocks], bool]


def shrunk(quarry: Quarry, found: Found, *, fewer_units: bool = True) -> Found:
    """What is refuted stays refuted; a ratio loses at most SAME, and stays that near to 1.

    With all its units kept, neither are the numbers of its matrices made 0 or 1."""
    at = found
    how = coordinates(quarry.theorem.name)
    ratio = found.measured.ratio
    least = max(ratio - SAME, min(ratio, 1 - SAME))
    left = MOST_TRIES

    def kept(blocks: Blocks) -> bool:
        nonlocal at, left
        if left <= 0:
            return False
        left -= 1
        try:
            candidate = how.write(at.instance, snapped(blocks))
        except (ValueError, ArithmeticError):
            return False
        measured = quarry.measure(candidate)
        if measured is None or measured.refuted != found.measured.refuted:
            return False
        if not measured.refuted and measured.ratio < least:
            return False
        if not quarry.is_decided(candidate, measured.row):
            return False
        at = Found(candidate, measured)
        return True

    def now() -> Blocks:
        return how.read(at.instance)

    if fewer_units:
        _fewer_units(quarry, now, kept)
    _fewer_blocks(now, kept)
    _fewer_bits(now, kept)
    if fewer_units:
        _simpler_numbers(now, kept)
    return at


def _fewer_units(quarry: Quarry, now: Callable[[], Blocks], kept: Try) -> None:
    if quarry.theorem.name == "quantizer":
        _fewer_entries(now, kept)
        return
    k = 0
    while k < units(now()) > 1:
        k = 0 if kept(without_unit(now(), k)) else k + 1


def _fewer_entries(now: Callable[[], Blocks], kept: Try) -> None:
    """Of the array that is quantized, rows and columns."""
    for axis in (0, 1):
        k = 0
        while k < now()["@w"].shape[axis] > 1:
            k = 0 if kept({**now(), "@w": np.delete(now()["@w"], k, axis)}) else k + 1


def _fewer_blocks(now: Callable[[], Blocks], kept: Try) -> None:
    """What the form does not look at becomes 0."""
    for name in moving(now()):
        block = now()[name]
        if name not in SQUARE and block.any():
            kept({**now(), name: np.zeros_like(block)})


def _fewer_bits(now: Callable[[], Blocks], kept: Try) -> None:
    """All blocks at once, so that equal numbers stay equal; then block by block."""
    for bits in range(MOST_BITS):
        if kept({name: _rounded(name, block, bits) for name, block in now().items()}):
            break
    for name in moving(now()):
        any(kept({**now(), name: _rounded(name, now()[name], bits)}) for bits in range(MOST_BITS))


def _rounded(name: str, block: np.ndarray, bits: int) -> np.ndarray:
    """To multiples of a power of two, `bits` below the largest number."""
    if not block.any():
        return block
    unit = 2.0 ** (np.floor(np.log2(size(name, block))) - bits)
    return np.round(block / unit) * unit


def _simpler_numbers(now: Callable[[], Blocks], kept: Try) -> None:
    """One after the other to 0, to 1, to a power of two."""
    for name in moving(now()):
        for k in range(now()[name].size):
            value = float(now()[name].flat[k])
            any(kept(_with(now(), name, k, simple)) for simple in _simpler(value))


def _simpler(value: float) -> Iterator[float]:
    if value == 0 or abs(value) == 1:
        return
    yield 0.0
    yield float(np.sign(value))
    power = float(np.sign(value)) * 2.0 ** float(np.round(np.log2(abs(value))))
    if power != value:
        yield power


def _with(blocks: Blocks, name: str, k: int, value: float) -> Blocks:
    block = blocks[name].copy()
    block.flat[k] = value
    return {**blocks, name: block}
