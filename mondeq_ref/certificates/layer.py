"""The operators of a certificate, read exactly: bits to integers, and nothing is rounded."""

import struct
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from mondeq_ref.certificates.integers import ProofError, require
from mondeq_ref.documents.encoding import (
    Json,
    decode_dyadic,
    decode_reals,
    decode_rows,
    integer,
    members,
    sequence,
    text,
    weights_digest,
)
from mondeq_ref.documents.size import FLOAT_BITS, Limits
from mondeq_ref.errors import InputError
from mondeq_ref.rigor.dyadic import Dyadic, identity, of_floats

if TYPE_CHECKING:
    from mondeq_ref.operator import Operator

Rows = list[list[float]]


@dataclass(frozen=True, eq=False)
class Parameters:
    """The factors of W = (1 - m) I - A'A + S - S'."""

    A: Rows
    S: Rows
    m: float

    @property
    def product(self) -> Dyadic:
        n = len(self.S)
        A, S = of_floats(self.A, n), of_floats(self.S, n)
        return identity(n) - identity(n) * self.m - A.T @ A + S - S.T

    def same_as(self, other: "Parameters") -> bool:
        return (self.A, self.S, self.m) == (other.A, other.S, other.m)


@dataclass(frozen=True, eq=False)
class Layer:
    """An operator: its float arrays, and the exact matrix where that is not the array W.

    U and b are None in a certificate whose statement does not depend on them."""

    W: Rows
    U: Rows | None
    b: list[float] | None
    factors: Parameters | None = None
    exact_weights: Dyadic | None = None
    offset: float = 0.0  # t of K = W - t I, while K is quantized

    @property
    def n(self) -> int:
        return len(self.W)

    @cached_property
    def exact(self) -> Dyadic:
        """The matrix that every statement is about."""
        return square(self.W) if self.exact_weights is None else self.exact_weights

    @cached_property
    def digest(self) -> str:
        """That of W, as `Operator.digest` is."""
        meant = self.exact_weights
        is_rounded = meant is not None and meant != square(self.W)
        return rows_digest(self.W, meant if is_rounded else None)

    def injections(self, X: Rows) -> Dyadic:
        """U x + b for every row x."""
        if self.U is None or self.b is None:
            raise ProofError("inputs x need U and b")
        products = of_floats(X, len(self.U[0])) @ of_floats(self.U, len(self.U[0])).T
        return products + of_floats([self.b] * len(X), self.n)


def rows_digest(W: Rows, exact: Dyadic | None = None) -> str:
    return weights_digest(len(W), _packed(W), exact)


def inputs_digest(rows: Rows) -> str:
    """SHA-256 of the shape of one or more rows and of their little-endian float64s, without -0."""
    return sha256(f"({len(rows)}, {len(rows[0])})".encode() + _packed(rows)).hexdigest()


def square(W: Rows) -> Dyadic:
    """A square matrix, read exactly; certificates name the same few again and again."""
    return _unpacked(len(W), _packed(W))


def _packed(W: Rows) -> bytes:
    numbers = [x + 0.0 for row in W for x in row]
    return struct.pack(f"<{len(numbers)}d", *numbers)


@lru_cache(maxsize=8)
def _unpacked(n: int, packed: bytes) -> Dyadic:
    numbers = struct.unpack(f"<{n * n}d", packed)
    return of_floats([numbers[start : start + n] for start in range(0, n * n, n)], n)


def layer_of(operator: "Operator") -> Layer:
    """An operator that was loaded from its file."""
    held = operator.factors
    factors = None if held is None else Parameters(held.A.tolist(), held.S.tolist(), float(held.m))
    W, U, b = operator.W.tolist(), operator.U.tolist(), operator.b.tolist()
    return Layer(W, U, b, factors, operator.exact_weights)


def read_layer(value: Json, name: str, known: Layer | None, limits: Limits, *, fed: bool) -> Layer:
    """The layer in a certificate; a W that is named by its digest is that of `known`.

    U and b belong to it only if inputs x are `fed` in; left out, they are zero."""
    parts = members(value, name, ("W",), ("U", "b", "factors", "meant"))
    W = _weights(parts["W"], f"{name}.W", known)
    n = len(W)
    require(n > 0, "an operator has one unit at least")
    limits.floats(W)
    U, b = ([[] for _ in W], [0.0] * n) if fed else (None, None)
    factors = meant = None
    if not fed:
        parts = members(parts, name, ("W",), ("factors", "meant"))
    elif "U" in parts or "b" in parts:
        parts = members(parts, name, ("W", "U", "b"), ("factors", "meant"))
        U = decode_rows(parts["U"], f"{name}.U", (n, None))
        b = list(decode_reals(parts["b"], f"{name}.b", (n,))[1])
    if "factors" in parts:
        factors = _factors(parts["factors"], f"{name}.factors", n)
        limits.floats(factors.A, factors.S, [[factors.m, 1.0]])
        limits.product(n, len(factors.A), n, FLOAT_BITS)
        require(factors.product.nearest() == W, f"{name}.W is not the product of its factors")
    if "meant" in parts:
        meant = decode_dyadic(parts["meant"], f"{name}.meant", (n, n))
        require(meant.nearest() == W, f"{name}.W is not its exact matrix, rounded")
    return Layer(W, U, b, factors, meant)


def _factors(value: Json, name: str, n: int) -> Parameters:
    held = members(value, name, ("A", "S", "m"))
    A = decode_rows(held["A"], f"{name}.A", (None, n))
    S = decode_rows(held["S"], f"{name}.S", (n, n))
    m = decode_reals(held["m"], f"{name}.m", ())[1][0]
    require(m > 0, f"{name}.m is not positive")
    return Parameters(A, S, m)


def _weights(value: Json, name: str, known: Layer | None) -> Rows:
    if not (isinstance(value, dict) and "sha256" in value):
        W = decode_rows(value, name, (None, None))
        require(all(len(row) == len(W) for row in W), f"{name} is not square")
        return W
    named = members(value, name, ("sha256", "shape"))  # pyright: ignore[reportUnknownArgumentType]
    digest = text(named["sha256"], f"{name}.sha256")
    if known is None:
        raise InputError(f"{name} is known by its digest alone: give the operator's file too")
    extents = [integer(side, f"{name}.shape", 1, 2**31) for side in sequence(named["shape"], name)]
    if digest != rows_digest(known.W) or extents != [known.n, known.n]:
        raise InputError(f"{name} has another digest than the operator given")
    return known.W
