"""Adversarial instances of the ladder and what hangs on it: floats against integers, and integers
against definitions in fractions."""

from collections.abc import Callable
from fractions import Fraction
from itertools import combinations
from math import isfinite

import numpy as np
import pytest

from mondeq_ref.arrays import InputError
from mondeq_ref.certificates.check import verify
from mondeq_ref.certificates.make import certificate
from mondeq_ref.certify.decisions import UNCERTAIN, certain_class, displacement
from mondeq_ref.certify.ladder import (
    Step,
    by_frobenius_norm,
    by_norm,
    by_one_side,
    by_weights_or_minors,
    climb,
)
from mondeq_ref.certify.ladder import by_margin as by_quantized_margin
from mondeq_ref.certify.pair import Pair
from mondeq_ref.certify.prove import by_floats, by_rationals, prove
from mondeq_ref.certify.uniqueness import uniqueness_radius
from mondeq_ref.inputs import given
from mondeq_ref.instances.closed_forms import threshold
from mondeq_ref.operator import Head, Operator
from mondeq_ref.rigor.dyadic import exact, identity
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.verdict import Guarantee, Outcome, less
from tests.support import truth as twin
from tests.support.layers import bare

Arrays = tuple[np.ndarray, np.ndarray]


def integer(rng: np.random.Generator, n: int) -> Arrays:
    """M and M~ small integers (over 2): singular and near-singular symmetric parts abound."""
    M = rng.integers(-3, 4, (n, n)) + np.diag(rng.integers(0, 5, n))
    change = rng.integers(-2, 3, (n, n)) / 2
    return np.eye(n) - M, np.eye(n) - M + change * (rng.random((n, n)) < 0.5)


def gram(rng: np.random.Generator, n: int) -> Arrays:
    """The least eigenvalue of sym(M) is exactly 1/4, many times, and dW is a few quarters."""
    A = rng.integers(-2, 3, (max(n - 2, 1), n))
    K = rng.integers(-2, 3, (n, n))
    W = 0.75 * np.eye(n) - A.T @ A + K - K.T
    return W, W + np.diag(rng.integers(-2, 3, n) / 8)


def at_threshold(rng: np.random.Generator, n: int) -> Arrays:
    ratio = ("below", "at", "above")[rng.integers(3)]
    along = ("axis", "pair")[rng.integers(2)]
    made = threshold(rng, ratio, max(n, 2), along=along)
    return made.operator.W, made.perturbed.W


def badly_scaled(rng: np.random.Generator, n: int) -> Arrays:
    D = np.ldexp(1.0, rng.integers(-60, 60, n))
    W = np.eye(n) - D[:, None] * (np.eye(n) * 3 + rng.normal(size=(n, n)))
    return W, W + rng.normal(size=(n, n)) * np.ldexp(1.0, rng.integers(-80, 40))


def low_rank(rng: np.random.Generator, n: int) -> Arrays:
    u, v = rng.integers(-3, 4, (2, n)) / 4
    W = np.outer(u, v)
    return W, W + np.outer(v, u) * np.ldexp(1.0, rng.integers(-40, 3))


def subnormal(rng: np.random.Generator, n: int) -> Arrays:
    """The diagonal of M vanishes; everything else is a few times the smallest float."""
    W = np.eye(n) + rng.integers(-9, 10, (n, n)) * 5e-324 * (1 - np.eye(n))
    return W, W + rng.integers(-9, 10, (n, n)) * 5e-324 * (1 - np.eye(n))


def huge(rng: np.random.Generator, n: int) -> Arrays:
    W = rng.normal(size=(n, n)) * 10.0 ** rng.integers(100, 307)
    return W - np.diag(np.abs(W).sum(axis=1) * rng.integers(0, 2)), W * rng.normal()


def generic(rng: np.random.Generator, n: int) -> Arrays:
    W = rng.normal(size=(n, n)) / 2
    return W, W + rng.normal(size=(n, n)) * 10.0 ** rng.uniform(-3, 0)


FAMILIES: tuple[Callable[[np.random.Generator, int], Arrays], ...] = (
    integer,
    gram,
    at_threshold,
    badly_scaled,
    low_rank,
    subnormal,
    huge,
    generic,
)


def pair(rng: np.random.Generator, most: int = 4) -> tuple[str, Operator, Operator]:
    family = FAMILIES[rng.integers(len(FAMILIES))]
    W, W_after = family(rng, int(rng.integers(1, most + 1)))
    n = len(W)
    b = rng.integers(-2, 3, n) / 2 if rng.random() < 0.5 else rng.normal(size=n)
    return family.__name__, bare(W, b), bare(W_after, b)


DECIDE = {1: by_frobenius_norm, 2: by_norm, 3: by_one_side, 4: by_quantized_margin}


def check_rungs(rng: np.random.Generator) -> None:
    """Floats against integers against definitions; each rung implies the next."""
    _, original, perturbed = pair(rng)
    tables = original.exact_W.fractions(), perturbed.exact_W.fractions()
    expected = {rung: twin.rung_holds(rung, *tables) for rung in (1, 2, 3, 4, 6)}
    exactly = Pair(original, perturbed)
    sides = Pair(original, perturbed, Guarantee.RIGOROUS_FLOAT).sides
    floats = {
        1: less(sides.frobenius, sides.margin),
        2: less(sides.norm, sides.margin),
        3: less(sides.one_sided, sides.margin),
        4: less(Enclosure.of(0), sides.margin_after),
    }
    proved: list[bool] = []
    for rung, decide in DECIDE.items():
        outcome = decide(exactly).outcome
        assert outcome is (Outcome.PROVED if expected[rung] else Outcome.REFUTED), rung
        assert floats[rung] in (outcome, Outcome.UNDECIDED), rung
        mixed = decide(Pair(original, perturbed, Guarantee.RIGOROUS_FLOAT))
        assert mixed.outcome is outcome
        proved.append(outcome is Outcome.PROVED)
    proved.append(expected[6])
    assert proved == sorted(proved)


def check_weights_and_minors(rng: np.random.Generator) -> None:
    """Rungs 5 and 6: never against the definition, and 6 is always decided for few units."""
    _, original, perturbed = pair(rng, 3)
    both = Pair(original, perturbed)
    fifth, sixth = by_weights_or_minors(both, rng)
    is_p = twin.is_p_matrix(both.M_after.fractions())
    assert sixth.outcome is (Outcome.PROVED if is_p else Outcome.REFUTED)
    if fifth.outcome is Outcome.PROVED:
        assert is_p
    if twin.is_definite(twin.twice_symmetric(both.M_after.fractions())):
        assert fifth.outcome is not Outcome.REFUTED


def check_certificates(rng: np.random.Generator) -> None:
    """Whatever the ladder decides is written down and verified by the independent checker."""
    family, original, perturbed = pair(rng, 3)
    both = Pair(original, perturbed)
    steps = climb(both, rng)
    for step in steps:
        document = certificate(both, step, None, {})
        if document is None:
            assert step.outcome is Outcome.UNDECIDED or family in ("badly_scaled", "huge"), step
            continue
        assert verify(document, original).accepted
        opposite = {"PROVED": "REFUTED", "REFUTED": "PROVED"}[step.outcome.name]
        lie = Step(step.rung, Outcome[opposite], Guarantee.EXACT, step.evidence)
        assert not _is_written(both, lie), (step.rung, opposite)


def _is_written(pair: Pair, step: Step) -> bool:
    """Can the opposite be certified too?  Searching for its proof may fail in any way."""
    try:
        return certificate(pair, step, None, {}) is not None
    except (ArithmeticError, InputError):
        return False


def check_equilibria(rng: np.random.Generator) -> None:
    """Points next to equilibria, at kinks and off them: what is proved is true."""
    _, _, operator = pair(rng, 3)
    M = operator.exact_M
    found = twin.equilibria(M.fractions(), [Fraction(x) for x in operator.b.tolist()])
    proposal = floats(found[rng.integers(len(found))]) if found else None
    if proposal is None or not np.isfinite(proposal).all() or rng.random() < 0.2:
        proposal = rng.integers(0, 3, (1, operator.n)) * 1.0
    if rng.random() < 0.3:
        proposal = np.abs(proposal * (1 + rng.normal(size=proposal.shape) * 1e-13))
    injections = given(operator.b[None], operator.n)
    near = by_floats(operator, injections, proposal)
    rational = by_rationals(operator, injections, proposal)
    margin = prove(operator, injections, proposal)
    kinds = {"floats": near, "rationals": rational, "cheapest": margin}
    for kind, answer in kinds.items():
        if answer.proved[0] and isfinite(answer.radius[0]):
            assert any(_within(answer.z[0], z, float(answer.radius[0])) for z in found), kind
        if answer.proved[0]:
            assert found, kind


def floats(z: list[Fraction]) -> np.ndarray:
    """One row; what is beyond the range of floats is cut off."""
    return np.array([[float(min(x, Fraction(2) ** 1000)) for x in z]])


def _within(z: np.ndarray, other: list[Fraction], radius: float) -> bool:
    square = sum((Fraction(x) - y) ** 2 for x, y in zip(z.tolist(), other, strict=True))
    return square <= Fraction(radius) ** 2


def check_displacement(rng: np.random.Generator) -> None:
    """The bounds against the exact displacement, for both equilibria in rationals."""
    _, original, perturbed = pair(rng, 3)
    both = Pair(original, perturbed)
    M = [identity(original.n) - operator.exact_W for operator in (original, perturbed)]
    c = [Fraction(x) for x in original.b.tolist()]
    before, after = (twin.equilibria(K.fractions(), c) for K in M)
    m = both.sides.margin.lo
    if not m > 0 or not after or not isfinite(both.sides.norm.hi):
        return
    z, w = before[0], after[rng.integers(len(after))]
    if max(map(abs, z + w)) > Fraction(1e150):
        return
    answers = [
        by_rationals(operator, given(operator.b[None], operator.n), floats(y))
        for operator, y in ((original, z), (perturbed, w))
    ]
    if not all(answer.proved[0] for answer in answers):
        return
    injections = given(original.b[None], original.n)
    dW = original.weights - perturbed.weights
    moved = displacement(*answers, dW, both.sides.norm.hi, m, (injections, injections))
    square = sum((x - y) ** 2 for x, y in zip(z, w, strict=True))
    if not _within(answers[1].z[0], w, float(answers[1].radius[0])):
        return
    for bound in (moved.actual, moved.sharper, moved.paper):
        assert not isfinite(bound[0]) or square <= Fraction(float(bound[0])) ** 2
    assert Fraction(float(moved.at_least[0])) ** 2 <= square


def check_classes(rng: np.random.Generator) -> None:
    """No point within the radius has another class; exactly, in the worst direction."""
    n, classes = int(rng.integers(1, 4)), int(rng.integers(2, 5))
    scale = 10.0 ** rng.integers(-150, 150)
    whole = rng.random() < 0.5
    V = rng.integers(-3, 4, (classes, n)) * 1.0 if whole else rng.normal(size=(classes, n))
    head = Head(V * scale, rng.integers(-2, 3, classes) * scale)
    z = np.abs(rng.integers(0, 4, (1, n)) + rng.normal(size=(1, n)) * rng.integers(0, 2))
    V_exact, d = exact(head.V).fractions(), [Fraction(x) for x in head.d.tolist()]
    point = [Fraction(x) for x in z[0].tolist()]
    logits = [sum(x * y for x, y in zip(row, point, strict=True)) + e
              for row, e in zip(V_exact, d, strict=True)]  # fmt: skip
    best = max(range(classes), key=lambda k: logits[k])
    others = [k for k in range(classes) if k != best]
    gaps = {k: logits[best] - logits[k] for k in others}
    norms = {k: sum((x - y) ** 2 for x, y in zip(V_exact[best], V_exact[k], strict=True))
             for k in others}  # fmt: skip
    limits = [float(gaps[k]) / float(norms[k]) ** 0.5 for k in others if norms[k] > 0]
    radius = min(limits, default=1.0)
    radius = [radius, np.nextafter(radius, 0), np.nextafter(radius, 9e9), radius / 2][
        rng.integers(4)
    ]
    said = int(certain_class(head, z, np.array([max(float(radius), 0.0)]))[0])
    truth = all(gaps[k] > 0 and gaps[k] ** 2 > norms[k] * Fraction(radius) ** 2 for k in others)
    if said != UNCERTAIN:
        assert said == best
        assert truth


def check_uniqueness(rng: np.random.Generator) -> None:
    """R encloses the least singular value of all principal blocks."""
    _, operator, _ = pair(rng, 3)
    radius = uniqueness_radius(operator, rng)
    if radius is None:
        return  # no P-matrix, or not seen
    M = operator.exact_M.fractions()
    assert twin.is_p_matrix(M)
    sets = [a for k in range(1, operator.n + 1) for a in combinations(range(operator.n), k)]
    grams = [twin.product(twin.transpose(K), K) for K in (twin.principal_block(M, a) for a in sets)]
    lo = Fraction(radius.lo) ** 2
    assert all(twin.inertia(twin.shifted(G, lo))[0] == 0 for G in grams)
    if isfinite(radius.hi):
        hi = Fraction(radius.hi) ** 2
        assert any(twin.inertia(twin.shifted(G, hi))[2] < len(G) for G in grams)


CHECKS = (
    check_rungs,
    check_weights_and_minors,
    check_certificates,
    check_equilibria,
    check_displacement,
    check_classes,
    check_uniqueness,
)


@pytest.mark.parametrize("count", [40, pytest.param(3000, marks=pytest.mark.deep)])
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_nothing_false_is_proved_or_refuted(check, count):
    for k in range(count):
        check(np.random.default_rng([1, k]))
