"""One exact step of each splitting method, on rational columns.

A step of Peaceman-Rachford or Douglas-Rachford needs the resolvent x = (I + alpha F)^-1 s.  The
inverse needs no linear system: for any x the state is s = x + alpha F(x), and its reflection
2x - s is x - alpha F(x).  So a claim about any two states gives the resolvent points, and only a
claim about an iteration solves for x.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from flint import fmpq, fmpq_mat

from proofs_checks.quantities.rational_points import (
    Affine,
    Cleared,
    cleared,
    column_of,
    projected,
)


@dataclass(frozen=True, eq=False)
class State:
    """A splitting state s and its reflection R_F(s)."""

    s: fmpq_mat
    mirror: fmpq_mat  # R_F(s)

    @property
    def peaceman_rachford(self) -> fmpq_mat:
        return absolute(self.mirror)

    @property
    def douglas_rachford(self) -> fmpq_mat:
        return (self.s + absolute(self.mirror)) / 2

    @property
    def read(self) -> fmpq_mat:
        """The candidate equilibrium, ReLU(R_F(s))."""
        return projected(self.mirror)


Map = Callable[[State], fmpq_mat]


def forward_backward(M: fmpq_mat, c: fmpq_mat, z: fmpq_mat, alpha: fmpq) -> fmpq_mat:
    return projected(z - (M * z - c) * alpha)


def damping(M: fmpq_mat, alpha: fmpq) -> Cleared:
    """I - alpha M."""
    return cleared(identity(M.nrows()) - M * alpha)


def forward(linear: Cleared, c: fmpq_mat, alpha: fmpq) -> Affine:
    """z - alpha F(z), whose positive part is the step of forward-backward.

    All rows of an instance share I - alpha M, which is `linear`."""
    return Affine(linear, cleared(c * alpha))


def forward_backward_forward(M: fmpq_mat, c: fmpq_mat, z: fmpq_mat, alpha: fmpq) -> fmpq_mat:
    y = forward_backward(M, c, z, alpha)
    return y - M * (y - z) * alpha


def state_at(M: fmpq_mat, c: fmpq_mat, x: fmpq_mat, alpha: fmpq) -> State:
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


def reflection(mirror: Cleared, c: fmpq_mat, alpha: fmpq) -> Affine:
    """R_F(s) = 2 x - s for x = (I + alpha M)^-1 (s + alpha c).

    The inverse is in `mirror`, because an iteration uses it in every step, and its states have so
    many digits that each solution would take as long as the inverse.
    """
    moved = cleared(c * alpha)
    return Affine(mirror, cleared(Affine(mirror, moved)(moved).value))


def state(reflect: Affine, s: fmpq_mat) -> State:
    return State(s, reflect(cleared(s)).value)


@lru_cache(maxsize=32)
def identity(n: int) -> fmpq_mat:
    return fmpq_mat(n, n, [int(i == j) for i in range(n) for j in range(n)])


def absolute(v: fmpq_mat) -> fmpq_mat:
    """|v|, the reflected resolvent of the orthant's normal cone."""
    return column_of(list(map(abs, v.entries())))


def kept(v: fmpq_mat, active: Sequence[bool], other: int = 0) -> fmpq_mat:
    """D v, or (2 D - I) v with `other` = -1."""
    pairs = zip(v.entries(), active, strict=True)
    return column_of([entry if keep else entry * other for entry, keep in pairs])
