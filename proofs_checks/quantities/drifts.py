"""The change of equilibria with inputs, and of logits and classes with equilibria."""

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from itertools import combinations
from typing import Any

import numpy as np
from flint import fmpq_mat

from mondeq_ref import bounds
from mondeq_ref.certify.decisions import UNCERTAIN, certain_class
from mondeq_ref.operator import Head
from mondeq_ref.rigor.dyadic import exact
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.rational import fraction_of
from mondeq_ref.rigor.verdict import Verdict, fact
from proofs_checks.instance import Instance
from proofs_checks.quantities.comparison import Sides, known
from proofs_checks.quantities.constants import Constants
from proofs_checks.quantities.neighbors import EquilibriumPair, of_inputs, pairs
from proofs_checks.quantities.rational_points import (
    block,
    column,
    matrix,
    squared_length,
    where_known,
)


def over_margin(square: Fraction) -> Callable[[Constants], Any]:
    """(x/m)^2 for a known x^2."""
    return lambda k: k.kind.number(square) / (k.m * k.m)


def of_norms(instance: Instance) -> list[Sides | None]:
    """||z*(x) - z*(x')|| and ||U|| ||x - x'||/m, squared."""

    def sides(moved: fmpq_mat, dx: fmpq_mat) -> Sides:
        size = squared_length(dx)
        return known(squared_length(moved)), lambda k: bounds.distance_of_inputs(
            k.m * k.m, k.U * k.U * k.kind.number(size)
        )

    return [None if pair is None else sides(*pair) for pair in [input_pair(instance)]]


def of_images(instance: Instance) -> list[Sides | None]:
    """||z*(x) - z*(x')|| and ||U (x - x')||/m, squared."""
    U = matrix(exact(instance.operator.U))
    return [
        None
        if pair is None
        else (known(squared_length(pair[0])), over_margin(squared_length(U * pair[1])))
        for pair in [input_pair(instance)]
    ]


@lru_cache(maxsize=2)
def input_pair(instance: Instance) -> tuple[fmpq_mat, fmpq_mat] | None:
    """z*(x) - z*(x') and x - x' for the two inputs of an instance."""
    X = instance.arrays["x"]
    first, second = of_inputs(instance.operator, X)
    if first is None or second is None:
        return None
    return first - second, column(X[0]) - column(X[1])


def gaps(instance: Instance) -> list[Sides | None]:
    """The change of the gap between two logits and its bound, squared, for the two logits with
    the greatest quotient; None where all rows of V are equal."""
    V = matrix(exact(instance.arrays["V"]))

    def sides(pair: EquilibriumPair) -> Sides | None:
        image, changes = squared_length(pair.image), (V * pair.moved).entries()
        found = [
            (fraction_of((changes[i] - changes[j]) ** 2), size)
            for i, j in combinations(range(V.nrows()), 2)
            for size in [squared_length(row_of(V, i) - row_of(V, j))]
            if size > 0
        ]
        if not found:
            return None
        change, size = max(found, key=lambda one: one[0] / one[1])
        return known(change), lambda k: bounds.change_of_gap(
            k.kind.number(size), k.kind.number(image), k.m * k.m
        )

    return [None if pair is None else sides(pair) for pair in pairs(instance)]


def decisions(instance: Instance) -> list[Verdict | None]:
    """Whether z* has the class that `certain_class` returns; None where it returns UNCERTAIN."""
    V, d = instance.arrays["V"], instance.arrays["d"][0]
    head, exact_V, exact_d = Head(V, d), matrix(exact(V)), column(d)

    def kept(row: int, pair: EquilibriumPair) -> Verdict | None:
        reach = Enclosure.of(squared_length(pair.image)).sqrt() / instance.operator.margin
        radius = (reach + float(instance.moved.radius[row])).hi
        certain = int(certain_class(head, instance.moved.z[row][None], np.array([radius]))[0])
        logits = (exact_V * pair.before.z + exact_d).entries()
        return None if certain == UNCERTAIN else fact(logits.index(max(logits)) == certain)

    return where_known(pairs(instance), kept)


def row_of(V: fmpq_mat, i: int) -> fmpq_mat:
    return block(V, [i], range(V.ncols()))
