"""The companion's margin is one float, the nearest to a real number."""

from decimal import Decimal, localcontext
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mondeq_ref.arrays import InputError
from mondeq_ref.rigor.softplus import softplus_margin


def _by_decimal(m_raw: float, offset: float) -> float:
    """From the definition, with digits to spare: e^-600 has its first after 260 zeros."""
    with localcontext() as context:
        context.prec = 400
        return float((1 + Decimal(m_raw).exp()).ln() + Decimal(offset))


@given(st.floats(-600, 600), st.sampled_from([0.0, 1e-4, 0.5, 1e300, 5e-324]))
def test_margin_is_the_real_number_rounded_once(m_raw: float, offset: float) -> None:
    assert softplus_margin(m_raw, offset) == _by_decimal(m_raw, offset)


def test_margin_is_rounded_once_even_near_a_midpoint() -> None:
    """softplus(200) = 200 + 2^-288.5, and 200 + 2^-46 is the middle of 200 and 200 + 2^-45."""
    assert softplus_margin(200.0, 2.0**-46) == 200 + 2.0**-45 == _by_decimal(200.0, 2.0**-46)


def test_margin_neither_overflows_nor_vanishes_below_its_offset() -> None:
    assert softplus_margin(1e308, 1e-4) == 1e308
    assert softplus_margin(-1e308, 1e-4) == 1e-4
    assert softplus_margin(-1e308, 0.0) == 0.0


@pytest.mark.parametrize("m_raw", [nan, inf, -inf])
def test_margin_of_no_number_is_refused(m_raw: float) -> None:
    with pytest.raises(InputError, match="finite"):
        softplus_margin(m_raw, 1e-4)
