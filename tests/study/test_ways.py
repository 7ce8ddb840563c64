"""Ways to quantize side by side: their rungs are those of the ladder, the sentence is short."""

import numpy as np

from mondeq_ref.certify.ladder import first_rungs, first_that_holds
from mondeq_ref.certify.pair import Pair
from mondeq_ref.instances import shipped
from mondeq_ref.instances.families import generic
from mondeq_ref.operator import Operator
from mondeq_ref.quantize import Quantizer, quantize
from mondeq_ref.study.ways import Way, rungs_of_ways, ways


def test_rungs_of_ways_are_those_of_the_exact_ladder() -> None:
    operator = generic(np.random.default_rng(0))
    found = side_by_side(operator, 3, 4, 6)
    names = ["published", "identity exact", "diagonal exact", "safe", "factors"]
    assert list(found) == names
    for name, what in zip(names, ("W", "K", "offdiagonal"), strict=False):
        for bits, rung in found[name].rungs.items():
            made = quantize(operator, Quantizer(bits), what)
            assert rung == first_that_holds(first_rungs(Pair(operator, made.operator)))
    assert found["factors"].lasting == 3


def side_by_side(operator: Operator, *widths: int) -> dict[str, Way]:
    rng = np.random.default_rng(0)
    tried = {bits: rungs_of_ways(operator, Quantizer(bits), rng) for bits in widths}
    return {way.name: way for way in ways(tried)}


def test_fewer_bits_are_provable_when_codes_are_chosen() -> None:
    """On the main operator: published from 5, chosen codes from 2, with the paper's own condition
    from 4; at 5 bits and up the nearest codes of K have it."""
    found = side_by_side(shipped.operator(), 2, 3, 4, 5)
    assert found["published"].rungs == {2: 4, 3: None, 4: None, 5: 3}
    assert found["published"].lasting == 5
    assert found["safe"].lasting == found["factors"].lasting == 2
    assert found["safe"].rungs[5] == found["safe"].rungs[4] == 2
    assert all(rung in (3, 4) for rung in map(found["safe"].rungs.get, (2, 3)))
