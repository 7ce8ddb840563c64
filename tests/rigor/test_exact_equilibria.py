import numpy as np
import pytest

from mondeq_ref.rigor.dyadic import exact
from mondeq_ref.rigor.equilibria import ExactEquilibrium, ExactOperator, Rejected

TWO = ExactOperator(exact(np.array([[-1.0, 2.0], [0.25, -1.0]])))
C = exact(np.array([1.0, -1.0]))


def test_wrong_support_is_rejected_or_corrected():
    assert TWO.equilibrium(C, [0], corrections=0) is Rejected.SIGNS
    M = ExactOperator(exact(np.array([[2.0, -1.0], [-1.0, 2.0]])))
    c = exact(np.array([1.0, 1.0]))
    assert M.equilibrium(c, [], corrections=0) is Rejected.SIGNS
    corrected = M.equilibrium(c, [])
    assert isinstance(corrected, ExactEquilibrium)
    assert corrected.column.entries() == [1, 1]


def test_wrong_shapes_are_refused():
    with pytest.raises(ValueError, match="square"):
        ExactOperator(exact(np.ones((2, 3))))
    with pytest.raises(ValueError, match=r"shape \(2, 1\)"):
        TWO.equilibrium(exact(np.ones(3)), [0])
    with pytest.raises(ValueError, match="rows of 2"):
        TWO.equilibria(exact(np.ones((4, 2))), np.ones((3, 2), dtype=np.bool_))
