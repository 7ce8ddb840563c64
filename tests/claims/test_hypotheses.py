"""What claims ask of an instance is what the names of their hypotheses say, by plain floats."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from flint import fmpq

from mondeq_ref.rigor.rational import fmpq_of
from mondeq_ref.rigor.verdict import Outcome
from proofs_checks.audit.judge import instance
from proofs_checks.claims import NAMES, theorem
from proofs_checks.instance import Instance
from proofs_checks.quantities.quantizers import groups, quantizer
from proofs_checks.quantities.rounded_runs import runs
from proofs_checks.theorem import Predicate, Theorem, Witness
from tests.support.claims import margin, norm

DRAWN = 54  # three of every family
LARGEST = 8  # units: what follows an iteration is slow
NEAR = 1e-9  # relative to the entries: floats do not decide what is nearer to its threshold
FACTORS = (Fraction(0), Fraction(-1), Fraction(100))  # what else the numbers might have been


def lipschitz(it: Instance) -> float:
    return norm(np.eye(it.operator.n) - it.operator.W)


def lost(it: Instance) -> np.ndarray:
    return it.operator.W - it.after.W


def number(name: str) -> Callable[[Instance], float]:
    return lambda it: float(it.numbers[name])


def holds(said: Callable[[Instance], bool]) -> Callable[[Instance], float]:
    """What is true or false is far from its threshold."""
    return lambda it: 1e300 if said(it) else -1e300


def same_c(it: Instance) -> bool:
    return it.c_perturbed is None or bool((it.c == it.c_perturbed).all())


def within_codes(it: Instance) -> bool:
    kind = quantizer(it)
    quotients = [x / g.step for g in groups(it) if g.step for x in g.w]
    half = fmpq(1, 2)
    return all(kind.least_code - half <= t <= kind.greatest_code + half for t in quotients)


def steps_agree(it: Instance) -> bool:
    from proofs_checks.claims.structured import made

    K = made(it).arrays["K"]
    step = np.broadcast_to(np.reshape(K.step, (-1, 1)), K.codes.shape)
    either = (K.codes != 0) | (K.codes.T != 0)
    return not bool((either & (step != step.T)).any())


def skew(it: Instance) -> bool:
    S = it.arrays["S"]
    K = it.arrays.get("K", S - S.T)
    return not bool((K + K.T).any())


def saturates(it: Instance) -> bool:
    return any(run.saturated for run in runs(it) if run is not None)


def steps_are_normal(it: Instance) -> bool:
    smallest = fmpq_of(float(np.finfo(np.float64).tiny))
    return all(g.step == 0 or g.step >= smallest for g in groups(it))


# The slack: how far the hypothesis is from failing, negative where it fails.
SAID: Mapping[str, Callable[[Instance], float]] = {
    "m > 0": lambda it: margin(it.operator.W),
    "W != 0": holds(lambda it: bool(it.operator.W.any())),
    "m~ > 0": lambda it: margin(it.after.W),
    "||dW|| < m": lambda it: margin(it.operator.W) - norm(lost(it)),
    "lambda_max(sym(W~ - W)) < m": lambda it: (
        margin(it.operator.W) + float(np.linalg.eigvalsh(lost(it) + lost(it).T)[0]) / 2
    ),
    "alpha > 0": number("alpha"),
    "alpha L^2 < 2 |m|": lambda it: (
        2 * abs(margin(it.operator.W)) - number("alpha")(it) * lipschitz(it) ** 2
    ),
    "the probed alpha > 0": number("probe"),
    "0 < Tseng's alpha < 1/L": lambda it: min(
        number("tseng")(it), 1 / lipschitz(it) - number("tseng")(it)
    ),
    "the reflected alpha > 0": number("reflected"),
    "only W is perturbed": holds(same_c),
    "W = W'": holds(lambda it: bool((it.operator.W == it.operator.W.T).all())),
    "the last part is skew": holds(skew),
    "K_ij and K_ji share a step": holds(steps_agree),
    "rounding is odd": holds(
        lambda it: quantizer(it).rounding in ("half-even", "half-away", "toward-zero")
    ),
    "rounding is to nearest": holds(lambda it: quantizer(it).rounding.startswith("half")),
    "the codes reach every entry": holds(within_codes),
    "symmetric codes and rounding": holds(
        lambda it: quantizer(it).rounding != "half-up" and quantizer(it).range != "full"
    ),
    "the published code": holds(lambda it: quantizer(it).range == "narrow"),
    "s is normal": holds(steps_are_normal),
    "the README's step": holds(lambda it: quantizer(it).range == "unclipped"),
    "ties outward": holds(lambda it: quantizer(it).rounding in ("half-even", "half-away")),
    "nothing saturates": holds(lambda it: not saturates(it)),
    "grid > 0": number("grid"),
    "0 < g <= 1": holds(lambda it: 0 < it.numbers["shrink"] <= 1),
    "a fixed grid": holds(lambda it: it.numbers["shrink"] == 1),
    "a shrinking grid": holds(lambda it: 0 < it.numbers["shrink"] < 1),
}
NUMBERS = {
    "alpha > 0": "alpha",
    "alpha L^2 < 2 |m|": "alpha",
    "the probed alpha > 0": "probe",
    "0 < Tseng's alpha < 1/L": "tseng",
    "the reflected alpha > 0": "reflected",
    "grid > 0": "grid",
    "0 < g <= 1": "shrink",
}
FOUND = (  # by the tool or not, or enumerated and held against programs in tests/certify
    "such weights are known",
    "a principal minor <= 0 is known",
    "such an x is known",
    "I - W~ is strictly semimonotone",
    "I - W~ is a P-matrix",
)


def predicates(subject: Theorem) -> dict[str, Predicate]:
    needs = {name: holds for form in subject.forms for name, holds in form.needs.items()}
    return {**needs, **subject.hypotheses}


@pytest.mark.parametrize("claim", NAMES)
def test_hypothesis_holds_where_its_name_says_so(claim: str) -> None:
    for name, predicate in predicates(theorem(claim)).items():
        if name in FOUND:
            continue
        slack, seen = SAID[name], set[bool]()
        others = [other for it in instances(claim) for other in changed(name, it)]
        for it in [*instances(claim), *others]:
            expected = sign(slack, it)
            if expected is not None:
                seen.add(expected)
                wanted = Outcome.PROVED if expected else Outcome.REFUTED
                assert predicate(it) is wanted, (name, it.family, it.numbers)
        assert seen == {True, False}, f"{name} is never told apart"


def sign(slack: Callable[[Instance], float], it: Instance) -> bool | None:
    """None where floats do not tell, or the instance has not what is asked about."""
    try:
        found = slack(it)
    except KeyError:
        return None
    size = 1.0 + float(np.abs(it.operator.W).max())
    return None if abs(found) <= NEAR * size * size and found != 0 else found > 0


@cache
def instances(claim: str) -> list[Instance]:
    """What is drawn, and what is a witness."""
    subject = theorem(claim)
    drawn = [instance(subject, 0, index, {}) for index in range(DRAWN)]
    small = [it for it in drawn if it.operator.n <= LARGEST]
    built = [one.build() for one in witnesses(subject)]
    return [*small, *built]


def witnesses(subject: Theorem) -> Iterator[Witness]:
    for one in (*subject.attained.values(), *subject.needed.values()):
        if isinstance(one, Witness):
            yield one


def changed(name: str, it: Instance) -> Iterator[Instance]:
    """The same with other numbers, where the hypothesis is about numbers."""
    number = NUMBERS.get(name, "")
    if number in it.numbers:
        for factor in FACTORS:
            yield replace(it, numbers={**it.numbers, number: it.numbers[number] * factor})
    if name == "W != 0":
        yield replace(it, operator=it.operator.with_weights(np.zeros_like(it.operator.W)))
    if name == "s is normal" and "step" not in it.numbers:
        yield replace(it, arrays={"w": np.ldexp(it.arrays["w"], -1060)})
