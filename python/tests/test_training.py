"""anole.train: the run of the command-line tool, watched and stopped from Python."""

import _thread
import json
import threading

import numpy as np
import pytest
from PIL import Image

import anole

SMALL = {"iterations": 40, "eval_every": 20, "validation_tasks": 4, "calibration_tasks": 2}
FLAGS = [word for name, value in SMALL.items() for word in (f"--{name}".replace("_", "-"), value)]


@pytest.fixture
def rows():
    """X [240, 3], y [240]: twelve kinds of points."""
    generator = np.random.default_rng(5)
    y = np.repeat(np.arange(12), 20)
    return generator.normal(size=(12, 3))[y] + 0.3 * generator.normal(size=(240, 3)), y


@pytest.fixture
def sine(tmp_path):
    """Trains on sine waves in tmp_path/run."""

    def train(**options):
        options = {"out": tmp_path / "run", "eval_every": 0, "iterations": 60, "progress": False} | options
        return anole.train("sine", **options)

    return train


@pytest.fixture
def drawings(tmp_path):
    """tmp_path/s: twelve folders of four pictures."""
    for i, pixels in enumerate(np.random.default_rng(2).integers(0, 256, (48, 8, 8), dtype=np.uint8)):
        path = tmp_path / "s" / f"class{i // 4}" / f"{i}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path)
    return tmp_path / "s"


def assert_same_runs(ours, theirs):
    for name in ("bundle.anole", "metrics.jsonl", "latest.checkpoint"):
        assert (ours / name).read_bytes() == (theirs / name).read_bytes(), name


def test_a_config_by_name_gives_the_tools_run(tool, tmp_path):
    tool("train", "sine", "--iterations", 60, "--out", "theirs", "--no-report")
    run = anole.train("sine", iterations=60, out=tmp_path / "ours", progress=False)
    assert_same_runs(run.folder, tmp_path / "theirs")
    assert (run.finished, run.iteration, run.iterations) == (True, 60, 60)
    assert run.metrics()[0] == json.loads((tmp_path / "theirs/metrics.jsonl").open().readline())
    assert run.validation == run.metrics()[-1]["validation"] | {"iteration": 60}


def test_glyphs_give_the_tools_run(tool, tmp_path):
    few = {"train_classes": 20, "validation_classes": 5, "test_classes": 6, "image_size": 14}
    few |= {"iterations": 6, "eval_every": 0, "calibration_tasks": 0}
    flags = [word for name, value in few.items() for word in (f"--{name}".replace("_", "-"), value)]
    tool("train", "--out", "theirs", "--no-report", *flags)
    run = anole.train(out=tmp_path / "ours", progress=False, **few)
    assert_same_runs(run.folder, tmp_path / "theirs")
    assert run.load().shape == (1, 14, 14)


def test_rows_in_memory_give_the_run_of_their_npy_file(rows, tool, tmp_path):
    X, y = rows
    np.save(tmp_path / "x.npy", X)
    np.save(tmp_path / "x.labels.npy", y)
    tool("train", "x.npy", "--out", "theirs", "--no-report", "--no-expect", *FLAGS)
    run = anole.train(anole.ClassDataset(X, y), out=tmp_path / "ours", progress=False, **SMALL)
    assert_same_runs(run.folder, tmp_path / "theirs")


def test_a_folder_gives_the_tools_run(drawings, tool, tmp_path):
    shape = ["--train-shots", 2, "--ways", 3, "--model", "mlp"]
    tool("train", "s", "--out", "theirs", "--no-report", "--no-expect", *shape, *FLAGS)
    options = {"train_shots": 2, "ways": 3, "model": "mlp", "progress": False} | SMALL
    run = anole.train(drawings, out=tmp_path / "ours", **options)
    assert_same_runs(run.folder, tmp_path / "theirs")
    again = anole.train(data=drawings, out=tmp_path / "again", **options)
    assert again.bundle.read_bytes() == run.bundle.read_bytes()


def test_a_callback_sees_each_meta_iteration(sine):
    seen = []
    sine(callback=seen.append, callback_every=1)
    assert [report.iteration for report in seen] == list(range(1, 61))
    assert isinstance(seen[0], anole.TrainReport) and seen[0].iterations == 60
    assert seen[0].loss > 0 and seen[0].meta_step == pytest.approx(0.1)


def test_a_callback_stops_the_run_which_goes_on_to_the_same_bits(sine, tmp_path):
    whole = sine(out=tmp_path / "whole")
    run = sine(callback=lambda report: report.iteration < 25, callback_every=1)
    assert (run.finished, run.iteration) == (False, 25)
    assert run.notes[-1].startswith("stopped after 25 of 60 meta-iterations; go on with anole.train(resume=")
    with pytest.raises(anole.Error, match="has no bundle yet; go on with"):
        run.load()
    resumed = anole.train(resume=run, progress=False)
    assert resumed.bundle.read_bytes() == whole.bundle.read_bytes()


def test_what_a_callback_raises_leaves_a_checkpoint_and_is_raised_again(sine, tmp_path):
    def fail(report):
        raise LookupError(f"at {report.iteration}")

    with pytest.raises(LookupError, match="at 7") as raised:
        sine(callback=fail, callback_every=7)
    assert "go on with anole.train(resume=" in "".join(getattr(raised.value, "__notes__", ["go on with anole.train(resume="]))
    seen = []
    anole.train(resume=tmp_path / "run", progress=False, callback=seen.append, callback_every=1)
    assert seen[0].iteration == 8


def test_ctrl_c_leaves_a_checkpoint_and_says_how_to_go_on(sine, tmp_path):
    def interrupt(report):
        if report.iteration == 9:
            _thread.interrupt_main()

    with pytest.raises(KeyboardInterrupt, match=r"stopped after \d+ of 1,000,000 meta-iterations; go on"):
        sine(iterations=1_000_000, callback=interrupt, callback_every=1)
    assert anole.train(resume=tmp_path / "run", progress=False, callback=lambda _: False).iteration > 9


def test_other_threads_run_on(sine):
    began, go_on = threading.Event(), threading.Event()

    def callback(report):
        began.set()
        return not go_on.is_set()

    thread = threading.Thread(target=sine, kwargs={"iterations": 10**9, "callback": callback})
    thread.start()
    assert began.wait(60)
    go_on.set()
    thread.join(60)
    assert not thread.is_alive()


@pytest.mark.parametrize(
    "options, message",
    [
        ({"meta_batch": 0}, "meta_batch: expected an integer at least 1, found '0'"),
        ({"meta_bacth": 2}, "unknown option 'meta_bacth'; did you mean 'meta_batch'?"),
        ({"optimizer": "adm"}, "optimizer: expected adam or sgd, found 'adm'; did you mean 'adam'?"),
        ({"lr": "fast"}, "lr: expected a number"),
        ({"report": True}, "report: not made from Python"),
        ({"callback_every": -1}, "callback_every: expected 0 or more, found -1"),
        ({"ways": object}, "ways: expected a number, text, truth value or list of numbers, found"),
    ],
)
def test_options_are_checked_as_the_tools(sine, tmp_path, options, message):
    with pytest.raises(anole.UsageError) as raised:
        sine(**options)
    assert str(raised.value).startswith(message)
    assert not (tmp_path / "run").exists()


def test_numbers_lists_and_paths_are_read_to_the_bit(sine, tmp_path):
    run = sine(lr=0.1 + 0.2, widths=[8, np.int64(9)], model="mlp", threads=np.int32(1), average=None)
    options = json.loads((run.folder / "run.json").read_text())["options"]
    assert (options["lr"], options["widths"], options["threads"]) == (0.1 + 0.2, [8, 9], 1)


def test_messages_name_keywords_and_not_flags(sine):
    run = sine()
    with pytest.raises(anole.UsageError, match="^out: a resumed run stays in its folder"):
        anole.train(resume=run, out="elsewhere", progress=False)


def test_rows_in_memory_must_be_passed_again_to_go_on(rows, tmp_path):
    dataset = anole.ClassDataset(*rows)
    run = anole.train(
        dataset, out=tmp_path / "run", progress=False, callback=lambda _: False, callback_every=5, **SMALL
    )
    assert run.iteration == 5
    with pytest.raises(anole.Error, match="pass it again"):
        anole.train(resume=run, progress=False)
    assert anole.train(data=dataset, resume=run, progress=False).finished
    other = anole.ClassDataset(rows[0] + 1, rows[1])
    with pytest.raises(anole.Error, match="hash"):
        anole.train(data=other, resume=run, progress=False)


def test_progress_is_plain_lines_where_stderr_is_no_terminal(sine, capfd):
    sine(progress=True)
    lines = capfd.readouterr().err.splitlines()
    assert lines[-1].startswith("████████████████████ 100 %  60/60")
    assert len(lines) <= 21


def test_trainings_again_and_again_leave_nothing_behind(sine, tmp_path):
    import gc

    sine(out=tmp_path / "first", callback=lambda _: None)
    gc.collect()
    before = len(gc.get_objects())
    for i in range(10):
        sine(out=tmp_path / str(i), iterations=5, callback=lambda _: None)
    gc.collect()
    assert len(gc.get_objects()) - before < 50
