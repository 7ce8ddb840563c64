"""Which arrays of an operator are quantized, and to how many bits; with Ub, U and b besides.

    W            W
    K            W - t I, with t kept exactly
    offdiagonal  W without its diagonal, with the diagonal kept exactly
    factors      A and S - S'

`quantize.operators` defines the quantized matrix of each.
"""

from typing import Literal, get_args

from mondeq_ref.errors import InputError

What = Literal["W", "WUb", "K", "KUb", "offdiagonal", "offdiagonalUb", "factors", "factorsUb"]
WHATS: tuple[What, ...] = get_args(What)
OF_INPUT_LAYER = "Ub"
LEAST_BITS, MOST_BITS = 2, 32  # of integers


def checked_what(what: object) -> What:
    if what not in WHATS:
        raise InputError(f"what must be one of {', '.join(WHATS)}, got {what!r}")
    return what


def matrix_of(what: str) -> str:
    """`what` without U and b."""
    return what.removesuffix(OF_INPUT_LAYER)


def covers_input(what: str) -> bool:
    """Whether U and b are quantized too."""
    return what.endswith(OF_INPUT_LAYER)
