"""Matrices of dyadic rationals, which represent arrays of floats exactly.

A finite float is an integer times a power of two, so a float array is an integer matrix
times one power of two, and sums and products of such matrices are exact in FLINT's integers.
Only the functions that read or make float arrays import NumPy, because the checker of
certificates uses these matrices without it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from math import inf
from typing import TYPE_CHECKING

from flint import fmpz, fmpz_mat

from mondeq_ref.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mondeq_ref.arrays import Matrix, Vector

MANTISSA_BITS = 53
WORD_BITS = 60  # of an integer that FLINT holds in one machine word
SPARE_BITS = 9  # by which a mantissa may be shifted within a machine word
SMALLEST_NORMAL = 2.0**-1022
FEW = 64  # entries up to which NumPy costs more than it saves


@dataclass(frozen=True, eq=False)
class Dyadic:
    """The matrix integers * 2^exponent, exactly."""

    integers: fmpz_mat
    exponent: int

    @property
    def shape(self) -> tuple[int, int]:
        return self.integers.nrows(), self.integers.ncols()

    @cached_property
    def bits(self) -> int:
        """Of the longest entry of the integers."""
        return int(max(map(fmpz.bit_length, self.integers.entries()), default=0))

    @property
    def T(self) -> "Dyadic":
        return Dyadic(self.integers.transpose(), self.exponent)

    def __add__(self, other: "Dyadic") -> "Dyadic":
        exponent = min(self.exponent, other.exponent)
        return Dyadic(self.integers_at(exponent) + other.integers_at(exponent), exponent)

    def __neg__(self) -> "Dyadic":
        return Dyadic(-self.integers, self.exponent)

    def __sub__(self, other: "Dyadic") -> "Dyadic":
        exponent = min(self.exponent, other.exponent)
        return Dyadic(self.integers_at(exponent) - other.integers_at(exponent), exponent)

    def __matmul__(self, other: "Dyadic") -> "Dyadic":
        return Dyadic(self.integers * other.integers, self.exponent + other.exponent)

    def __mul__(self, factor: float) -> "Dyadic":
        """The product with one float, exactly."""
        p, exponent = _float_parts(factor)
        return Dyadic(self.integers * fmpz(p), self.exponent + exponent)

    def integers_at(self, exponent: int) -> fmpz_mat:
        """The integer matrix K with K * 2^exponent equal to this; exponent <= self.exponent."""
        shift = self.exponent - exponent
        return self.integers * (fmpz(1) << shift) if shift else self.integers

    def block(self, rows: Sequence[int], columns: Sequence[int]) -> "Dyadic":
        """The submatrix on these rows and columns."""
        held = self.integers
        entries = [[held[i, j] for j in columns] for i in rows]
        return Dyadic(integer_matrix(entries, len(rows), len(columns)), self.exponent)

    def fractions(self) -> list[list[Fraction]]:
        """Every entry as a Python fraction: for small matrices and for printing."""
        unit = Fraction(2) ** self.exponent
        return [[int(entry) * unit for entry in row] for row in self.integers.table()]

    def nearest(self) -> list[list[float]]:
        """The nearest floats (ties to even; infinite beyond their range), row by row."""
        rows = self.integers.table()
        if self.exponent < 0:
            unit = 1 << -self.exponent
            try:  # Python divides integers with one correct rounding, subnormal results included
                return [[int(x) / unit for x in row] for row in rows]
            except OverflowError:
                pass
        return [[_nearest(int(x), self.exponent) for x in row] for row in rows]

    def rounded(self) -> "Matrix":
        """The array of the nearest floats, which cannot be written to."""
        return self._rounded

    @cached_property
    def _rounded(self) -> "Matrix":
        import numpy as np

        found = self._quickly_rounded()
        if found is None:
            found = np.array(self.nearest(), dtype=np.float64).reshape(self.shape)
        found.setflags(write=False)
        return found

    def _quickly_rounded(self) -> "Matrix | None":
        """By floats and one power of two, where the two roundings are one."""
        import numpy as np

        rows, columns = self.shape
        whole = None if rows * columns <= FEW else self.integer_floats
        if whole is None:
            return None
        with np.errstate(over="ignore", under="ignore"):
            found = np.ldexp(whole, self.exponent)
        # The smallest normal float may have been rounded up to, twice.
        normal = np.isfinite(found) & ((np.abs(found) > SMALLEST_NORMAL) | (whole == 0))
        return found if normal.all() else None

    def words(self) -> tuple["NDArray[np.int64]", int, bool]:
        """Integers q of at most WORD_BITS bits and an exponent e, every entry in [q, q + 1) 2^e,
        and whether they are q 2^e: FLINT gives integers of one word many times faster."""
        import numpy as np

        dropped, entries = max(0, self.bits - WORD_BITS), self.integers.entries()
        whole = [int(x >> dropped) for x in entries] if dropped else list(map(int, entries))
        found = np.array(whole, dtype=np.int64).reshape(self.shape)
        return found, self.exponent + dropped, dropped == 0

    @cached_property
    def integer_floats(self) -> "Matrix | None":
        """The floats nearest to the integers; None where one is beyond the floats."""
        import numpy as np

        try:
            found = np.array(list(map(float, self.integers.entries())), dtype=np.float64)
        except OverflowError:
            return None
        found.setflags(write=False)
        return found.reshape(self.shape)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Dyadic):
            return NotImplemented
        exponent = min(self.exponent, other.exponent)
        return self.integers_at(exponent) == other.integers_at(exponent)

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[object, ...]:
        """To be sent to another process, or copied: FLINT's matrices do neither."""
        entries = [int(entry) for entry in self.integers.entries()]
        return _of_entries, (*self.shape, entries, self.exponent)


def _of_entries(rows: int, columns: int, entries: list[int], exponent: int) -> Dyadic:
    return Dyadic(fmpz_mat(rows, columns, entries), exponent)


def integer_matrix(entries: Sequence[Sequence[int | fmpz]], rows: int, columns: int) -> fmpz_mat:
    """An fmpz_mat that also exists when it has no rows or no columns."""
    return fmpz_mat(rows, columns, [entry for row in entries for entry in row])


def exact(array: "Matrix | Vector") -> Dyadic:
    """A float array (or one of integers), read exactly; a vector becomes a column."""
    import numpy as np

    matrix = array.reshape(len(array), 1) if array.ndim == 1 else array
    if matrix.dtype.kind in "iub":
        return of_integers(matrix)  # by way of floats, integers above 2^53 would be rounded
    if not np.isfinite(matrix).all():
        raise InputError("an exact matrix needs finite entries, got a NaN or an infinity")
    if matrix.size <= FEW:
        return of_floats(matrix.astype(np.float64).tolist(), matrix.shape[1])
    fractions, exponents = np.frexp(matrix.astype(np.float64))
    exponents = exponents.astype(np.int64)
    mantissas = np.ldexp(fractions, MANTISSA_BITS).astype(np.int64)
    trailing = _trailing_zeros(mantissas)
    least = np.where(mantissas == 0, np.iinfo(np.int64).max, exponents - MANTISSA_BITS + trailing)
    exponent = int(least.min(initial=0)) if (mantissas != 0).any() else 0
    shifts = np.where(mantissas == 0, 0, exponents - MANTISSA_BITS - exponent)
    mantissas, shifts = mantissas >> np.maximum(-shifts, 0), np.maximum(shifts, 0)
    return Dyadic(_shifted(mantissas, shifts), exponent)


def _shifted(mantissas: "np.ndarray", shifts: "np.ndarray") -> fmpz_mat:
    """m 2^s for every entry, |m| <= 2^53 and s >= 0.  FLINT reads machine words many times faster
    than longer integers: where they suffice there are two for every entry, high and low."""
    import numpy as np

    (rows, columns), most = mantissas.shape, int(shifts.max(initial=0))
    if most <= SPARE_BITS:
        return fmpz_mat(rows, columns, (mantissas << shifts).ravel().tolist())
    if most > WORD_BITS + SPARE_BITS:
        pairs = zip(mantissas.ravel().tolist(), shifts.ravel().tolist(), strict=True)
        return fmpz_mat(rows, columns, [m << s for m, s in pairs])
    dropped = np.maximum(WORD_BITS - shifts, 0)  # how many bits of m belong to the low word
    high = mantissas >> dropped
    low = (mantissas - (high << dropped)) << np.minimum(shifts, WORD_BITS)
    high <<= np.maximum(shifts - WORD_BITS, 0)
    words = [fmpz_mat(rows, columns, word.ravel().tolist()) for word in (high, low)]
    return words[0] * (fmpz(1) << WORD_BITS) + words[1]


def of_floats(rows: Sequence[Sequence[float]], columns: int) -> Dyadic:
    """Rows of finite Python floats, read exactly."""
    ratios = [x.as_integer_ratio() for row in rows for x in row]
    bits = max((q for _, q in ratios), default=1).bit_length()  # q is a power of two
    integers = [p << bits - q.bit_length() for p, q in ratios]
    return Dyadic(fmpz_mat(len(rows), columns, integers), 1 - bits)


@lru_cache(maxsize=32)
def identity(n: int) -> Dyadic:
    found = fmpz_mat(n, n)
    for i in range(n):
        found[i, i] = 1
    return Dyadic(found, 0)


def of_integers(codes: "Sequence[Sequence[int]] | np.ndarray", scale: float = 1.0) -> Dyadic:
    """The exact product of an integer array with one float."""
    import numpy as np

    table = np.asarray(codes)
    rows, columns = table.shape
    whole = table.ravel().tolist() if table.dtype.kind in "iu" else map(int, table.ravel().tolist())
    return Dyadic(fmpz_mat(rows, columns, list(whole)), 0) * scale


def _trailing_zeros(mantissas: "np.ndarray") -> "np.ndarray":
    import numpy as np

    lowest = (mantissas & -mantissas).astype(np.float64)
    return np.where(mantissas == 0, 0, np.frexp(lowest)[1] - 1)


def _float_parts(x: float) -> tuple[int, int]:
    p, q = x.as_integer_ratio()
    return p, 1 - q.bit_length()


def _nearest(integer: int, exponent: int) -> float:
    """Python divides integers with one correct rounding, subnormal results included."""
    try:
        return float(integer << exponent) if exponent >= 0 else integer / (1 << -exponent)
    except OverflowError:
        return inf if integer > 0 else -inf
