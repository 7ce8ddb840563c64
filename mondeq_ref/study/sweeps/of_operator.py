"""What the cases of one operator have in common: its facts, its inputs solved, images for aims."""

from collections.abc import Mapping
from threading import local
from typing import Any

import numpy as np

from mondeq_ref.arrays import InputError
from mondeq_ref.files.load import Inputs, check_labels, load_inputs
from mondeq_ref.instances.families import injections
from mondeq_ref.operator import Operator
from mondeq_ref.study.effects import Workload, workload
from mondeq_ref.study.sweeps.subjects import Description, SweptOperator, digest_of, generator

Record = dict[str, Any]


class OfOperator:
    """What the cases of one operator have in common."""

    def __init__(self, operator: Operator, description: Description) -> None:
        self.operator = operator
        self.description = description
        self.facts = operator_facts(operator)
        self.works: dict[str, Workload] = {}
        self.calibrations: dict[str, Inputs] = {}

    def work(self, inputs: Mapping[str, Any] | None, *, exact: bool) -> Workload | None:
        """The inputs, solved for this operator."""
        if inputs is None:
            return None
        key = digest_of({"inputs": inputs, "exact": exact})
        if key not in self.works:
            rows = _rows(self.operator, inputs, self.description)
            self.works[key] = workload(self.operator, rows, exact=exact)
        return self.works[key]

    def calibration(self, images: Mapping[str, Any] | None) -> Inputs | None:
        """The images of the training split for which an aim's codes are chosen."""
        if images is None:
            return None
        key = digest_of(images)
        if key not in self.calibrations:
            self.calibrations[key] = _loaded_here(images, "train")
        return self.calibrations[key]


class _Latest(local):
    """What this thread knows of its latest operator: the next task may be about the same one."""

    key: str | None = None
    shared: OfOperator | None = None


_latest = _Latest()


def of_operator(subject: SweptOperator) -> OfOperator:
    """Made again only where the operator is another; a description says all about it."""
    key = digest_of(subject.description)
    if _latest.shared is None or _latest.key != key:
        _latest.key, _latest.shared = key, OfOperator(subject.operator(), subject.description)
    return _latest.shared


def operator_facts(operator: Operator) -> Record:
    """What a law may predict from: size, margin, Lipschitz constant, spread of the entries and of
    the eigenvalues of sym(I - W)."""
    W, largest = operator.W, float(np.abs(operator.W).max())
    scaled = W / largest if largest > 0 else W
    return {
        "n": operator.n,
        "d": operator.d,
        "digest": operator.digest,
        "margin": operator.margin,
        "lipschitz": operator.lipschitz,
        "largest": largest,
        "largest_diagonal": float(np.diag(W).max()),
        "root_mean_square": float(np.sqrt(np.mean(np.square(scaled)))) * (largest or 1.0),
        "crowding": _crowding(operator) if operator.margin.lo > 0 else None,
    }


def _crowding(operator: Operator) -> float:
    """The mean of m/lambda over the eigenvalues lambda of sym(I - W), in floats."""
    W, m = operator.W, operator.margin.lo
    found = np.linalg.eigvalsh(np.eye(operator.n) - (W / 2 + W.T / 2))
    return float(np.mean(m / np.maximum(found, m)))


def _rows(operator: Operator, inputs: Mapping[str, Any], description: Description) -> Inputs:
    if inputs["source"] == "random":
        rng = generator({"inputs": inputs, "operator": description})
        rows = injections(rng, operator, inputs["limit"])
        return Inputs("c", rows, None, digest_of(rows.tolist()), "random")
    found = _loaded_here(inputs, "test")
    check_labels(found, operator)
    return found


def _loaded_here(images: Mapping[str, Any], split: str) -> Inputs:
    """`loaded` by who measures: that a worker has no such data says nothing about the case."""
    try:
        return loaded(images, split)
    except InputError as fault:
        raise LookupError(str(fault)) from None


def loaded(images: Mapping[str, Any], split: str) -> Inputs:
    """The images of a table [inputs] or [calibration]."""
    return load_inputs(images["source"], limit=images["limit"], seed=images["seed"], split=split)
