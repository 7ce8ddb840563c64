"""Exit codes, help, and what lands on stdout."""

import json
import subprocess
import sys

import pytest

from mondeq_ref.cli.main import COMMANDS, main


def test_the_audit_holds_and_json_is_one_object(tmp_path, capsys):
    assert (
        main(
            [
                "audit",
                "--only",
                "displacement",
                "--cases",
                "100",
                "--out",
                str(tmp_path),
                "--json",
                "--quiet",
            ]
        )
        == 0
    )
    found = json.loads(capsys.readouterr().out)
    assert {claim["verdict"] for claim in found["claims"]} == {"HOLDS"}
    assert all(claim["cases"] >= 100 for claim in found["claims"])
    written = json.loads((tmp_path / "audit.json").read_text())
    assert written["claims"] == found["claims"]


@pytest.mark.parametrize("argv", [["nonsense"], ["audit", "--only", "nonsense"], ["audit", "--x"]])
def test_bad_usage_is_one_line_and_exit_2(argv, capsys):
    try:
        code = main(argv)
    except SystemExit as stop:
        code = stop.code
    streams = capsys.readouterr()
    assert code == 2
    assert streams.out == ""
    assert streams.err.count("\n") == 1


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command, capsys):
    with pytest.raises(SystemExit) as stop:
        main([command, "--help"])
    assert stop.value.code == 0
    assert "usage: mondeq-ref " + command in capsys.readouterr().out


def test_help_and_import_load_nothing_heavy():
    program = (
        "import sys, mondeq_ref, mondeq_ref.cli.main as m; m.parser(); "
        "print([x for x in ('numpy', 'scipy', 'numba', 'flint', 'matplotlib') if x in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def test_lazy_names_are_the_ones_advertised():
    import mondeq_ref

    for name in mondeq_ref.__all__:
        assert getattr(mondeq_ref, name) is not None
    with pytest.raises(AttributeError, match="nonsense"):
        mondeq_ref.nonsense  # noqa: B018


def test_doctor_finds_this_machine_fit(capsys):
    assert main(["doctor", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["fit"] is True
