"""The network that was given comes first, with the bit-widths at which it is safe."""

import pytest

from proofs_checks.operators.examine import GIVEN
from proofs_checks.report.html import page
from proofs_checks.report.network import SAFE, others, said, sentence
from proofs_checks.report.terminal import story
from tests.support.made_up import full, rung

SENTENCE = (
    f"{SAFE} from 5 bits, and at 2; at 4 bits all 500 inputs tried have an equilibrium; "
    "at 3 bits an equilibrium is proved for 291 of 500 inputs tried."
)


def test_sentence_comes_first_for_a_given_network_alone():
    audit = full()
    assert sentence(audit) is None
    assert "This network is safe" not in page(audit)
    audit["ladder"][0]["operator"] = GIVEN
    assert sentence(audit) == SENTENCE
    assert next(story(audit, 80)) == SENTENCE
    made = page(audit).replace("&#39;", "'")
    assert made.index(SENTENCE) < made.index(others(audit)) < made.index("Verdict: ")
    assert list(story(audit, 80))[2] == others(audit)


@pytest.mark.parametrize(
    ("rungs", "words"),
    [
        ((1, 2, 4), " from 2 bits."),
        ((None, 5, 7), " at 3 bits alone; at 4 bits nothing is proved; at 2 bits every input "),
        ((6, 6, None), " at none of 4 to 2 bits; at 4 and 3 bits every input has one"),
    ],
)
def test_sentence_names_each_width_once(rungs, words):
    rows = [
        rung(bits, 1.0, 1.0, at, "", equilibria_proved=0, inputs=0)
        for bits, at in zip((4, 3, 2), rungs, strict=True)
    ]
    assert said(rows).startswith(SAFE + words)
