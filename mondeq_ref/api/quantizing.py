"""Operators with fewer bits."""

from typing import Any, cast

import numpy as np

from mondeq_ref.api.arguments import choice, layer, whole
from mondeq_ref.arrays import USUAL_FLOATS, InputError
from mondeq_ref.files.load import rows_of
from mondeq_ref.operator import Operator
from mondeq_ref.quantize import Quantized, Quantizer
from mondeq_ref.quantize import quantize as quantized_operator
from mondeq_ref.quantize.quantizer import Name
from mondeq_ref.study.safe import Aim, quantize_safely
from mondeq_ref.whats import What


@USUAL_FLOATS
def quantize(
    operator: Operator,
    bits: int | Quantizer,
    *,
    quantizer: str = "paper-code",
    what: What | None = None,
    offset: float | None = None,
    aim: Aim | None = None,
    inputs: Any = None,
    seed: int = 0,
) -> Quantized:
    """Quantize the weights of an operator.

    Parameters
    ----------
    operator : Operator
        The operator; it is not changed.
    bits : int or Quantizer
        The bit-width of the named quantizer, 2 to 32 (1 for signs); with an aim 1 to 16, 1 bit
        having the codes -1 and 1; or a quantizer of your own.
    quantizer : {"paper-code", "paper-readme", "signs"}
        The published quantizer to use: that of the paper's code, or the one its README describes;
        or, for 1 bit, signs times the mean of the absolute entries.
    what : str
        Which arrays are quantized: "W"; "WUb" for W, U and b; "K" for W - t I, whose step is about
        half that of W; "offdiagonal" for W without its diagonal, which is kept exactly;
        "factors" for A and S - S', which keeps the margin; "KUb", "offdiagonalUb" and "factorsUb"
        for those, U and b.  By default "W", and "K" with an aim.
    offset : float, optional
        The number t where K is quantized; by default 1 - m, rounded to a multiple of 2^-12.
    aim : {"paper", "margin", "unique", "exists"}, optional
        What is to be proved: ||W - W~|| < m; m~ > 0; one equilibrium for every input; at least one.
        The offset, the step and the rounding are then chosen for it, at the least loss; `certify`
        says whether it was reached.
    inputs : array-like, optional
        With an aim: rows x for which the equilibria are to be moved least.
    seed : int
        Seed of stochastic rounding and of searches.

    Returns
    -------
    Quantized
        `operator` is the quantized operator, `codes` and `step` are the integer codes and the
        step by array name, `perturbation` is an enclosure of ||W - W~||_2.

    Raises
    ------
    InputError
        If an argument is wrong, or if factors are to be quantized that the operator does not have.

    Examples
    --------
    >>> import mondeq_ref as mq
    >>> layer = mq.Operator(W=[[0.5, -1.0], [1.0, 0.25]], U=[[1.0], [-1.0]], b=[0.0, 0.5])
    >>> quantized = mq.quantize(layer, bits=4)
    >>> quantized.codes["W"]
    array([[ 4, -7],
           [ 7,  2]])
    >>> quantized.step["W"]
    0.14285714285714285
    """
    rng = np.random.default_rng(whole("seed", seed, 0))
    if aim is not None:
        if isinstance(bits, Quantizer) or offset is not None:
            raise InputError("an aim chooses the quantizer and the offset: give a number of bits")
        rows = None if inputs is None else rows_of(layer(operator), inputs)
        made = quantize_safely(layer(operator), bits, aim, what or "K", rows, rng=rng)
        return made.quantized
    if inputs is not None:
        raise InputError("inputs go with an aim: nothing else depends on them")
    chosen = bits if isinstance(bits, Quantizer) else named(quantizer, bits)
    return quantized_operator(layer(operator), chosen, what or "W", rng, offset=offset)


NAMED: tuple[Name, ...] = ("paper-code", "paper-readme", "signs")


def named(quantizer: str, bits: int) -> Quantizer:
    """One of the two published quantizers, or the signs."""
    choice("quantizer", quantizer, NAMED)
    return Quantizer.named(cast(Name, quantizer), bits)
