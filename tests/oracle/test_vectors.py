"""The vectors: what they are, that they are right, and that they come again to the byte."""

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from mondeq_ref.arrays import InputError
from mondeq_ref.oracle import vectors
from mondeq_ref.oracle.check import examined
from mondeq_ref.oracle.forms import schema
from mondeq_ref.oracle.question import OPERATIONS
from tests.support.inaccurate import Pivoting

FOLDER = vectors.folder()
ROOT = Path(__file__).parents[2]


def held(operation):
    return json.loads((FOLDER / f"{operation}.json").read_text())


@pytest.mark.parametrize("operation", OPERATIONS)
def test_files_are_what_their_schema_says(operation):
    told = schema(operation)
    assert json.loads((FOLDER / "schemas" / f"{operation}.json").read_text()) == told
    jsonschema.Draft202012Validator.check_schema(told)
    jsonschema.validate(held(operation), told)


def test_questions_are_written_as_they_were_read(questions):
    for operation in OPERATIONS:
        for test in held(operation)["tests"]:
            assert vectors.test_of(questions[test["id"]]) == test


def test_a_file_that_was_changed_is_refused(tmp_path):
    for path in FOLDER.rglob("*.json"):
        copy = tmp_path / path.relative_to(FOLDER)
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(path.read_bytes())
    (tmp_path / "margin.json").write_text("{}")
    with pytest.raises(InputError, match=r"margin\.json is not the file that the manifest names"):
        vectors.read(tmp_path)


@pytest.mark.deep
def test_the_same_bytes_are_made_again(tmp_path):
    command = [sys.executable, "-m", "data.make.vectors", str(tmp_path)]
    subprocess.run(command, check=True, cwd=ROOT)
    for path in FOLDER.rglob("*.json"):
        assert (tmp_path / path.relative_to(FOLDER)).read_bytes() == path.read_bytes(), path.name


def test_equilibria_solve_the_exact_equation(questions):
    """z >= 0, w = M z - c >= 0 and z_i w_i = 0 up to the radius, in rationals."""
    for name, question in questions.items():
        if question.operation != "solve" or question.result != "valid" or "trained" in name:
            continue
        W, U, b, X = (question.arguments[key] for key in ("W", "U", "b", "X"))
        ball = question.ball("Z")
        for x, z, radius in zip(X[:1], ball.center, ball.radius, strict=False):
            exact = [Fraction(float(entry)) for entry in z]
            for i, row in enumerate(W):
                c = sum(
                    Fraction(float(u)) * Fraction(float(v)) for u, v in zip(U[i], x, strict=True)
                )
                image = sum(Fraction(float(w)) * v for w, v in zip(row, exact, strict=True)) + c
                image = max(image + Fraction(float(b[i])), Fraction(0))
                reach = Fraction(float(radius)) * Fraction(1 + float(np.abs(row).sum()))
                assert abs(image - exact[i]) <= reach, name


def test_factors_give_w_exactly(questions):
    for question in questions.values():
        if question.operation == "solve" and question.factors:
            A, S, m = (question.factors[name] for name in ("A", "S", "m"))
            W = (1 - m) * np.eye(len(S)) - A.T @ A + S - S.T  # dyadics: no rounding
            assert np.array_equal(W, question.arguments["W"]), question.test


def test_gradients_are_those_of_differences(questions):
    """Of sum dZ z by central differences, at one entry of W each."""
    for question in questions.values():
        if question.operation != "gradients" or not question.test.startswith("gradients/generic/"):
            continue
        W, U, b, X, dZ = question.arguments.values()
        step, solver = 2.0**-16, Pivoting()
        moved = []
        for sign in (1, -1):
            V = W.copy()
            V[0, 1] += sign * step
            moved.append(float((dZ * solver.solve(V, U, b, X)).sum()))
        slope = (moved[0] - moved[1]) / (2 * step)
        right = question.ball("W").center[0, 1]
        assert slope == pytest.approx(right, rel=1e-5, abs=1e-6), question.test


def test_norms_and_margins_are_those_of_numpy(questions):
    for question in questions.values():
        if question.operation in ("margin", "lipschitz"):
            M = np.eye(len(question.arguments["W"])) - question.arguments["W"]
            if question.operation == "margin":
                right, name = np.linalg.eigvalsh((M + M.T) / 2)[0], "m"
            else:
                right, name = np.linalg.norm(M, 2), "L"
            size = np.linalg.norm(M)
            assert question.ball(name).center[0] == pytest.approx(right, abs=1e-13 * size)


def test_an_exact_solver_passes_and_is_off_by_a_rounding(questions):
    asked = {name: q for name, q in questions.items() if q.operation == "solve"}
    from mondeq_ref.oracle.capabilities import Direct

    with np.errstate(all="ignore"):
        found = examined(Direct(Pivoting()), questions=asked, seed=0, declared_error=1e-12)
    assert found.ok, str(found)


def test_every_one_of_several_equilibria_is_right(questions):
    from mondeq_ref.oracle.question import judged

    question = questions["solve/several/0"]
    for right in (question.expected, *question.others):
        assert judged(question, {"Z": right["Z"].center}, 0.0).excess <= 1
    assert judged(question, {"Z": np.array([[0.5, 0.5]])}, 0.0).excess > 1
