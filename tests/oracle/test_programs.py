"""Programs that answer over JSON lines, and what becomes of those that do not."""

import json
import resource
import subprocess
import sys
import time
from functools import cache

import pytest

from mondeq_ref.arrays import InputError
from mondeq_ref.oracle import program
from mondeq_ref.oracle.answers import Refused
from mondeq_ref.oracle.capabilities import Direct
from mondeq_ref.oracle.check import examined
from mondeq_ref.oracle.draw import drawn
from mondeq_ref.oracle.program import Program, python_command
from tests.support.hostile import ALONE, EVERY, HARMLESS, HERE

SEED = 5


ASKED = ("solve/drawn-generic/0", "solve/drawn-at-kinks/3")  # a failed one must not touch the other


@cache
def questions():
    known = drawn(SEED, 1)
    return {name: known[name] for name in ASKED}


@cache
def judged(name, timeout=1.0):
    options = {"questions": questions(), "seed": SEED, "declared_error": 1e-8}
    if name in HERE:
        return examined(Direct(getattr(EVERY, name)()), **options)
    with Program(python_command(f"tests.support.hostile:EVERY.{name}"), timeout) as door:
        return examined(door, **options)


@pytest.mark.parametrize("name", [*ALONE, *HERE])
def test_a_hostile_one_fails_in_its_own_words(name):
    found, said = judged(name), (ALONE | HERE)[name][1]
    assert len(found.failures) == len(ASKED)
    assert all(said in failure.came for failure in found.failures), str(found)
    assert len(str(found).splitlines()) < 60


@pytest.mark.parametrize("name", HARMLESS)
def test_a_harmless_oddity_passes(name):
    found = judged(name, timeout=60.0)
    assert found.ok, str(found)


def test_children_of_a_hung_program_are_ended():
    judged("leaves_orphans")
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
    assert "time.sleep(987654)" not in running


def speaking(tmp_path, body, timeout=5.0, budget=600.0, memory=program.MEMORY):
    """A program whose answer to every question is what `body` prints."""
    path = tmp_path / "speaks.py"
    start = 'print(json.dumps({"name": "x", "operations": ["margin"]}), flush=True)'
    path.write_text(
        f"import json, sys, time\nsys.stdin.readline()\n{start}\n"
        f"for line in sys.stdin:\n    asked = json.loads(line)\n"
        f"    if asked['cmd'] == 'stop': break\n    seq = asked['seq']\n    {body}\n"
    )
    return Program([sys.executable, str(path)], timeout, budget, memory)


def answer(seq, value=1.0):
    return json.dumps({"seq": seq, "outputs": {"m": value}})


def test_output_without_end_is_cut_off(tmp_path, monkeypatch):
    monkeypatch.setattr(program, "LONGEST_LINE", 10**6)
    body = "\n    ".join(["while True:", "    sys.stdout.write('x' * 65536)"])
    with speaking(tmp_path, body) as door:
        came = door.put("margin", {"W": 1.0})
        assert came == Refused("printed more than 1000000 bytes without an answer")


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="the system limits no other process")
def test_memory_without_bound_ends_that_answer_alone(tmp_path):
    said = "print(json.dumps({'seq': seq, 'outputs': {'m': 1.0}}), flush=True)"
    body = f"large = bytearray(2**30); {said}"
    with speaking(tmp_path, body, timeout=60.0, memory=0.5) as door:
        for _ in range(2):
            came = door.put("margin", {"W": 1.0})
            assert came.sentence == "the process ended with exit code 1"
            assert "MemoryError" in came.trace
    with speaking(tmp_path, body, timeout=60.0, memory=0.0) as door:
        assert "m" in door.put("margin", {"W": 1.0})


def test_three_hangs_are_enough(tmp_path):
    with speaking(tmp_path, "time.sleep(3600)", timeout=0.2) as door:
        came = [door.put("margin", {"W": 1.0}) for _ in range(4)]
    assert came[2] == Refused("gave no answer within 0.2 s")
    assert came[3] == Refused("was not asked: 3 questions about margin hung")


def test_the_whole_run_has_a_budget(tmp_path):
    with speaking(tmp_path, "time.sleep(3600)", timeout=60.0, budget=1.5) as door:
        started = time.monotonic()
        door.put("margin", {"W": 1.0})
        came = door.put("margin", {"W": 1.0})
        assert came == Refused("was not asked: the 1.5 s of the whole run are spent")
        assert time.monotonic() - started < 30


def test_what_is_skipped_or_wrong_is_said_by_the_program(tmp_path):
    body = "print(json.dumps({'seq': seq, 'error': {'message': 'singular'}}), flush=True)"
    with speaking(tmp_path, body) as door:
        assert door.put("margin", {"W": 1.0}) == Refused("singular")
    body = "print(json.dumps({'seq': seq, 'outputs': {'m': [[1], [2, 3]]}}), flush=True)"
    with speaking(tmp_path, body) as door:
        came = door.put("margin", {"W": 1.0})
        assert came == Refused("rows of different lengths are not an array")


def test_a_command_that_is_not_there_is_refused():
    with pytest.raises(InputError, match="No such file"):
        Program(["./no-such-solver"], 1.0)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"operations": ["solve"], "speed": 3}, "capabilities are .*; got speed"),
        ({"operations": ["dance"]}, "operations are .*; got 'dance'"),
        ({"operations": ["solve"], "dtype": "float8"}, "dtype is one of .*, got 'float8'"),
        ({"operations": ["solve"], "batch": "depth"}, "batch is one of rows, columns"),
    ],
)
def test_a_description_is_read_strictly(said, sentence, tmp_path):
    path = tmp_path / "says.py"
    path.write_text(
        f"import sys\nsys.stdin.readline()\nprint('''{json.dumps(said)}''', flush=True)"
    )
    with pytest.raises(InputError, match=sentence):
        Program([sys.executable, str(path)], 1.0)
