"""A theorem is added by one new file and one name in a list, and everything else works."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import proofs_checks

CHECKOUT = Path(proofs_checks.__file__).resolve().parents[1]

CLAIM = '''"""The spectral norm is at most the Frobenius norm.

Statement.  For t >= 0, t ||W||_2 <= t ||W||_F.

Proof.  ||W||_2^2 is the greatest eigenvalue of W'W, and ||W||_F^2 the sum of all of them.
"""

from fractions import Fraction

import numpy as np

from mondeq_ref.operator import Operator
from mondeq_ref.rigor.spectrum import frobenius_norm_squared
from mondeq_ref.rigor.verdict import Outcome
from proofs_checks.instance import Instance
from proofs_checks.quantities.comparison import Inequality, compared
from proofs_checks.quantities.hypotheses import outcome
from proofs_checks.theorem import Theorem, Witness


def norms(instance: Instance) -> list[Inequality]:
    square = frobenius_norm_squared(instance.operator.exact_W)
    return [
        Inequality(
            lambda k: (k.number("t") * k.W, k.number("t") * k.kind.root(k.kind.number(square)))
        )
    ]


def is_not_negative(instance: Instance) -> Outcome:
    return outcome(instance.numbers["t"] >= 0)


def draw(rng: np.random.Generator, family: str, operator: Operator) -> Instance:
    return Instance(family, operator, numbers={"t": Fraction(float(rng.uniform(-0.5, 2.0)))})


def named(W: list[float], t: int) -> Instance:
    operator = Operator(np.diag(W), np.zeros((len(W), 1)), np.zeros(len(W)))
    return Instance("witness", operator, numbers={"t": Fraction(t)})


THEOREM = Theorem(
    name="frobenius",
    sentence="the spectral norm is at most the Frobenius norm",
    source="added by a test",
    hypotheses={"t >= 0": is_not_negative},
    forms=(compared("as published", "t ||W|| <= t ||W||_F", norms),),
    draw=draw,
    attained={"as published": Witness(lambda: named([0.5, 0.0], 1), "W has rank one")},
    needed={"t >= 0": Witness(lambda: named([1.0, 1.0], -1), "t = -1 and W = I")},
    explained=__doc__ or "",
)
'''
COMMANDS = """
from mondeq_ref.cli.main import main
assert main(["audit", "--list"]) == 0
assert main(["explain", "frobenius"]) == 0
assert main(["audit", "--only", "frobenius", "--cases", "60", "--workers", "1",
             "--quiet", "--out", "audit"]) == 0
assert main(["hunt", "frobenius", "--quiet", "--out", "sharpest.json"]) == 0
assert main(["hunt", "frobenius", "--drop", "t >= 0", "--quiet", "--out", "without.json"]) == 0
assert main(["replay", "sharpest.json"]) == main(["replay", "without.json"]) == 0
assert main(["replay", "audit/cases/frobenius.json"]) == 0
"""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A copy with the claim, and what the commands print there."""
    folder = tmp_path_factory.mktemp("checkout")
    bare = shutil.ignore_patterns("__pycache__")
    shutil.copytree(CHECKOUT / "proofs_checks", folder / "proofs_checks", ignore=bare)
    (folder / "mondeq_ref").symlink_to(CHECKOUT / "mondeq_ref")
    (folder / "proofs_checks/claims/frobenius.py").write_text(CLAIM)
    names = folder / "proofs_checks/claims/__init__.py"
    names.write_text(names.read_text().replace("NAMES = (\n", 'NAMES = (\n    "frobenius",\n', 1))
    ran = subprocess.run(
        [sys.executable, "-c", COMMANDS],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return folder, ran.stdout


def test_added_claim_holds_in_the_audit(checkout: tuple[Path, str]) -> None:
    (claim,) = json.loads((checkout[0] / "audit/audit.json").read_text())["claims"]
    assert (claim["id"], claim["verdict"], claim["faults"]) == ("frobenius", "HOLDS", [])
    assert claim["attained"]
    assert claim["needed"][0]["shown"]
    assert claim["refuted"] == claim["undecided"] == 0 < claim["outside"][1]


def test_added_claim_is_on_the_page(checkout: tuple[Path, str]) -> None:
    page = (checkout[0] / "audit/report.html").read_text()
    assert "the spectral norm is at most the Frobenius norm" in page
    assert page.split('<section id="hunter"')[1].count("frobenius") >= 1


def test_added_claim_is_explained_and_hunted(checkout: tuple[Path, str]) -> None:
    folder, printed = checkout
    assert "Statement.  For t >= 0, t ||W||_2 <= t ||W||_F." in printed
    sharp, lost = (
        json.loads((folder / name).read_text()) for name in ("sharpest.json", "without.json")
    )
    assert sharp["forms"][0]["outcome"] == "PROVED"
    assert lost["forms"][0]["outcome"] == "REFUTED"
