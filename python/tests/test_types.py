"""What a type checker sees: the package itself, a user's program, and stubs as they would be made now."""

import os
import subprocess
import sys

import pytest

from anole import _options

PROGRAM = '''
import numpy as np
import numpy.typing as npt

import anole

rows: npt.NDArray[np.float32] = np.zeros((4, 196), np.float32)
adapter: anole.Adapter = anole.load("start.anole").adapt(rows, ["a", "a", "b", "b"], steps=5, lr=0.1)
names: npt.NDArray[np.str_] = adapter.add(rows, ["c"] * 4).remove("a").predict(rows, reject=True)
chances: npt.NDArray[np.float64] = adapter.predict_proba(rows)
classifier = anole.FewShotClassifier(adapter, steps=3)
weights: dict[str, npt.NDArray[np.float32]] = adapter.state_dict()
'''

MISTAKES = '''
import anole

anole.load("start.anole").adapt([[1.0]], [1], stpes=5)
anole.load("start.anole").adapt([[1.0]], [1], steps="five")
anole.load("start.anole").predict_probabilities([[1.0]])
'''


def mypy(source, *arguments):
    """The lines that mypy --strict prints."""
    environment = os.environ | {"MYPYPATH": str(source / "python")}
    environment.pop("PYTHONPATH", None)
    command = [sys.executable, "-m", "mypy", "--config-file", str(source / "pyproject.toml"), *arguments]
    done = subprocess.run(command, cwd=source, env=environment, text=True, capture_output=True)
    return done.stdout.splitlines()


def test_the_package_and_a_users_program_are_strictly_typed(source, tmp_path):
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    assert mypy(source, "python/anole", str(program))[-1].startswith("Success")


def test_a_users_mistakes_are_found(source, tmp_path):
    program = tmp_path / "mistakes.py"
    program.write_text(MISTAKES)
    found = mypy(source, str(program))
    assert [line.split(":")[1] for line in found[:-1] if "error" in line] == ["4", "5", "6"], found


@pytest.mark.parametrize("name", ["_anole.pyi", "_options.py"])
def test_stubs_are_up_to_date(source, tmp_path, name):
    made = subprocess.run([sys.executable, source / "scripts/make_python_stubs", tmp_path])
    assert made.returncode == 0
    assert (tmp_path / name).read_text() == (source / "python/anole" / name).read_text(), (
        "run scripts/make_python_stubs"
    )
    assert _options.AdaptOptions.__annotations__
