"""True documents of every kind, of one to three units: what the forger starts from."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from mondeq_ref.arrays import InputError
from mondeq_ref.certificates.branches import Tree
from mondeq_ref.certificates.make import (
    certificate,
    certificate_of_inputs,
    certificate_of_no_equilibrium,
)
from mondeq_ref.certify.ladder import by_existence, by_weights_or_minors, first_rungs
from mondeq_ref.certify.pair import Pair
from mondeq_ref.certify.prove import prove
from mondeq_ref.certify.quadratic_search import QuadraticSearch
from mondeq_ref.certify.undecided_input import Decider
from mondeq_ref.documents.case import Case, Rows
from mondeq_ref.operator import Operator
from mondeq_ref.quantize import Quantizer, quantize
from mondeq_ref.rigor.verdict import Guarantee
from mondeq_ref.study.bit_table import pair_of
from tests.support.cases import displacement_document, equilibria_document


@dataclass(frozen=True, eq=False)
class Original:
    document: dict[str, Any]
    operator: Operator
    after: Operator


def operators(rng: np.random.Generator) -> list[Operator]:
    found: list[Operator] = []
    for n in (1, 2, 2, 3):
        U, b = rng.integers(-4, 5, (n, 2)) / 4, rng.integers(-4, 5, n) / 4
        A, S = rng.normal(size=(1, n)), rng.integers(-4, 5, (n, n)) / 4
        found += [
            Operator(rng.integers(-6, 7, (n, n)) / 8, U, b),
            Operator(rng.normal(size=(n, n)) / 2, U, b),
            Operator.from_factors(A, S, 0.5, U, b),
            Operator.from_factors(np.rint(4 * A) / 4, S, 0.25, U, b),
        ]
    return found


@cache
def originals(seed: int) -> tuple[Original, ...]:
    rng = np.random.default_rng(seed)
    drawn = operators(rng)
    found: list[Original] = []
    for before in drawn:
        alike = [other for other in drawn if other.n == before.n and other is not before]
        pairs = [(Pair(before, alike[int(rng.integers(len(alike)))]), None)]
        dense = ("W", "WUb", "K", "offdiagonal")
        for what in dense if before.factors is None else ("KUb", "factorsUb"):
            bits, kind = (2, 5)[int(rng.integers(2))], ("narrow", "unclipped")[int(rng.integers(2))]
            made = quantize(before, Quantizer(bits, kind), what)
            pairs.append((pair_of(made), made.spec))
        for pair, spec in pairs:
            made = [json.loads(json.dumps(document)) for document in _of(pair, spec, rng)]
            found += [Original(document, before, pair.perturbed) for document in made]
    return tuple(found)


def _of(pair: Pair, spec: Any, rng: np.random.Generator) -> list[Any]:
    by_digest = bool(rng.integers(2))
    fifth, sixth = by_weights_or_minors(pair, rng)
    steps = (*first_rungs(pair), fifth, sixth, by_existence(pair, sixth))
    made: list[Any] = [certificate(pair, s, spec, {}, by_digest=by_digest) for s in steps]
    n = pair.original.n
    for kind, width in (("x", 2), ("c", n)):
        rows = Rows("x" if kind == "x" else "c", rng.integers(-8, 9, (2, width)) / 4)
        c = rows.injections(pair.perturbed)
        solved = prove(pair.perturbed, c, np.ones((2, n)), Guarantee.EXACT)
        if solved.proved.all():
            made.append(certificate_of_inputs(pair, rows, solved.active, spec, {}))
        M, exact = pair.perturbed.exact_M, c.exact
        assert exact is not None
        columns = [exact.block([k], range(n)).T for k in range(2)]
        trees = [Decider(M).decide(columns[0], 9), QuadraticSearch(M, columns[1], 9).run()]
        none = [k for k in range(2) if isinstance(trees[k], Tree)]
        if none:
            without = Rows(rows.kind, rows.rows[none])
            kept = [tree for tree in trees if isinstance(tree, Tree)]
            made.append(certificate_of_no_equilibrium(pair, without, kept, spec, {}))
        case = Case(pair.original, pair.perturbed, rows)
        for write in (equilibria_document, displacement_document):
            try:
                made.append(write(case))
            except InputError:  # no displacement is defined without a margin
                continue
    return [document for document in made if document is not None]
