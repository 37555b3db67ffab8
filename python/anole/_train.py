"""Training, as `anole train` does it."""

from __future__ import annotations

import json
import math
import os
import pathlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from . import _anole
from ._adapter import Adapter, load
from ._class_dataset import ClassDataset
from ._errors import Error, UsageError
from ._keywords import TRAIN, describe, errors_with_keywords, respelled
from ._progress import Progress, duration

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._options import TrainOptions

    Path = str | os.PathLike[str]


@dataclass(frozen=True)
class TrainReport:
    """What a callback is told of a training, after a meta-iteration."""

    iteration: int  # done
    iterations: int  # to do in all
    loss: float  # mean over its tasks of the last inner step's batch
    update: float  # length of the tasks' mean change, before meta_step scales it
    meta_step: float  # of this meta-iteration
    seconds: float  # since this call began or resumed the run
    seconds_left: float  # at the present rate; infinite in the first second
    inner_steps_per_second: float
    rows_per_second: float
    validation: dict[str, Any] | None  # the last: iteration, on, norm, tasks, accuracy or error, ci95


@dataclass
class Run:
    """A run folder, and what was learned."""

    folder: pathlib.Path
    iterations: int = 0  # to do in all
    iteration: int = 0  # done
    finished: bool = False  # or else stopped: anole.train(resume=run) goes on
    seconds: float = 0.0  # of the call that returned this
    validation: dict[str, Any] | None = None  # the last: iteration, on, norm, tasks, accuracy or error, ci95
    notes: list[str] = field(default_factory=list)  # what a user should know, a line each

    @property
    def bundle(self) -> pathlib.Path:
        """The initialisation, the file that anole.load reads. Raises anole.Error before the end."""
        if not self.finished:
            raise Error(f"{self.folder}: the run has no bundle yet; {_how_to_go_on(self)}")
        return self.folder / "bundle.anole"

    def load(self, **options: Any) -> Adapter:
        """The initialisation, ready to adapt; options as of anole.load."""
        return load(self.bundle, **options)

    def metrics(self) -> list[dict[str, Any]]:
        """The lines of metrics.jsonl: iteration with meta_step, loss, update; or with validation."""
        lines = (self.folder / "metrics.jsonl").read_text().splitlines()
        return [json.loads(line) for line in lines]

    def __fspath__(self) -> str:
        return os.fspath(self.folder)


class _Watch:
    """What the C++ side tells of a run."""

    def __init__(self, progress: bool, callback: Callable[[TrainReport], object] | None) -> None:
        self.run = Run(pathlib.Path())
        self.progress = Progress(progress)
        self._callback = callback

    def start(self, folder: str, iteration: int, iterations: int) -> None:
        self.run.folder = pathlib.Path(folder)
        self.run.iteration, self.run.iterations = iteration, iterations

    def note(self, text: str) -> None:
        text = respelled(text)
        self.run.notes.append(text)
        self.progress.note(text)

    def iteration(self, told: dict[str, Any]) -> bool:
        """Whether to go on."""
        report = TrainReport(**told, validation=self.run.validation)
        self.run.iteration = report.iteration
        self.progress.show(report.iteration / report.iterations, *_facts(report))
        return self._callback is None or self._callback(report) is not False

    def validation(self, told: dict[str, Any]) -> None:
        self.run.validation = told

    def stage(self, what: str, done: float) -> None:
        self.progress.show(done, what)

    def end(self, iteration: int, finished: bool, seconds: float) -> None:
        self.run.iteration, self.run.finished, self.run.seconds = iteration, finished, seconds


def _facts(report: TrainReport) -> list[str]:
    facts = [f"{report.iteration:,}/{report.iterations:,}"]
    if math.isfinite(report.seconds_left):
        facts.append(f"{duration(report.seconds_left)} left")
    facts.append(f"loss {report.loss:.4g}")
    if report.validation is not None:
        key = "accuracy" if "accuracy" in report.validation else "error"
        facts.append(f"{key} {report.validation[key]:.4g} on {report.validation['on']}")
    if math.isfinite(report.seconds_left):
        facts.append(f"{report.inner_steps_per_second:,.0f} steps/s")
    return facts


def _how_to_go_on(run: Run) -> str:
    return f"go on with anole.train(resume={str(run.folder)!r})"


def _where_it_stopped(run: Run) -> str:
    what = "finished, but not calibrated" if run.finished else (
        f"stopped after {run.iteration:,} of {run.iterations:,} meta-iterations"
    )
    return f"{what}; {_how_to_go_on(run)}"


def train(
    config_or_data: Path | ClassDataset | None = None,
    data: Path | ClassDataset | None = None,
    *,
    progress: bool = True,
    callback: Callable[[TrainReport], object] | None = None,
    callback_every: int = 0,
    resume: Path | Run | None = None,
    **options: Unpack[TrainOptions],
) -> Run:
    """Learns an initialisation from many small tasks: the run of `anole train`, bit for bit.

    config_or_data: a config of the program by its name ("omniglot_5way"), a config's file, own data
    (a folder or zip with a folder of pictures a class, a .csv, .npy or .npz), or a ClassDataset. Own
    data comes with a recipe that is cut to it. Without it: drawn glyphs, in about a minute.
    data: the folder that published data sets lie in, usually $ANOLE_DATA; or, in place of
    config_or_data or beside a config, a ClassDataset or the path of own data.
    progress: a line on stderr, or in a notebook, that says how far it is.
    callback: gets a TrainReport, at most twenty times a second and at the end, or every
    `callback_every` meta-iterations. If it returns False the run stops in good order; what it raises
    stops the run and is raised again. Either leaves a checkpoint.
    resume: a Run or its folder, to go on from its newest checkpoint. Its options are the run's; a
    ClassDataset must be passed again.

    Returns the Run. Ctrl-C stops it after a meta-iteration, with a checkpoint, and raises
    KeyboardInterrupt that says how to go on. Python's other threads run on meanwhile. Raises
    anole.UsageError for mistakes in options, anole.Error for data that cannot be trained on and
    anole.NonFiniteError where training diverges. report.html and the table of what to expect of new
    classes are the command line's: `anole report FOLDER` makes the page.

    {options}
    """
    keywords: dict[str, Any] = dict(options)
    source, rows = _what_to_train_on(config_or_data, data, keywords, resume)
    if keywords.get("report"):
        raise UsageError("report: not made from Python; 'anole report FOLDER' makes it of a run")
    if callback_every < 0:
        raise UsageError(f"callback_every: expected 0 or more, found {callback_every}")
    watch = _Watch(progress, callback)
    try:
        with errors_with_keywords():
            _anole.train(source, keywords, resume, rows, callback_every, watch)
    except KeyboardInterrupt:
        if not watch.run.iterations:
            raise
        raise KeyboardInterrupt(_where_it_stopped(watch.run)) from None
    except Exception as error:
        if watch.run.iterations and not isinstance(error, Error) and hasattr(error, "add_note"):
            error.add_note(f"the training {_where_it_stopped(watch.run)}")
        raise
    finally:
        watch.progress.clear()
    if not watch.run.finished:
        watch.note(_where_it_stopped(watch.run))
    return watch.run


def _what_to_train_on(
    config_or_data: Path | ClassDataset | None,
    data: Path | ClassDataset | None,
    keywords: dict[str, Any],
    resume: object,
) -> tuple[Path | None, _anole.ClassData | None]:
    """The positional argument of the command line, and rows in memory; a path may become a keyword."""
    if isinstance(config_or_data, ClassDataset):
        if data is not None:
            raise UsageError("data: found it beside a ClassDataset; leave one of them out")
        config_or_data, data = None, config_or_data
    source = config_or_data
    if isinstance(data, ClassDataset):
        return source, data._data
    if data is not None and source is None and resume is None and "dataset" not in keywords:
        return data, None
    if data is not None:
        keywords["data"] = data
    return source, None


describe(train, [keyword for keyword in TRAIN if keyword[0] not in ("data", "report")])
