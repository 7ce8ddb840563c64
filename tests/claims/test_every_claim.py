"""Every claim holds on drawn instances, each of its forms on some, and its witnesses are right."""

import pytest

from proofs_checks.audit.run import run
from proofs_checks.claims import NAMES, theorem

INSTANCES = 40
# Cases that every form has at least among so many instances; default 1.
LEAST = {
    "equivalence": 40,
    "parameterization": 40,
    "forward_backward": 20,
    "peaceman_rachford": 20,
    "douglas_rachford": 20,
    "displacement": 80,
    "backward": 20,
    "inexact": 10,
}
SELDOM = "gradient of "  # one of five parameters is moved in an instance
# Claims whose conclusions fail for some instances that do not meet the hypotheses.
FAIL_OUTSIDE = ("certificate", "structured")


@pytest.mark.parametrize("name", NAMES)
def test_claim_holds_on_drawn_instances(name: str) -> None:
    (found,) = run([name], seed=7, cases=INSTANCES * theorem(name).inputs, workers=1)
    assert (found.verdict, found.faults, found.attained) == ("HOLDS", (), True)
    for form in found.forms:
        assert form.cases >= (1 if form.name.startswith(SELDOM) else LEAST.get(name, 1))
    assert found.outside[1] > 0 or name not in FAIL_OUTSIDE
