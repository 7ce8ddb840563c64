"""The affine operator of a monotone equilibrium layer, with its margin and Lipschitz constant.

    F(z) = (I - W) z - (U x + b),        equilibrium: 0 in F(z) + G(z), i.e. z = ReLU(W z + U x + b)

The entries of W, U and b are the float64 numbers, exactly.  An operator built from factors has
their exact product, rounded once, so W is the same array on every machine.  An exact matrix that
is not a float array (a product of quantized factors) is stored as `exact_weights`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, wraps
from hashlib import sha256
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import ArrayLike

from mondeq_ref.arrays import USUAL_FLOATS, InputError, Matrix, Vector, frozen
from mondeq_ref.documents.encoding import weights_digest
from mondeq_ref.rigor.balls import MatrixBall, eigenvalue_range, identity_minus, spectral_norm
from mondeq_ref.rigor.dyadic import Dyadic, exact, identity
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.fast import norm_above, norms_above, up
from mondeq_ref.rigor.machine import SMALLEST, UNIT_ROUNDOFF
from mondeq_ref.rigor.spectrum import least_eigenvalue, symmetric_part

T = TypeVar("T")
MOST_EXACT_UNITS = 400  # above this size, exact residuals take seconds


def _restored(made: object, state: dict[str, Any]) -> None:
    """What was copied or sent to another process has read-only arrays again."""
    vars(made).update(state)
    for value in state.values():
        if isinstance(value, np.ndarray):
            value.flags.writeable = False


@dataclass(frozen=True, eq=False, repr=False)
class Factors:
    """Winston and Kolter's parameters: W = (1 - m) I - A'A + S - S' has margin at least m.

    Parameters
    ----------
    A : array-like of shape (r, n)
    S : array-like of shape (n, n)
    m : float
        A positive number.

    Examples
    --------
    >>> from mondeq_ref import Factors
    >>> Factors(A=[[0.5, 0.0]], S=[[0.0, 1.0], [0.0, 0.0]], m=0.25)
    Factors(n=2, rank of A at most 1, m=0.25)
    """

    A: Matrix  # (r, n)
    S: Matrix  # (n, n)
    m: float

    def __post_init__(self) -> None:
        n = np.shape(self.S)[-1] if np.ndim(self.S) else 0
        object.__setattr__(self, "A", frozen("A", self.A, (None, n)))
        object.__setattr__(self, "S", frozen("S", self.S, (n, n)))
        try:
            positive = bool(np.isfinite(self.m) and self.m > 0)
        except (TypeError, ValueError):
            positive = False
        if not positive:
            raise InputError(f"m must be a positive number, got {self.m!r}")
        object.__setattr__(self, "m", float(self.m))

    def __repr__(self) -> str:
        return f"Factors(n={self.S.shape[0]}, rank of A at most {self.A.shape[0]}, m={self.m})"

    def operator(
        self, U: ArrayLike, b: ArrayLike, *, head: "Head | None" = None, stored: str = "float64"
    ) -> "Operator":
        """The operator whose W is the exact product of these factors, rounded once."""
        return Operator(self.product.rounded(), U, b, self, head, stored)  # type: ignore[arg-type]

    def __getstate__(self) -> dict[str, Any]:
        return {k: v for k, v in vars(self).items() if k != "product"}

    __setstate__ = _restored

    @cached_property
    def product(self) -> Dyadic:
        """(1 - m) I - A'A + S - S', exactly."""
        A, S = exact(self.A), exact(self.S)
        scaled = identity(S.shape[0]) - identity(S.shape[0]) * float(self.m)
        return scaled - A.T @ A + S - S.T


@dataclass(frozen=True, eq=False, repr=False)
class Head:
    """A linear classifier: the class of z is argmax_k of V z + d.

    Parameters
    ----------
    V : array-like of shape (classes, n)
    d : array-like of shape (classes,)

    Examples
    --------
    >>> from mondeq_ref import Head
    >>> Head(V=[[1.0, 0.0], [0.0, 1.0]], d=[0.0, 0.5])
    Head(2 classes, n=2)
    """

    V: Matrix  # (classes, n)
    d: Vector  # (classes,)

    def __post_init__(self) -> None:
        object.__setattr__(self, "V", frozen("head V", self.V, (None, None)))
        object.__setattr__(self, "d", frozen("head d", self.d, (self.V.shape[0],)))
        if self.d.size == 0:
            raise InputError(f"head V must have at least one class, got shape {self.V.shape}")

    __setstate__ = _restored

    def __repr__(self) -> str:
        return f"Head({len(self.d)} classes, n={self.V.shape[1]})"

    def logits(self, Z: Matrix) -> Matrix:
        return Z @ self.V.T + self.d


@dataclass(frozen=True, eq=False, repr=False)
class Operator:
    """A layer z = ReLU(W z + U x + b), with the operator F(z) = (I - W) z - (U x + b).

    Parameters
    ----------
    W : array-like of shape (n, n)
    U : array-like of shape (n, d)
    b : array-like of shape (n,)
    factors : Factors, optional
        The factors whose product is W; `Operator.from_factors` computes W from them.
    head : Head, optional
        A linear classifier of the equilibria.
    stored : str
        The dtype of the file that the arrays came from.
    exact_weights : Dyadic, optional
        The exact matrix, where it differs from the float64 array W.

    Attributes
    ----------
    n, d : int
        Units and inputs.
    margin : Enclosure
        m = lambda_min(sym(I - W)); where m > 0 every input has exactly one equilibrium.
    lipschitz : Enclosure
        L = ||I - W||_2.
    kappa : Enclosure
        L / m, the condition number; unbounded unless m > 0.
    digest : str
        SHA-256 of W, the matrix that proofs are about: equal matrices have one digest, and every
        command prints it.
    arrays_digest : str
        SHA-256 of W, U and b.

    Raises
    ------
    InputError
        If an array has the wrong shape or is not finite.

    Examples
    --------
    >>> from mondeq_ref import Operator
    >>> layer = Operator(W=[[0.5, -1.0], [1.0, 0.25]], U=[[1.0], [-1.0]], b=[0.0, 0.5])
    >>> layer
    Operator(n=2, d=1)
    >>> f"{layer.margin:.4f}"
    '0.5000'
    """

    W: Matrix
    U: Matrix
    b: Vector
    factors: Factors | None = None
    head: Head | None = None
    stored: str = "float64"  # the dtype of the file it came from
    exact_weights: Dyadic | None = None  # the exact matrix, where it is not the array W itself

    def __post_init__(self) -> None:
        n = frozen("b", self.b, None).size
        object.__setattr__(self, "b", frozen("b", self.b, (n,)))
        object.__setattr__(self, "W", frozen("W", self.W, (n, n)))
        object.__setattr__(self, "U", frozen("U", self.U, (n, None)))
        for name, kind in (("factors", Factors), ("head", Head)):
            if not isinstance(getattr(self, name), kind | None):
                raise InputError(f"{name} must be a {kind.__name__} or None")
        if n == 0:
            raise InputError("an operator needs at least one unit, got b of shape (0,)")
        if self.head is not None and self.head.V.shape[1] != n:
            raise InputError(f"head V must have shape (*, {n}), got {self.head.V.shape}")
        if self.exact_weights is not None and not np.array_equal(
            self.W, self.exact_weights.rounded()
        ):
            raise InputError("W must be exact_weights, rounded to float64")

    @staticmethod
    def from_factors(
        A: ArrayLike,
        S: ArrayLike,
        m: float,
        U: ArrayLike,
        b: ArrayLike,
        *,
        head: Head | None = None,
    ) -> "Operator":
        """The operator of the factors A, S and m: W = (1 - m) I - A'A + S - S', rounded once.

        Parameters
        ----------
        A : array-like of shape (r, n)
        S : array-like of shape (n, n)
        m : float
            A positive number; the margin is at least m.
        U : array-like of shape (n, d)
        b : array-like of shape (n,)
        head : Head, optional
            A linear classifier.

        Returns
        -------
        Operator

        Examples
        --------
        >>> from mondeq_ref import Operator
        >>> A, S = [[0.5, 0.0]], [[0.0, 1.0], [0.0, 0.0]]
        >>> Operator.from_factors(A, S, 0.25, U=[[1], [2]], b=[0, 0]).W
        array([[ 0.5 ,  1.  ],
               [-1.  ,  0.75]])
        """
        return Factors(A, S, m).operator(U, b, head=head)  # type: ignore[arg-type]

    def __getstate__(self) -> dict[str, Any]:
        """Exact matrices that are quickly made again are not sent to another process; another
        thread sends, and this one may add to what is kept here meanwhile."""
        kept = vars(self).copy()
        return {k: v for k, v in kept.items() if k not in ("exact_W", "exact_M")}

    __setstate__ = _restored

    def __repr__(self) -> str:
        """The sizes, without the arrays."""
        parts = [f"n={self.n}", f"d={self.d}"]
        parts += [] if self.head is None else [f"{len(self.head.d)} classes"]
        parts += [] if self.factors is None else ["from factors"]
        return f"Operator({', '.join(parts)})"

    def F(self, Z: ArrayLike, c: ArrayLike) -> Matrix:
        """(I - W) z - c for every row z and its injection c = U x + b, in plain floats."""
        return np.asarray(Z) - np.asarray(Z) @ self.W.T - np.asarray(c)

    @property
    def n(self) -> int:
        return self.b.size

    @property
    def d(self) -> int:
        return self.U.shape[1]

    @cached_property
    @USUAL_FLOATS
    def input_norms(self) -> tuple[float, float]:
        """||U||_F and ||b|| from above."""
        U, b = norms_above(self.U.reshape(1, -1)), norms_above(self.b[None])
        return float(U[0]), float(b[0])

    @cached_property
    def exact_W(self) -> Dyadic:
        """The exact matrix W, to which every proof refers."""
        return exact(self.W) if self.exact_weights is None else self.exact_weights

    @cached_property
    def exact_M(self) -> Dyadic:
        """I - W, exactly."""
        return identity(self.n) - self.exact_W

    @cached_property
    @USUAL_FLOATS
    def weights(self) -> MatrixBall:
        """The array W, and a bound on its distance from the exact matrix."""
        if self.exact_weights is None:
            return MatrixBall(self.W)
        entrywise = np.abs(self.W) * UNIT_ROUNDOFF + SMALLEST
        return MatrixBall(self.W, float(up(norm_above(entrywise))))

    @cached_property
    @USUAL_FLOATS
    def M(self) -> MatrixBall:
        """I - W."""
        return identity_minus(self.weights)

    @cached_property
    @USUAL_FLOATS
    def margin(self) -> Enclosure:
        """m = lambda_min(sym(I - W)), the strong-monotonicity constant (may be negative).

        It is computed in floats with proved error bounds.  Where these leave its sign open, up to
        MOST_EXACT_UNITS units, it is computed from exact residuals, about three digits narrower.
        """
        near = eigenvalue_range(self.M.symmetric_part)[0]
        if near.lo > 0 or near.hi < 0 or self.n > MOST_EXACT_UNITS:
            return near
        return self.exact_margin

    @cached_property
    @USUAL_FLOATS
    def exact_margin(self) -> Enclosure:
        """m, from exact residuals."""
        return least_eigenvalue(symmetric_part(self.exact_M))

    @cached_property
    @USUAL_FLOATS
    def lipschitz(self) -> Enclosure:
        """L = ||I - W||_2."""
        return spectral_norm(self.M)

    @property
    def kappa(self) -> Enclosure:
        """L / m, the condition number of the operator; the whole line unless m > 0."""
        return self.lipschitz / self.margin if self.margin.lo > 0 else Enclosure(-np.inf, np.inf)

    @cached_property
    def dead_units(self) -> tuple[int, ...]:
        """The units i with W_ij = W_ji = 0 for all j != i."""
        coupled = (self.W != 0) & ~np.eye(self.n, dtype=bool)
        return tuple(np.flatnonzero(~coupled.any(axis=0) & ~coupled.any(axis=1)).tolist())

    @cached_property
    def digest(self) -> str:
        """SHA-256 of W, and of the exact matrix where it is not the array W."""
        return array_digest(self.W, self.exact_W if self._is_rounded else None)

    @cached_property
    def arrays_digest(self) -> str:
        """SHA-256 of the little-endian bytes of W, U and b, with -0 as 0, and of `exact_weights`
        if present; it identifies the file of the operator."""
        state = sha256()
        for name, array in (("W", self.W), ("U", self.U), ("b", self.b)):
            state.update(f"{name}{array.shape}".encode())
            state.update((array + 0.0).astype("<f8").tobytes())
        if self.exact_weights is not None:
            integers, exponent = self.exact_weights.integers, self.exact_weights.exponent
            state.update(f"meant 2^{exponent} {integers.entries()}".encode())
        return state.hexdigest()

    @property
    def _is_rounded(self) -> bool:
        """Whether the exact matrix is not the array W."""
        return self.exact_weights is not None and self.exact_weights != exact(self.W)

    def with_weights(self, W: Matrix) -> "Operator":
        """The perturbed layer: another W, the same U, b and head, and no factors."""
        return replace(self, W=W, factors=None, exact_weights=None)


def kept_with_operator(make: Callable[[Operator], T]) -> Callable[[Operator], T]:
    """`make(operator)`, computed once and kept while the operator lives: small batches come in
    numbers, and what their solver and certificate need of the operator costs more than they do."""
    made: WeakKeyDictionary[Operator, T] = WeakKeyDictionary()

    @wraps(make)
    def once(operator: Operator) -> T:
        if operator not in made:
            made[operator] = make(operator)
        return made[operator]

    return once


def array_digest(W: Matrix, exact: Dyadic | None = None) -> str:
    """The digest of a square matrix, as certificates name it."""
    return weights_digest(len(W), (W + 0.0).astype("<f8").tobytes(), exact)
