"""The subject of the figures: an operator, its inputs, and the other shipped operators.

The inputs are exact float32 injections: the shipped ones, or U x + b of given vectors x, rounded
once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from mondeq_ref.arrays import InputError, Integers
from mondeq_ref.files.load import Inputs
from mondeq_ref.inputs import Injections, given
from mondeq_ref.instances import shipped
from mondeq_ref.instances.trained import Trained
from mondeq_ref.operator import Operator
from mondeq_ref.quantize import Quantizer, quantize

MOVED_BITS = (2, 3, 4, 6, 8, 12, 16)  # at which U and b are quantized too


@dataclass(frozen=True, eq=False)
class Member:
    """One of the shipped operators, with the injections of its evaluated operator."""

    name: str
    trained: Trained
    c: Injections | None
    labels: Integers | None
    test: Mapping[str, Any]  # the record on all test images from its training
    seen: float  # training accuracy of the last epoch, at the points where the solver stopped


@dataclass(frozen=True, eq=False)
class FigureSubject:
    name: str
    operator: Operator  # trained in float: the one that is quantized
    c: Injections
    c_quantized: Mapping[int, Injections]  # bits -> injections with U and b quantized
    labels: Integers | None
    digests: Mapping[str, str]  # SHA-256 of what went in
    vectors: Inputs | None = None  # the inputs x, where they are known
    is_shipped: bool = False

    @cached_property
    def members(self) -> tuple[Member, ...]:
        """The operators that ship, when the subject is the main one of them."""
        return tuple(self.member(name) for name in shipped.names()) if self.is_shipped else ()

    def member(self, name: str) -> Member:
        trained, provenance = shipped.trained(name), shipped.provenance(name)
        c, labels = None, self.labels
        if self.vectors is not None:
            c = as_injections(self.vectors, trained.evaluated)
        elif name == shipped.MAIN:
            c = self.c
        elif trained.quantized is not None:
            c, labels = shipped.injections(name), shipped.labels(name)
        return Member(
            name, trained, c, labels, provenance["test"], provenance["log"][-1]["accuracy"]
        )


def shipped_subject(vectors: Inputs | None = None) -> FigureSubject:
    """The main shipped operator, on the shipped injections or on given vectors."""
    trained, digest = shipped.trained(), {shipped.MAIN: shipped.operator().arrays_digest}
    if vectors is not None:
        return _with_vectors(shipped.MAIN, trained.factors, vectors, digest, is_shipped=True)
    moved = {
        bits: shipped.injections(key=f"c_{bits}")
        for bits in MOVED_BITS
        if f"c_{bits}" in shipped.keys(shipped.MAIN)
    }
    return FigureSubject(
        shipped.MAIN,
        trained.factors,
        shipped.injections(),
        moved,
        shipped.labels(),
        digest,
        is_shipped=True,
    )


def given_subject(name: str, operator: Operator, inputs: Inputs) -> FigureSubject:
    """A given operator with given inputs."""
    digest = {name: operator.arrays_digest}
    if inputs.kind == "x":
        return _with_vectors(name, operator, inputs, digest, is_shipped=False)
    digest[inputs.source] = inputs.digest
    c = given(inputs.numbers().astype(np.float64), operator.n)
    return FigureSubject(name, operator, c, {}, inputs.labels, digest)


def _with_vectors(
    name: str, operator: Operator, inputs: Inputs, digest: dict[str, str], *, is_shipped: bool
) -> FigureSubject:
    if inputs.kind != "x":
        raise InputError("the shipped operators need vectors x: injections belong to one operator")
    digest[inputs.source] = inputs.digest
    moved = {
        bits: as_injections(inputs, quantize(operator, Quantizer(bits), "WUb").operator)
        for bits in MOVED_BITS
    }
    c = as_injections(inputs, operator)
    return FigureSubject(name, operator, c, moved, inputs.labels, digest, inputs, is_shipped)


def as_injections(inputs: Inputs, operator: Operator) -> Injections:
    """U x + b, rounded to float32 like the shipped injections."""
    return given(inputs.injections(operator).c.astype(np.float32), operator.n)
