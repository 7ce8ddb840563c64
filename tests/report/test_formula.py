"""ASCII formulas with their signs."""

import re
from html import unescape

import pytest

from proofs_checks.report.formula import prose, typeset


def read(formula: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", str(typeset(formula))))


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        ("||z~ - z*|| <= (||dW||/m) ||z~||", "‖z̃ − z*‖ ≤ (‖ΔW‖/m) ‖z̃‖"),
        ("m - m~ <= lambda_max(sym(W~ - W))", "m − m̃ ≤ λmax(sym(W̃ − W))"),
        ("Phi_a(z) = z iff 0 in F(z) + G(z)", "Φa(z) = z iff 0 ∈ F(z) + G(z)"),
        ("r^2 = 1 - 2 alpha m + alpha^2 L^2", "r2 = 1 − 2 α m + α2 L2"),
        ("sym(I - W) = m I + A'A", "sym(I − W) = m I + A⊤A"),
        ("||dW||_2 <= ||dW||_F", "‖ΔW‖2 ≤ ‖ΔW‖F"),
        ("a < b & <b>", "a < b & <b>"),
    ],
)
def test_a_formula_wears_its_signs(formula: str, shown: str) -> None:
    assert read(formula) == shown


def test_the_ascii_text_stays_beside_it() -> None:
    assert 'title="||dW|| &lt; m"' in typeset("||dW|| < m")


def test_markup_in_a_formula_is_text() -> None:
    assert "<script" not in typeset("<script>x</script>\"'")


def test_prose_keeps_its_letters() -> None:
    assert prose("a bound ||dW|| <= m for z~ -> z*") == "a bound ‖ΔW‖ ≤ m for z̃ → z*"
    assert prose("||dW||_2/m") == "‖ΔW‖₂/m"
    assert prose("id, odd and dim stay") == "id, odd and dim stay"
