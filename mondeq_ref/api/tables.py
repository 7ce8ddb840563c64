"""`bit_table`: the table over bit-widths that `mondeq-ref certify` prints."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np

from mondeq_ref.api.arguments import choice, layer, whole
from mondeq_ref.api.quantizing import named
from mondeq_ref.arrays import USUAL_FLOATS, InputError
from mondeq_ref.certify.limits import EXACT_BELOW
from mondeq_ref.certify.undecided_input import Search
from mondeq_ref.certify.uniqueness import uniqueness_radius
from mondeq_ref.documents.provenance import record
from mondeq_ref.files.load import rows_of
from mondeq_ref.operator import Operator
from mondeq_ref.quantize import Quantizer, quantize
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.process import one_thread
from mondeq_ref.rigor.verdict import GUARANTEES, Guarantee
from mondeq_ref.study.bit_table import Plan, Row, plan, row_facts, row_of
from mondeq_ref.study.effects import Workload, accuracy_before, workload
from mondeq_ref.study.ways import Way, ways
from mondeq_ref.whats import What
from mondeq_ref.workers import beside, shared

Watch = Callable[[Iterable[int]], Iterable[int]]


@dataclass(frozen=True, eq=False, repr=False)
class BitTable:
    """What is proved of an operator at every bit-width; iterating gives its rows.

    Attributes
    ----------
    rows : list of Row
        From the most bits to the fewest: bits, rung, promise, guarantee and more.
    plan : Plan
        For each rung the fewest bits at which it holds.
    margin : Enclosure
        The margin m before quantization.
    uniqueness_radius : Enclosure or None
        The largest R such that ||W - W~|| < R keeps one equilibrium for every input.
    accuracy : float or None
        Share of the inputs classified correctly before quantization.
    ways : tuple of Way
        Other ways to quantize, and the first rung that is proved of each, by bit-width.
    stored : dict
        Files of the certificates, by bit-width.
    """

    operator: Operator
    rows: list[Row]
    uniqueness_radius: Enclosure | None
    accuracy: float | None
    stored: dict[int, list[str]]
    watched: Watch

    @property
    def margin(self) -> Enclosure:
        return self.rows[0].sides.margin

    @property
    def plan(self) -> Plan:
        return plan(self.rows)

    @cached_property
    @USUAL_FLOATS
    def ways(self) -> tuple[Way, ...]:
        """The published quantization, K, K chosen for a guarantee, and the factors."""
        rows = {row.bits: row for row in self.rows}
        with one_thread():
            return ways({bits: rows[bits].ways for bits in self.watched(list(rows))})

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __repr__(self) -> str:
        rungs = ", ".join(f"{row.bits}: {'none' if row.rung is None else row.rung}" for row in self)
        return f"BitTable(m = {self.margin:.6g}; rung by bits {{{rungs}}})"


@USUAL_FLOATS
def bit_table(
    operator: Operator,
    bits: Iterable[int] = range(2, 17),
    *,
    inputs: Any = None,
    labels: Any = None,
    quantizer: str = "paper-code",
    what: What = "W",
    guarantee: str = "exact",
    certificates: str | os.PathLike[str] | None = None,
    by_digest: bool = False,
    search: int = 0,
    seed: int = 0,
    workers: int = 1,
    pool: Executor | None = None,
    watched: Watch = iter,
    searched: Callable[[Sequence[int]], Iterable[int]] = iter,
) -> BitTable:
    """What is proved of an operator at every bit-width, and what quantization costs.

    Parameters
    ----------
    operator : Operator
        The operator before quantization.
    bits : iterable of int
        Bit-widths, 2 to 32.
    inputs : array-like or Injections, optional
        Rows x, or injections made by `injections`: solved before and after quantization.
    labels : array-like of int, optional
        Class numbers of the inputs, for accuracies; needs an operator with a head.
    quantizer : {"paper-code", "paper-readme"}
        The published quantizer to use.
    what : str
        Which arrays are quantized, as for `quantize`.
    guarantee : {"exact", "rigorous-float"}
        Whether integers decide (below 200 units), or floats with proven error bounds first.
    certificates : str or path, optional
        Folder for every proof that is found.
    by_digest : bool
        Store SHA-256 digests in place of the matrices; verifying then needs the operator.
    search : int
        For each input without a proved equilibrium, up to this many cases of branch and bound
        (below 200 units)
        for an equilibrium or for a proof that there is none.
    seed : int
        Seed of the searches for counterexamples.
    workers : int
        Number of processes that share the bit-widths; this process is one of them, and the others
        import the script that called: a file that needs its ``if __name__ == "__main__"``.  What
        is proved does not depend on their number.
    pool : concurrent.futures.Executor, optional
        The other processes, if they exist already.
    watched : callable
        Yields the bit-widths that it is given, as they are finished; may show progress.
    searched : callable
        Yields the inputs that it is given, which are searched; may show progress.  It is called
        with one worker only.

    Returns
    -------
    BitTable

    Raises
    ------
    InputError
        If an argument has the wrong type or shape.

    Examples
    --------
    >>> import mondeq_ref as mq
    >>> layer = mq.Operator(W=[[0.5, -1.0], [1.0, 0.25]], U=[[1.0], [-1.0]], b=[0.0, 0.5])
    >>> mq.bit_table(layer, bits=[2, 4, 8])
    BitTable(m = 0.5; rung by bits {8: 1, 4: 1, 2: 3})
    """
    layer(operator)
    # Fewer bits take longer, and the longest work begins first.
    quantizers = [named(quantizer, width) for width in sorted(_widths(bits))]
    kind = Guarantee(choice("guarantee", guarantee, GUARANTEES))
    whole("seed", seed, 0)
    alone = min(whole("workers", workers, 1), len(quantizers)) == 1
    deciding = Search(whole("search", search, 0), searched if alone else iter)
    if deciding.cases > 0 and operator.n >= EXACT_BELOW:
        raise InputError(f"search needs fewer than {EXACT_BELOW} units, got {operator.n}")
    rows_in = None if inputs is None else rows_of(operator, inputs, labels)
    folder = None if certificates is None else Path(certificates)
    sources = {"operator": operator.arrays_digest}
    if rows_in is not None:
        sources[rows_in.source] = rows_in.digest
    about = {} if folder is None else record(sources, seed)
    exact = kind is Guarantee.EXACT and operator.n < EXACT_BELOW
    rows: dict[int, Row] = {}
    stored: dict[int, list[str]] = {}
    with one_thread():
        work = None if rows_in is None else workload(operator, rows_in, exact=exact)
        _ = operator.margin  # once, before the others get the operator
        if exact:
            _ = operator.exact_margin
        radius = beside(pool, uniqueness_radius, operator, np.random.default_rng(seed))
        asked = (operator, what, work, kind, seed, deciding)
        decided = shared(partial(_row, asked, shown=not alone), quantizers, workers, pool)
        for width in watched(_kept(decided, rows)):
            if folder is not None:
                from mondeq_ref.study.stored_proofs import store

                stored[width] = store(folder, rows[width], work, about, by_digest=by_digest)
    accuracy = None if work is None else accuracy_before(work)
    ordered = [rows[width] for width in sorted(rows, reverse=True)]
    return BitTable(operator, ordered, radius(), accuracy, stored, watched)


@USUAL_FLOATS
def _row(
    asked: tuple[Operator, What, Workload | None, Guarantee, int, Search],
    quantizer: Quantizer,
    *,
    shown: bool,
) -> Row:
    """One row, whose randomness depends on the seed and the bit-width; `shown`: with all that a
    table shows of it, since another process shows it."""
    operator, what, work, kind, seed, deciding = asked
    rng = np.random.default_rng((seed, quantizer.bits))
    quantized = quantize(operator, quantizer, what, rng)
    row = row_of(quantized, work, guarantee=kind, rng=rng, search=deciding)
    if shown:
        _ = row_facts(row), row.ways
    return row


def _kept(decided: Iterable[tuple[Quantizer, Row]], rows: dict[int, Row]) -> Iterator[int]:
    """The bit-widths, as they are finished; their rows are put into `rows`."""
    for quantizer, row in decided:
        rows[quantizer.bits] = row
        yield quantizer.bits


def _widths(bits: Iterable[int]) -> set[int]:
    """The bit-widths, each once."""
    try:
        widths = {whole("bits", width, 2) for width in bits}
    except TypeError:
        raise InputError(f"bits must be a list of bit-widths, got {bits!r}") from None
    if not widths:
        raise InputError("bits must hold at least one bit-width, got none")
    return widths
