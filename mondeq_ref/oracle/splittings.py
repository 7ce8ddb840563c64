"""The splitting methods whose iterates are looked for in answers, each at many step sizes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from mondeq_ref.arrays import Matrix, Vector, relu
from mondeq_ref.operator import Operator
from mondeq_ref.oracle.question import Array

USUAL_STEPS = (1.0, 0.5, 0.25, 0.2, 0.125, 0.1, 0.05, 0.01)  # usual step sizes
SHARES = (0.5, 0.8, 1.0, 1.5, 1.9, 2.0, 2.1, 2.5, 3.0, 4.0, 6.0, 8.0)  # of m/L^2
METHODS = ("forward-backward", "peaceman-rachford", "douglas-rachford")

Rule = tuple[str, str]  # a method, and how its step size is chosen


@dataclass(frozen=True, eq=False)
class Method:
    """A method at several step sizes at once: states have one axis for them, rows and units."""

    name: str
    alphas: Vector
    rules: tuple[frozenset[Rule], ...]  # of each step size
    step: Callable[[Array], Array]
    read: Callable[[Array], Array]
    promised: Array  # of each step size, whether the theory promises convergence

    def at(self, index: int, operator: Operator, C: Matrix) -> "Method":
        rules = dict.fromkeys(self.rules[index], float(self.alphas[index]))
        return method(self.name, rules, operator, C)


def method(name: str, sizes: Mapping[Rule, float], operator: Operator, C: Matrix) -> Method:
    """The method at these step sizes, equal ones once."""
    M = np.eye(operator.n) - operator.W
    by_size = dict[float, set[Rule]]()
    for rule, size in sizes.items():
        same = next((one for one in by_size if abs(size / one - 1) <= 1e-6), size)
        by_size.setdefault(same, set()).add(rule)
    alphas, rules = np.array([*by_size]), tuple(frozenset(one) for one in by_size.values())
    a = alphas[:, None, None]
    if name == "forward-backward":
        promised = alphas < 2 * operator.margin.mid / operator.lipschitz.mid**2
        step = lambda z: relu(z - a * (z @ M.T - C))  # noqa: E731
        return Method(name, alphas, rules, step, lambda z: z, promised)
    resolvents = np.linalg.inv(np.eye(operator.n) + a * M)
    P = np.swapaxes(2 * resolvents - np.eye(operator.n), 1, 2)
    Q = C @ np.swapaxes(2 * a * resolvents, 1, 2)
    weight = 1.0 if name == "peaceman-rachford" else 0.5
    return Method(
        *(name, alphas, rules),
        lambda s: (1 - weight) * s + weight * np.abs(s @ P + Q),
        lambda s: relu(s @ P + Q),
        np.ones(len(alphas), bool),
    )


def methods(
    operator: Operator, C: Matrix, alpha: float | None, rule: Rule | None
) -> Iterator[Method]:
    """All methods, or the one of this rule."""
    m, L = operator.margin.mid, operator.lipschitz.mid
    plain = {"alpha": alpha} if alpha else {}
    plain |= {f"{size:g}": size for size in USUAL_STEPS} | {"1/L": 1 / L}
    forward, others = dict(plain), dict(plain)
    if m > 0:
        forward |= {f"{share:g} m/L^2": share * m / L**2 for share in SHARES}
        forward |= {"2/L": 2 / L, "1/m": 1 / m}
        others |= {"1/sqrt(m L)": 1 / float(np.sqrt(m * L))}
    for name, known in zip(METHODS, (forward, others, others), strict=True):
        sizes = {(name, label): size for label, size in known.items()}
        if rule is not None:
            sizes = {one: size for one, size in sizes.items() if one == rule}
        if sizes:
            yield method(name, sizes, operator, C)
