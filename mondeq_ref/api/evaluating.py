"""`evaluate`: the accuracy of a layer at its equilibria."""

from typing import Any

from mondeq_ref.api.arguments import layer, whole
from mondeq_ref.arrays import USUAL_FLOATS, InputError
from mondeq_ref.files.load import rows_of
from mondeq_ref.operator import Operator
from mondeq_ref.study.accuracy import Evaluation
from mondeq_ref.study.accuracy import evaluate as accuracy_at_equilibria


@USUAL_FLOATS
def evaluate(
    operator: Operator,
    inputs: Any,
    labels: Any = None,
    *,
    no_proof: bool = False,
    workers: int | None = None,
) -> Evaluation:
    """Compute the accuracy at exact equilibria, and the number of inputs with a proved one.

    Parameters
    ----------
    operator : Operator
        A layer with a classifier head; for a `Quantized`, its `.operator`.
    inputs : array-like or Injections
        Rows x, or injections made by `injections`.
    labels : array-like of int
        Class numbers, one per input (default: those that `load_inputs` read).
    no_proof : bool
        Without a margin, do not prove equilibria in rationals.
    workers : int, optional
        Threads to solve with (default: all cores).

    Returns
    -------
    Evaluation
        accuracy, inputs, correct, unsolved, proved (None with `no_proof`) and max_radius.

    Raises
    ------
    InputError
        If an argument has the wrong type or shape, labels are missing, or there is no head.

    Examples
    --------
    >>> import mondeq_ref as mq
    >>> head = mq.Head([[1.0, 0.0], [0.0, 1.0]], [0.0, 0.0])
    >>> layer = mq.Operator(W=[[0.5, 0.0], [0.0, 0.5]], U=[[1, 0], [0, 1]], b=[0, 0], head=head)
    >>> mq.evaluate(layer, [[3.0, 1.0], [1.0, 2.0]], labels=[0, 0]).accuracy
    0.5
    """
    layer(operator)
    if workers is not None:
        whole("workers", workers, 1)
    rows = rows_of(operator, inputs, labels)
    if rows.labels is None:
        raise InputError("an accuracy needs labels: store them with the inputs, or give --labels")
    return accuracy_at_equilibria(
        operator,
        rows.injections(operator),
        rows.labels,
        prove=not no_proof,
        workers=workers,
    )
