"""How often can a law be right that knows n, m, L and the spread of an operator, not its entries?

    python -m tests.stress.stress_law [n, default 4] [every which operator, default 3] [draws, 20]

An operator of the study `thresholds` is turned by random rotations: n, m, L, the rms of the entries
and the eigenvalues of sym(I - W) stay, and only turns are kept that change the largest entry by at
most 5 %.  Half of the draws choose the best of all predictions, the other half judge it, and the
other way round: no law that knows these numbers does better, but by chance.
"""

import sys
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice

import numpy as np

from mondeq_ref.certify.ladder import climb, first_that_holds
from mondeq_ref.certify.pair import Pair
from mondeq_ref.operator import Operator
from mondeq_ref.quantize import Quantizer, quantize
from mondeq_ref.rigor.verdict import Guarantee
from mondeq_ref.study.sweeps.definition import find_study
from mondeq_ref.study.sweeps.law import least_with_diagonal
from mondeq_ref.study.sweeps.of_operator import operator_facts

WIDTHS = range(2, 17)
RUNGS = range(1, 8)
NEAR, TURNS = 0.05, 4000


def turned(W: np.ndarray, rng: np.random.Generator) -> Iterator[np.ndarray]:
    for _ in range(TURNS):
        Q = np.linalg.qr(rng.normal(size=W.shape))[0]
        V = Q @ W @ Q.T
        if abs(np.abs(V).max() / np.abs(W).max() - 1) <= NEAR:
            yield V


def widths(operator: Operator, rng: np.random.Generator) -> dict[int, int]:
    """From how many bits on each rung, or one before it, is proved."""
    found = dict.fromkeys(RUNGS, WIDTHS[0])
    for bits in WIDTHS:
        made = quantize(operator, Quantizer.named("paper-code", bits), "W")
        steps = climb(Pair(made.original, made.operator, Guarantee.RIGOROUS_FLOAT), rng)
        first = first_that_holds(steps)
        for rung in RUNGS if first is None else range(1, min(first, 8)):
            found[rung] = bits + 1
    return found


def right(true: np.ndarray, floors: np.ndarray, predicted: int) -> float:
    return float(np.mean(np.abs(np.maximum(predicted, floors) - true) <= 1))


def best(true: np.ndarray, floors: np.ndarray) -> float:
    """The share within one bit of the best prediction, which is not judged by what chose it."""
    even, odd, shares = slice(0, None, 2), slice(1, None, 2), 0.0
    for chooses, judges in ((even, odd), (odd, even)):
        seen, known = true[chooses], floors[chooses]
        one = max(WIDTHS, key=lambda width: right(seen, known, width))
        shares += right(true[judges], floors[judges], one)
    return shares / 2


def main(n: int = 4, every: int = 3, draws: int = 20) -> None:
    study = find_study("thresholds")
    drawn = (s for s in study.subjects() if s.description.get("n") == n)
    shares: dict[str, list[list[float]]] = defaultdict(list)
    for k, subject in enumerate(islice(drawn, 0, None, every)):
        rng = np.random.default_rng([n, k])
        found, floors = [], []
        for W in islice(turned(subject.operator().W, rng), draws):
            operator = Operator(W, np.ones((n, 1)), np.zeros(n))
            found.append(widths(operator, rng))
            floors.append(least_with_diagonal(operator_facts(operator)))
        if len(found) >= draws // 2:
            of = [best(np.array([w[rung] for w in found]), np.array(floors)) for rung in RUNGS]
            shares[subject.description["family"]].append(of)
    shares["all"] = [of for family in shares.values() for of in family]
    for family, each in shares.items():
        said = ", ".join(f"{100 * share:.1f}" for share in np.mean(each, axis=0))
        sys.stdout.write(f"n = {n}, {len(each)} of {family}, rungs 1 to 7: {said} %\n")


if __name__ == "__main__":
    main(*(int(text) for text in sys.argv[1:4]))
