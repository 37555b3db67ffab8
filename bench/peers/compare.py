"""Runs Anole and its peers in turn and prints their ratios. bench/peers/run starts it."""

import argparse
import dataclasses
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import threading

from problem import PROBLEMS, write_data

HERE = pathlib.Path(__file__).resolve().parent
WORK = pathlib.Path("build/peers")
FRAMEWORKS = {"torch": "PyTorch", "jax": "JAX"}
META_BATCHES = {"omniglot_conv4": (8, 5)}
PATIENCE_S = 1800  # for one answer


def parse_arguments():
    parser = argparse.ArgumentParser(prog="bench/peers/run", description=__doc__)
    add = parser.add_argument
    add("--anole", type=pathlib.Path, default=pathlib.Path("build/release/anole"), help="default: %(default)s")
    add("--networks", default=",".join(PROBLEMS), help="default: %(default)s")
    add("--frameworks", default=",".join(FRAMEWORKS), help="default: %(default)s")
    add("--cores", default="one,all", help="one, all or both (default)")
    add("--settings", default="", help="try only these, e.g. eager,compile,loop+patches; default: all")
    add("--rounds", type=int, default=7, help="each measures all programs in turn; default: %(default)s")
    add("--seconds", type=float, default=0.5, help="of one measurement; default: %(default)s")
    add("--data", default=os.environ.get("ANOLE_DATA", "none"),
        help="root of the data sets, for real Omniglot; none: drawn characters; default: $ANOLE_DATA, then none")
    add("--system", action="store_true", help="the distribution's python3-torch instead of PyPI's")
    add("--json", type=pathlib.Path, metavar="FILE", help="write everything measured there too")
    arguments = parser.parse_args()
    for name, known in (("networks", PROBLEMS), ("frameworks", FRAMEWORKS), ("cores", ("one", "all"))):
        chosen = getattr(arguments, name).split(",")
        if unknown := set(chosen) - set(known):
            fail(f"--{name}: expected some of {', '.join(known)}, found {', '.join(unknown)}")
        setattr(arguments, name, chosen)
    return arguments


def fail(message):
    raise SystemExit(f"bench/peers/run: {message}")


def say(message):
    print(message, file=sys.stderr, flush=True)


def spread(values):
    return {"median": statistics.median(values), "min": min(values), "max": max(values), "values": values}


class Failed(Exception):
    pass


# Anole


class Anole:
    def __init__(self, binary):
        self.binary = binary
        if shutil.which(binary) is None:
            fail(f"there is no program {binary}; build it with 'make build', or name one by --anole")

    def _json(self, *arguments):
        done = subprocess.run([self.binary, *map(str, arguments)], capture_output=True, text=True)
        if done.returncode != 0:
            fail(f"{self.binary} {' '.join(map(str, arguments))}: {done.stderr.strip()}")
        return json.loads(done.stdout) if done.stdout else None

    def measure(self, case, seconds):
        """Inner steps/s by threads; the bench prepares its plans before it measures."""
        bench = self._json("bench", "--json", "--network", case.network, "--meta-batch", case.meta_batch,
                           "--seconds", seconds, "--repeats", 1, "--adaptations", 1)
        rates = {n["threads"]: n["steps_per_s"] for n in bench["networks"] if n["meta_batch"] == case.meta_batch}
        return bench["cpu"], rates

    def check(self, case):
        """Scores on the peers' problem, as theirs; keeps no trace."""
        problem, run = PROBLEMS[case.network], WORK / "run"
        shutil.rmtree(run, ignore_errors=True)
        options = dict(model=case.network, shots=problem.shots, train_shots=problem.train_shots,
                       inner_batch=problem.batch, inner_steps=problem.steps, optimizer=problem.optimizer,
                       lr=problem.lr, beta1=problem.beta1, beta2=problem.beta2, adam_eps=problem.eps,
                       optimizer_state=problem.optimizer_state, meta_batch=case.meta_batch,
                       iterations=problem.iterations, meta_step=problem.meta_step, eval_batch=problem.batch,
                       eval_steps=problem.steps, queries=problem.queries, tasks=problem.tasks, eval_every=0)
        if problem.is_regression:
            options |= dict(dataset="sine")
        else:
            data = WORK / "data" / case.network
            options |= dict(dataset="vectors", data=data / "images.npy", labels=data / "labels.txt",
                            split="lists", ways=problem.ways)
        flags = [part for name, value in options.items() for part in ("--" + name.replace("_", "-"), value)]
        self._json("train", *flags, "--out", run, "--quiet")
        result = self._json("eval", run, "--norm", "transductive", "--json", "--quiet")
        shutil.rmtree(run)
        scores = {steps: {"mean": mean, "ci95": ci95} for steps, mean, ci95 in result["curve"]["transductive"]}
        return {"first": scores[1], "last": scores[problem.steps]}


# Peers


@dataclasses.dataclass(frozen=True)
class Case:
    network: str
    meta_batch: int
    cores: int

    def __str__(self):
        return f"{self.network}, {self.meta_batch} tasks, {self.cores} core{'s' * (self.cores > 1)}"


class Peer:
    """A running torch_reptile.py or jax_reptile.py, compiled and waiting for orders."""

    def __init__(self, framework, case, setting):
        self.framework, self.setting = framework, setting
        self.log = WORK / "logs" / f"{framework}-{case.network}-{case.meta_batch}-{case.cores}-{setting}.log"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        command = [*program(framework), "--network", case.network, "--meta-batch", str(case.meta_batch),
                   "--cores", str(case.cores), "--setting", setting, "--data", str(WORK / "data" / case.network)]
        environment = os.environ | {"TORCHINDUCTOR_CACHE_DIR": str((WORK / "cache").resolve()),
                                    "TORCHINDUCTOR_COMPILE_THREADS": "1", "JAX_PLATFORMS": "cpu"}
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        stderr=self.log.open("w"), env=environment)
        self.version = self._answer()["version"]

    def _answer(self):
        timer = threading.Timer(PATIENCE_S, self.process.kill)
        timer.start()
        line = self.process.stdout.readline()
        timer.cancel()
        if line:
            return json.loads(line)
        self.close()
        last_words = (self.log.read_text().strip().splitlines() or ["it said nothing"])[-1]
        raise Failed(f"{last_words} (exit status {self.process.returncode})")

    def order(self, *words):
        try:
            self.process.stdin.write(" ".join(map(str, words)) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # it has ended; _answer says why
        return self._answer()

    def measure(self, seconds):
        return self.order("measure", seconds)["steps_per_s"]

    def close(self):
        """Its input ends, and so does it."""
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def program(framework):
    return [sys.executable, str(HERE / f"{framework}_reptile.py")]


def missing(framework):
    """Why a framework cannot be used; empty if it can."""
    done = subprocess.run([sys.executable, "-c", f"import {framework}"], capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stderr.strip().splitlines()[-1]


def settings_of(framework, case, wanted):
    command = [*program(framework), "--network", case.network, "--cores", str(case.cores), "--list"]
    settings = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return [setting for setting in settings if not wanted or setting in wanted.split(",")]


def audition(framework, case, arguments):
    """Tries every setting for a moment: {setting: inner steps/s, or why it does not run}."""
    tried, best = {}, 0
    for setting in settings_of(framework, case, arguments.settings):
        try:
            peer = Peer(framework, case, setting)
            rates = [peer.measure(arguments.seconds)]
            if rates[0] > best / 2:
                rates += [peer.measure(arguments.seconds) for _ in range(2)]
            peer.close()
            tried[setting] = statistics.median(rates)
            best = max(best, tried[setting])
            say(f"  {FRAMEWORKS[framework]}, {setting}: {tried[setting]:,.0f} steps/s")
        except Failed as reason:
            tried[setting] = str(reason)
            say(f"  {FRAMEWORKS[framework]}, {setting}: does not run: {reason}")
    return tried


def choose(framework, case, arguments):
    """(the fastest setting's running peer or nothing, what the report says of it)."""
    tried = audition(framework, case, arguments)
    rates = {setting: rate for setting, rate in tried.items() if not isinstance(rate, str)}
    report = {"framework": framework, "tried": tried}
    if not rates:
        return None, report | {"failure": "no setting runs"}
    setting = max(rates, key=rates.get)
    try:
        peer = Peer(framework, case, setting)
    except Failed as reason:
        return None, report | {"failure": f"{setting}: {reason}"}
    return peer, report | {"setting": setting, "version": peer.version}


# The comparison


def agrees(problem, ours, theirs):
    """Training draws its own tasks in each program, so scores differ by its seed (the margin) and by the
    tasks of the evaluation (the intervals)."""

    def is_same(a, b):
        return abs(a["mean"] - b["mean"]) <= problem.margin + (a["ci95"] ** 2 + b["ci95"] ** 2) ** 0.5

    return all(is_same(ours[name], theirs[name]) for name in ("first", "last"))


def compare(anole, case, ours, frameworks, arguments):
    """One network at one number of tasks and cores. `ours`: Anole's scores on the small problem."""
    say(f"{case}")
    peers, reports = [], []
    for framework, reason in frameworks.items():
        if reason:
            peer, report = None, {"framework": framework, "failure": f"not installed: {reason}"}
        else:
            peer, report = choose(framework, case, arguments)
        reports.append(report)
        if peer is None:
            continue
        try:
            report["check"] = peer.order("check")
            if agrees(PROBLEMS[case.network], ours, report["check"]):
                peers.append((peer, report))
                continue
            report["failure"] = "another score on the small problem, so no figure"
        except Failed as reason:
            report["failure"] = str(reason)
        peer.close()
    rates, cpu = measure_rounds(anole, case, [peer for peer, _ in peers], arguments)
    for (peer, report), theirs in zip(peers, rates[1:]):
        report["steps_per_s"] = spread(theirs)
        report["ratio"] = spread([mine / other for mine, other in zip(rates[0], theirs)])
        peer.close()
    result = dataclasses.asdict(case) | {"cpu": cpu, "check": ours, "peers": reports}
    return result | ({"steps_per_s": spread(rates[0])} if peers else {})


def measure_rounds(anole, case, peers, arguments):
    """Inner steps/s of each round: Anole's first, then each peer's."""
    rates, cpu = [[] for _ in range(1 + len(peers))], ""
    for _ in range(arguments.rounds if peers else 0):
        cpu, by_threads = anole.measure(case, arguments.seconds)
        if case.cores not in by_threads:
            fail(f"anole bench did not measure {case}")
        rates[0].append(by_threads[case.cores])
        for peer, series in zip(peers, rates[1:]):
            series.append(peer.measure(arguments.seconds))
        say("  round: " + ", ".join(f"{series[-1]:,.0f}" for series in rates))
    return rates, cpu


# The report


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def with_range(values):
    return f"{number(values['median'])} ({number(values['min'])}–{number(values['max'])})"


def scores_text(check):
    last = check["last"]
    return f"{check['first']['mean']:.3g}, {last['mean']:.3g} ± {last['ci95']:.2g}"


def row(case, report):
    start = [case["network"], case["meta_batch"], case["cores"]]
    framework = FRAMEWORKS[report["framework"]]
    scores = scores_text(case["check"]) + " / " + scores_text(report["check"]) if "check" in report else "–"
    if "ratio" not in report:
        return start + ["–", framework, report["failure"], "–", scores]
    return start + [with_range(case["steps_per_s"]), with_range(report["steps_per_s"]),
                    f"{framework}, {report['setting']}", f"**{with_range(report['ratio'])}**", scores]


def markdown(result):
    head = ["network", "tasks", "cores", "Anole, inner steps/s", "peer, inner steps/s", "peer and its best setting",
            "Anole over peer", "scores of Anole / peer"]
    rows = [row(case, report) for case in result["cases"] for report in case["peers"]]
    lines = [head, ["---"] * len(head), *rows]
    table = "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)
    return f"{result['method']}\n\n{table}\n"


def method(arguments, versions, data, cpu, load):
    checks = "; ".join(f"{network}: {text}" for network, text in data.items())
    return (
        f"{cpu or 'CPU unknown'}, {', '.join(versions)}; load {load:.1f} before. "
        f"Median (least–most) of {arguments.rounds} rounds, all programs in turn, "
        f"{arguments.seconds} s each; inner steps of all tasks per second, meta step included, warm-up and "
        "compilation excluded. Each figure follows a check: scores (percent right, or squared error for "
        f"sine_mlp) after the same small training, after one inner step and after all, ± 95 % over tasks. Data of the checks: {checks}."
    )


def main():
    arguments = parse_arguments()
    anole = Anole(arguments.anole)
    frameworks = {framework: missing(framework) for framework in arguments.frameworks}
    if all(frameworks.values()):
        fail("no peer is installed: " + "; ".join(f"{name}: {reason}" for name, reason in frameworks.items()))
    all_cores = len(os.sched_getaffinity(0))
    counts = sorted({1 if name == "one" else all_cores for name in arguments.cores})
    result = {"rounds": arguments.rounds, "seconds": arguments.seconds, "load": os.getloadavg()[0],
              "frameworks": frameworks, "data": {}, "cases": []}
    for network in arguments.networks:
        problem = PROBLEMS[network]
        result["data"][network] = ("sine waves" if problem.is_regression else
                                   write_data(problem, WORK / "data" / network, arguments.data))
        for meta_batch in META_BATCHES.get(network, (8,)):
            ours = anole.check(Case(network, meta_batch, all_cores))
            for cores in counts:
                case = compare(anole, Case(network, meta_batch, cores), ours, frameworks, arguments)
                result["cases"].append(case)
                save(result, arguments)
    print(markdown(result))
    return 1 if any("ratio" not in peer for case in result["cases"] for peer in case["peers"]
                    if not frameworks[peer["framework"]]) else 0


def save(result, arguments):
    """After each case, so that an interrupted run keeps what it has."""
    peers = [peer for case in result["cases"] for peer in case["peers"]]
    versions = dict.fromkeys(peer["version"] for peer in peers if "version" in peer)
    cpu = next((case["cpu"] for case in result["cases"] if case["cpu"]), "")
    result["method"] = method(arguments, versions, result["data"], cpu, result["load"])
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    sys.exit(main())
