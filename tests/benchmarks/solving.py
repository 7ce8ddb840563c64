"""Ours against its rivals, from inputs x to equilibria: 10,000 of them, a batch of 128, one."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

import mondeq_ref as mq
from mondeq_ref.arrays import Matrix
from mondeq_ref.certify.distance import distance
from mondeq_ref.inputs import inject
from mondeq_ref.solve import BLOCK, ActiveSet, solve
from mondeq_ref.solve.active_set import points
from mondeq_ref.solve.ready import MOST_ROWS
from mondeq_ref.solve.solution import Solution
from tests.benchmarks import rivals
from tests.benchmarks.racing import Times, Work, race
from tests.benchmarks.subject import Subject

SIZES = {"10k": 10_000, "128": 128, "1": 1}
OURS = "ours"
Found = Callable[[], np.ndarray]


def certified(subject: Subject, X: Matrix, threads: int) -> Callable[[], Solution]:
    """Injection, equilibria and certificates; for a few rows the solver is made before the clock
    starts, as those of the rivals are."""
    if len(X) > MOST_ROWS:
        return lambda: mq.solve(subject.operator, X, workers=threads)
    solver = mq.Solver(subject.operator)
    return lambda: solver(X)


def contestants(subject: Subject, X: Matrix, threads: int) -> dict[str, Found]:
    """Who can be raced here; the names say method, precision and the relative step."""
    operator, ours = subject.operator, certified(subject, X, threads)
    single = X.astype(np.float32)
    numpy32 = rivals.peaceman_rachford(operator, np.float32, 1e-5)
    numpy64 = rivals.peaceman_rachford(operator, np.float64, 1e-10)
    found: dict[str, Found] = {
        OURS: lambda: ours().z,
        "numpy_pr32": lambda: numpy32(single),
        "numpy_pr64": lambda: numpy64(X),
    }
    return found | _in_torch(subject, X) | _in_jax(subject, single)


def slow_contestants(subject: Subject, X: Matrix, threads: int) -> dict[str, Found]:
    """Those that take seconds, and we again: they get a race of one round."""
    operator, ours = subject.operator, certified(subject, X, threads)
    single = X.astype(np.float32)
    dr64 = rivals.douglas_rachford(operator, np.float64, 1e-10)
    found: dict[str, Found] = {
        OURS: lambda: ours().z,
        "numpy_dr64": lambda: dr64(X),
    }
    try:
        import torch
    except ImportError:
        numpy_fb = rivals.forward_backward(operator, np.float32, 1e-5)
        return found | {"numpy_fb32": lambda: numpy_fb(single)}
    from tests.benchmarks import rivals_torch

    fb32 = rivals_torch.forward_backward(operator, torch.float32, 1e-5)
    tensor = torch.tensor(single)
    return found | {"fb32": lambda: fb32(tensor).numpy()}


def _in_torch(subject: Subject, X: Matrix) -> dict[str, Found]:
    try:
        import torch
    except ImportError:
        return {}
    from tests.benchmarks import rivals_torch

    operator = subject.operator
    X64, X32 = torch.tensor(X), torch.tensor(X.astype(np.float32))
    pr32 = rivals_torch.peaceman_rachford(operator, torch.float32, 1e-5)
    pr64 = rivals_torch.peaceman_rachford(operator, torch.float64, 1e-10)
    return {"pr32": lambda: pr32(X32).numpy(), "pr64": lambda: pr64(X64).numpy()}


def _in_jax(subject: Subject, single: np.ndarray) -> dict[str, Found]:
    try:
        import jax  # noqa: F401
    except ImportError:
        return {}
    from tests.benchmarks import rivals_jax

    return {"jax_pr32": rivals_jax.peaceman_rachford(subject.operator, single, 1e-5)}


def solving(subject: Subject, size: str, threads: int, quick: bool) -> dict[str, Any]:
    """The race: times, true errors, and everyone's time over ours."""
    X = subject.X[: SIZES[size]]
    few = len(X) <= MOST_ROWS  # milliseconds: the machine's moods last longer than such a round
    rounds = 3 if quick else 15 if few else 5
    repeats = min(60, max(1, 2_000 // len(X) // (10 if quick else 1)))
    races = [(contestants(subject, X, threads), rounds, repeats)]
    if size == "10k" and not quick:
        races.append((slow_contestants(subject, X, threads), 1, 1))
    ours = certified(subject, X, threads)()
    described: dict[str, Any] = {}
    achieved: dict[str, float] = {}
    ratios: dict[str, float] = {}
    with _threads(threads):
        for raced, *often in races:
            achieved = {name: subject.error(work()) for name, work in raced.items()} | achieved
            times = race(raced, *often, threads=threads)
            described = times.described() | described
            ratios |= {_key(name, size): times.ratio(name, OURS) for name in raced if name != OURS}
    return {
        "times": described,
        "achieved": achieved,
        "radius": float(ours.radius.max()),
        "counts": ours.counts,
        "ratios": ratios,
    }


def _key(name: str, size: str) -> str:
    return f"{name}_{size}"


def certifying(subject: Subject, quick: bool) -> dict[str, Any]:
    """What the certificate costs, as a share of the solve with its certificate left out."""
    injections = inject(subject.operator, subject.X)
    Z = solve(subject.operator, injections, workers=1).z
    raced: Mapping[str, Work] = {
        "solve": lambda: [
            points(subject.operator, injections.c[at : at + BLOCK], ActiveSet().sweeps, 30)
            for at in range(0, len(Z), BLOCK)
        ],
        "certify": lambda: distance(subject.operator, injections, Z),
        "inject": lambda: inject(subject.operator, subject.X),
        "gemm": lambda: subject.X @ subject.operator.U.T,
    }
    with _threads(1):
        times: Times = race(raced, 3 if quick else 9)
    return {
        "times": times.described(),
        "ratios": {
            "certify_share": times.ratio("certify", "solve"),
            "inject_share": times.ratio("inject", "gemm"),
        },
    }


def _threads(count: int) -> Any:
    try:
        import torch

        torch.set_num_threads(count)
    except ImportError:
        pass
    return threadpool_limits(count)
