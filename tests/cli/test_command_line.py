"""Exit codes, help, and what lands on stdout."""

import os
import subprocess
import sys

import pytest

from mondeq_ref.cli import doctor
from mondeq_ref.cli.main import COMMANDS, main, parser
from mondeq_ref.instances.shipped import data_folder
from proofs_checks.commands import explain
from tests.support.commands import told


def test_shell_completes_commands_and_options(tmp_path):
    answers = tmp_path / "answers"
    for line, wanted in (("mondeq-ref cert", "certify"), ("mondeq-ref audit --li", "--list")):
        asked = {
            **os.environ,
            "_ARGCOMPLETE": "1",
            "_ARGCOMPLETE_IFS": "\n",
            "_ARGCOMPLETE_STDOUT_FILENAME": str(answers),
            "COMP_LINE": line,
            "COMP_POINT": str(len(line)),
        }
        code = "from mondeq_ref.cli.main import main; main()"
        subprocess.run([sys.executable, "-c", code], env=asked, check=True)
        assert wanted in answers.read_text().split()


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example_and_every_default(command, capsys):
    with pytest.raises(SystemExit) as stop:
        main([command, "--help"])
    assert stop.value.code == 0
    words = " ".join(capsys.readouterr().out.split())
    assert f"usage: mondeq-ref {command}" in words
    assert f"Example: mondeq-ref {command}" in words
    actions = (a for a in parser()._subparsers._group_actions)
    options = next(iter(actions)).choices[command]._actions
    for option in options[1:]:
        if option.option_strings and option.nargs != 0:
            assert "default" in option.help or "required" in option.help, option.option_strings


def test_help_loads_nothing_heavy():
    program = (
        "import sys, mondeq_ref.cli.main as m; m.parser(); "
        "print({'numpy', 'scipy', 'numba', 'flint', 'matplotlib', 'rich'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "set()", done.stderr


def test_doctor_finds_this_machine_fit(capsys):
    assert told(capsys, ["doctor", "--json"])["fit"] is True


def test_doctor_shows_absent_package_as_absent(monkeypatch, capsys):
    monkeypatch.setattr(doctor, "PACKAGES", ("numpy", "no-such-package"))
    assert main(["doctor"]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["no-such-package", "absent"] in rows
    assert ["fit", "True"] in rows


@pytest.mark.parametrize("words", [["doctor"], ["doctor", "--json"]])
def test_closed_streams_are_no_bug(words, monkeypatch):
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    assert main(words) == 0
    for stream in (sys.stdout, sys.stderr):
        stream.close()


def test_the_module_is_the_same_command():
    command = [sys.executable, "-m", "mondeq_ref", "audit", "--list"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "\nmargin " in done.stdout


@pytest.mark.parametrize(
    ("raised", "code", "last"),
    [
        (KeyboardInterrupt(), 130, "interrupted"),
        (ZeroDivisionError("made up"), 3, "internal error (a bug in mondeq_ref; please report it)"),
    ],
)
def test_internal_error_is_an_exit_code_not_an_answer(raised, code, last, monkeypatch, capsys):
    def failing(_):
        raise raised

    monkeypatch.setattr(explain, "run", failing)
    assert main(["explain", "margin"]) == code
    streams = capsys.readouterr()
    assert streams.out == ""
    assert streams.err.endswith(f"{last}\n")
    assert ("Traceback" in streams.err) == (code == 3)


@pytest.mark.parametrize("buffered", ["", "1"])
def test_a_reader_that_leaves_changes_no_exit_code(buffered, tmp_path):
    """A renamed certificate is rejected, exit code 1, whoever reads why."""
    layer = str(data_folder() / "operators" / "float-42.npz")
    true = next((data_folder() / "certificates" / "float-42").glob("*-04bits-*"))
    renamed = tmp_path / true.name.replace("04bits", "03bits")
    renamed.write_bytes(true.read_bytes())
    reading, writing = os.pipe()
    os.close(reading)
    rejected = ["verify-certificate", str(renamed), layer]
    for command, code in (["explain", "margin"], 0), (rejected, 1):
        program = "import sys; from mondeq_ref.cli.main import main; sys.exit(main(sys.argv[1:]))"
        done = subprocess.run(
            [sys.executable, "-c", program, *command],
            stdout=writing,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONUNBUFFERED": buffered},
            text=True,
        )
        assert (done.returncode, done.stderr) == (code, "")
    os.close(writing)


@pytest.mark.parametrize(("command", "what"), [("sweep", "studies"), ("figures", "figures")])
def test_what_a_command_lists_is_json_too(command, what, capsys):
    assert main([command, "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    names = [line.split()[0] for line in lines if line[0] != " "]
    listed = told(capsys, [command, "--list", "--json"])[what]
    assert [entry["id"] for entry in listed] == names
    assert all(entry["sentence"] for entry in listed)
