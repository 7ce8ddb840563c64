"""Stored proofs: re-verified from JSON, and rejected when anything in them is touched."""

import copy
import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from mondeq_ref.arrays import InputError
from mondeq_ref.certificates.check import verify
from mondeq_ref.certificates.make import certificate, certificate_of_inputs
from mondeq_ref.certify.ladder import (
    Step,
    Structure,
    by_existence,
    by_frobenius_norm,
    by_margin,
    by_norm,
    by_one_side,
    by_weights_or_minors,
)
from mondeq_ref.certify.pair import Pair
from mondeq_ref.certify.prove import prove
from mondeq_ref.documents.case import Rows, decode_case
from mondeq_ref.documents.encoding import digest_of
from mondeq_ref.inputs import given
from mondeq_ref.instances.families import cycling
from mondeq_ref.operator import Factors, Operator
from mondeq_ref.quantize import Quantizer, quantize
from mondeq_ref.rigor.verdict import Guarantee, Outcome
from mondeq_ref.solve import solve
from tests.support.layers import bare

RNG = np.random.default_rng
DECIDE = {1: by_frobenius_norm, 2: by_norm, 3: by_one_side, 4: by_margin}


def from_factors(m=0.5):
    factors = Factors(RNG(1).normal(size=(2, 5)), RNG(2).normal(size=(5, 5)) / 2, m)
    return factors.operator(RNG(3).normal(size=(5, 2)), RNG(4).normal(size=5))


def decide(rung, pair):
    if rung <= 4:
        return DECIDE[rung](pair)
    searched = by_weights_or_minors(pair, RNG(0))
    return by_existence(pair, searched[1]) if rung == 7 else searched[rung - 5]


def made(rung, outcome, pair, spec):
    step = decide(rung, pair)
    assert step.outcome is outcome
    document = certificate(pair, step, spec, {"made": "2026"})
    assert document is not None
    return json.loads(json.dumps(document))


@cache
def documents():
    """One certificate of every kind, by name."""
    before = from_factors()
    fine, coarse = (quantize(before, Quantizer(bits)) for bits in (10, 2))
    good, bad = Pair(before, fine.operator), Pair(before, coarse.operator)
    worse = Operator(np.eye(5) * 2 + RNG(5).normal(size=(5, 5)), before.U, before.b)
    found = {}
    for rung in range(1, 5):
        found[f"{rung} holds"] = made(rung, Outcome.PROVED, good, fine.spec)
        pair = bad if rung < 4 else Pair(before, worse)
        spec = coarse.spec if rung < 4 else None
        found[f"{rung} fails"] = made(rung, Outcome.REFUTED, pair, spec)
    kept = quantize(before, Quantizer(2), "factors")
    structure = Structure(kept.promised_margin, kept.arrays["A"], kept.arrays["K"])
    by_structure = Pair(before, kept.operator, structure=structure)
    found["4 by structure"] = made(4, Outcome.PROVED, by_structure, kept.spec)
    triangular = np.triu(RNG(6).integers(-9, 9, (5, 5)), 1) / 4
    found["5 holds"] = made(5, Outcome.PROVED, Pair(before, replace(worse, W=triangular)), None)
    found["5 fails"] = made(5, Outcome.REFUTED, Pair(before, worse), None)
    found["6 fails"] = made(6, Outcome.REFUTED, Pair(before, worse), None)
    cycle = cycling(RNG(0))
    still = bare(np.zeros((3, 3)))
    found["6 holds"] = made(6, Outcome.PROVED, Pair(still, cycle), None)
    large = RNG(8).normal(size=(14, 14))
    copositive = np.eye(14) / 2 - np.abs(large) - (large - large.T)
    np.fill_diagonal(copositive, 0.5)
    wide = bare(np.zeros((14, 14)))
    found["7 holds"] = made(7, Outcome.PROVED, Pair(wide, replace(wide, W=copositive)), None)
    several = replace(still, W=np.array([[0.0, -2, 0], [-2, 0, 0], [1, 1, 0]]))
    found["7 small"] = made(7, Outcome.PROVED, Pair(still, several), None)
    found["7 fails"] = made(7, Outcome.REFUTED, Pair(before, worse), None)
    rows = Rows("x", RNG(7).normal(size=(4, 2)))
    injections = rows.injections(fine.operator)
    solution = solve(fine.operator, injections)
    active = prove(fine.operator, injections, solution.z, Guarantee.EXACT).active
    found["8 holds"] = json.loads(
        json.dumps(certificate_of_inputs(good, rows, active, fine.spec, {}))
    )
    return found


NAMES = ("1 holds", "1 fails", "2 holds", "2 fails", "3 holds", "3 fails", "4 holds", "4 fails",
         "4 by structure", "5 holds", "5 fails", "6 holds", "6 fails", "7 holds", "7 small",
         "7 fails", "8 holds")  # fmt: skip


def accepted(document, operator=None):
    """Rejected and unreadable are both not accepted."""
    try:
        return verify(document, operator).accepted
    except InputError:
        return False


def leaves(value, path=()):
    if isinstance(value, dict):
        for key in value:
            yield from leaves(value[key], (*path, key))
    elif isinstance(value, list):
        for index in range(len(value)):
            yield from leaves(value[index], (*path, index))
    else:
        yield path, value


def nodes(value, path=()):
    """Paths of all objects and lists inside."""
    if isinstance(value, dict | list):
        if path:
            yield path
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in items:
            yield from nodes(inner, (*path, key))


def tampered(document, path, value):
    changed = copy.deepcopy(document)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return changed


def alternatives(value):
    """Other values that a leaf could hold."""
    if isinstance(value, bool) or value is None:
        return [not value, 0, "x"]
    if isinstance(value, int):
        return [value + 1, -value - 1, str(value), None]
    if not isinstance(value, str):
        return [None, 0]
    if not value:
        return ["x", None]
    last = {"0": "1", "A": "B"}.get(value[-1], "0")
    others = [value[:-1] + last, value[:-1], value + "0", "-" + value, None]
    return [other for other in others if other != value]


@pytest.mark.parametrize("name", NAMES)
def test_certificates_verify_from_json(name):
    document = documents()[name]
    checked = verify(document)
    assert checked.accepted
    assert checked.reason == document["sentence"]


@pytest.mark.parametrize("name", NAMES)
def test_every_field_is_bound(name):
    """Any leaf, changed in any of a few ways, and any member, taken away or added."""
    document = documents()[name]
    for path, value in leaves(document):
        for other in alternatives(value):
            assert not accepted(tampered(document, path, other)), (path, other)
    for key in document:
        assert not accepted({k: v for k, v in document.items() if k != key}), key
    assert not accepted(document | {"more": 1})


MOST_CHANGES = 300  # of one document; of a longer one every second, third, ... change


@pytest.mark.parametrize("name", NAMES)
def test_parts_of_another_type_are_refused_under_a_new_digest(name):
    """Signed again, whatever is still accepted is still true, and nothing but a refusal is raised;
    other values of the same type are the forger's matter."""
    document = documents()[name]
    other = documents()["6 fails"]["proof"]["c"]
    parts = (None, [], {}, 0, 1.5, "x", [[1]], {"by": "elimination"}, other)
    changes = [(path, part) for path in nodes(document) for part in parts]
    for path, value in changes[:: 1 + len(changes) // MOST_CHANGES]:
        if path[0] in ("provenance", "digest"):
            continue
        changed = tampered(document, path, value)
        changed["digest"] = digest_of(changed)
        if accepted(changed):
            assert path[0] in ("proof", "case"), path
            assert is_true(changed), (path, value)


def is_true(document):
    """Decide the statement again by the ladder, which never looks at the proof."""
    case = decode_case(document["case"])
    pair = Pair(case.operator, case.perturbed)
    if document["rung"] == 8:
        rows = case.inputs.injections(case.perturbed)
        Z = solve(case.perturbed, rows).z
        return prove(case.perturbed, rows, Z, Guarantee.EXACT).proved.all()
    return decide(document["rung"], pair).outcome.name == document["outcome"]


def test_what_is_false_is_never_written():
    before = from_factors()
    pair = Pair(before, quantize(before, Quantizer(10)).operator)
    for rung in range(1, 5):
        lie = Step(rung, Outcome.REFUTED, Guarantee.EXACT)
        assert certificate(pair, lie, None, {}) is None
    undecided = Step(6, Outcome.UNDECIDED, Guarantee.EXACT)
    assert certificate(pair, undecided, None, {}) is None


def test_wrong_active_set_is_never_written():
    before = from_factors()
    pair = Pair(before, quantize(before, Quantizer(10)).operator)
    rows = Rows("c", given(np.array([[1.0, -9.0, 1.0, 1.0, 1.0]]), 5).c)
    with pytest.raises(ArithmeticError, match="active set"):
        certificate_of_inputs(pair, rows, np.array([[False, True, False, False, False]]), None, {})
