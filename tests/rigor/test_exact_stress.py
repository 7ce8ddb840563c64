"""Adversarial instances: the exact layer against fractions and definitions."""

from fractions import Fraction
from math import inf, isfinite

import numpy as np
import pytest
from flint import fmpz_mat

from mondeq_ref.certify.diagonal import diagonal_weights
from mondeq_ref.certify.pmatrix import reversed_vector, search_nonpositive_minor
from mondeq_ref.rigor.definite import is_positive_semidefinite, nonpositive_vector, quadratic_form
from mondeq_ref.rigor.diagonal import (
    refutes_weights,
    weighted_margin_below,
    weighted_norm_above,
    weights_hold,
)
from mondeq_ref.rigor.dyadic import Dyadic, exact
from mondeq_ref.rigor.equilibria import ExactEquilibrium, ExactOperator, Rejected
from mondeq_ref.rigor.pmatrix import (
    first_nonpositive_minor,
    reverses_signs,
    sign_reversal,
    two_equilibria,
)
from mondeq_ref.rigor.rational import fraction_of
from mondeq_ref.rigor.spectrum import eigenvalue_enclosures, frobenius_norm, spectral_norm
from mondeq_ref.rigor.thresholds import (
    frobenius_less_than_least_eigenvalue,
    greatest_less_than_least_eigenvalue,
    least_eigenvalue_exceeds,
    least_eigenvalue_is,
    norm_less_than_least_eigenvalue,
    spectral_norm_is,
    spectral_norm_less,
)
from tests.support import truth as twin

ROUNDED_OUTWARD = 1e-323  # one subnormal at each end
HADAMARD = np.array([[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]])


def integers(rng: np.random.Generator, rows: int, columns: int, size: int = 3) -> Dyadic:
    codes = rng.integers(-size, size + 1, (rows, columns))
    return Dyadic(fmpz_mat(rows, columns, codes.ravel().tolist()), 0)


def matrix(rng: np.random.Generator, rows: int, columns: int) -> Dyadic:
    """Small integers, floats, low rank, badly scaled, subnormal, huge, zero."""
    kind = rng.integers(8)
    if kind == 0:
        return exact(rng.normal(size=(rows, columns)))
    if kind == 1:
        return exact(rng.normal(size=(rows, 1))) @ exact(rng.normal(size=(1, columns)))
    if kind == 2:
        left = exact(np.diag(np.ldexp(1.0, rng.integers(-400, 400, rows))))
        return left @ exact(rng.normal(size=(rows, columns)))
    if kind == 3:
        return exact(rng.integers(-9, 10, (rows, columns)) * 5e-324)
    if kind == 4:
        return exact(rng.normal(size=(rows, columns)) * 1e307)
    if kind == 5:
        return exact(rng.normal(size=(rows, columns)) * 10.0 ** rng.integers(-310, 300))
    if kind == 6:
        return integers(rng, rows, columns) * float(rng.integers(0, 2))
    return integers(rng, rows, columns)


def symmetric(rng: np.random.Generator, n: int) -> Dyadic:
    """Singular and barely indefinite Gram matrices, congruent scalings, and plain ones."""
    kind = rng.integers(5)
    if kind == 0:
        B = matrix(rng, int(rng.integers(1, n + 1)), n)
        return B.T @ B
    if kind == 1:
        B = integers(rng, max(n - 1, 1), n, 2**24)
        return B.T @ B + unit_diagonal(rng, n)
    if kind == 2:
        B = integers(rng, max(n - 1, 1), n)
        D = exact(np.diag(np.ldexp(1.0, rng.integers(-500, 500, n))))
        return D @ (B.T @ B + unit_diagonal(rng, n)) @ D
    if kind == 3:
        B = matrix(rng, n, n)
        return B.T @ B * float(2.0 ** rng.integers(-60, 60)) + B + B.T
    A = matrix(rng, n, n)
    return A + A.T


def unit_diagonal(rng: np.random.Generator, n: int) -> Dyadic:
    return exact(np.diag(rng.integers(-1, 2, n).astype(np.float64)))


def known_spectrum(rng: np.random.Generator) -> tuple[Dyadic, list[float]]:
    """A 4 x 4 matrix with these eigenvalues exactly, some of them equal."""
    values = rng.choice(rng.normal(size=3) * 10.0 ** rng.integers(-8, 8), 4)
    H = Dyadic(fmpz_mat(HADAMARD.tolist()), -1)
    return H @ exact(np.diag(values)) @ H, sorted(values.tolist())


def check_definiteness(rng: np.random.Generator) -> None:
    S = symmetric(rng, int(rng.integers(1, 6)))
    negative, zero, _ = twin.inertia(S.fractions())
    x = nonpositive_vector(S)
    if x is None:
        assert (negative, zero) == (0, 0)
    else:
        assert negative + zero > 0
        assert not x.integers.is_zero()
        assert quadratic_form(S, x) <= 0
    assert is_positive_semidefinite(S) == (negative == 0)


def check_eigenvalues(rng: np.random.Generator) -> None:
    S = symmetric(rng, int(rng.integers(1, 5)))
    table = S.fractions()
    enclosures = eigenvalue_enclosures(S)
    for k, value in enumerate(enclosures):
        if isfinite(value.lo):
            assert twin.inertia(twin.shifted(table, Fraction(value.lo)))[0] <= k
        if isfinite(value.hi):
            below, equal, _ = twin.inertia(twin.shifted(table, Fraction(value.hi)))
            assert below + equal >= k + 1
    size = max(abs(enclosures[0].lo), abs(enclosures[-1].hi))
    width = max(value.hi / 2 - value.lo / 2 for value in enclosures)
    if not isfinite(size):
        return  # beyond floats
    assert width <= 1e-14 * size + ROUNDED_OUTWARD


def check_norms(rng: np.random.Generator) -> None:
    A = matrix(rng, int(rng.integers(1, 5)), int(rng.integers(1, 5)))
    table = A.fractions()
    gram = twin.product(twin.transpose(table), table)
    norm, frobenius = spectral_norm(A), frobenius_norm(A)
    _, equal, above = twin.inertia(twin.shifted(gram, Fraction(norm.lo) ** 2))
    assert equal + above >= 1
    if isfinite(norm.hi):
        assert twin.inertia(twin.shifted(gram, Fraction(norm.hi) ** 2))[2] == 0
        assert norm.hi - norm.lo <= 1e-14 * norm.hi + ROUNDED_OUTWARD
    total = sum(x * x for row in table for x in row)
    assert Fraction(frobenius.lo) ** 2 <= total
    assert frobenius.hi == inf or total <= Fraction(frobenius.hi) ** 2
    r = rng.choice([norm.lo, min(norm.hi, 1e308), norm.mid if isfinite(norm.hi) else 1.0])
    _, equal, above = twin.inertia(twin.shifted(gram, Fraction(r) ** 2))
    assert spectral_norm_less(A, float(r)) == (equal == above == 0)
    assert spectral_norm_is(A, float(r)) == (above == 0 and equal > 0)


def check_thresholds(rng: np.random.Generator) -> None:
    S, values = known_spectrum(rng)
    least, size = values[0], max(abs(values[0]), abs(values[-1]))
    for t in (*values, np.nextafter(least, -inf), np.nextafter(least, inf)):
        assert least_eigenvalue_exceeds(S, float(t)) == (least > t)
        assert least_eigenvalue_is(S, float(t)) == (least == t)
    for t in (*values, size, np.nextafter(size, -inf), np.nextafter(size, inf)):
        assert spectral_norm_less(S, float(t)) == (size < t)
        assert spectral_norm_is(S, float(t)) == (size == t)


def check_separation(rng: np.random.Generator) -> None:
    """Norm and greatest eigenvalue of one matrix against the least eigenvalue of another."""
    left, values = known_spectrum(rng)
    size, greatest = max(map(abs, values)), values[-1]
    target = float(rng.choice([size, greatest]))
    steps = int(rng.integers(-1, 2))
    least = target if steps == 0 else float(np.nextafter(target, steps * inf))
    right, _ = known_spectrum(rng)
    others = np.append(least, least + rng.random(3))
    H = Dyadic(fmpz_mat(HADAMARD.tolist()), -1)
    right = H @ exact(np.diag(others)) @ H
    least = float(others.min())
    assert norm_less_than_least_eigenvalue(left, right) == (size < least)
    assert greatest_less_than_least_eigenvalue(left, right) == (greatest < least)
    total = sum(Fraction(x) ** 2 for x in values)
    assert frobenius_less_than_least_eigenvalue(left, right) == (
        least > 0 and total < Fraction(least) ** 2
    )
    column = left.block(range(4), [0]) * 2.0
    square = sum(x * x for (x,) in column.fractions())
    scaled = exact(np.array([[float(rng.integers(1, 4))]]))
    answer = frobenius_less_than_least_eigenvalue(column, scaled)
    assert answer == (square < scaled.fractions()[0][0] ** 2)


def check_equilibria(rng: np.random.Generator) -> None:
    n = int(rng.integers(1, 5))
    M, c = matrix(rng, n, n), matrix(rng, n, 1)
    found = twin.equilibria(M.fractions(), [x for (x,) in c.fractions()])
    active = rng.random(n) < 0.5
    answer = ExactOperator(M).equilibrium(c, np.flatnonzero(active).tolist())
    if isinstance(answer, Rejected):
        return
    z = [fraction_of(x) for x in answer.column.entries()]
    assert z in found
    assert answer.active == tuple(i for i in range(n) if z[i] > 0)
    w = twin.product(M.fractions(), [[x] for x in z])
    slack = [x - y for (x,), (y,) in zip(w, c.fractions(), strict=True)]
    assert answer.kinks == tuple(i for i in range(n) if z[i] == slack[i] == 0)
    for x, rounded in zip(z, answer.z.tolist(), strict=True):
        assert rounded == (float(x) if x < Fraction(2) ** 1024 else inf)


def check_proposed_equilibria(rng: np.random.Generator) -> None:
    """The support of an equilibrium, proposed, is confirmed; with or without its kinks."""
    n = int(rng.integers(1, 5))
    M = integers(rng, n, n)
    z, w = rng.integers(0, 3, n), rng.integers(0, 3, n)
    w[z > 0] = 0
    c = M @ exact(z.astype(float)) - exact(w.astype(float))
    optional = (z == 0) & (w == 0) & (rng.random(n) < 0.5)
    active = np.flatnonzero((z > 0) | optional)
    answer = ExactOperator(M).equilibrium(c, active.tolist(), corrections=0)
    block = twin.principal_block(M.fractions(), tuple(active.tolist()))
    if twin.determinant(block) == 0:
        assert answer is Rejected.SINGULAR
        return
    assert isinstance(answer, ExactEquilibrium)
    assert answer.column.entries() == z.tolist()
    assert answer.kinks == tuple(np.flatnonzero((z == 0) & (w == 0)).tolist())


def square(rng: np.random.Generator, n: int) -> Dyadic:
    """Candidates for P-matrices and for diagonal weights, on both sides of the boundary."""
    kind = rng.integers(4)
    if kind == 0:
        return matrix(rng, n, n)
    M = integers(rng, n, n) + exact(np.diag(rng.integers(0, 6, n).astype(np.float64)))
    if kind == 1:
        return exact(np.diag(np.ldexp(1.0, rng.integers(-300, 300, n)))) @ M
    if kind == 2:
        keep = np.triu(rng.random((n, n)) < 0.8) | (rng.random((n, n)) < 0.2)
        return exact(M.rounded() * keep)
    return M


def check_p_matrices(rng: np.random.Generator) -> None:
    M = square(rng, int(rng.integers(1, 5)))
    expected = twin.is_p_matrix(M.fractions())
    subset = first_nonpositive_minor(M)
    assert (subset is None) == expected
    found = search_nonpositive_minor(M, rng, starts=4, pivots=20)
    for a in (subset, found):
        if a is None:
            continue
        assert twin.determinant(twin.principal_block(M.fractions(), a)) <= 0
        for x in (reversed_vector(M, a), sign_reversal(M, a)):
            assert x is not None
            assert reverses_signs(M, x)
            assert two_equilibria(M, x).holds_for(M)
    if expected:
        assert found is None


def check_weights(rng: np.random.Generator) -> None:
    M = square(rng, int(rng.integers(1, 5)))
    answer = diagonal_weights(M, rounds=40)
    if answer.weights is not None:
        assert weights_hold(M, answer.weights)
        eye = twin.identity(len(answer.weights))
        D = [[Fraction(w) * x for x in row] for w, row in zip(answer.weights, eye, strict=True)]
        B = twin.product(D, M.fractions())
        H = twin.twice_symmetric(B)
        assert twin.inertia(H)[2] == len(H)
        assert twin.is_p_matrix(M.fractions())
        t = Fraction(weighted_margin_below(M, answer.weights))
        r = weighted_norm_above(M, answer.weights)
        assert twin.inertia(twin.plus(H, D, -2 * t))[0] == 0
        if isfinite(r):
            gram = twin.product(twin.transpose(M.fractions()), B)
            assert twin.inertia(twin.plus(gram, D, -(Fraction(r) ** 2)))[2] == 0
    if answer.refutation is not None:
        Y = answer.refutation
        assert refutes_weights(M, Y)
        X = twin.product(Y.fractions(), twin.transpose(Y.fractions()))
        assert any(x != 0 for row in X for x in row)
        MX = twin.product(M.fractions(), X)
        assert max(MX[i][i] for i in range(len(MX))) <= 0


CHECKS = (
    check_definiteness,
    check_eigenvalues,
    check_norms,
    check_thresholds,
    check_separation,
    check_equilibria,
    check_proposed_equilibria,
    check_p_matrices,
    check_weights,
)


@pytest.mark.parametrize("count", [60, pytest.param(3000, marks=pytest.mark.deep)])
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_exact_layer_never_contradicts_the_definitions(check, count):
    for k in range(count):
        check(np.random.default_rng([1, k]))
