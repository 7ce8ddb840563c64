"""A step of Adam in one pass over the parameters, without arrays for what is in between.

In NumPy each of a dozen passes asks the system for new pages, which takes longer than the numbers.
All arithmetic is float32, in the order of the formula, so that the twin in the tests has its bits.
"""

import numpy as np
from numpy.typing import NDArray

from mondeq_ref.kernels.jit import compiled

Float32 = NDArray[np.float32]

LARGEST = np.finfo(np.float32).max


@compiled
def adam_step(
    parameters: Float32,
    gradient: Float32,
    first: Float32,
    second: Float32,
    new_first: np.float32,
    new_second: np.float32,
    first_scale: np.float32,
    second_scale: np.float32,
    epsilon: np.float32,
    rate: np.float32,
) -> bool:
    """p <- p - rate * m^ / (sqrt(v^) + epsilon), m^ and v^ being the means times their scales;
    whether every p is then finite.

    A square that overflows counts as the largest float, so that v stays finite.
    """
    lost = False
    for i in range(len(parameters)):
        g = gradient[i]
        first[i] += new_first * (g - first[i])
        second[i] += new_second * (min(g * g, LARGEST) - second[i])
        size = np.sqrt(second[i] * second_scale) + epsilon
        p = parameters[i] - first[i] * first_scale / size * rate
        lost |= not abs(p) <= LARGEST
        parameters[i] = p
    return not lost
