"""Proposals in floats: approximations of exact matrices for LAPACK, and its results made exact.

Nothing here is a proof, and accuracy is not required.  Results of LAPACK are rounded to a grid of
dyadic numbers, and exact arithmetic accepts or rejects the grid numbers.
"""

from math import frexp, sqrt

import numpy as np
from flint import fmpz_mat

from mondeq_ref.arrays import Integers, Matrix, Vector
from mondeq_ref.rigor.dyadic import Dyadic
from mondeq_ref.rigor.process import one_thread

GRID_BITS = 53  # the precision of a float, for entries of orthonormal columns


def unit_scaled(A: Dyadic) -> tuple[Matrix, int]:
    """Floats F and a shift with A about F * 2^shift and every |F_ij| <= 1, whatever A's scale."""
    floats = A.integer_floats
    if floats is not None:
        bits = frexp(np.abs(floats).max(initial=0.0))[1]
        return floats * 2.0**-bits, A.exponent + bits
    F, exponents = mantissas_and_exponents(A)
    shift = int(exponents.max(initial=A.exponent))
    return at_scale(F, exponents - shift), shift


def mantissas_and_exponents(A: Dyadic) -> tuple[Matrix, Integers]:
    """Floats F, 1/2 <= |F_ij| <= 1 or zero, and integers e with A_ij about F_ij 2^(e_ij)."""
    floats = A.integer_floats
    if floats is not None:
        mantissas, bits = np.frexp(floats)
        return mantissas, bits.astype(np.int64) + A.exponent
    entries = [int(entry) for entry in A.integers.entries()]
    lengths = [abs(entry).bit_length() for entry in entries]
    ratios = np.array([entry / (1 << b) for entry, b in zip(entries, lengths, strict=True)])
    exponents = np.array(lengths, dtype=np.int64) + A.exponent
    return ratios.astype(np.float64).reshape(A.shape), exponents.reshape(A.shape)


def at_scale(F: Matrix, exponents: Integers) -> Matrix:
    """F_ij 2^(e_ij); what is too small becomes zero, what is too large infinite."""
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        return np.ldexp(F, np.clip(exponents, -3000, 3000))


def on_grid(X: Matrix, bits: int = GRID_BITS) -> Dyadic:
    """The nearest matrix of multiples of 2^-bits; entries up to a few hundred in size."""
    codes: Integers = np.rint(np.ldexp(X, bits)).astype(np.int64)
    return Dyadic(fmpz_mat(X.shape[0], X.shape[1], codes.ravel().tolist()), -bits)


@one_thread()
def eigenpairs(F: Matrix) -> tuple[Vector, Matrix] | None:
    """Approximate eigenvalues (ascending) and eigenvectors, or None when LAPACK gives none."""
    try:
        values, vectors = np.linalg.eigh(F)
    except np.linalg.LinAlgError:
        return None
    return (values, vectors) if np.isfinite(values).all() and np.isfinite(vectors).all() else None


@one_thread()
def right_singular_pairs(F: Matrix) -> tuple[Vector, Matrix] | None:
    """Approximate singular values (descending) and right singular vectors as columns, or None."""
    try:
        _, values, rows = np.linalg.svd(F, full_matrices=False)
    except np.linalg.LinAlgError:
        return None
    finite = np.isfinite(values).all() and np.isfinite(rows).all()
    return (values, np.ascontiguousarray(rows.T)) if finite else None


@one_thread()
def cholesky(F: Matrix) -> Matrix | None:
    """Upper triangular R with R'R about F, or None."""
    try:
        R = np.ascontiguousarray(np.linalg.cholesky(F).T, dtype=np.float64)
    except np.linalg.LinAlgError:
        return None
    return R if np.isfinite(R).all() else None


@one_thread()
def cholesky_pivots(F: Matrix, least: float) -> list[int]:
    """The indices that Cholesky with complete pivoting eliminates while its pivots are large.

    LAPACK's dpstrf does the same, but importing SciPy for it takes a quarter of a second, and this
    a tenth at 1000 units."""
    left, found = F.diagonal().copy(), list[int]()
    R = np.empty_like(F)  # a row for each pivot: F is near R'R
    for step in range(len(F)):
        k = int(left.argmax())
        if not left[k] > least:
            break
        R[step] = (F[k] - R[:step, k] @ R[:step]) / sqrt(left[k])
        left -= R[step] ** 2
        left[k] = -np.inf
        found.append(k)
    return found
