"""Adam (Kingma and Ba 2015) on one float32 buffer."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mondeq_ref.kernels.adam import adam_step

Float32 = NDArray[np.float32]

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8


@dataclass(eq=False)
class Adam:
    """Running means of the gradient and of its square, and how many steps they are over."""

    first: Float32
    second: Float32
    steps: int = 0

    @staticmethod
    def fresh(size: int) -> "Adam":
        return Adam(np.zeros(size, np.float32), np.zeros(size, np.float32))

    def update(self, parameters: Float32, gradient: Float32, learning_rate: float) -> bool:
        """One step, with the means corrected for their start; is every parameter finite?"""
        self.steps += 1
        numbers = (
            np.float32(1 - BETA1),
            np.float32(1 - BETA2),
            np.float32(1 / (1 - BETA1**self.steps)),
            np.float32(1 / (1 - BETA2**self.steps)),
            np.float32(EPSILON),
            np.float32(learning_rate),
        )
        return adam_step(parameters, gradient, self.first, self.second, *numbers)
