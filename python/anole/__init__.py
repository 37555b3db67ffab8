"""Few-shot learning by meta-learning: from a few labelled examples to a network that knows them.

    import anole
    answers = anole.load("start.anole").adapt(X, y).predict(new)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._adapter import Adapter, load, untrained
from ._anole import version
from ._class_dataset import ClassDataset
from ._errors import Error, NonFiniteError, UsageError
from ._evaluate import evaluate
from ._tasks import Task, Tasks, tasks
from ._train import Run, TrainReport, train

__version__ = version()

if TYPE_CHECKING:
    from ._classifier import FewShotClassifier

__all__ = [
    "Adapter",
    "ClassDataset",
    "Error",
    "FewShotClassifier",
    "NonFiniteError",
    "Run",
    "Task",
    "Tasks",
    "TrainReport",
    "UsageError",
    "__version__",
    "evaluate",
    "load",
    "tasks",
    "train",
    "untrained",
]


def __getattr__(name: str) -> Any:
    if name == "FewShotClassifier":  # scikit-learn is imported by those who use it
        from ._classifier import FewShotClassifier

        return FewShotClassifier
    raise AttributeError(f"module 'anole' has no attribute '{name}'")
