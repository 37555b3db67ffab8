"""Nothing grows: what a process holds after a hundredth of the calls, it holds after all."""

import os
import threading

import numpy as np
import pytest

import anole

PAGE = os.sysconf("SC_PAGE_SIZE")


def resident():
    """Bytes of this process that are in memory."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * PAGE


def growth(calls, call):
    """Bytes by which memory grew after the first hundredth of the calls."""
    for i in range(calls // 100):
        call(i)
    before = resident()
    for i in range(calls // 100, calls):
        call(i)
    return resident() - before


# One page kept a call would be 400 MB of the sine's and 4 MB of Omniglot's, one byte 100 kB.
@pytest.mark.slow
def test_a_hundred_thousand_adaptations_of_a_sine_stay_flat(source):
    adapter = anole.load(source / "tests/bundle/version1/sine.anole")
    x = np.linspace(-4, 4, 10, dtype=np.float32)[:, None]
    assert growth(100_000, lambda i: adapter.adapt(x, np.sin(x + i), steps=5).predict(x)) < 2**20


@pytest.mark.slow
def test_a_thousand_adaptations_of_omniglots_network_stay_flat():
    adapter = anole.untrained((1, 28, 28), ways=5)
    rows = np.random.default_rng(0).random((5, 784), dtype=np.float32)
    assert growth(1_000, lambda i: adapter.adapt(rows, list("abcde"), steps=10).predict(rows)) < 2**20


@pytest.mark.slow
def test_eight_threads_with_eight_adapters_stay_flat_and_right():
    rows = np.random.default_rng(0).random((5, 784), dtype=np.float32)
    adapters = [anole.untrained((1, 28, 28), ways=5) for _ in range(8)]
    expected = adapters[0].adapt(rows, list("abcde"), steps=10).outputs(rows)
    wrong = []

    def work(adapter):
        for _ in range(10):
            outputs = adapter.adapt(rows, list("abcde"), steps=10).outputs(rows)
            if not (outputs == expected).all():
                wrong.append(adapter)

    def round_of_all(_):
        threads = [threading.Thread(target=work, args=[adapter]) for adapter in adapters]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    for _ in range(2):  # each thread's allocations find their arenas
        round_of_all(0)
    before = resident()
    for _ in range(10):
        round_of_all(0)
    assert not wrong
    assert resident() - before < 8 * 2**20  # a state of 1 MB may lie in another arena of each thread


def test_a_few_hundred_adaptations_keep_nothing(source):
    adapter = anole.load(source / "tests/bundle/version1/sine.anole")
    x = np.linspace(-4, 4, 10, dtype=np.float32)[:, None]
    assert growth(500, lambda i: adapter.adapt(x, np.sin(x), steps=1).to_bytes()) < 2**20
