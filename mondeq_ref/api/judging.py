"""Other implementations, judged."""

from collections.abc import Mapping

from mondeq_ref.api.arguments import whole
from mondeq_ref.oracle.check import check_implementation as checked
from mondeq_ref.oracle.report import Report


def check_implementation(
    implementation: object,
    *,
    seed: int = 0,
    declared_error: float = 0.0,
    expected_failures: Mapping[str, str] = {},
) -> Report:
    """Judge another implementation against exact or certified answers.

    Parameters
    ----------
    implementation : object
        Any object with some of `operator(A, S, m)`, `quantize(W, spec)`, `solve(W, U, b, X)` and
        `gradients(W, U, b, X, dZ)`.  `mondeq_ref.oracle.answers` says what each returns.
    seed : int
        Seed of the questions that are drawn.
    declared_error : float
        Error that the implementation says it makes: absolute below 1, relative above (default 0).
    expected_failures : mapping of str to str
        Patterns of test names and the reason why they are known to fail.

    Returns
    -------
    Report
        `ok` says whether everything passed; printing it lists the failures.

    Raises
    ------
    InputError
        If the object offers none of the operations.

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
