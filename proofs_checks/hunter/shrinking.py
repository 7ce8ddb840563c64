"""Shrinking: an instance that is as sharp, with fewer units and short dyadic numbers."""

from collections.abc import Iterator

import numpy as np

from proofs_checks.coordinates import SQUARE, Blocks, Coordinates
from proofs_checks.hunter.starts import size, written
from proofs_checks.hunter.target import Candidate, Target

SAME = 1e-6  # ratios that differ by less are equally sharp
MOST_BITS = 14  # of the numbers of a block, tried in ascending order
MOST_TRIES = 250


class Shrinking:
    """The current instance; `accept` replaces it by one that is as sharp."""

    def __init__(self, target: Target, found: Candidate) -> None:
        self.target, self.at, self.left = target, found, MOST_TRIES
        self.refuted, ratio = found.measured.refuted, found.measured.ratio
        self.least = max(ratio - SAME, min(ratio, 1 - SAME))

    @property
    def how(self) -> Coordinates:
        return self.target.coordinates

    @property
    def blocks(self) -> Blocks:
        return self.how.read(self.at.instance)

    @property
    def moving(self) -> list[str]:
        return self.how.moving(self.blocks)

    def accept(self, blocks: Blocks) -> bool:
        """Replace the instance and return True if the new one is as sharp.

        A refuted form must stay refuted; a ratio may lose at most SAME, and one above 1 - SAME
        must stay above it."""
        if self.left <= 0:
            return False
        self.left -= 1
        found = self.target.measure(written(self.how, self.at.instance, blocks))
        if found is None or found.measured.refuted != self.refuted:
            return False
        if not self.refuted and found.measured.ratio < self.least:
            return False
        if not self.target.is_decided(found):
            return False
        self.at = found
        return True

    def accept_block(self, name: str, block: np.ndarray) -> bool:
        return self.accept({**self.blocks, name: block})


def shrunk(target: Target, found: Candidate, *, fewer_units: bool = True) -> Candidate:
    """The shrunk instance; without `fewer_units`, units stay and numbers are only rounded."""
    state = Shrinking(target, found)
    if fewer_units:
        _fewer_units(state)
    _fewer_blocks(state)
    _fewer_bits(state)
    if fewer_units:
        _simpler_numbers(state)
    return state.at


def _fewer_units(state: Shrinking) -> None:
    k = 0
    while (smaller := state.how.without(state.blocks, k)) is not None:
        k = 0 if state.accept(smaller) else k + 1


def _fewer_blocks(state: Shrinking) -> None:
    """Set blocks to 0 that do not affect the sharpness; matrices stay."""
    for name in state.moving:
        block = state.blocks[name]
        if name not in SQUARE and block.any():
            state.accept_block(name, np.zeros_like(block))


def _fewer_bits(state: Shrinking) -> None:
    """Round all blocks at once, so that equal numbers stay equal; then block by block."""
    for bits in range(MOST_BITS):
        if state.accept({name: _rounded(name, x, bits) for name, x in state.blocks.items()}):
            break
    for name in state.moving:
        for bits in range(MOST_BITS):
            if state.accept_block(name, _rounded(name, state.blocks[name], bits)):
                break


def _rounded(name: str, block: np.ndarray, bits: int) -> np.ndarray:
    """The block, rounded to multiples of a power of two, `bits` below the largest number."""
    if not block.any():
        return block
    unit = 2.0 ** (np.floor(np.log2(size(name, block))) - bits)
    return np.round(block / unit) * unit


def _simpler_numbers(state: Shrinking) -> None:
    """Set single numbers to 0, to 1 or -1, or to a power of two."""
    for name in state.moving:
        for k in range(state.blocks[name].size):
            for simple in _simpler(float(state.blocks[name].flat[k])):
                block = state.blocks[name].copy()
                block.flat[k] = simple
                if state.accept_block(name, block):
                    break


def _simpler(value: float) -> Iterator[float]:
    if value == 0 or abs(value) == 1:
        return
    yield 0.0
    yield float(np.sign(value))
    power = float(np.sign(value)) * 2.0 ** float(np.round(np.log2(abs(value))))
    if power != value:
        yield power
