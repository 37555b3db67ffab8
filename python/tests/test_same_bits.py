"""What Python makes is what the command-line tool makes, bit for bit."""

import json

import numpy as np
import pytest
from PIL import Image

import anole


@pytest.fixture
def mine(start, tool, folder, tmp_path):
    start.save(tmp_path / "start.anole")
    tool("adapt", "start.anole", "--support", "s", "--steps", "5", "--seed", "3")
    return tmp_path / "mine.anole"


def test_the_file_of_an_adaptation_is_the_tools(start, mine, files, tmp_path):
    paths, labels = files
    start.adapt(paths[::-1], labels[::-1], steps=5, seed=3).save(tmp_path / "ours.anole")
    assert (tmp_path / "ours.anole").read_bytes() == mine.read_bytes()


def test_a_folder_is_read_as_the_tool_reads_it(start, mine, folder):
    assert start.adapt(folder, steps=5, seed=3).to_bytes() == mine.read_bytes()


def test_answers_are_the_tools(mine, tool, files):
    adapter = anole.load(mine)
    for line in tool("predict", "mine.anole", "s", "--json").splitlines():
        told = json.loads(line)
        path = mine.parent / told["input"]
        assert adapter.predict([path])[0] == told["label"]
        assert adapter.predict_proba([path]).max() == told["probability"]


def test_adding_and_removing_are_the_tools(mine, tool, folder, tmp_path):
    adapter = anole.load(mine)
    more = tmp_path / "dot"
    more.mkdir()
    Image.fromarray(np.eye(14, dtype=np.uint8)[::-1] * 9 + 200).save(more / "1.png")
    adapter.add([more / "1.png"], ["dot"])
    by_folder = anole.load(mine).add(more)
    tool("adapt", "mine.anole", "--add", "dot", "--quiet")
    assert adapter.to_bytes() == by_folder.to_bytes() == mine.read_bytes()
    adapter.remove("flat")
    tool("adapt", "mine.anole", "--remove", "flat", "--quiet")
    assert adapter.to_bytes() == mine.read_bytes()


def test_light_pictures_on_dark_are_inverted_as_by_the_tool(start, tool, files, tmp_path):
    paths, labels = files
    start.adapt(paths, labels, steps=2, invert="yes")
    anole.untrained((1, 14, 14), ways=3, seed=1).save(tmp_path / "start.anole")
    tool("adapt", "start.anole", "--support", "s", "--steps", "2", "--invert", "yes")
    assert start.to_bytes() == (tmp_path / "mine.anole").read_bytes()
