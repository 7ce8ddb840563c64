"""Codes chosen after training for a proof: of the paper's condition, or else of a margin."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from mondeq_ref.operator import Operator
from mondeq_ref.study.safe import Aim, Safe, quantize_safely
from mondeq_ref.study.ways import MOST_SAFE_UNITS

AIMS: Mapping[int, Aim] = MappingProxyType({4: "paper", 3: "margin", 2: "margin"})


def chosen_codes(operator: Operator) -> dict[int, Safe]:
    """Bits -> what was chosen, where its aim was reached; nothing of large operators."""
    if operator.n >= MOST_SAFE_UNITS or not operator.margin.lo > 0:
        return {}
    found = {
        bits: quantize_safely(operator, bits, aim, rng=np.random.default_rng(0))
        for bits, aim in AIMS.items()
    }
    return {bits: safe for bits, safe in found.items() if safe.reached}
