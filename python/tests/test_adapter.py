"""Adapter: what it answers, keeps and says of itself."""

import copy
import os
import pathlib
import pickle
import signal
import threading
import time
import warnings

import numpy as np
import pytest

import anole
from anole import _anole


def test_adapting_learns(start, pictures):
    X, y = pictures
    assert start.adapt(X, y, steps=50, lr=0.003).predict(X).tolist() == y


def test_probabilities_sum_to_one_and_follow_the_outputs(start, pictures):
    X, y = pictures
    start.adapt(X, y, steps=5)
    probabilities, outputs = start.predict_proba(X), start.outputs(X)
    assert probabilities.shape == outputs.shape == (9, 3)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-12)  # 3 terms of 2^-53
    assert (probabilities.argmax(axis=1) == outputs.argmax(axis=1)).all()
    assert start.predict(X).tolist() == start.classes_[outputs.argmax(axis=1)].tolist()


def test_an_unsure_answer_is_none_where_it_may_be_rejected(start, pictures):
    X, y = pictures
    start.adapt(X, y, steps=1)
    assert start.predict(X, reject=True, threshold=1.0).tolist() == [None] * 9
    assert start.predict(X, reject=True, threshold=0.0).tolist() == start.predict(X).tolist()


def test_no_rows_have_no_answers(start, pictures):
    start.adapt(*pictures, steps=1)
    none = np.zeros((0, 196), np.float32)
    assert start.predict(none).shape == (0,)
    assert start.predict_proba(none).shape == start.outputs(none).shape == (0, 3)


def test_many_rows_answer_as_each_by_itself(start, pictures):
    X, y = pictures
    start.adapt(X, y, steps=3)
    many = np.random.default_rng(0).random((600, 196), dtype=np.float32)
    together = start.outputs(many)
    for i in (0, 255, 256, 599):
        assert (start.outputs(many[i : i + 1]) == together[i]).all()


def test_a_regression_answers_numbers(source):
    start = anole.load(source / "tests/bundle/version1/sine.anole")
    x = np.linspace(-4, 4, 10)[:, None]
    before = start.predict(x)
    start.adapt(x, np.sin(x), steps=32)
    assert start.predict(x).shape == (10,)
    assert ((start.predict(x) - np.sin(x[:, 0])) ** 2).mean() < ((before - np.sin(x[:, 0])) ** 2).mean()
    assert start.adapt(x, np.sin(x[:, 0]), steps=32).outputs(x).shape == (10, 1)
    with pytest.raises(anole.UsageError, match=r"y has shape \(9,\) of float64, expected numbers"):
        start.adapt(x, np.zeros(9))
    with pytest.raises(anole.UsageError, match="a regression has no classes"):
        start.add(x, x)


def test_pickle_and_copy_keep_everything(start, pictures):
    X, _ = pictures
    start.adapt(X, np.repeat([1, 2, 3], 3), steps=2)
    for other in (pickle.loads(pickle.dumps(start)), copy.deepcopy(start)):
        assert other.to_bytes() == start.to_bytes()
        assert other.predict(X).dtype == np.int64
        other.remove(2)
        assert other.classes_.tolist() == [1, 3]
    assert start.classes_.tolist() == [1, 2, 3]


def test_it_says_what_it_is(start, pictures):
    assert repr(start) == "<anole.Adapter of omniglot_conv4, 1 x 14 x 14, an initialisation>"
    start.adapt(*pictures, steps=1)
    assert repr(start) == "<anole.Adapter of omniglot_conv4, 1 x 14 x 14, adapted to 3 classes>"


def test_help_names_every_keyword():
    for name, *_ in _anole.adapt_keywords():
        assert f"\n        {name}: " in anole.Adapter.adapt.__doc__


def test_a_state_dict_makes_the_same_network(start, pictures):
    X, y = pictures
    other = anole.untrained((1, 14, 14), ways=3, seed=2)
    assert other.to_bytes() != start.to_bytes()
    state = {f"{name}": array.astype(np.float64) for name, array in start.state_dict().items()}
    state["norm1.running_mean"] = np.zeros(64)
    assert other.load_state_dict(state).to_bytes() == start.to_bytes()


def test_a_state_dict_that_does_not_fit_says_so(start, pictures):
    state = start.state_dict()
    with pytest.raises(anole.UsageError, match=r"missing are \['conv1.bias'\]"):
        start.load_state_dict({k: v for k, v in state.items() if k != "conv1.bias"})
    with pytest.raises(anole.UsageError, match=r"conv1.bias has shape \(1,\), expected \(64,\)"):
        start.load_state_dict(state | {"conv1.bias": np.zeros(1)})
    with pytest.raises(anole.Error, match="conv1.bias.*nan"):
        start.load_state_dict(state | {"conv1.bias": np.full(64, np.nan)})
    with pytest.raises(anole.Error, match="expected an initialisation"):
        start.adapt(*pictures, steps=1).load_state_dict(state)


def test_eight_threads_with_eight_adapters_are_right(start, pictures):
    X, y = pictures
    expected = start.adapt(X, y, steps=20).to_bytes()
    found = [b""] * 8

    def work(i):
        found[i] = anole.untrained((1, 14, 14), ways=3, seed=1).adapt(X, y, steps=20).to_bytes()

    run_all([threading.Thread(target=work, args=[i]) for i in range(8)])
    assert found == [expected] * 8


def test_one_adapter_serves_several_threads_one_after_the_other(start, pictures):
    X, y = pictures
    start.adapt(X, y, steps=5)
    expected, wrong = start.predict_proba(X), []

    def work(i):
        for _ in range(5):
            if i < 2:
                start.adapt(X, y, steps=5)
            elif not (start.predict_proba(X) == expected).all():
                wrong.append(i)

    run_all([threading.Thread(target=work, args=[i]) for i in range(6)])
    assert not wrong


def run_all(threads):
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize("what", ["adapt", "outputs"])
def test_ctrl_c_ends_long_work_and_leaves_the_bundle_as_it_was(start, pictures, what):
    X, y = pictures
    before = start.adapt(X, y, steps=2).to_bytes()
    many = np.broadcast_to(np.float32(0), (100_000, 196)) if what == "outputs" else None
    timer = threading.Timer(0.3, signal.raise_signal, [signal.SIGINT])
    begun = time.monotonic()
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        start.adapt(X, y, steps=10**6) if many is None else start.outputs(many)
    assert time.monotonic() - begun < 60  # of more than a minute's work
    assert start.to_bytes() == before


def test_adapting_again_to_pictures_of_the_opposite_ground_is_as_once(start, pictures):
    pixels, labels = pictures
    light = 255 - pixels
    once = start.adapt(light, labels, steps=2, invert="yes").to_bytes()
    assert start.adapt(light, labels, steps=2, invert="yes").to_bytes() == once


def test_paths_need_not_be_utf8(start, folder, tmp_path):
    path = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.anole")
    start.save(path)
    assert anole.load(path).to_bytes() == start.to_bytes()
    strange = pathlib.Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xfe"))
    folder.rename(strange)
    assert len(start.adapt(strange, steps=1).classes_) == 3


def test_pixels_on_another_scale_get_a_warning(start, pictures):
    pixels, labels = pictures
    with pytest.warns(UserWarning, match=r"X holds pixels from 10 to 255, and the network takes them from 0 to 1;"):
        start.adapt(pixels.astype(np.float32), labels, steps=1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        start.adapt(pixels.astype(np.float32) / 255, labels, steps=1)
