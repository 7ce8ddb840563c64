"""Compute again what a stored case says, and compare.

    {"kind": ..., "format": 1, "case": case, "result": {...}}

    equilibrium   "z" and "radius": each row within its radius of an equilibrium
    displacement  "at_least" <= ||z~ - z*|| <= "actual" and the bounds "sharper" and "paper"

A row is confirmed when its stored ball or interval provably overlaps the one computed again.  It
is different only where that is proved too: where there is one equilibrium, and it is elsewhere.
A row of which nothing is proved here is neither; radii are finite and not negative.  A claim
({"kind": "claim", "claim": name, ...}) is replayed by whoever checks claims.
"""

from dataclasses import dataclass, replace

import numpy as np

from mondeq_ref.arrays import Booleans, InputError, Vector
from mondeq_ref.certify.decisions import Displacement, displacement
from mondeq_ref.certify.pair import Pair
from mondeq_ref.certify.prove import Equilibria, prove
from mondeq_ref.documents.case import Case, decode_case
from mondeq_ref.documents.encoding import Json, integer, members, text
from mondeq_ref.documents.float_arrays import decode_array
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.fast import down, norms_above, norms_below, up
from mondeq_ref.rigor.machine import UNIT_ROUNDOFF
from mondeq_ref.rigor.verdict import Guarantee
from mondeq_ref.solve import ActiveSet, solve

FORMAT = 1
MEMBERS = ("kind", "format", "case", "result")
SIDES = ("at_least", "actual", "sharper", "paper")
TOL = 1e-12
ZERO = 2.0**-500  # enough of a radius at z = 0: the squares in a norm underflow below that
SHARP = 1e-6  # most radius of a proved equilibrium, in units of 1 + ||z||; of ||z|| it is enough


@dataclass(frozen=True)
class Replayed:
    same: bool
    sentence: str


def kind_of(document: Json) -> str:
    return text(document.get("kind"), "kind")


def replay(document: Json) -> Replayed:
    """What a stored equilibrium or displacement says, computed again."""
    kind = kind_of(document)
    if kind not in ("equilibrium", "displacement"):
        raise InputError(f"nothing is known about cases of kind {kind!r}")
    parts = members(document, "the case file", MEMBERS)
    if integer(parts["format"], "format", 1, 2**31) != FORMAT:
        raise InputError(f"this is not a case file of format {FORMAT}")
    case = decode_case(parts["case"])
    if case.inputs is None:
        raise InputError(f"a case of kind {kind} needs inputs")
    if len(case.inputs.rows) == 0:
        return Replayed(False, "not confirmed: the case has no inputs, so nothing is proved")
    same = _same_equilibria if kind == "equilibrium" else _same_displacements
    found = same(case, parts["result"])
    return replace(found, sentence=f"{found.sentence}; W: sha256 {case.operator.digest}")


def equilibria(operator: Operator, case: Case) -> Equilibria:
    """Of every input: by the margin where that is sharp, else in rationals.

    A row counts as proved only if its radius is small beside its point: a wide ball overlaps
    whatever is stored."""
    if case.inputs is None or len(case.inputs.rows) == 0:
        raise InputError("a case without inputs has no equilibria")
    injections = case.inputs.injections(operator)
    Z = solve(operator, injections, ActiveSet(), tol=TOL, workers=1).z
    by_margin = operator.margin.lo > 0
    found = prove(
        operator, injections, Z, Guarantee.RIGOROUS_FLOAT if by_margin else Guarantee.EXACT
    )
    if not (found.proved & (found.radius <= SHARP * norms_below(found.z))).all():
        found = prove(operator, injections, Z, Guarantee.EXACT)
    small = found.radius <= SHARP * (1 + norms_above(found.z))
    return replace(found, proved=found.proved & small)


def displacements(case: Case) -> Displacement:
    if case.inputs is None or case.perturbed is None:
        raise InputError("a displacement needs a perturbed operator and inputs")
    pair = Pair(case.operator, case.perturbed)
    m = pair.sides.margin.lo
    if not m > 0:
        raise InputError("a displacement is bounded only where the margin is positive")
    before, after = (equilibria(operator, case) for operator in (pair.original, pair.perturbed))
    for found, when in ((before, "before"), (after, "after")):
        if not found.proved.all():
            raise InputError(f"some input has no proved equilibrium {when} the perturbation")
    both = case.inputs.injections(pair.original), case.inputs.injections(pair.perturbed)
    dW = pair.original.weights - pair.perturbed.weights
    return displacement(before, after, dW, pair.sides.norm.hi, m, both)


def _same_equilibria(case: Case, result: Json) -> Replayed:
    held = members(result, "result", ("z", "radius"))
    found = equilibria(case.operator, case)
    z = decode_array(held["z"], "z", found.z.shape)
    radius = decode_array(held["radius"], "radius", found.radius.shape, finite=False)
    if not (np.isfinite(radius) & (radius >= 0)).all():
        return Replayed(False, "not confirmed: a stored radius is negative or no finite number")
    if not found.proved.all():
        return _not_confirmed(found.proved, "no equilibrium is proved here")
    gap = z - found.z
    rounding = up(norms_above(gap * (2 * UNIT_ROUNDOFF)))
    reach = radius + found.radius
    overlap = (gap == 0).all(axis=1) | (up(norms_above(gap) + rounding) <= down(reach))
    if not overlap.all():
        apart = down(norms_below(gap) - rounding) > up(reach)
        if case.operator.margin.lo > 0 and apart.any():
            where = f"the equilibrium of input {int(apart.argmax())}"
            return Replayed(False, f"different: {where} is farther from its point than its radius")
        return _not_confirmed(overlap, "no equilibrium is shown to lie within its radius")
    enough = np.where(found.z.any(axis=1), SHARP * norms_below(found.z), ZERO)
    sharp = found.radius <= np.maximum(radius, enough)
    if not sharp.all():
        return _not_confirmed(sharp, "no equilibrium is known as well as the stored radius says")
    if np.array_equal(z, found.z) and np.array_equal(radius, found.radius):
        return Replayed(True, f"the same {len(z)} equilibria, to the last bit")
    balls = f"each of {len(z)} stored balls meets the one in which an equilibrium is proved here"
    return Replayed(True, f"{balls}; the largest stored radius is {float(radius.max())!r}")


def _not_confirmed(shown: Booleans, what: str) -> Replayed:
    return Replayed(False, f"not confirmed: of input {int((~shown).argmax())} {what}")


def _same_displacements(case: Case, result: Json) -> Replayed:
    held = members(result, "result", SIDES)
    if case.perturbed is None:
        raise InputError("a displacement needs a perturbed operator and inputs")
    found = displacements(case)
    stored: dict[str, Vector] = {
        name: decode_array(held[name], name, found.actual.shape) for name in SIDES
    }
    if (stored["at_least"] < 0).any():
        return Replayed(False, "not confirmed: a stored length is negative")
    # Without a margin after the perturbation there may be other equilibria to move to.
    verdict = "different" if case.perturbed.margin.lo > 0 else "not confirmed"
    for upper in SIDES[1:]:
        bound = getattr(found, upper)
        if not np.isfinite(bound).all():
            return Replayed(False, f"not confirmed: {upper!r} is not bounded here")
        if (stored["at_least"] > stored[upper]).any():
            return Replayed(False, f"not confirmed: the stored {upper!r} is below its 'at_least'")
        if (stored[upper] < found.at_least).any():
            return Replayed(False, f"{verdict}: a displacement exceeds the stored {upper!r}")
        # The same bound of two points within SHARP of each other; 2^-40 is for what cancels in it.
        apart = np.abs(stored[upper] - bound) > 4 * SHARP * bound + 2.0**-40 * found.paper
        if upper != "actual" and apart.any():
            return Replayed(False, f"{verdict}: the stored {upper!r} is another number")
        if (stored["at_least"] > bound).any():
            return Replayed(False, f"{verdict}: a displacement is smaller than the stored one")
    same = all(np.array_equal(stored[name], getattr(found, name)) for name in SIDES)
    if same:
        return Replayed(True, f"the same {len(found.actual)} displacements, to the last bit")
    widest = float((stored["actual"] - stored["at_least"]).max())
    overlap = "the same bounds, and intervals that overlap those proved here"
    return Replayed(True, f"{len(found.actual)} displacements: {overlap}, {widest!r} wide at most")
