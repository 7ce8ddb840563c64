"""`bit_table`: the table over bit-widths that `mondeq-ref certify` prints."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from mondeq_ref.api.arguments import choice, layer, whole
from mondeq_ref.api.quantizing import named
from mondeq_ref.arrays import USUAL_FLOATS, InputError
from mondeq_ref.certify.ladder import first_that_holds
from mondeq_ref.certify.limits import EXACT_BELOW
from mondeq_ref.certify.undecided_input import Search
from mondeq_ref.certify.uniqueness import uniqueness_radius
from mondeq_ref.documents.provenance import record
from mondeq_ref.files.load import rows_of
from mondeq_ref.operator import Operator
from mondeq_ref.quantize import quantize
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.process import one_thread
from mondeq_ref.rigor.verdict import GUARANTEES, Guarantee
from mondeq_ref.study.bit_table import SHORTFALLS, Plan, Row, plan, row_of
from mondeq_ref.study.effects import accuracy_before, workload
from mondeq_ref.study.ways import Way, ways
from mondeq_ref.whats import What

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
        quantizers = [row.quantized.quantizer for row in self.rows]
        with one_thread():
            rng, known = np.random.default_rng(0), self._published
            return ways(self.operator, quantizers, rng, self.watched, known)

    @property
    def _published(self) -> dict[int, int | None]:
        """Of each row where W alone was quantized, the first of the rungs that are compared."""
        return {
            row.bits: first_that_holds([step for step in row.steps if step.rung in SHORTFALLS])
            for row in self.rows
            if row.quantized.what == "W"
        }

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
    watched : callable
        Yields the bit-widths that it is given; may show progress.
    searched : callable
        Yields the inputs that it is given, which are searched; may show progress.

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
    by_bits = {width: named(quantizer, width) for width in _widths(bits)}
    kind = Guarantee(choice("guarantee", guarantee, GUARANTEES))
    rng = np.random.default_rng(whole("seed", seed, 0))
    deciding = Search(whole("search", search, 0), searched)
    if deciding.cases > 0 and operator.n >= EXACT_BELOW:
        raise InputError(f"search needs fewer than {EXACT_BELOW} units, got {operator.n}")
    rows_in = None if inputs is None else rows_of(operator, inputs, labels)
    folder = None if certificates is None else Path(certificates)
    sources = {"operator": operator.arrays_digest}
    if rows_in is not None:
        sources[rows_in.source] = rows_in.digest
    about = {} if folder is None else record(sources, seed)
    exact = kind is Guarantee.EXACT and operator.n < EXACT_BELOW
    rows: list[Row] = []
    stored: dict[int, list[str]] = {}
    with one_thread():
        work = None if rows_in is None else workload(operator, rows_in, exact=exact)
        for width in watched(list(by_bits)):
            quantized = quantize(operator, by_bits[width], what, rng)
            row = row_of(quantized, work, guarantee=kind, rng=rng, search=deciding)
            rows.append(row)
            if folder is not None:
                from mondeq_ref.study.stored_proofs import store

                stored[width] = store(folder, row, work, about, by_digest=by_digest)
        radius = uniqueness_radius(operator, np.random.default_rng(seed))
    accuracy = None if work is None else accuracy_before(work)
    return BitTable(operator, rows, radius, accuracy, stored, watched)


def _widths(bits: Iterable[int]) -> list[int]:
    """The bit-widths, each once, in descending order."""
    try:
        widths = {whole("bits", width, 2) for width in bits}
    except TypeError:
        raise InputError(f"bits must be a list of bit-widths, got {bits!r}") from None
    if not widths:
        raise InputError("bits must hold at least one bit-width, got none")
    return sorted(widths, reverse=True)
