"""`check_implementation`: tests of other implementations."""

from collections.abc import Mapping

from mondeq_ref.api.arguments import whole
from mondeq_ref.arrays import USUAL_FLOATS
from mondeq_ref.oracle.check import check_implementation as checked
from mondeq_ref.oracle.report import Report


@USUAL_FLOATS
def check_implementation(
    implementation: object,
    *,
    seed: int = 0,
    declared_error: float | None = None,
    expected_failures: Mapping[str, str] = {},
) -> Report:
    """Test another implementation against exact or certified answers.

    Parameters
    ----------
    implementation : object
        Any object with some of `operator(A, S, m)`, `quantize(W, spec)`, `solve(W, U, b, X)` and
        `gradients(W, U, b, X, dZ)`.  `mondeq_ref.oracle.answers` describes their results.
    seed : int
        Seed of the random questions.
    declared_error : float
        Error allowed to the implementation: absolute below 1, relative above (default:
        what its `capabilities` declare, otherwise 0).
    expected_failures : mapping of str to str
        Patterns of test names and the reason why they are known to fail.

    Returns
    -------
    Report
        `ok` is True if every test passed; printing the report lists the failures.

    Raises
    ------
    InputError
        If the object has none of the operations.

    Examples
    --------
    >>> import mondeq_ref as mq
    >>> import numpy as np
    >>> class Theirs:
    ...     def operator(self, A, S, m):
    ...         return (1 - m) * np.eye(len(S)) - A.T @ A + S - S.T
    >>> mq.check_implementation(Theirs(), declared_error=1e-12).ok
    True
    """
    return checked(
        implementation,
        seed=whole("seed", seed, 0),
        declared_error=declared_error,
        expected_failures=expected_failures,
    )
