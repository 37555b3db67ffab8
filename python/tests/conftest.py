"""Fixtures: initialisations that were never trained, pictures on disk, and the command-line tool."""

import os
import pathlib
import subprocess

import numpy as np
import pytest
from PIL import Image

import anole


@pytest.fixture
def start():
    """Of pictures of 14 x 14; a new one each time."""
    return anole.untrained((1, 14, 14), ways=3, seed=1)


@pytest.fixture
def pictures():
    """[9, 14, 14], uint8: dark strokes of three kinds on white; and their labels."""
    strokes = np.full((9, 14, 14), 255, dtype=np.uint8)
    for i in range(3):
        strokes[i, 2 + i, 2:12] = 10
        strokes[3 + i, 2:12, 5 + i] = 10
        strokes[6 + i, range(2 + i, 12), range(2, 12 - i)] = 10
    return strokes, ["flat"] * 3 + ["up"] * 3 + ["slope"] * 3


@pytest.fixture
def folder(pictures, tmp_path):
    """Those pictures as tmp_path/s/<class>/<i>.png."""
    for i, (pixels, label) in enumerate(zip(*pictures)):
        path = tmp_path / "s" / label / f"{i}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path)
    return tmp_path / "s"


@pytest.fixture
def files(folder):
    """The paths in that folder, and the label of each."""
    paths = sorted(folder.glob("*/*.png"))
    return paths, [path.parent.name for path in paths]


@pytest.fixture
def tool(tmp_path):
    """Runs the command-line tool in tmp_path and returns what it prints."""
    program = os.environ.get("ANOLE_CLI")
    if not program:
        pytest.skip("ANOLE_CLI names no command-line tool")

    def run(*arguments):
        words = [program, *map(str, arguments)]
        return subprocess.run(words, cwd=tmp_path, check=True, text=True, capture_output=True).stdout

    return run


@pytest.fixture
def source():
    """The folder of the repository."""
    return pathlib.Path(__file__).resolve().parent.parent.parent
