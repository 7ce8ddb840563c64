"""Small things to train: a task of a tenth of a second an epoch, and parameters for it."""

import numpy as np

from mondeq_ref.train.loop import Images
from mondeq_ref.train.parameters import Trainable, initial
from mondeq_ref.train.recipe import Recipe


def images(count: int = 240, inputs: int = 16, classes: int = 3, seed: int = 0) -> Images:
    """Noisy prototypes of three classes."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % classes
    X = 2 * np.eye(classes, inputs)[labels] + 0.6 * rng.normal(size=(count, inputs))
    return Images(X.astype(np.float32), labels, {"train images": f"drawn, seed {seed}"})


def drawn_parameters(
    rng: np.random.Generator, hidden: int = 8, inputs: int = 5, classes: int = 3
) -> Trainable:
    """As if some epochs had passed: no array is zero."""
    made = initial(Recipe(hidden=hidden), inputs, classes, rng)
    for name, scale in (("A", 0.5), ("S", 0.3), ("U", 0.5), ("b", 0.5)):
        view = made.views()[name]
        view[...] = scale * rng.standard_normal(view.shape)
    return made
