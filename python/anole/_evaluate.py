"""Evaluation, as `anole eval` does it."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from . import _anole
from ._class_dataset import ClassDataset
from ._keywords import EVALUATE, describe, errors_with_keywords
from ._progress import Progress
from ._train import Run

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._options import EvalOptions

    Path = str | os.PathLike[str]


def evaluate(
    source: Path | Run,
    data: Path | ClassDataset | None = None,
    *,
    progress: bool = True,
    **options: Unpack[EvalOptions],
) -> dict[str, Any]:
    """Measures how well an initialisation adapts to tasks it has never seen.

    source: a Run, its folder, or a bundle. data: a ClassDataset or a path, in the place of the data
    of the run. Data, split and protocol are the run's unless an option changes them. progress: a line
    that says how far it is.

    Returns what `anole eval --json` prints, with the same numbers to the last bit
    (docs/formats.md). Ctrl-C ends it. Raises anole.UsageError for mistakes in options and
    anole.Error for data that does not fit.

    {options}
    """
    keywords: dict[str, Any] = dict(options)
    rows = _rows_or_keyword(data, keywords)
    line = Progress(progress)
    try:
        with errors_with_keywords():
            text = _anole.evaluate(
                source,
                keywords,
                rows,
                lambda done, tasks: line.show(done / tasks, f"{done:,}/{tasks:,} tasks"),
            )
    finally:
        line.clear()
    result: dict[str, Any] = json.loads(text)
    return result


def _rows_or_keyword(
    data: Path | ClassDataset | None, keywords: dict[str, Any]
) -> _anole.ClassData | None:
    if isinstance(data, ClassDataset):
        return data._data
    if data is not None:
        keywords["data"] = data
    return None


describe(evaluate, [keyword for keyword in EVALUATE if keyword[0] != "data"])
