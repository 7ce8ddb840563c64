"""Every claim holds on drawn instances, each of its forms on some, and its witnesses are right."""

import numpy as np
import pytest

from mondeq_ref.instances.families import generic, rank_deficient
from mondeq_ref.rigor.verdict import Outcome
from proofs_checks.audit.run import run
from proofs_checks.claims import NAMES, theorem

INSTANCES = 20
# Cases that every form has at least among so many instances; default 1.
LEAST = {
    "equivalence": 20,
    "parameterization": 15,
    "forward_backward": 10,
    "peaceman_rachford": 10,
    "douglas_rachford": 10,
    "displacement": 40,
    "backward": 10,
    "inexact": 5,
}
SELDOM = "gradient of "  # one of five parameters is moved in an instance
# Claims whose conclusions fail for some instances that do not meet the hypotheses.
FAIL_OUTSIDE = ("certificate", "structured", "existence")
LARGE = {  # the forms that are decided of sixty units, each claim on a family of its own
    "equivalence": (generic, None),
    "parameterization": (rank_deficient, None),
    "forward_backward": (generic, 4),
    "condition": (rank_deficient, 3),
    "backward": (generic, None),
    "inexact": (generic, 1),
}


@pytest.mark.parametrize("name", NAMES)
def test_claim_holds_on_drawn_instances(name: str) -> None:
    (found,) = run([name], seed=7, cases=INSTANCES * theorem(name).inputs, workers=1, trained=False)
    assert (found.verdict, found.faults, found.attained) == ("HOLDS", (), True)
    for form in found.forms:
        assert form.cases >= (1 if form.name.startswith(SELDOM) else LEAST.get(name, 1))
    assert found.outside[1] > 0 or name not in FAIL_OUTSIDE


@pytest.mark.parametrize("name", LARGE)
def test_sixty_units_are_decided(name: str) -> None:
    family, count = LARGE[name]
    rng = np.random.default_rng(0)
    drawn = theorem(name).draw(rng, family.__name__, family(rng, 60))
    for form in theorem(name).forms[:count]:
        for row, verdict in enumerate(form.check(drawn)):
            if verdict is not None and verdict.outcome is Outcome.UNDECIDED:
                verdict = form.escalate and form.escalate(drawn, row)
            assert verdict is None or verdict.outcome is Outcome.PROVED, form.name
