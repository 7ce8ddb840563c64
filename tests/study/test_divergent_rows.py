"""Rows that are proved never to converge get a status of their own; every other row keeps its."""

import numpy as np
import pytest

import mondeq_ref as mq
from mondeq_ref.cli.main import main
from mondeq_ref.solve.solution import Status

# M = [[-1, 2], [1/4, -1]]: c = (1, -1) has an equilibrium all the same, c = (-1, -1) has z = 0.
LAYER = mq.Operator([[2.0, -2.0], [-0.25, 2.0]], np.zeros((2, 0)), np.zeros(2))
ROWS = mq.injections([[1.0, -1.0], [-1.0, -1.0]])


def test_divergent_rows_have_a_status_of_their_own():
    cut = mq.solve(LAYER, ROWS, "forward-backward", alpha=0.1, max_steps=100)
    found = mq.solve(LAYER, ROWS, "forward-backward", alpha=0.1, max_steps=100, divergence=True)
    assert cut.status == [Status.MAX_STEPS, Status.RESIDUAL_ONLY]
    assert found.status == [Status.DIVERGES, Status.RESIDUAL_ONLY]
    assert found.ok.tolist() == [False, True]
    assert np.array_equal(found.z, cut.z)


def test_divergence_is_asked_of_forward_backward_only(tmp_path, capsys):
    with pytest.raises(mq.InputError, match="forward-backward only, got peaceman-rachford"):
        mq.solve(LAYER, ROWS, "peaceman-rachford", divergence=True)
    np.savez(tmp_path / "w.npz", W=LAYER.W, U=LAYER.U, b=LAYER.b)
    np.savez(tmp_path / "c.npz", c=ROWS.c)
    files = ["solve", str(tmp_path / "w.npz"), "--inputs", str(tmp_path / "c.npz")]
    assert main([*files, "--divergence"]) == 2
    step = ["--method", "forward-backward", "--alpha", "0.1", "--max-steps", "9", "--divergence"]
    assert main([*files, *step]) == 1
    assert "DIVERGES" in capsys.readouterr().out
