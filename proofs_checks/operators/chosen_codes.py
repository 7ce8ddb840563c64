"""Codes chosen after training for a proof, at the widths at which rounding proves little."""

import numpy as np

from mondeq_ref.operator import Operator
from mondeq_ref.study.safe import Safe, strongest

WIDTHS = (4, 3, 2)


def chosen_codes(operator: Operator) -> dict[int, Safe]:
    """Bits -> what was chosen, where something was reached."""
    found = {bits: strongest(operator, bits, np.random.default_rng(0)) for bits in WIDTHS}
    return {bits: safe for bits, safe in found.items() if safe is not None}
