"""However a command is ended, nothing half-written stays behind, and one line says why."""

import os
import signal
import subprocess
import sys

import pytest

from mondeq_ref.cli import doctor
from mondeq_ref.cli.main import main
from mondeq_ref.files.atomic import replacing
from mondeq_ref.rigor.machine import MachineError


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_in_the_middle_of_writing_leaves_the_old_file(
    number, monkeypatch, tmp_path, capsys
):
    target = tmp_path / "out.bin"
    target.write_bytes(b"old")
    before = signal.getsignal(signal.SIGTERM)
    interrupts = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may ignore it

    def written_halfway(args):
        with replacing(target) as temporary:
            temporary.write_bytes(b"half")
            os.kill(os.getpid(), number)
            pytest.fail("the signal did not arrive")

    monkeypatch.setattr(doctor, "run", written_halfway)
    assert main(["doctor"]) == 130
    signal.signal(signal.SIGINT, interrupts)
    assert capsys.readouterr().err == "interrupted\n"
    assert [path.name for path in tmp_path.iterdir()] == ["out.bin"]
    assert target.read_bytes() == b"old"
    assert signal.getsignal(signal.SIGTERM) == before


def test_interrupted_audit_ends_its_processes():
    with subprocess.Popen(
        [sys.executable, "-m", "mondeq_ref.cli.main", "audit", "--workers", "2"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as running:
        try:
            assert running.stderr is not None
            assert running.stderr.readline().startswith("claims: ")  # its processes are at work
            os.killpg(running.pid, signal.SIGINT)
            # Its processes have the same stderr, which ends when the last of them has.
            assert running.communicate(timeout=60)[1] == "interrupted\n"
        finally:
            if running.poll() is None:
                os.killpg(running.pid, signal.SIGKILL)
    assert running.returncode in (130, -signal.SIGINT)  # a shell shows 130 for both


def test_unfit_arithmetic_is_one_line(monkeypatch, capsys):
    def refused(args):
        raise MachineError("floats are not rounded to nearest here")

    monkeypatch.setattr(doctor, "run", refused)
    assert main(["doctor"]) == 3
    assert capsys.readouterr().err == (
        "mondeq-ref doctor: floats are not rounded to nearest here (see mondeq-ref doctor)\n"
    )
