"""A small operator from images."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mondeq_ref.api.arguments import whole
from mondeq_ref.api.quantizing import named
from mondeq_ref.arrays import USUAL_FLOATS, InputError
from mondeq_ref.datasets.load import load
from mondeq_ref.files.lock import only_writer
from mondeq_ref.files.outputs import probe, probe_folder
from mondeq_ref.files.run_files import RunFiles
from mondeq_ref.instances.trained import read_trained
from mondeq_ref.operator import Operator
from mondeq_ref.train.finish import finish
from mondeq_ref.train.loop import Images
from mondeq_ref.train.loop import train as trained
from mondeq_ref.train.recipe import Protocol, Quantization, Recipe, Wanted
from mondeq_ref.whats import What

Report = Callable[[dict[str, Any]], None]


@dataclass(frozen=True, eq=False, repr=False)
class Training:
    """A finished training run.

    Attributes
    ----------
    operator : Operator
        The operator whose accuracy is reported: the quantized one, if the run quantized.
    accuracy : float
        Share of the test images classified correctly, in [0, 1].
    provenance : dict
        Recipe, digests of the images, log, and what is proved of the operator.
    path : Path
        The file that was written.
    """

    operator: Operator
    provenance: dict[str, Any]
    path: Path

    @property
    def accuracy(self) -> float:
        return self.provenance["test"]["accuracy"]

    def __repr__(self) -> str:
        return f"Training({self.path}: test accuracy {self.accuracy:.4f})"


@USUAL_FLOATS
def train(
    dataset: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    hidden: int = 100,
    rank: int | None = None,
    epochs: int = 15,
    batch: int = 128,
    seed: int = 42,
    learning_rate: float = 1e-3,
    decay_at: Sequence[int] = (10,),
    validation: int = 0,
    limit: int | None = None,
    qat: int | None = None,
    what: What = "W",
    quantizer: str = "paper-code",
    rounding: str | None = None,
    step: str | None = None,
    factor: float | None = None,
    protocol: Protocol = "exact",
    margin_penalty: float = 0.0,
    penalty_until: Wanted = "paper",
    freeze_at: int | None = None,
    clip: float = 0.0,
    resume: bool = False,
    workers: int = 1,
    report: Report = lambda epoch: None,
) -> Training:
    """Train an equilibrium network with exact equilibria, exact gradients and Adam.

    Parameters
    ----------
    dataset : str or path
        "mnist", "glyphs" (drawn here, no download), or a folder of IDX files.
    out : str or path
        The trained operator, an .npz file.  Beside it are written a checkpoint after every
        epoch, a log with one line per epoch, and the provenance.
    hidden : int
        Number of units.
    rank : int, optional
        Rows of A; by default a quarter of the units.
    epochs, batch : int
        Passes over the images, and images per step.
    seed : int
        Seed of all randomness.
    learning_rate : float
        Step of Adam; it falls to a tenth after each epoch in `decay_at`.
    decay_at : sequence of int
        Epochs after which the learning rate falls to a tenth.
    validation : int
        Number of images at the end of the training split that are not trained on.
    limit : int, optional
        Use the first `limit` training images only.
    qat : int, optional
        Bits to quantize to in every forward pass; by default nothing is quantized.
    what, quantizer, rounding : str
        What is quantized, by which published quantizer ("signs" for 1 bit), and how quotients are
        rounded.
    step : {"largest", "power-of-two", "mean"}, optional
        The rule of the step; by default that of the quantizer.
    factor : float, optional
        What that step is multiplied by.
    protocol : {"exact", "paper", "released"}
        Exact equilibria; the published inexact forward-backward; the same with every gradient
        of W, U and b multiplied by its step, as the released code does.
    margin_penalty : float
        A gradient of this size pushes m up while ||W - W~|| >= m.
    penalty_until : {"paper", "margin"}
        What ends the penalty: ||W - W~|| < m, or a positive margin of W~.
    freeze_at : int, optional
        After so many epochs the codes of W stay as they are, and the rest is trained on.
    clip : float
        Clip quantized arrays to this many root mean squares after every step; 0: never.
    resume : bool
        Continue from the last checkpoint beside `out`.
    workers : int
        Threads.
    report : callable
        Is given the record of every epoch.

    Returns
    -------
    Training

    Raises
    ------
    InputError
        If an argument is wrong, or a file cannot be written: before the training starts.

    Examples
    --------
    >>> import mondeq_ref as mq, os, tempfile
    >>> out = os.path.join(tempfile.mkdtemp(), "small.npz")
    >>> mq.train("glyphs", out, hidden=10, epochs=1, limit=200).operator
    Operator(n=10, d=784, 10 classes, from factors)
    """
    recipe = Recipe(
        hidden=whole("hidden", hidden, 1),
        rank=None if rank is None else whole("rank", rank, 1),
        epochs=whole("epochs", epochs, 1),
        batch=whole("batch", batch, 1),
        seed=whole("seed", seed, 0),
        learning_rate=learning_rate,
        decay_at=tuple(whole("decay_at", epoch, 0) for epoch in decay_at),
        protocol=protocol,
        quantization=_quantization(qat, what, quantizer, rounding, step, factor),
        margin_penalty=margin_penalty,
        penalty_until=penalty_until,
        freeze_at=None if freeze_at is None else whole("freeze_at", freeze_at, 1),
        clip=clip,
        validation=whole("validation", validation, 0),
    )
    whole("workers", workers, 1)
    path = Path(out)
    if path.suffix != ".npz":
        raise InputError(f"out must end with .npz, got {str(path)!r}")
    probe_folder(path.parent)
    probe(RunFiles(path).all)
    with only_writer(path):
        taught = load(str(dataset), "train", limit, seed)
        tested = load(str(dataset), "test", None, seed)
        images = Images.of(taught, recipe)
        run = trained(recipe, images, path, resume=resume, workers=workers, report=report)
        provenance = finish(run, taught, tested, path, workers)
    return Training(read_trained(path).evaluated, provenance, path)


def _quantization(
    bits: int | None, what: What, quantizer: str, rounding: Any, step: Any, factor: Any
) -> Quantization | None:
    if bits is None:
        return None
    given = {"rounding": rounding, "step_rule": step, "factor": factor}
    chosen = replace(
        named(quantizer, bits), **{key: value for key, value in given.items() if value is not None}
    )
    return Quantization(chosen, what)
