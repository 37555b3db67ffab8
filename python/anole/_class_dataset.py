"""Labelled rows in memory."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from . import _anole
from ._errors import UsageError
from ._inputs import is_picture, is_text

if TYPE_CHECKING:
    import numpy.typing as npt


class ClassDataset:
    """Rows with labels in memory, to train on, evaluate on and draw tasks from.

    X: numbers of any kind, read as a `.npy` file with them is: [n, d] rows of features, [n, H, W],
    [n, C, H, W] or [n, H, W, C] pictures (docs/protocol.md). y: [n] labels; whole numbers and
    truth values are called as in a `.npy` file ("3", "1"), all others by str(). names: what the
    labels are called instead, a mapping, or a sequence that integer labels count from 0.

    X is copied once, so that later changes of the array change nothing here. The same arrays in a
    `.npy` file give the same classes, splits, hash and training, bit for bit. Of pictures in files
    give the folder's path, with a folder a class, in the place of a ClassDataset. Raises anole.Error
    for rows that are not finite, and for a shape that could mean two things.
    """

    def __init__(
        self, X: Any, y: Any, names: Mapping[Any, str] | Sequence[str] | None = None
    ) -> None:
        array = _numbers(X)
        labels = _labels(y) if names is None else _named(y, names)
        for i, label in enumerate(labels):
            if not is_text(label):
                raise UsageError(f"y[{i}] is called {label!r}, expected a label")
        self._data = _anole.ClassData(array.shape, array.dtype.str, _bytes(array), labels)

    @property
    def classes(self) -> list[str]:
        """The labels, each once, sorted."""
        return self._data.classes

    @property
    def counts(self) -> dict[str, int]:
        """How many rows each class has."""
        return dict(zip(self._data.classes, self._data.items))

    @property
    def shape(self) -> tuple[int, int, int]:
        """(C, H, W) of a row; (d, 1, 1) of features."""
        return self._data.shape

    @property
    def hash(self) -> str:
        """16 hex digits of rows, shape and labels: what run.json and evaluations call dataset_hash."""
        return self._data.hash

    def __len__(self) -> int:
        """The number of rows."""
        return sum(self._data.items)

    def __repr__(self) -> str:
        shape = " x ".join(map(str, self.shape))
        return f"<anole.ClassDataset of {len(self.classes)} classes, {len(self)} rows of {shape}>"


def _numbers(X: Any) -> npt.NDArray[Any]:
    if is_picture(X) or (isinstance(X, (list, tuple)) and any(is_picture(item) for item in X)):
        raise UsageError(
            "X: found pictures, expected an array of numbers; put pictures into a folder with one "
            "folder a class and pass its path, or stack them: numpy.stack([numpy.asarray(p) for p in X])"
        )
    array = np.asarray(X.detach().cpu() if hasattr(X, "detach") else X)
    if array.dtype.kind not in "fiub" or array.dtype.itemsize > 8:
        raise UsageError(f"X: found an array of {array.dtype}, expected numbers of at most 64 bits")
    if array.ndim == 0 or array.size == 0:
        raise UsageError(f"X has shape {array.shape}, expected at least one row: (n, …)")
    return _little_endian(array)


def _little_endian(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    swapped = array.dtype.byteorder == ">" or (array.dtype.byteorder == "=" and sys.byteorder == "big")
    return np.ascontiguousarray(array.astype(array.dtype.newbyteorder("<")) if swapped else array)


def _bytes(array: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    return array.reshape(-1).view(np.uint8)


def _labels(y: Any) -> list[str]:
    array = np.asarray(y.detach().cpu() if hasattr(y, "detach") else y)
    if array.dtype.kind in "biufUS" and array.dtype.itemsize > 0 and array.size > 0:
        array = _little_endian(array)
        return _anole.labels_of_array(array.shape, array.dtype.str, _bytes(array))
    if array.ndim != 1:
        raise UsageError(f"y has shape {array.shape}, expected one label a row: (n,)")
    for i, label in enumerate(array):
        if label is None or label != label:
            raise UsageError(f"y[{i}] is {label!r}, expected a label")
    return [str(label) for label in array]


def _named(y: Any, names: Mapping[Any, str] | Sequence[str]) -> list[str]:
    if isinstance(names, str):
        raise UsageError("names: found a text, expected a mapping or a sequence of names")
    labels = np.asarray(y).tolist()
    known = names if isinstance(names, Mapping) else dict(enumerate(names))
    for i, label in enumerate(labels):
        if label not in known:
            raise UsageError(f"names: there is none for y[{i}], {label!r}")
    return [str(known[label]) for label in labels]
