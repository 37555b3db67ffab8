"""What the peers share: a program that waits for orders on its standard input and answers each with
a line of JSON. bench/peers/run gives the orders:

    measure SECONDS    inner steps per second over all tasks, of whole meta-iterations
    check              trains on the small problem, answers with its scores on test classes after one
                       and after all inner steps: {"first": …, "last": …}

Compilation happens before the first answer, {"ready": …}, so no measurement holds it.
"""

import argparse
import json
import os
import pathlib
import sys
import time

import numpy as np

from problem import PROBLEMS, Tasks, read_data, score

POOL_BYTES = 200e6  # of tasks drawn before a measurement, at least two meta-batches


def parse_arguments(settings, default=None):
    """`settings(network, cores)` lists the names of the settings worth trying."""
    parser = argparse.ArgumentParser(description="One setting of Reptile; orders come on standard input.")
    parser.add_argument("--network", choices=PROBLEMS, required=True)
    parser.add_argument("--meta-batch", type=int, default=8)
    parser.add_argument("--cores", type=int, default=1)
    parser.add_argument("--setting", default=default, help="words joined by '+'")
    parser.add_argument("--data", type=pathlib.Path, help="folder that problem.py wrote")
    parser.add_argument("--list", action="store_true", help="print the settings and stop")
    arguments = parser.parse_args()
    if arguments.list:
        print(json.dumps(settings(arguments.network, arguments.cores)))
        raise SystemExit(0)
    return arguments


def use_cores(count):
    """Binds this process to `count` cores, before a framework sizes its pools by them."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-count:])


def iterations_per_pool(problem, meta_batch):
    of_one = 4 * meta_batch * problem.steps * problem.batch * int(np.prod(problem.shape))
    return max(2, min(16, int(POOL_BYTES / of_one)))


class Harness:
    """Drives a peer: an object with

    prepare(x, y)                inner batches as the framework wants them
    iterate(batches, epsilon)    one meta-iteration: adapts every task, takes the meta step
    predict(batches, x, steps)   outputs [tasks, rows, …] for x after so many of the batches, as numpy
    reset()                      back to the initial parameters
    wait()                       until all work is done
    is_finite()                  whether all parameters are
    """

    def __init__(self, peer, arguments):
        self.peer, self.meta_batch = peer, arguments.meta_batch
        self.problem = PROBLEMS[arguments.network]
        self.images = read_data(self.problem, arguments.data)
        tasks = Tasks(self.problem, self.images[0], seed=1)
        count = iterations_per_pool(self.problem, self.meta_batch)
        self.pool = [peer.prepare(*tasks.batches(self.meta_batch)) for _ in range(count)]
        self.done = 0

    def measure(self, seconds):
        start, done = time.perf_counter(), 0
        while done == 0 or time.perf_counter() - start < seconds:
            self.peer.iterate(self.pool[self.done % len(self.pool)], self.problem.meta_step)
            self.peer.wait()
            done, self.done = done + 1, self.done + 1
        elapsed = time.perf_counter() - start
        self.require_finite()
        return {"steps_per_s": done * self.meta_batch * self.problem.steps / elapsed}

    def check(self):
        problem, peer, count = self.problem, self.peer, self.problem.iterations
        peer.reset()
        tasks = Tasks(problem, self.images[0], seed=2)
        for i in range(count):
            peer.iterate(peer.prepare(*tasks.batches(self.meta_batch)), problem.meta_step * (1 - i / count))
        self.require_finite()
        tasks = Tasks(problem, self.images[1], seed=3)
        first, last, targets = [], [], []
        for _ in range(-(-problem.tasks // self.meta_batch)):
            support, (x, y) = tasks.few_shot(self.meta_batch)
            batches = peer.prepare(*support)
            first.append(peer.predict(batches, x, 1))
            last.append(peer.predict(batches, x, problem.steps))
            targets.append(y)
        outputs = {"first": first, "last": last}
        return {name: score(problem, np.concatenate(of), np.concatenate(targets)) for name, of in outputs.items()}

    def require_finite(self):
        if not self.peer.is_finite():
            raise FloatingPointError("training has made a parameter that is not finite")

    def serve(self, version):
        """Answers orders until the input ends. `version` of the framework, for the report."""
        start = time.perf_counter()
        for _ in range(2):  # compiles, and lets allocators and profiles settle
            self.measure(0)
        answer({"ready": True, "version": version, "warm_up_s": time.perf_counter() - start})
        for line in sys.stdin:
            order, *rest = line.split()
            answer(self.measure(float(rest[0])) if order == "measure" else self.check())


def answer(value):
    print(json.dumps(value), flush=True)
