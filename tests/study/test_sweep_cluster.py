"""A sweep on a dask scheduler with worker processes; skipped where dask.distributed is absent."""

import os
import signal
import subprocess
import sys
import threading

import pytest

import mondeq_ref as mq
from mondeq_ref.cli.main import main

distributed = pytest.importorskip("distributed")

STUDY = """
title = "small"
[[operators]]
kind = "random"
families = ["generic"]
sizes = [3]
count = 12
[quantize]
bits = [3, 8]
"""


@pytest.mark.filterwarnings("ignore")
def test_a_killed_worker_changes_no_record(tmp_path):
    study = tmp_path / "study.toml"
    study.write_text(STUDY)
    mq.sweep(study, tmp_path / "one.jsonl")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        victim = next(iter(cluster.workers.values())).process.pid
        timer = threading.Timer(0.2, os.kill, (victim, signal.SIGKILL))
        timer.start()
        out = tmp_path / "many.jsonl"
        address = cluster.scheduler_address
        assert main(["sweep", str(study), "--cluster", address, "--out", str(out), "--quiet"]) == 0
        timer.join()
    one = (tmp_path / "one.jsonl").read_bytes().splitlines()
    assert sorted(out.read_bytes().splitlines()) == sorted(one)


def test_a_scheduler_that_does_not_answer_is_one_line(tmp_path):
    (tmp_path / "study.toml").write_text(STUDY)
    argv = ["sweep", "study.toml", "--out", "r.jsonl", "--scheduler-file", "none.json"]
    command = [sys.executable, "-m", "mondeq_ref", *argv]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr == "mondeq-ref sweep: there is no scheduler file 'none.json'\n"
