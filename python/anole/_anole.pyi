"""The C++ side of the package anole."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

import numpy
from numpy.typing import NDArray


def version() -> str: ...

def adapt_keywords() -> list[tuple[str, str, str, str]]:
    """Of Adapter.adapt: (name, type, default, help) of each keyword."""

def model_keywords() -> list[tuple[str, str, str, str]]:
    """Of untrained: (name, type, default, help) of each keyword."""

def start_bundle() -> str:
    """The path of the start that `make demo` leaves."""

class Core:
    """One bundle; not for several threads at once."""

    @staticmethod
    def load(path: object, engine: str) -> Core: ...

    @staticmethod
    def from_bytes(bytes: bytes, engine: str) -> Core: ...

    @staticmethod
    def untrained(shape: tuple[int, int, int], ways: int, seed: int, engine: str, options: dict[str, object]) -> Core: ...

    def to_bytes(self) -> bytes: ...

    def save(self, path: object) -> None: ...

    def facts(self) -> dict[str, object]: ...

    def rows_of_pictures(self, pictures: list[object]) -> NDArray[numpy.float32]: ...

    def outputs(self, rows: Annotated[NDArray[numpy.float32], dict(shape=(None, None), order='C', device='cpu', writable=False)]) -> NDArray[numpy.float32]: ...

    def predict(self, rows: Annotated[NDArray[numpy.float32], dict(shape=(None, None), order='C', device='cpu', writable=False)]) -> tuple[NDArray[numpy.int64], NDArray[numpy.float64], NDArray[numpy.uint8]]: ...

    def tensors(self) -> list[tuple[str, tuple[int, ...], int]]: ...

    def params(self) -> NDArray[numpy.float32]: ...

    def with_params(self, params: Annotated[NDArray[numpy.float32], dict(shape=(None,), order='C', writable=False)], engine: str) -> Core: ...

    def adapt_rows(self, rows: Annotated[NDArray[numpy.float32], dict(shape=(None, None), order='C', device='cpu', writable=False)], labels: Sequence[str], names: Sequence[str], options: dict[str, object]) -> None: ...

    def adapt_targets(self, rows: Annotated[NDArray[numpy.float32], dict(shape=(None, None), order='C', device='cpu', writable=False)], targets: Annotated[NDArray[numpy.float32], dict(shape=(None, None), order='C', device='cpu', writable=False)], options: dict[str, object]) -> None: ...

    def adapt_pictures(self, pictures: list[object], labels: Sequence[str], names: Sequence[str], options: dict[str, object]) -> list[str]: ...

    def adapt_path(self, path: object, options: dict[str, object]) -> list[str]: ...

    def add_rows(self, rows: Annotated[NDArray[numpy.float32], dict(shape=(None, None), order='C', device='cpu', writable=False)], labels: Sequence[str], names: Sequence[str]) -> None: ...

    def add_pictures(self, pictures: list[object], labels: Sequence[str], names: Sequence[str]) -> list[str]: ...

    def add_path(self, path: object) -> list[str]: ...

    def remove(self, label: str) -> None: ...

    def forget_examples(self) -> None: ...

def labels_of_array(shape: Sequence[int], type: str, bytes: Annotated[NDArray[numpy.uint8], dict(shape=(None,), order='C', device='cpu', writable=False)]) -> list[str]:
    """The labels of a .npy file with this array."""

class ClassData:
    """Rows with labels in memory."""

    def __init__(self, shape: Sequence[int], type: str, bytes: Annotated[NDArray[numpy.uint8], dict(shape=(None,), order='C', device='cpu', writable=False)], labels: Sequence[str]) -> None: ...

    @property
    def shape(self) -> tuple[int, int, int]: ...

    @property
    def classes(self) -> list[str]: ...

    @property
    def items(self) -> list[int]: ...

    @property
    def hash(self) -> str: ...

def train_keywords() -> list[tuple[str, str, str, str]]:
    """Of train: (name, type, default, help) of each keyword."""

def train(source: object | None, options: dict[str, object], resume: object | None, data: ClassData | None, every: int, watch: object) -> None:
    """A run, told to a Watch of anole/_watch.py."""

def eval_keywords() -> list[tuple[str, str, str, str]]:
    """Of evaluate: (name, type, default, help) of each keyword."""

def evaluate(source: object, options: dict[str, object], data: ClassData | None, progress: Callable[[int, int], None]) -> str:
    """The JSON of an evaluation."""

def task_keywords() -> list[tuple[str, str, str, str]]:
    """Of tasks: (name, type, default, help) of each keyword."""

class Tasks:
    """The tasks of an evaluation; any number of threads may ask."""

    @staticmethod
    def of_stored(path: object, options: dict[str, object], data: ClassData | None) -> Tasks: ...

    @staticmethod
    def of_data(source: object | None, options: dict[str, object], data: ClassData | None) -> Tasks: ...

    def task(self, index: int) -> tuple[NDArray[numpy.float32], Any, NDArray[numpy.float32], Any, list[str]]: ...

    def facts(self) -> dict[str, object]: ...
