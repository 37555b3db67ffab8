"""anole.evaluate and anole.tasks: the numbers and the tasks of `anole eval`."""

import json
import pickle
import signal

import numpy as np
import pytest

import anole


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """On drawn glyphs of 14 x 14, hardly trained."""
    return anole.train(
        out=tmp_path_factory.mktemp("glyphs") / "run",
        progress=False,
        train_classes=20,
        validation_classes=5,
        test_classes=8,
        image_size=14,
        iterations=10,
        eval_every=0,
        calibration_tasks=2,
    )


@pytest.fixture(scope="module")
def points():
    """A ClassDataset, and a run on it."""
    generator = np.random.default_rng(5)
    y = np.repeat(np.arange(12), 20)
    return generator.normal(size=(12, 3))[y] + 0.3 * generator.normal(size=(240, 3)), y


@pytest.mark.parametrize(
    "options",
    [
        {"tasks": 12},
        {"tasks": 6, "shots": 2, "norm": "transductive", "seed": 7, "curve": False},
        {"tasks": 5, "split_part": "train", "ways": 3, "calibration": True},
        {"tasks": 4, "random_init": True, "eval_lr": 0.01},
    ],
)
def test_the_dict_is_what_the_tool_prints(run, tool, options):
    flags = []
    for name, value in options.items():
        flag = "--" + name.replace("_", "-")
        flags += ["--no-curve"] if name == "curve" else [flag] if value is True else [flag, value]
    told = json.loads(tool("eval", run.folder, "--json", *flags))
    assert anole.evaluate(run, progress=False, **options) == told
    assert anole.evaluate(run.bundle, progress=False, **options) == told


def test_rows_in_memory_are_evaluated_as_their_file(points, tool, tmp_path):
    X, y = points
    few = {"iterations": 5, "eval_every": 0, "calibration_tasks": 0}
    dataset = anole.ClassDataset(X, y)
    run = anole.train(dataset, out=tmp_path / "run", progress=False, **few)
    for rows in (X, X[::-1] + 1):
        np.savez(tmp_path / "points.npz", x=rows, y=y)
        told = json.loads(tool("eval", "run", "--json", "--tasks", 8, "--ways", 2, "--data", "points.npz"))
        other = anole.ClassDataset(rows, y)
        assert anole.evaluate(run, other, tasks=8, ways=2, progress=False) == told
        assert anole.evaluate(run, tmp_path / "points.npz", tasks=8, ways=2, progress=False) == told


def test_mistakes_are_the_tools(run):
    for options, message in [
        ({"tasks": 0}, "tasks: expected an integer at least 1, found '0'"),
        ({"task": 3}, "unknown option 'task'; did you mean 'tasks'?"),
        ({"iterations": 3}, "unknown option 'iterations'"),
        ({"dataset": "omniglt"}, "unknown data set"),
        ({"tasks_in": "a.json", "tasks_out": "b.json"}, "tasks_in and tasks_out exclude each other"),
    ]:
        with pytest.raises(anole.UsageError) as raised:
            anole.evaluate(run, progress=False, **options)
        assert message in str(raised.value)
    with pytest.raises(anole.Error, match="nowhere"):
        anole.evaluate("nowhere", progress=False)


def test_ctrl_c_ends_an_evaluation(run):
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    old = signal.signal(signal.SIGALRM, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            anole.evaluate(run, tasks=10_000_000, progress=False)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)


def test_tasks_are_those_that_the_tool_lists(run, tool, tmp_path):
    tool("eval", run.folder, "--json", "--tasks", 5, "--shots", 2, "--queries", 3, "--tasks-out", "t.json")
    listed = json.loads((tmp_path / "t.json").read_text())
    tasks = anole.tasks(run, shots=2, queries=3, count=5)
    replayed = anole.tasks(run, tasks_in=tmp_path / "t.json")
    assert len(tasks) == len(replayed) == len(listed["tasks"]) == 5
    assert replayed.facts["hash"] in (tmp_path / "t.json").read_text()
    for mine, theirs in zip(tasks, replayed):
        for one, other in zip(mine[:4], theirs[:4]):
            assert (one == other).all()
        assert mine.class_names == theirs.class_names


def test_tasks_have_shapes_labels_and_names(run):
    task = anole.tasks(run, ways=4, shots=2, queries=3)[0]
    assert task.support_x.shape == (8, 1, 14, 14) and task.support_x.dtype == np.float32
    assert task.support_y.tolist() == [0, 0, 1, 1, 2, 2, 3, 3] and task.support_y.dtype == np.int64
    assert task.query_x.shape == (12, 1, 14, 14)
    assert task.query_y.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert len(set(task.class_names)) == 4


def test_a_task_is_always_the_same_and_outlives_its_source(run):
    tasks = anole.tasks(run, count=9, seed=3)
    kept = tasks[-1]
    copy = kept.support_x.copy()
    other = anole.tasks(run, count=9, seed=3)[8]
    del tasks
    assert (kept.support_x == copy).all() and (other.support_x == copy).all()
    assert not (anole.tasks(run, count=9, seed=4)[8].support_x == copy).all()
    pickle.loads(pickle.dumps(kept))


def test_tasks_are_a_sequence(run):
    tasks = anole.tasks(run, count=3)
    assert len(list(tasks)) == 3 and len(tasks[1:]) == 2
    with pytest.raises(IndexError, match="task 3 of 3"):
        tasks[3]


def test_parts_of_the_split_share_no_class(run):
    names = {
        part: {name for task in anole.tasks(run, part=part, count=40) for name in task.class_names}
        for part in ("train", "validation", "test")
    }
    assert not names["train"] & names["test"] and not names["validation"] & names["test"]


def test_tasks_of_rows_of_a_data_set_and_of_a_regression(points, folder):
    X, y = points
    task = anole.tasks(anole.ClassDataset(X, y), ways=5, shots=2, queries=3, split="all")[0]
    assert task.support_x.shape == (10, 3, 1, 1)
    assert {tuple(row) for row in task.support_x[:, :, 0, 0]} <= {tuple(row) for row in X.astype("f4")}
    of_glyphs = anole.tasks("glyphs", ways=20, test_classes=25, train_classes=1)[0]
    assert of_glyphs.support_x.shape == (20, 1, 28, 28)
    of_folder = anole.tasks(folder, ways=3, split="all")[0]
    assert sorted(of_folder.class_names) == ["flat", "slope", "up"]
    sine = anole.tasks("sine", shots=10)[0]
    assert sine.support_x.shape == (10, 1, 1, 1) and sine.support_y.shape == (10, 1)


def test_what_no_tasks_can_be_drawn_from_is_refused(run, tmp_path):
    for arguments, options, message in [
        ((), {}, "tasks: name a data set"),
        (("sine",), {"iterations": 3}, "unknown option 'iterations'"),
        (("glyphs",), {"ways": 1}, "ways: expected an integer at least 2"),
        ((str(tmp_path / "nothing"),), {}, "neither a data set's name nor a folder"),
        (("omniglt",), {}, "omniglt: neither a data set's name nor a folder, .zip, .csv or .npy with classes; did you mean"),
        (("sine",), {"dataset": "glyphs"}, "dataset: found glyphs beside sine"),
    ]:
        with pytest.raises(anole.Error) as raised:
            anole.tasks(*arguments, **options)
        assert message in str(raised.value)
