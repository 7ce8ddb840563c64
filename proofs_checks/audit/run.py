"""The audit of several claims on several processes, whose number does not affect the result."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cache
from itertools import chain
from math import ceil

from mondeq_ref.instances import shipped as trained_operators
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.process import one_thread
from mondeq_ref.workers import beside, spread
from proofs_checks.audit.findings import ClaimFinding, finding
from proofs_checks.audit.judge import FailedInstance, Record, affordable, records
from proofs_checks.audit.quick import INSTANCES
from proofs_checks.audit.witnesses import Attained, Needed, attained, needed
from proofs_checks.claims import theorem
from proofs_checks.theorem import Theorem

# One shipped operator of each kind: float, quantized with a small margin, quantized without a
# margin, quantized under the paper's condition at 3 bits, and with quantized factors.
TRAINED = ("float-42", "qat-exact-4", "qat-paper-4", "penalty-3", "structured-2")
SPARE = 1.1  # more instances than needed on average, because `inputs` is an average
CHUNK = 20  # instances per task


@dataclass(frozen=True)
class Task:
    claim: str
    seed: int
    indices: range
    trained: bool = True  # whether the shipped operators come before the families


def run(
    claims: Sequence[str],
    *,
    seed: int,
    cases: int,
    workers: int | None = None,
    trained: bool = True,
    quick: bool = False,
    progress: Callable[[Iterator[None], int], Iterator[None]] | None = None,
    pool: Executor | None = None,
) -> list[ClaimFinding]:
    """The findings of the claims, from about `cases` verdicts or more for each claim, computed by
    `pool` or by `workers` processes of this machine.  Quickly, a few instances of each claim, after
    those of shipped operators, which come first and take longest."""

    def drawn(subject: Theorem) -> range:
        if quick:
            first = len(affordable(subject, shipped()))
            return range(first, first + INSTANCES)
        return range(ceil(SPARE * cases / subject.inputs))

    # The same instances of all claims in a row, because they share operators.
    indices = {claim: drawn(theorem(claim)) for claim in claims}
    tasks = [
        Task(claim, seed, indices[claim][start : start + CHUNK], trained)
        for start in range(0, max(map(len, indices.values()), default=0), CHUNK)
        for claim in claims
        if start < len(indices[claim])
    ]
    checked = {claim: beside(pool, witnesses, claim) for claim in claims}
    done: dict[Task, list[Record | FailedInstance]] = {}
    left = Counter(task.claim for task in tasks)
    findings: dict[str, ClaimFinding] = {}

    def collected() -> Iterator[None]:
        for task, found in spread(work, tasks, workers, pool):
            done[task] = found
            left[task.claim] -= 1
            if left[task.claim] == 0:  # concluded while the processes go on with other claims
                mine = [done.pop(other) for other in tasks if other.claim == task.claim]
                with one_thread():
                    findings[task.claim] = finding(
                        theorem(task.claim), [*chain.from_iterable(mine)], *checked[task.claim]()
                    )
            yield

    for _ in progress(collected(), len(tasks)) if progress else collected():
        pass
    return [findings[claim] for claim in claims]


@one_thread()
def witnesses(claim: str) -> tuple[list[Attained], list[Needed], list[str]]:
    """The results of a claim's witnesses, and the faults found."""
    subject = theorem(claim)
    try:
        reached, faults = attained(subject)
        needs, more = needed(subject)
    except Exception as error:
        # An exception in a witness is a fault of the claim's file, not a verdict.
        return [], [], [f"{type(error).__name__}: {error}"]
    return reached, needs, [*faults, *more]


@one_thread()
def work(task: Task) -> list[Record | FailedInstance]:
    operators = shipped() if task.trained else {}
    return list(records(theorem(task.claim), task.seed, task.indices, operators))


@cache
def shipped() -> Mapping[str, Operator]:
    """One shipped operator of each kind, loaded once per process."""
    return {name: trained_operators.operator(name) for name in TRAINED}
