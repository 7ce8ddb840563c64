"""One exact step of each splitting method, on rational columns over one denominator.

A step of Peaceman-Rachford or Douglas-Rachford needs the resolvent x = (I + alpha F)^-1 s.  The
inverse needs no linear system: for any x the state is s = x + alpha F(x), and its reflection
2x - s is x - alpha F(x).  So a claim about any two states gives the resolvent points, and only a
claim about an iteration solves for x.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flint import fmpq, fmpz_mat

from mondeq_ref.rigor.dyadic import identity
from proofs_checks.quantities.rational_points import Affine, Cleared, over_one, positive

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


def damping(M: Cleared, alpha: fmpq) -> Cleared:
    """I - alpha M."""
    moved = M * alpha
    eye = identity(M.shape[0]).integers * moved.denominator
    return Cleared(eye - moved.numerators, moved.denominator)


def forward(M: Cleared, c: Cleared, alpha: fmpq) -> Affine:
    """z - alpha F(z), whose positive part is the step of forward-backward."""
    return Affine(*over_one(damping(M, alpha), c * alpha))


def forward_backward_forward(M: Cleared, c: Cleared, z: Cleared, alpha: fmpq) -> Cleared:
    y = forward_backward(M, c, z, alpha)
    return y - M * (y - z) * alpha


def state_at(M: Cleared, c: Cleared, x: Cleared, alpha: fmpq) -> State:
    """The state whose resolvent point is x."""
    moved = (M * x - c) * alpha
    return State(x + moved, x - moved)


def mirror_of(M: Cleared, alpha: fmpq) -> Cleared | None:
    """2 (I + alpha M)^-1 - I; None where there is no inverse.

    By elimination in integers: FLINT would reduce every entry of an inverse, which takes longer."""
    n, A = M.shape[0], damping(M, -alpha)
    eye = identity(n).integers
    rows = zip(A.numerators.table(), eye.table(), strict=True)
    reduced, pivot, _ = fmpz_mat([[*left, *right] for left, right in rows]).rref()
    if reduced[n - 1, n - 1] == 0:  # a pivot is beyond the first n columns
        return None
    inverse, sign = fmpz_mat([row[n:] for row in reduced.table()]), 1 if pivot > 0 else -1
    return Cleared((inverse * (A.denominator * 2) - eye * pivot) * sign, pivot * sign)


def reflection(mirror: Cleared, c: Cleared, alpha: fmpq) -> Affine:
    """R_F(s) = 2 x - s for x = (I + alpha M)^-1 (s + alpha c).

    The inverse is in `mirror`, because an iteration uses it in every step, and its states have so
    many digits that each solution would take as long as the inverse.
    """
    moved = c * alpha
    return Affine(*over_one(mirror, mirror * moved + moved))


def state(reflect: Affine, s: Cleared) -> State:
    return State(s, reflect(s))


def kept(v: Cleared, active: Sequence[bool], other: int = 0) -> Cleared:
    """D v, or (2 D - I) v with `other` = -1."""
    pairs = zip(v.numerators.entries(), active, strict=True)
    entries = [entry if keep else entry * other for entry, keep in pairs]
    return Cleared(fmpz_mat(len(entries), 1, entries), v.denominator)
