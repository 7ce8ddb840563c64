"""Adam (Kingma and Ba 2015) on one float32 buffer."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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

    def update(self, parameters: Float32, gradient: Float32, learning_rate: float) -> None:
        """p <- p - rate * m^ / (sqrt(v^) + epsilon), with the means corrected for their start.

        A square that overflows counts as the largest float, so that v stays finite."""
        self.steps += 1
        self.first += np.float32(1 - BETA1) * (gradient - self.first)
        with np.errstate(over="ignore"):
            square = np.minimum(gradient * gradient, np.finfo(np.float32).max)
        self.second += np.float32(1 - BETA2) * (square - self.second)
        first = self.first * np.float32(1 / (1 - BETA1**self.steps))
        second = self.second * np.float32(1 / (1 - BETA2**self.steps))
        np.sqrt(second, out=second)
        second += np.float32(EPSILON)
        first /= second
        first *= np.float32(learning_rate)
        parameters -= first
