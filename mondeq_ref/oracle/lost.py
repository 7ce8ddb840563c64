"""Questions that no implementation in a short type can answer right, by no fault of its own.

Codes and statements must be equal, and no declared error excuses them: where W lies at a threshold,
W rounded to bfloat16 may lie on its other side.
"""

import numpy as np

from mondeq_ref.oracle.answers import called
from mondeq_ref.oracle.capabilities import rounded
from mondeq_ref.oracle.measured import shape_of
from mondeq_ref.oracle.own import OwnImplementation
from mondeq_ref.oracle.question import Question, Statements, are_codes, judged


def is_lost(question: Question, dtype: str) -> bool:
    """Whether codes or statements that are right for the rounded arguments are wrong."""
    known = question.expected.items()
    exact = {name: one for name, one in known if are_codes(name) or isinstance(one, Statements)}
    if not exact or question.result == "invalid":
        return False
    arguments = {
        name: rounded(value, dtype).astype(np.float64) if isinstance(value, np.ndarray) else value
        for name, value in question.arguments.items()
    }
    came = called(OwnImplementation(), question.operation, arguments)
    if not isinstance(came, dict):
        return True
    found = {name: came[name].reshape(shape_of(one)) for name, one in exact.items()}
    return judged(question, found, 0.0).error > 0
