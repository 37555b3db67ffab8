"""What users pass, checked, as the arrays and lists that the C++ side takes."""

from __future__ import annotations

import io
import os
import sys
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict

import numpy as np

from ._errors import Error, UsageError

if TYPE_CHECKING:
    import numpy.typing as npt


class Facts(TypedDict):
    """What a bundle is."""

    model: str
    shape: tuple[int, int, int]  # (C, H, W) of a row
    pictures: bool  # whether rows are pictures
    classes: bool  # or else a regression
    largest: float  # of the pixels of a row, which begin at 0
    outputs: int  # N or D
    adapted: bool
    labels: list[str]  # empty in an initialisation
    examples: int
    threshold: float  # of the largest probability, for "none of these"; 0: not known
    steps: int


# Modes of PIL that a PNG file holds as they are.
_PNG_MODES = {"1", "L", "LA", "P", "RGB", "RGBA", "I", "I;16"}


@dataclass
class Rows:
    """[n, C * H * W], C-contiguous."""

    numbers: npt.NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.numbers)


@dataclass
class Pictures:
    """Each a path, the bytes of a file, or a uint8 array [H, W, C]; and the names of the files."""

    items: list[Any]
    names: list[str]

    def __len__(self) -> int:
        return len(self.items)


def is_path(value: Any) -> bool:
    return isinstance(value, (str, os.PathLike))


def _is_pil(value: Any) -> bool:
    pil = sys.modules.get("PIL.Image")  # who has a picture of PIL's has imported it
    return pil is not None and isinstance(value, pil.Image)


def is_picture(value: Any) -> bool:
    return is_path(value) or isinstance(value, bytes) or _is_pil(value)


def inputs_of(X: Any, facts: Facts) -> Rows | Pictures:
    """Raises UsageError for what is neither rows nor pictures of the network's."""
    if is_picture(X):
        X = [X]
    if isinstance(X, (list, tuple)) and any(is_picture(item) for item in X):
        return _pictures_of(list(X))
    array = np.asarray(X)
    if array.dtype == object and array.ndim == 1 and any(is_picture(item) for item in array):
        return _pictures_of(list(array))
    if array.dtype.kind == "U":
        return _pictures_of([str(item) for item in np.atleast_1d(array)])
    if array.dtype == np.uint8 and facts["pictures"]:
        return _pixels_of(array, facts["shape"])
    return Rows(_rows_of(array, facts["shape"]))


def _pictures_of(items: list[Any]) -> Pictures:
    pictures = Pictures([], [])
    for i, item in enumerate(items):
        name = ""
        if is_path(item):
            item = os.fspath(item)
            name = os.path.basename(item)
        elif _is_pil(item):
            item = _png_of(item, i)
        elif not isinstance(item, bytes):
            raise UsageError(
                f"X[{i}] is of type {type(item).__name__}, expected a path, a PIL picture or bytes "
                "as the others"
            )
        pictures.items.append(item)
        pictures.names.append(name)
    return pictures


def _png_of(image: Any, index: int) -> bytes:
    """The picture as a file, so that transparency, palettes and depth mean what they mean there."""
    from PIL import ImageOps

    image = ImageOps.exif_transpose(image)
    if image.mode in {"F"}:
        raise UsageError(f"X[{index}] is a PIL picture of floats; convert it to 'L' first")
    if image.mode not in _PNG_MODES:
        image = image.convert("RGBA" if image.mode in {"PA", "La", "RGBa"} else "RGB")
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=1)
    return file.getvalue()


def _pixels_of(array: npt.NDArray[np.uint8], shape: tuple[int, int, int]) -> Pictures:
    size = shape[0] * shape[1] * shape[2]
    if array.ndim == 2 and array.shape[1] == size:
        array = array.reshape(-1, *shape)
    if array.ndim == 3:
        array = array[..., np.newaxis]
    elif array.ndim == 4 and array.shape[3] not in (1, 3) and array.shape[1] in (1, 3):
        array = np.moveaxis(array, 1, 3)
    if array.ndim != 4 or array.shape[3] not in (1, 3) or 0 in array.shape[1:3]:
        raise UsageError(
            f"X is uint8 of shape {array.shape}, expected pictures: (n, H, W), (n, H, W, 3) or "
            "(n, 3, H, W)"
        )
    return Pictures([np.ascontiguousarray(picture) for picture in array], [""] * len(array))


def _rows_of(array: npt.NDArray[Any], shape: tuple[int, int, int]) -> npt.NDArray[np.float32]:
    size = shape[0] * shape[1] * shape[2]
    row = array.shape[1:]
    flat = row == (size,)
    grey = shape[0] == 1 and row == shape[1:]
    if array.dtype.kind not in "fiub" or not (row == shape or flat or grey):
        forms = [("n", *map(str, shape))] if shape[1:] != (1, 1) else []
        known = " or ".join(f"({', '.join(form)})" for form in [*forms, ("n", str(size))])
        raise UsageError(
            f"X has shape {array.shape} of {array.dtype}, expected numbers of shape {known}"
        )
    with np.errstate(over="ignore"):  # too large for float32 is infinite, and refused by its place
        return np.ascontiguousarray(array, dtype=np.float32).reshape(len(array), size)


def text_of_label(label: Any) -> str:
    return unicodedata.normalize("NFC", str(label))


def is_text(text: str) -> bool:
    """Whether it can be written as UTF-8: halves of surrogate pairs cannot."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def labels_of(y: Any, count: int, objects: dict[str, Any]) -> list[str]:
    """The texts of `count` labels; `objects` gets what they were."""
    labels = y.tolist() if hasattr(y, "tolist") else list(y) if not isinstance(y, str) else [y]
    if not isinstance(labels, list) or any(isinstance(label, (list, tuple)) for label in labels):
        raise UsageError(f"y has shape {np.shape(y)}, expected ({count},)")
    if len(labels) != count:
        raise UsageError(f"y has {len(labels)} labels for {count} inputs")
    texts = []
    for i, label in enumerate(labels):
        label = label.item() if isinstance(label, np.generic) else label
        text = text_of_label(label)
        if label is None or text == "" or label != label or not is_text(text):
            raise UsageError(f"y[{i}] is {label!r}, expected a label")
        known = objects.setdefault(text, label)
        if known != label:
            raise UsageError(f"y has the labels {known!r} and {label!r}, which are the same text")
        texts.append(text)
    return texts


def targets_of(y: Any, count: int, width: int) -> npt.NDArray[np.float32]:
    """[count, width] numbers."""
    array = np.asarray(y)
    if array.dtype.kind not in "fiub" or array.shape not in {(count, width), (count,) * (width == 1)}:
        raise UsageError(
            f"y has shape {array.shape} of {array.dtype}, expected numbers of shape "
            f"({count}, {width})"
        )
    targets = np.ascontiguousarray(array, dtype=np.float32).reshape(count, width)
    if not np.isfinite(targets).all():
        raise Error("y holds numbers that are not finite")
    return targets
