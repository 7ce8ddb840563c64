"""`certify`: proofs about a quantized operator."""

import os
from dataclasses import dataclass
from typing import Any

import numpy as np

from mondeq_ref.api.arguments import choice, file_name, instance, layer, whole
from mondeq_ref.arrays import USUAL_FLOATS, InputError
from mondeq_ref.certificates.make import certificate
from mondeq_ref.certificates.rungs import EXISTENCE
from mondeq_ref.documents.encoding import Json
from mondeq_ref.documents.provenance import record
from mondeq_ref.documents.strict_json import dumps
from mondeq_ref.files.atomic import write_atomically
from mondeq_ref.files.load import rows_of
from mondeq_ref.operator import Operator
from mondeq_ref.quantize import Quantized
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.verdict import GUARANTEES, Guarantee, Outcome
from mondeq_ref.study.bit_table import Row, row_of
from mondeq_ref.study.effects import Workload, workload
from mondeq_ref.study.stored_proofs import of_inputs


@dataclass(frozen=True, eq=False, repr=False)
class Proof:
    """The first rung of the ladder that holds for a quantized operator, with its proof.

    Attributes
    ----------
    rung : int or None
        1 to 8, the first rung that is proved; None where none is.
    promise : str
        The conclusion of that rung on equilibria and solvers.
    margin : Enclosure
        The margin m~ of the quantized operator.
    ratio : Enclosure
        ||W - W~||_2 / m, below 1 in the paper's condition.
    guarantee : {"exact", "rigorous-float"}
        Whether integers decided every rung, or floats with proved error bounds some of them.
    outcomes : dict
        PROVED, REFUTED or UNDECIDED, for each rung that was tried.
    """

    row: Row
    work: Workload | None

    @property
    def rung(self) -> int | None:
        return self.row.rung

    @property
    def promise(self) -> str:
        return self.row.promise

    @property
    def margin(self) -> Enclosure:
        return self.row.sides.margin_after

    @property
    def ratio(self) -> Enclosure:
        return self.row.sides.ratio

    @property
    def guarantee(self) -> str:
        return self.row.guarantee.value

    @property
    def outcomes(self) -> dict[int, str]:
        return {step.rung: step.outcome.name for step in self.row.steps}

    def __repr__(self) -> str:
        rung = "no rung is proved" if self.rung is None else f"rung {self.rung}"
        return f"Proof({rung}: {self.promise};\n      m~ = {self.margin:.6g}, {self.guarantee})"

    def save(self, path: str | os.PathLike[str], *, by_digest: bool = False) -> None:
        """Write the certificate of the first rung that holds, as JSON.

        Where no rung holds, the certificate refutes the last rung that was refuted.

        Parameters
        ----------
        path : str or path
            The file, which is replaced if it exists.
        by_digest : bool
            Store SHA-256 digests in place of the matrices; verifying then needs the operator.

        Raises
        ------
        InputError
            If the file cannot be written, or if nothing was decided that has a short proof.
        """
        document = self._document(by_digest)
        if document is None:
            raise InputError("no rung was decided that has a certificate")
        write_atomically(file_name("path", path), (dumps(document, indent=1) + "\n").encode())

    def _document(self, by_digest: bool) -> dict[str, Json] | None:
        provenance = record({"operator": self.row.pair.original.arrays_digest})
        if self.rung is not None and self.rung > EXISTENCE:
            return of_inputs(self.row, self.work, provenance)
        wanted = Outcome.REFUTED if self.rung is None else Outcome.PROVED
        for step in reversed(self.row.steps):
            if step.outcome is wanted:
                spec = self.row.quantized.spec
                return certificate(self.row.pair, step, spec, provenance, by_digest=by_digest)
        return None


@USUAL_FLOATS
def certify(
    operator: Operator,
    quantized: Quantized,
    *,
    inputs: Any = None,
    guarantee: str = "exact",
    seed: int = 0,
) -> Proof:
    """Find the first rung of the ladder that holds for a quantized operator.

    Parameters
    ----------
    operator : Operator
        The operator before quantization.
    quantized : Quantized
        The result of `quantize` for it.
    inputs : array-like or Injections, optional
        Rows x, or injections made by `injections`.  Where no rung holds for every input, rung 8
        is tried: each of these inputs has a proved equilibrium.
    guarantee : {"exact", "rigorous-float"}
        Whether integers decide (below 200 units), or floats with proven error bounds first.
    seed : int
        Seed of the searches for counterexamples.

    Returns
    -------
    Proof

    Raises
    ------
    InputError
        If an argument is wrong, or if `quantized` was made from another operator.

    Examples
    --------
    >>> import mondeq_ref as mq
    >>> layer = mq.Operator(W=[[0.5, -1.0], [1.0, 0.25]], U=[[1.0], [-1.0]], b=[0.0, 0.5])
    >>> mq.certify(layer, mq.quantize(layer, bits=2))
    Proof(rung 3: one equilibrium for every input; solvers converge;
          m~ = 1, exact)
    """
    layer(operator)
    instance("quantized", quantized, Quantized, hint=" (what mondeq_ref.quantize returns)")
    if quantized.original.arrays_digest != operator.arrays_digest:
        raise InputError("quantized must have been made from operator, got one made from another")
    kind = Guarantee(choice("guarantee", guarantee, GUARANTEES))
    rng = np.random.default_rng(whole("seed", seed, 0))
    work = None
    if inputs is not None:
        rows = rows_of(operator, inputs)
        work = workload(operator, rows, exact=kind is Guarantee.EXACT)
    return Proof(row_of(quantized, work, guarantee=kind, rng=rng), work)
