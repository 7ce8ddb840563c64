"""The published quantizer in one pass, for training, which quantizes at every step: the twin of
`quantize_array`, whose codes nobody asks for there."""

import numpy as np

from mondeq_ref.arrays import Vector
from mondeq_ref.kernels.jit import compiled


@compiled
def nearest_levels(w: Vector, step: float, greatest: float) -> Vector:
    """fl(s k) with k = rint(fl(w / s)), clipped to [-greatest, greatest]."""
    levels = np.empty(len(w))
    for i in range(len(w)):
        code = np.rint(w[i] / step)
        levels[i] = step * min(max(code, -greatest), greatest)
    return levels
