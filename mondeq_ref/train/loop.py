"""The training loop: shuffle, forward, backward, Adam; a checkpoint and a line of log an epoch."""

import json
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mondeq_ref.arrays import InputError, Integers, Matrix
from mondeq_ref.datasets.dataset import Dataset
from mondeq_ref.datasets.normalization import normalize
from mondeq_ref.files.atomic import write_atomically
from mondeq_ref.files.run_files import RunFiles
from mondeq_ref.operator import Head
from mondeq_ref.rigor.process import one_thread
from mondeq_ref.train.adam import Adam
from mondeq_ref.train.checkpoint import TrainingCheckpoint, latest, save
from mondeq_ref.train.differences import Differences
from mondeq_ref.train.parameters import Trainable, blank, initial
from mondeq_ref.train.passes import Engine, Readout, exact_engine
from mondeq_ref.train.published_protocol import PublishedEngine
from mondeq_ref.train.recipe import Recipe
from mondeq_ref.train.weights import (
    UsedWeights,
    clip_outliers,
    collect,
    freeze,
    injected,
    penalize_margin,
    weights,
)

WATCH_EVERY = 100  # steps between looks at the margin, which cost as much as a step
EVALUATION_ROWS = 1000

Record = dict[str, Any]
Float32 = NDArray[np.float32]


class TrainingStopped(Exception):  # noqa: N818  (it is an outcome, said in one sentence)
    """What went wrong, and at which step."""


@dataclass(frozen=True, eq=False)
class Images:
    """Normalized rows with labels, and the digests of the bytes they were."""

    X: Float32
    labels: Integers
    digests: dict[str, str]

    @cached_property
    def differences(self) -> Differences:
        return Differences.of(self.X)

    def rows(self, which: slice) -> "Images":
        return Images(self.X[which], self.labels[which], self.digests)

    @staticmethod
    def of(dataset: Dataset, recipe: Recipe) -> "Images":
        X = normalize(dataset.images, recipe.mean, recipe.std, np.float32).astype(np.float32)
        digests = {source.role: source.sha256 for source in dataset.provenance.sources}
        return Images(X, dataset.labels, digests)


@dataclass(eq=False)
class Run:
    """Everything that changes while training."""

    recipe: Recipe
    parameters: Trainable
    adam: Adam
    rng: np.random.Generator
    epoch: int
    alpha: float | None  # of the published protocol
    history: list[Record]


def train(
    recipe: Recipe,
    images: Images,
    out: Path,
    *,
    resume: bool = False,
    workers: int = 1,
    report: Callable[[Record], None] = lambda record: None,
) -> Run:
    """Train to the end; `report` sees each epoch's record, which is also a line of the log."""
    places = RunFiles(out)
    taught = images.rows(slice(0, len(images.labels) - recipe.validation))
    held = images.rows(slice(len(taught.labels), None))
    if len(taught.labels) == 0:
        raise InputError(f"validation takes {recipe.validation} of {len(images.labels)} images")
    run = _resumed(recipe, images, places) if resume else _started(recipe, images)
    _rewrite_log(places.log, run.history)
    while run.epoch < recipe.epochs:
        began = time.perf_counter()
        # An engine knows nothing of epochs before, as where a run is resumed.
        with _engine(run, len(taught.labels), workers) as engine:
            record = _one_epoch(run, engine, taught)
        with exact_engine(workers) as exact:
            record |= _judged(run, exact, held)
        run.epoch += 1
        run.alpha = engine.alpha if isinstance(engine, PublishedEngine) else None
        run.history.append(record)
        save(_checkpoint(run, images), places)
        timed = {**record, "seconds": round(time.perf_counter() - began, 3)}
        _append(places.log, json.dumps(timed, allow_nan=False))
        report(timed)
    return run


def _append(log: Path, line: str) -> None:
    try:
        with log.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
    except OSError as error:
        reason = f"{error.strerror}; --resume continues from the last finished epoch"
        raise InputError(f"cannot write {log}: {reason}") from None


def _one_epoch(run: Run, engine: Engine, images: Images) -> Record:
    recipe, parameters, views = run.recipe, run.parameters, run.parameters.views()
    gradient = np.zeros_like(parameters.buffer)
    rate = recipe.learning_rate_at(run.epoch)
    order = run.rng.permutation(len(images.labels))
    loss, correct, unsolved, penalized = 0.0, 0, 0, 0
    for start in range(0, len(order), recipe.batch):
        rows = order[start : start + recipe.batch]
        labels = images.labels[rows]
        used = weights(parameters, recipe.quantization, run.rng)
        head = Readout(views["V"].astype(np.float64), views["d"].astype(np.float64))
        passes = engine(used.W, injected(used, images.differences, rows), head, labels)
        collect(parameters, used, images.differences, rows, passes, gradient)
        penalty = recipe.margin_penalty
        penalized += penalize_margin(parameters, used, penalty, gradient, recipe.penalty_until)
        if recipe.freeze_at is not None and run.epoch >= recipe.freeze_at:
            freeze(parameters, run.adam, gradient)
        finite = run.adam.update(parameters.buffer, gradient, rate)
        if recipe.clip and recipe.quantization is not None:
            clip_outliers(parameters, recipe.quantization, recipe.clip)
        lost, right, found = passes.totals(labels)
        loss, correct, unsolved = loss + lost, correct + right, unsolved + len(rows) - found
        _watch(run, used, loss, finite)
    return {
        "epoch": run.epoch + 1,
        "step": run.adam.steps,
        "learning_rate": rate,
        "loss": loss / len(order),
        "accuracy": correct / len(order),
        "unsolved": unsolved,
        "penalized_steps": penalized,
    }


def _watch(run: Run, used: UsedWeights, loss: float, finite: bool) -> None:
    """Stop with a sentence when numbers are lost; look at the margin now and then."""
    step = run.adam.steps
    if not np.isfinite(loss):
        raise TrainingStopped(f"the loss is not finite at step {step} (epoch {run.epoch + 1})")
    if not finite:
        raise TrainingStopped(f"a parameter is not finite after step {step}")
    if step % WATCH_EVERY == 0:
        left = margin(used.W if used.dW is None else used.W + used.dW)
        if not left > 0:
            raise TrainingStopped(f"the margin was lost at step {step}: it is {left:.3g}")


def spectrum(W: Matrix) -> tuple[float, float]:
    """Margin and Lipschitz constant of I - W in plain floats: for the log, not for proofs."""
    return margin(W), norm(np.eye(len(W)) - W)


def norm(M: Matrix) -> float:
    """||M||_2 from the eigenvalues of M'M, which take a third of the time of singular values."""
    return float(np.sqrt(np.linalg.eigvalsh(M.T @ M)[-1]))


def margin(W: Matrix) -> float:
    """The least eigenvalue of sym(I - W) in plain floats."""
    M = np.eye(len(W)) - W
    return float(np.linalg.eigvalsh((M + M.T) / 2)[0])


def _judged(run: Run, exact: Engine, held: Images) -> Record:
    """What the epoch's end looks like: spectra, and the accuracy on the images kept out."""
    rng = np.random.default_rng(0)  # stochastic rounding, drawn apart from the run's own numbers
    used = weights(run.parameters, run.recipe.quantization, rng)
    W = used.W if used.dW is None else used.W + used.dW
    found, lipschitz = spectrum(W)
    record: Record = {"margin": found, "lipschitz": lipschitz}
    if used.dW is not None:
        record["quantized_margin"] = margin(used.W)
        record["ratio"] = norm(used.dW) / found
    if len(held.labels):
        record["validation_accuracy"] = _accuracy(run, used, exact, held)
    return record


def _accuracy(run: Run, used: UsedWeights, exact: Engine, images: Images) -> float:
    views = run.parameters.views()
    head, correct = Head(views["V"], views["d"]), 0
    for start in range(0, len(images.labels), EVALUATION_ROWS):
        rows = np.arange(start, min(start + EVALUATION_ROWS, len(images.labels)))
        labels = images.labels[rows]
        passes = exact(used.W, injected(used, images.differences, rows), head, labels)
        correct += passes.totals(labels)[1]
    return correct / len(images.labels)


@contextmanager
def _engine(run: Run, count: int, workers: int) -> Generator[Engine]:
    if run.recipe.protocol == "exact":
        with exact_engine(workers) as engine:
            yield engine
        return
    batches = -(-count // run.recipe.batch)
    factor = run.recipe.protocol == "released"
    engine = PublishedEngine.fresh(run.recipe.quantization is not None, batches, factor)
    engine.batches = run.adam.steps
    if run.alpha is not None:
        engine.alpha = run.alpha
    with one_thread():
        yield engine


def _started(recipe: Recipe, images: Images) -> Run:
    rng = np.random.default_rng(recipe.seed)
    classes = int(images.labels.max()) + 1
    parameters = initial(recipe, images.X.shape[1], classes, rng)
    return Run(recipe, parameters, Adam.fresh(parameters.buffer.size), rng, 0, None, [])


def _checkpoint(run: Run, images: Images) -> TrainingCheckpoint:
    buffers = {
        "parameters": run.parameters.buffer,
        "first": run.adam.first,
        "second": run.adam.second,
    }
    arrays = {name: run.parameters.numbers(buffer) for name, buffer in buffers.items()}
    state = {
        "recipe": run.recipe.described(),
        "data": images.digests,
        "epoch": run.epoch,
        "steps": run.adam.steps,
        "rng": run.rng.bit_generator.state,
        "alpha": run.alpha,
        "history": run.history,
    }
    return TrainingCheckpoint(arrays, state)


def _resumed(recipe: Recipe, images: Images, places: RunFiles) -> Run:
    """The run as its checkpoint has it, if it is a run of this recipe on these images."""
    found = latest(places)
    if found is None:
        return _started(recipe, images)
    if found.state["recipe"] != json.loads(json.dumps(recipe.described())):
        raise InputError(_differences(places.current.name, found.state["recipe"], recipe))
    if found.state["data"] != images.digests:
        raise InputError(f"{places.current.name} was trained on other images")
    parameters = blank(recipe, images.X.shape[1], int(images.labels.max()) + 1)
    filled = {name: parameters.filled(numbers) for name, numbers in found.arrays.items()}
    parameters.buffer[...] = filled["parameters"]
    rng = np.random.default_rng()
    rng.bit_generator.state = found.state["rng"]
    adam = Adam(filled["first"], filled["second"], int(found.state["steps"]))
    history = list(found.state["history"])
    return Run(recipe, parameters, adam, rng, found.epoch, found.state["alpha"], history)


def _differences(name: str, stored: dict[str, Any], recipe: Recipe) -> str:
    wanted = json.loads(json.dumps(recipe.described()))
    pairs = [
        f"{key} {stored.get(key)}, now {wanted.get(key)}"
        for key in sorted({*stored, *wanted})
        if stored.get(key) != wanted.get(key)
    ]
    said = "; ".join(pairs)
    return f"{name} was trained with different settings ({said}); resume with the same settings"


def _rewrite_log(path: Path, history: list[Record]) -> None:
    """One line for each epoch the checkpoint has; a kill may have cost its line, or cut it."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    timed = {record["epoch"]: line for line in text.splitlines() if (record := _parsed(line))}
    lines = [timed.get(record["epoch"]) or json.dumps(record) for record in history]
    if text or lines:  # a run that can save no epoch leaves nothing behind
        write_atomically(path, "".join(line + "\n" for line in lines).encode())


def _parsed(line: str) -> Record | None:
    try:
        return json.loads(line)
    except ValueError:
        return None
