"""Tasks as arrays, for those who want the data and the protocol alone."""

from __future__ import annotations

import os
import pathlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, overload

from . import _anole
from ._class_dataset import ClassDataset
from ._errors import UsageError
from ._evaluate import _rows_or_keyword
from ._keywords import TASKS, describe, errors_with_keywords
from ._train import Run

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from typing_extensions import Unpack

    from ._options import TaskOptions

    Path = str | os.PathLike[str]


class Task(NamedTuple):
    """One few-shot problem of N ways, K shots and Q queries a class, class by class in label order."""

    support_x: npt.NDArray[np.float32]  # [N * K, C, H, W]
    support_y: npt.NDArray[Any]  # [N * K] int64 in [0, N); of a regression [K, D] float32
    query_x: npt.NDArray[np.float32]  # [N * Q, C, H, W]
    query_y: npt.NDArray[Any]  # [N * Q] int64; of a regression [Q, D] float32
    class_names: list[str]  # [N] in label order; of a regression its description


class Tasks(Sequence[Task]):
    """A sequence of tasks, drawn when they are asked for. Task i is always the same, in any thread.

    The arrays are views into memory of the task's own, which lives as long as one of them.
    """

    def __init__(self, tasks: _anole.Tasks) -> None:
        self._tasks = tasks
        self.facts: dict[str, Any] = tasks.facts()
        """count, dataset, dataset_hash, split, ways, shots, queries, seed, hash (of tasks that are
        listed in a file), notes."""

    def __len__(self) -> int:
        count: int = self.facts["count"]
        return count

    @overload
    def __getitem__(self, index: int) -> Task: ...
    @overload
    def __getitem__(self, index: slice) -> list[Task]: ...
    def __getitem__(self, index: int | slice) -> Task | list[Task]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        place = index + len(self) if index < 0 else index
        if not 0 <= place < len(self):
            raise IndexError(f"task {index} of {len(self)}")
        return Task(*self._tasks.task(place))

    def __repr__(self) -> str:
        facts = self.facts
        return f"<anole.Tasks: {len(self):,} of {facts['dataset']}, seed {facts['seed']}>"


def tasks(
    source: Path | Run | ClassDataset | None = None,
    *,
    data: Path | ClassDataset | None = None,
    ways: int | None = None,
    shots: int | None = None,
    queries: int | None = None,
    part: str | None = None,
    seed: int | None = None,
    count: int | None = None,
    **options: Unpack[TaskOptions],
) -> Tasks:
    """The tasks that `anole eval` draws with these options, as NumPy arrays.

    source: a published data set's name ("omniglot"), own data's path, a ClassDataset; or a Run, its
    folder or a bundle, whose data, split, protocol and rows are then usual. data: where published
    data lies, usually $ANOLE_DATA; with a Run or bundle, other data. ways, shots, queries: usually
    5, 1, 1, or the run's. part: "test", "validation" or "train" classes. seed: usually 0, or the
    run's. count: how many, usually 10,000 or the run's; they are drawn when asked for.

    Returns a sequence of Task. Raises anole.UsageError for mistakes in options and anole.Error for
    data that does not fit or is not there.

    {options}
    """
    keywords: dict[str, Any] = dict(options)
    keywords |= {"ways": ways, "shots": shots, "queries": queries}
    keywords |= {"split_part": part, "seed": seed, "tasks": count}
    if isinstance(source, ClassDataset):
        if data is not None:
            raise UsageError("data: found it beside a ClassDataset; leave one of them out")
        source, data = None, source
    rows = _rows_or_keyword(data, keywords)
    if source is None and rows is None and "dataset" not in keywords:
        raise UsageError("tasks: name a data set, own data, a Run or a bundle, or pass a ClassDataset")
    with errors_with_keywords():
        if source is not None and _is_stored(source):
            return Tasks(_anole.Tasks.of_stored(source, keywords, rows))
        if rows is not None and source is not None:
            raise UsageError(f"data: found a ClassDataset beside {source}; leave one of them out")
        return Tasks(_anole.Tasks.of_data(source, keywords, rows))


def _is_stored(source: Path | Run) -> bool:
    path = pathlib.Path(source)
    return isinstance(source, Run) or path.suffix == ".anole" or (path / "run.json").exists()


describe(
    tasks,
    [k for k in TASKS if k[0] not in ("data", "ways", "shots", "queries", "split_part", "seed", "tasks")],
)
