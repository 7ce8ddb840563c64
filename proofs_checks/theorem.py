"""What every claim's file exports."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from mondeq_ref.verdict import Outcome, Verdict

Case = TypeVar("Case")


@dataclass(frozen=True)
class Theorem(Generic[Case]):
    """One claim: its hypotheses are predicates, its conclusion is an inequality."""

    name: str
    sentence: str  # the claim in one plain sentence
    source: str  # where it is printed, and what is reconstructed
    hypotheses: Mapping[str, Callable[[Case], Outcome]]
    check: Callable[[Case], Verdict]  # is lhs <= rhs on this case?
    cases: Callable[[np.random.Generator], Iterator[Case]]  # endless, and all meet the hypotheses
    tight: Callable[[], Case] | str  # the bound is attained, or why no case is known
    necessary: Mapping[str, Callable[[], Case] | str]  # a case without it, or why there is none
