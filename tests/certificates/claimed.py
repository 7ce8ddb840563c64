"""What is false of a claim's case that `replay` confirmed?  Decided with `truth` alone.

Every hypothesis that has a definition in matrices is decided again; a claim may not be refuted
where its hypotheses hold; and measured/bound of the margin and of the displacement is computed
again from its definition.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from proofs_checks.audit.claim_replay import form_of
from proofs_checks.claims import theorem
from tests.certificates.accepted import Layer, read_layer, table
from tests.support import truth
from tests.support.truth import Row, Table

Json = Any
Ends = tuple[Fraction, Fraction]
ZERO = Fraction(0)
FINE = 48  # bits of the eigenvalues that are enclosed here
SLACK = Fraction(1, 2**30)  # relative: floats may have measured what was stored
MOST_UNITS = 8


def false_claim(case: Json) -> str | None:
    """None if nothing is false, or nothing of it can be decided here."""
    made = case["instance"]
    at = Case(made, case["input"])
    subject = theorem(case["claim"])
    for said in case["forms"]:
        form = form_of(subject, said["form"])
        if said["outcome"] == "REFUTED" and said["hypotheses"]:
            return f"{form.name!r} is refuted although its hypotheses hold"
        if len(at.before.W) > MOST_UNITS:
            continue
        names = tuple(subject.hypotheses_of(form))
        for name in names if said["hypotheses"] else ():
            if HYPOTHESES.get(name, lambda _: None)(at) is False:
                return f"the hypothesis {name!r} does not hold"
        find = SIDES.get((case["claim"], form.name))
        sides = None if find is None or said["outcome"] == "UNDECIDED" else find(at)
        wrong = None if sides is None else sides.wrong(said)
        if wrong is not None:
            return f"{form.name!r}: {wrong}"
    return None


class Case:
    """The matrices of an instance, in fractions."""

    def __init__(self, made: Json, row: int) -> None:
        self.made, self.row = made, row
        self.before = read_layer(made["operator"], None)

    @property
    def after(self) -> Layer:
        return read_layer(self.made["perturbed"], None)

    @property
    def M(self) -> Table:
        return truth.plus(truth.identity(len(self.before.W)), self.before.exact, -1)

    @property
    def M_after(self) -> Table:
        return truth.plus(truth.identity(len(self.before.W)), self.after.exact, -1)

    @property
    def dW(self) -> Table:
        return truth.plus(self.before.exact, self.after.exact, -1)

    def number(self, name: str) -> Fraction:
        return Fraction(self.made["numbers"][name])

    def injection(self, name: str) -> Row:
        return table(self.made[name])[self.row]


def least_eigenvalue(S: Table) -> Ends:
    """Of a symmetric matrix, enclosed by bisection: S - t I is definite below it."""
    reach = max((sum((abs(x) for x in row), ZERO) for row in S), default=ZERO)
    if reach == 0:
        return ZERO, ZERO
    low, high = -reach, reach
    for _ in range(FINE):
        middle = (low + high) / 2
        if truth.is_definite(truth.shifted(S, middle)):
            low = middle
        else:
            high = middle
    return low, high


def halved(A: Table) -> Table:
    return [[x / 2 for x in row] for row in truth.twice_symmetric(A)]


def margin(M: Table) -> Ends:
    return least_eigenvalue(halved(M))


def norm(A: Table) -> Ends:
    """Minus the least eigenvalue of [[0, A], [A', 0]]."""
    sides = [[ZERO] * len(A) + row for row in A]
    sides += [[*row, *[ZERO] * len(A)] for row in truth.transpose(A)]
    low, high = least_eigenvalue(sides)
    return max(-high, ZERO), -low


# ---- hypotheses ----------------------------------------------------------------------------


def has_margin(at: Case) -> bool:
    return truth.is_definite(truth.twice_symmetric(at.M))


def step_is_small(at: Case) -> bool | None:
    """alpha L^2 < 2 |m|; None where the enclosures cannot tell."""
    (least, most), (low, high), alpha = norm(at.M), margin(at.M), at.number("alpha")
    largest = max(abs(low), abs(high))
    if alpha * least**2 >= 2 * largest:
        return False
    return True if alpha * most**2 < 2 * min(abs(low), abs(high)) else None


HYPOTHESES: Mapping[str, Callable[[Case], bool | None]] = {
    "m > 0": has_margin,
    "alpha > 0": lambda at: at.number("alpha") > 0,
    "grid > 0": lambda at: at.number("grid") > 0,
    "alpha L^2 < 2 |m|": step_is_small,
    "||dW|| < m": lambda at: truth.rung_holds(2, at.before.exact, at.after.exact),
    "W != 0": lambda at: any(map(any, at.before.exact)),
    "I - W~ is strictly semimonotone": lambda at: truth.is_strictly_semimonotone(at.M_after),
    "only W is perturbed": lambda at: (
        at.made["c_perturbed"] is None or at.injection("c") == at.injection("c_perturbed")
    ),
}


# ---- measured and bound ----------------------------------------------------------------------


@dataclass(frozen=True)
class Sides:
    """Both sides of an inequality, or their squares, and the size of what they come from."""

    measured: Ends
    bound: Ends
    size: Fraction
    squares: bool = False

    def wrong(self, said: Json) -> str | None:
        """Is the stored outcome that of measured <= bound, and the ratio one they may have?"""
        (least, most), (low, high) = self.measured, self.bound
        proved = said["outcome"] == "PROVED"
        if proved and least > high:
            return "measured <= bound is false"
        if not proved and most < low:
            return "measured <= bound is true"
        slack = SLACK * (self.size + abs(most) + high)
        if said["ratio"] is None or low <= 1000 * slack:
            return None
        below, above = (None if end is None else Fraction(end) for end in said["ratio"])
        if self.squares:
            below, above = (None if end is None else max(end, ZERO) ** 2 for end in (below, above))
        if below is not None and below > 0 and most + slack < below * low:
            return "measured/bound is smaller"
        if above is not None and least - slack > above * high:
            return "measured/bound is larger"
        return None


def less(a: Ends, b: Ends) -> Ends:
    return a[0] - b[1], a[1] - b[0]


def entries(*matrices: Table) -> Fraction:
    return sum((abs(x) for A in matrices for row in A for x in row), ZERO)


def lost_margin(bound: Callable[[Case], Ends]) -> Callable[[Case], Sides]:
    def sides(at: Case) -> Sides:
        M, after = at.M, at.M_after
        return Sides(less(margin(M), margin(after)), bound(at), entries(M, after))

    return sides


def one_sided(at: Case) -> Ends:
    """The greatest eigenvalue of sym(W~ - W)."""
    low, high = least_eigenvalue(halved(at.dW))
    return -high, -low


def gained_norm(at: Case) -> Sides:
    M, after = at.M, at.M_after
    return Sides(less(norm(after), norm(M)), norm(at.dW), entries(M, after))


def displaced(at: Case) -> Sides | None:
    """||z~ - z*||^2 against (||dW|| ||z~|| / m)^2, where both equilibria are the only ones."""
    found = [truth.equilibria(M, at.injection("c")) for M in (at.M, at.M_after)]
    named = any(name in at.made["arrays"] for name in ("z*", "z~"))
    if named or [len(points) for points in found] != [1, 1] or not has_margin(at):
        return None
    (z,), (w,) = found
    moved = sum(((p - q) ** 2 for p, q in zip(z, w, strict=True)), ZERO)
    size = sum((x * x for x in w), ZERO)
    (m, m_above), (d, d_above) = margin(at.M), norm(at.dW)
    if m <= 0:
        return None
    bound = size * (d / m_above) ** 2, size * (d_above / m) ** 2
    return Sides((moved, moved), bound, entries([z, w]) ** 2, squares=True)


SIDES: Mapping[tuple[str, str], Callable[[Case], Sides | None]] = {
    ("margin", "as published"): lost_margin(lambda at: norm(at.dW)),
    ("margin", "symmetric part"): lost_margin(lambda at: norm(halved(at.dW))),
    ("margin", "one-sided"): lost_margin(one_sided),
    ("margin", "Lipschitz"): gained_norm,
    ("displacement", "as published"): displaced,
}
