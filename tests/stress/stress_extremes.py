"""No wrong radius on numbers at the edge: a million rows against integers, and every public door.

    python -m tests.stress.stress_extremes [--count N] [--seed S]

Operators with one to four units, margins from 1e-12 to 1e6, entries from subnormal to 1e300, ties,
and arrays in every layout of memory.  Whatever floats do is an error here (`np.errstate` raises,
warnings are errors): a refusal is an InputError, and anything else is a finding.  The truth of a
row is in Python's integers: all active sets, and of those the nearest equilibrium.
"""

import argparse
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain, combinations
from math import isfinite

import numpy as np
from numpy.random import Generator

import mondeq_ref as mq
from mondeq_ref.arrays import InputError

ROWS = 400  # of an operator
METHODS = ("active-set", "forward-backward", "peaceman-rachford", "douglas-rachford")
STEPS = 60  # of a splitting method: what it reached is judged, not whether it arrived
PLACES = 1074  # binary, after the point: every float is a whole number of 2^-1074
LARGE = (1, 2, 10, 100, 400, 2000)  # units


def whole(x: float) -> int:
    over, under = x.as_integer_ratio()
    return over << (PLACES - under.bit_length() + 1)


def determinant(A: list[list[int]]) -> int:
    """By the first row: up to four units."""
    if not A:
        return 1
    minors = [[row[:k] + row[k + 1 :] for row in A[1:]] for k in range(len(A))]
    return sum((-1) ** k * x * determinant(minors[k]) for k, x in enumerate(A[0]) if x)


class Exact:
    """M = I - W in integers, and for each active set what solves it (Cramer's rule)."""

    def __init__(self, W: np.ndarray) -> None:
        n = len(W)
        self.M = [
            [(i == j) * (1 << PLACES) - whole(float(W[i, j])) for j in range(n)] for i in range(n)
        ]
        sets = chain.from_iterable(combinations(range(n), k) for k in range(n + 1))
        self.sets = {a: self._inverse(a) for a in sets}

    def _inverse(self, a: tuple[int, ...]) -> tuple[int, list[list[int]]]:
        """The determinant of M_aa, and its adjugate, so that z_a = adjugate c_a / determinant."""
        B, k = [[self.M[i][j] for j in a] for i in a], len(a)

        def cofactor(i: int, j: int) -> int:
            return (-1) ** (i + j) * determinant(
                [row[:j] + row[j + 1 :] for row in B[:i] + B[i + 1 :]]
            )

        return determinant(B), [[cofactor(j, i) for j in range(k)] for i in range(k)]

    def equilibria(
        self, c: list[int], likely: tuple[int, ...]
    ) -> Iterator[tuple[tuple[int, ...], int, list[int]]]:
        """Support, denominator d > 0 and numerators of z, z being numerators / d."""
        for a in (likely, *(a for a in self.sets if a != likely)):
            det, adjugate = self.sets[a]
            if det == 0:
                continue
            sign = 1 if det > 0 else -1
            z = [sign * sum(x * c[j] for x, j in zip(row, a, strict=True)) for row in adjugate]
            d = sign * det
            if min(z, default=0) < 0:
                continue
            slack = (
                sum(self.M[i][j] * x for x, j in zip(z, a, strict=True)) - c[i] * d
                for i in range(len(self.M))
                if i not in a
            )
            if all(w >= 0 for w in slack):
                yield a, d, z

    def misses(self, c: np.ndarray, z: np.ndarray, radius: float) -> bool:
        """Whether no equilibrium for c lies within the radius of z."""
        at, r = [whole(float(x)) for x in z], whole(radius)
        likely = tuple(np.flatnonzero(z > 0).tolist())
        for a, d, support in self.equilibria([whole(float(x)) for x in c], likely):
            # z = support / d exactly, and `at` counts in 2^-1074.
            found = dict(zip(a, support, strict=True))
            gaps = (x * d - (found.get(i, 0) << PLACES) for i, x in enumerate(at))
            if sum(gap * gap for gap in gaps) <= (r * d) ** 2:
                return False
        return True


@np.errstate(all="ignore")
def operator(rng: Generator) -> Callable[[], mq.Operator]:
    """M = m I + a skew and a definite part of any size; or what is no longer monotone."""
    n = int(rng.integers(1, 5))
    K, A = rng.normal(size=(2, n, n))
    m = 10.0 ** rng.uniform(-12, 6)
    M = m * np.eye(n) + (K - K.T) * 10.0 ** rng.uniform(-8, 8)
    M += (A.T @ A) * 10.0 ** rng.uniform(-16, 4) * rng.integers(2)
    kind = rng.integers(6)
    if kind == 0:
        M = np.ldexp(M, int(rng.integers(-980, 900)))
    elif kind == 1:
        M[rng.random((n, n)) < 0.5] = 0.0
    elif kind == 2:
        M = np.rint(M) / 4 + np.diag(rng.integers(1, 5, n) / 4)  # ties
    elif kind == 3:
        M *= 10.0 ** rng.uniform(-3, 3, n)[:, None]
    W = np.eye(n) - M
    if kind == 4:
        i, j = rng.integers(n, size=2)
        W[i, j] += 5e-324 * rng.integers(1, 100) if rng.random() < 0.5 else 2.0**-52
    return partial(mq.Operator, laid_out(rng, W), np.ones((n, 1)), np.zeros(n))


@np.errstate(all="ignore")
def rows(rng: Generator, layer: mq.Operator, count: int) -> np.ndarray:
    """Injections of any size, with ties and kinks."""
    n, M = layer.n, np.eye(layer.n) - layer.W
    size = 10.0 ** (rng.uniform(-320, 300) if rng.random() < 0.3 else rng.uniform(-6, 6))
    c = rng.normal(size=(count, n)) * size
    z = np.where(rng.random((count, n)) < 0.5, np.abs(rng.normal(size=(count, n))), 0.0)
    near = z @ M.T
    half = np.isfinite(near).all(axis=1) & (rng.random(count) < 0.5)
    c[half] = near[half]
    c[rng.random((count, n)) < 0.05] = 0.0
    c[rng.random((count, n)) < 0.02] = -0.0
    return c.astype(np.float32) if 1e-30 < size < 1e30 and rng.random() < 0.2 else c


def laid_out(rng: Generator, array: np.ndarray) -> np.ndarray:
    """The same numbers, otherwise in memory."""
    kind = rng.integers(5)
    if kind == 0:
        return np.asfortranarray(array)
    if kind == 1:
        return array.astype(array.dtype.newbyteorder(">"))
    if kind == 2:
        wide = np.zeros((2 * len(array), 3 * array.shape[1]), array.dtype)
        wide[::2, ::3] = array
        return wide[::2, ::3]
    if kind == 3:
        array = array.copy()
        array.setflags(write=False)
    return array


def strictly(work: Callable[[], object]) -> object:
    """The answer, or the refusal; every flag that floats raise and every warning is an error."""
    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return work()
        except InputError as refusal:
            return refusal


def small(rng: Generator, counts: Counter[str]) -> None:
    """One operator, its rows judged in integers."""
    layer = strictly(operator(rng))
    if isinstance(layer, InputError):
        counts["operators refused"] += 1
        return
    c = rows(rng, layer, ROWS)
    if not np.isfinite(c).all():
        return
    given, method = laid_out(rng, c), METHODS[int(rng.integers(len(METHODS)))]
    steps = {} if method == "active-set" else {"max_steps": STEPS}
    found = strictly(lambda: mq.solve(layer, mq.injections(given), method, workers=1, **steps))
    if isinstance(found, InputError):
        counts["solves refused"] += 1
        return
    truth = Exact(layer.W)
    counts["rows"] += len(c)
    for x, z, radius in zip(c.astype(np.float64), found.z, found.radius.tolist(), strict=True):
        if isfinite(radius):
            counts["radii"] += 1
            if radius < 0 or not np.isfinite(z).all() or truth.misses(x, z, radius):
                counts["WRONG"] += 1
                print(f"WRONG {method}: W = {layer.W!r}, c = {x!r}, z = {z!r}, radius {radius!r}")


def large(rng: Generator, counts: Counter[str]) -> None:
    """Two methods' balls around one equilibrium have a point in common."""
    for n in LARGE:
        A = rng.normal(size=(max(n // 4, 1), n)) / np.sqrt(n)
        K = rng.normal(size=(n, n)) / np.sqrt(n)
        W = 0.5 * np.eye(n) - A.T @ A + K - K.T
        layer = mq.Operator(W, rng.normal(size=(n, 3)), rng.normal(size=n))
        X = rng.normal(size=(2, 3))
        pair = [strictly(partial(mq.solve, layer, X, method)) for method in METHODS[1:3]]
        for one, two in zip(*(found.z for found in pair), strict=True):
            counts["large rows"] += 1
            reach = pair[0].radius + pair[1].radius
            if np.linalg.norm(one - two) > reach.max() * (1 + 1e-9):
                counts["WRONG"] += 1
                print(f"WRONG: two methods disagree at n = {n}")


def doors(rng: Generator, counts: Counter[str]) -> None:
    """Every public function with an operator at the edge."""
    layer = strictly(operator(rng))
    if isinstance(layer, InputError):
        return
    X = laid_out(rng, rng.normal(size=(3, 1)))
    bits = int(rng.integers(2, 9))
    work: dict[str, Callable[[], object]] = {
        "quantize": lambda: mq.quantize(layer, bits=bits),
        "certify": lambda: mq.certify(layer, mq.quantize(layer, bits=bits)),
        "bit_table": lambda: mq.bit_table(layer, bits=[bits], inputs=X),
        "solve nothing": lambda: mq.solve(layer, np.zeros((0, 1))),
        "gradients": lambda: mq.gradients(layer, mq.solve(layer, X), np.ones((3, layer.n))),
        "facts": lambda: (layer.margin, layer.lipschitz, layer.kappa, layer.digest, repr(layer)),
    }
    for name, one in work.items():
        try:
            found = strictly(one)
        except Exception as error:
            counts["WRONG"] += 1
            print(f"WRONG {name}: {type(error).__name__}: {error}; W = {layer.W!r}")
            continue
        counts[f"{name} refused" if isinstance(found, InputError) else name] += 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000, help="rows (default a million)")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    counts: Counter[str] = Counter()
    large(np.random.default_rng([args.seed, 1]), counts)
    k, told = 0, time.monotonic()
    while counts["rows"] < args.count:
        rng = np.random.default_rng([args.seed, 2, k])
        try:
            small(rng, counts)
        except Exception as error:
            counts["WRONG"] += 1
            print(f"WRONG: operator {k}: {type(error).__name__}: {error}", flush=True)
        if k % 100 == 0:
            doors(rng, counts)
        k += 1
        if time.monotonic() - told > 30:
            told = time.monotonic()
            print(dict(counts), flush=True)
    print(f"{k} operators: {dict(counts)}")
    print(f"{counts['WRONG']} wrong")
    raise SystemExit(counts["WRONG"] > 0)


if __name__ == "__main__":
    main()
