"""One exact step of each splitting method, on rational columns over one denominator.

A step of Peaceman-Rachford or Douglas-Rachford needs the resolvent x = (I + alpha F)^-1 s.  The
inverse needs no linear system: for any x the state is s = x + alpha F(x), and its reflection
2x - s is x - alpha F(x).  So a claim about any two states gives the resolvent points, and only a
claim about an iteration solves for x.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from flint import fmpq, fmpq_mat, fmpz_mat

from proofs_checks.quantities.rational_points import (
    Affine,
    Cleared,
    cleared,
    positive,
)

HALF = fmpq(1, 2)


@dataclass(frozen=True, eq=False)
class State:
    """A splitting state s and its reflection R_F(s)."""

    s: Cleared
    mirror: Cleared  # R_F(s)

    @property
    def peaceman_rachford(self) -> Cleared:
        """|R_F(s)|, since |x| is the reflected resolvent of the orthant's normal cone."""
        return self.mirror.entrywise(abs)

    @property
    def douglas_rachford(self) -> Cleared:
        return (self.s + self.peaceman_rachford) * HALF

    @property
    def read(self) -> Cleared:
        """The candidate equilibrium, ReLU(R_F(s))."""
        return self.mirror.entrywise(positive)


Map = Callable[[State], Cleared]


def forward_backward(M: Cleared, c: Cleared, z: Cleared, alpha: fmpq) -> Cleared:
    return (z - (M * z - c) * alpha).entrywise(positive)


def damping(M: fmpq_mat, alpha: fmpq) -> Cleared:
    """I - alpha M."""
    return cleared(identity(M.nrows()) - M * alpha)


def forward(linear: Cleared, c: Cleared, alpha: fmpq) -> Affine:
    """z - alpha F(z), whose positive part is the step of forward-backward.

    All rows of an instance share I - alpha M, which is `linear`."""
    return Affine(linear, c * alpha)


def forward_backward_forward(M: Cleared, c: Cleared, z: Cleared, alpha: fmpq) -> Cleared:
    y = forward_backward(M, c, z, alpha)
    return y - M * (y - z) * alpha


def state_at(M: Cleared, c: Cleared, x: Cleared, alpha: fmpq) -> State:
    """The state whose resolvent point is x."""
    moved = (M * x - c) * alpha
    return State(x + moved, x - moved)


def mirror_of(M: fmpq_mat, alpha: fmpq) -> Cleared | None:
    """2 (I + alpha M)^-1 - I; None where there is no inverse."""
    eye = identity(M.nrows())
    try:
        return cleared((eye + M * alpha).inv() * 2 - eye)
    except ZeroDivisionError:
        return None


def reflection(mirror: Cleared, c: Cleared, alpha: fmpq) -> Affine:
    """R_F(s) = 2 x - s for x = (I + alpha M)^-1 (s + alpha c).

    The inverse is in `mirror`, because an iteration uses it in every step, and its states have so
    many digits that each solution would take as long as the inverse.
    """
    moved = c * alpha
    return Affine(mirror, cleared((mirror * moved + moved).value))


def state(reflect: Affine, s: Cleared) -> State:
    return State(s, reflect(s))


@lru_cache(maxsize=32)
def identity(n: int) -> fmpq_mat:
    return fmpq_mat(n, n, [int(i == j) for i in range(n) for j in range(n)])


def kept(v: Cleared, active: Sequence[bool], other: int = 0) -> Cleared:
    """D v, or (2 D - I) v with `other` = -1."""
    pairs = zip(v.numerators.entries(), active, strict=True)
    entries = [entry if keep else entry * other for entry, keep in pairs]
    return Cleared(fmpz_mat(len(entries), 1, entries), v.denominator)
