"""Float spectra enclose the exact ones: compared with definiteness decided in integers."""

import random
from collections.abc import Callable
from fractions import Fraction
from math import inf

import numpy as np
import pytest
from flint import fmpz_mat
from numpy.random import Generator, default_rng

from mondeq_ref.rigor.balls import (
    MatrixBall,
    eigenvalue_range,
    identity_minus,
    of_exact,
    spectral_norm,
)
from mondeq_ref.rigor.definite import is_positive_definite, is_positive_semidefinite
from mondeq_ref.rigor.dyadic import Dyadic, exact, identity
from mondeq_ref.rigor.enclosure import WHOLE_LINE, Enclosure
from mondeq_ref.rigor.fast import gamma
from mondeq_ref.rigor.spectrum import frobenius_norm


def symmetric(A: np.ndarray) -> np.ndarray:
    return np.tril(A) + np.tril(A, -1).T


def low_rank(rng: Generator) -> np.ndarray:
    """The eigenvalue 1 five-fold, almost: A'A is rounded."""
    A = rng.normal(size=(2, 7))
    return symmetric(np.eye(7) + A.T @ A)


def near_singular(rng: Generator) -> np.ndarray:
    """Integers with determinant near 0, where eigvalsh gets the sign wrong."""
    A = rng.integers(-30, 30, (6, 5)).astype(float)
    return symmetric(A @ A.T + np.diag(rng.integers(0, 2, 6)))


def graded(rng: Generator) -> np.ndarray:
    d = 10.0 ** rng.uniform(-8, 8, 6)
    return symmetric(rng.normal(size=(6, 6)) * d * d[:, None])


def sized(rng: Generator) -> np.ndarray:
    """From subnormal to where squares overflow."""
    return symmetric(np.ldexp(rng.normal(size=(4, 4)), int(rng.integers(-1074, 1020))))


def mixed_sizes(rng: Generator) -> np.ndarray:
    return symmetric(np.ldexp(rng.normal(size=(4, 4)), rng.integers(-1074, 1000, (4, 4))))


SYMMETRIC: dict[str, Callable[[Generator], np.ndarray]] = {
    "normal": lambda rng: symmetric(rng.normal(size=(6, 6))),
    "low_rank": low_rank,
    "near_singular": near_singular,
    "graded": graded,
    "sized": sized,
    "mixed_sizes": mixed_sizes,
    "one": lambda rng: rng.normal(size=(1, 1)),
    "zero": lambda rng: np.zeros((3, 3)),
    "multiple": lambda rng: np.full((5, 5), rng.normal()),
}
RECTANGULAR: dict[str, Callable[[Generator], np.ndarray]] = {
    "tall": lambda rng: rng.normal(size=(9, 3)),
    "wide": lambda rng: rng.normal(size=(3, 9)),
    "row": lambda rng: rng.normal(size=(1, 8)),
    "column": lambda rng: rng.normal(size=(8, 1)),
    "rank_one": lambda rng: np.outer(rng.normal(size=5), rng.normal(size=4)),
    "rotation": lambda rng: np.linalg.qr(rng.normal(size=(5, 5)))[0],
    "sized": lambda rng: np.ldexp(rng.normal(size=(3, 4)), int(rng.integers(-1074, 1020))),
    "mixed_sizes": lambda rng: np.ldexp(rng.normal(size=(4, 3)), rng.integers(-1074, 900, (4, 3))),
    "zero": lambda rng: np.zeros((4, 2)),
    "subnormal": lambda rng: np.full((2, 2), 5e-324),
}


def shifted(S: Dyadic, t: float) -> Dyadic:
    return S - identity(S.shape[0]) * t


def least_is_in(S: Dyadic, least: Enclosure) -> bool:
    """lo <= lambda_min(S) <= hi, decided in integers."""
    above = least.lo == -inf or is_positive_semidefinite(shifted(S, least.lo))
    return above and (least.hi == inf or not is_positive_definite(shifted(S, least.hi)))


def norm_is_in(A: Dyadic, norm: Enclosure) -> bool:
    """lo <= ||A|| <= hi, decided in integers."""
    G = A.T @ A
    above = not is_positive_definite(-_minus_square(G, norm.lo))
    return above and (norm.hi == inf or is_positive_semidefinite(-_minus_square(G, norm.hi)))


def _minus_square(G: Dyadic, t: float) -> Dyadic:
    return G - identity(G.shape[0]) * t * t


@pytest.mark.parametrize("kind", SYMMETRIC)
def test_extreme_eigenvalues_are_enclosed(kind: str) -> None:
    for seed in range(6):
        S = SYMMETRIC[kind](default_rng(seed))
        least, greatest = eigenvalue_range(MatrixBall(S))
        assert least_is_in(exact(S), least)
        assert least_is_in(-exact(S), -greatest)


@pytest.mark.parametrize("kind", RECTANGULAR)
def test_spectral_norms_are_enclosed(kind: str) -> None:
    for seed in range(6):
        A = RECTANGULAR[kind](default_rng(seed))
        norm = spectral_norm(MatrixBall(A))
        assert norm.lo >= 0
        assert norm_is_in(exact(A), norm)


@pytest.mark.parametrize("kind", ["normal", "low_rank", "multiple"])
def test_eigenvalues_of_size_one_are_known_to_many_digits(kind: str) -> None:
    """The residual of LAPACK's eigenpairs and its bound are a modest multiple of gamma_n."""
    for seed in range(6):
        S = SYMMETRIC[kind](default_rng(seed))
        least, greatest = eigenvalue_range(MatrixBall(S))
        n, size = len(S), float(np.linalg.norm(S))
        for end in (least, greatest):
            assert end.width <= 32 * n * gamma(n + 2) * size


def test_the_sign_of_a_near_singular_matrix_is_not_guessed() -> None:
    """On some of these eigvalsh has the wrong sign; an enclosure with a sign has the right one."""
    wrong_floats = 0
    for seed in range(150):
        S = near_singular(default_rng(seed))
        definite = is_positive_definite(exact(S))
        wrong_floats += (np.linalg.eigvalsh(S)[0] > 0) != definite
        least, _ = eigenvalue_range(MatrixBall(S))
        assert not (least.lo > 0 and not definite)
        assert not (least.hi < 0 and is_positive_semidefinite(exact(S)))
    assert wrong_floats > 0


def test_differences_and_symmetric_parts_stay_within_radius() -> None:
    for seed in range(20):
        rng = default_rng(seed)
        A, B = (np.ldexp(rng.normal(size=(3, 3)), rng.integers(-60, 60, (3, 3))) for _ in range(2))
        difference = MatrixBall(A) - MatrixBall(B)
        assert off_by_at_most(exact(A) - exact(B), difference)
        part = MatrixBall(A).symmetric_part
        assert np.array_equal(part.center, part.center.T)
        assert off_by_at_most((exact(A) + exact(A).T) * 0.5, part)
        assert off_by_at_most(identity(3) - exact(A), identity_minus(MatrixBall(A)))


def test_exact_number_is_within_its_radius_when_no_float() -> None:
    """1 + 2^-70 is rounded to 1."""
    true = Dyadic(fmpz_mat(1, 1, [2**70 + 1]), -70)
    found = of_exact(true)
    assert found.center.tolist() == [[1.0]]
    assert abs(true.fractions()[0][0] - 1) <= Fraction(found.radius) < Fraction(1, 2**69)


@pytest.mark.parametrize("shape", [(3, 2), (9, 9)])  # few entries, many
@pytest.mark.parametrize("bits", [40, 61, 90, 1200])
@pytest.mark.parametrize("exponent", [-1110, -30, 0, 900])
def test_exact_matrices_are_within_their_radius(shape, bits, exponent) -> None:
    """Integers of up to so many bits, and of far fewer, beside zero; some become subnormal."""
    rng, (rows, columns) = random.Random(bits), shape
    sizes = [
        rng.getrandbits(bits) >> rng.choice([0, bits // 2, bits]) for _ in range(rows * columns)
    ]
    signed = [size * rng.choice([-1, 1]) for size in sizes]
    true = Dyadic(fmpz_mat(rows, columns, signed), min(exponent, 1000 - bits))
    found = of_exact(true)
    assert off_by_at_most(true, found)
    assert found.radius <= 1e-15 * frobenius_norm(true).hi + 1e-300
    assert bits > 50 or exponent < -1000 or found.radius == 0.0


def off_by_at_most(true: Dyadic, ball: MatrixBall) -> bool:
    E = true - exact(ball.center)
    return is_positive_semidefinite(-_minus_square(E.T @ E, ball.radius))


def test_radii_add_up() -> None:
    A = MatrixBall(np.eye(2), 0.25)
    assert (A - MatrixBall(np.zeros((2, 2)), 0.5)).radius >= 0.75
    assert A.symmetric_part.radius >= 0.25
    assert identity_minus(A).radius >= 0.25
    least, greatest = eigenvalue_range(A)
    assert least.lo <= 0.75
    assert greatest.hi >= 1.25
    norm = spectral_norm(A)
    assert norm.lo <= 0.75
    assert norm.hi >= 1.25


@pytest.mark.parametrize("bad", [np.nan, inf, -inf])
def test_what_is_not_finite_is_not_bounded(bad: float) -> None:
    S = np.array([[1.0, bad], [bad, 1.0]])
    assert eigenvalue_range(MatrixBall(S)) == (WHOLE_LINE, WHOLE_LINE)
    assert spectral_norm(MatrixBall(S)) == Enclosure(0.0, inf)
    radius = abs(bad)
    assert eigenvalue_range(MatrixBall(np.eye(2), radius)) == (WHOLE_LINE, WHOLE_LINE)
    assert spectral_norm(MatrixBall(np.eye(2), radius)) == Enclosure(0.0, inf)
