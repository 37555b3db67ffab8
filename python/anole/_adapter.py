"""One bundle that adapts and answers."""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from . import _anole
from ._errors import Error, UsageError
from ._inputs import Facts, Pictures, Rows, inputs_of, is_path, labels_of, targets_of, text_of_label
from ._keywords import describe, errors_with_keywords, respelled

if TYPE_CHECKING:
    import numpy.typing as npt
    from typing_extensions import Self, Unpack

    from ._options import AdaptOptions, ModelOptions

    Path = str | os.PathLike[str]


def load(source: Path | bytes, *, engine: str = "fused") -> Adapter:
    """Loads a bundle, an initialisation or an adapted network.

    source: the path of a `.anole` file, or the bytes of one. engine: "fused", "onednn" (its peer,
    where it was built in) or "reference" (plain loops). Raises anole.Error for a file that is
    damaged, foreign or newer.
    """
    if isinstance(source, (bytes, bytearray, memoryview)):
        return Adapter(_anole.Core.from_bytes(bytes(source), engine), engine)
    return Adapter(_anole.Core.load(source, engine), engine)


def untrained(
    shape: tuple[int, int, int],
    ways: int,
    *,
    seed: int = 0,
    engine: str = "fused",
    **options: Unpack[ModelOptions],
) -> Adapter:
    """A network of the zoo that was never trained, to load weights into or to compare with.

    shape: (C, H, W) of a row; (columns, 1, 1) of a table. ways: classes of its output layer, at
    least 2; adapt makes another for as many as there are.

    {options}
    """
    core = _anole.Core.untrained(shape, ways, seed, engine, dict(options))
    return Adapter(core, engine)


class Adapter:
    """From a bundle to answers: a few labelled examples in, labels for new inputs out.

    Made by anole.load. Inputs X, anywhere below, are one of

    - float arrays [n, C, H, W], [n, C * H * W] or, of grey pictures, [n, H, W]: rows as the network
      takes them (a table's columns are standardised by the bundle). C-contiguous float32 is not
      copied to be asked about; other numbers are converted.
    - pictures: a list of paths, PIL pictures or bytes of files (PNG, JPEG, WebP), or a uint8 array
      [n, H, W], [n, H, W, 3] or [n, 3, H, W]. They are resized, made grey or RGB and scaled as the
      bundle says, to the same bits as by `anole adapt` and `anole predict`.

    One Adapter may be used by several threads: one waits for another. Several Adapters work side by
    side, without Python's lock.
    """

    def __init__(self, core: _anole.Core, engine: str) -> None:
        self._core = core
        self._engine = engine
        self._lock = threading.RLock()
        self._objects: dict[str, Any] = {}  # of a label's text, where they are no texts
        self._read_facts()

    def _read_facts(self) -> None:
        self._facts = cast(Facts, self._core.facts())
        labels = [self._objects.get(text, text) for text in self._facts["labels"]]
        self._classes = _array_of_labels(labels)

    @property
    def shape(self) -> tuple[int, int, int]:
        """(C, H, W) of a row."""
        return self._facts["shape"]

    @property
    def classes_(self) -> npt.NDArray[Any]:
        """[N]: the classes in the order of the outputs, as they were given; empty before adapt.

        A bundle keeps their texts: those of a loaded one are str.
        """
        return self._classes.copy()

    # Adapting

    def adapt(self, X: Any, y: Any = None, **options: Unpack[AdaptOptions]) -> Self:
        """Adapts the initialisation to examples, always from where the bundle began.

        X: n inputs, in any order. y: [n] labels, of 2 to 200 classes; texts, numbers or anything
        whose str() tells it apart. Of a regression: [n] or [n, D] numbers. X may also be the path of
        a folder or zip with a folder a class, or of a table; y is then left out.

        {options}
        Returns self. Raises anole.Error for examples that do not fit and anole.NonFiniteError where
        the adaptation diverges; the bundle is then what it was.
        """
        with self._lock, errors_with_keywords():
            self._learn(X, y, dict(options), add=False)
        return self

    def add(self, X: Any, y: Any = None) -> Self:
        """Adds examples, of old or new classes: the bytes of one adaptation to all of them.

        X, y as of adapt; a folder of loose pictures is one class, called like the folder.
        """
        with self._lock, errors_with_keywords():
            self._learn(X, y, {}, add=True)
        return self

    def remove(self, label: Any) -> Self:
        """Forgets a class: the bytes of an adaptation without its examples."""
        with self._lock:
            self._core.remove(text_of_label(label))
            self._read_facts()
        return self

    def forget_examples(self) -> Self:
        """Leaves examples and initialisation out of the bundle: it answers, and cannot change."""
        with self._lock:
            self._core.forget_examples()
            self._read_facts()
        return self

    def _learn(self, X: Any, y: Any, options: dict[str, object], add: bool) -> None:
        core, objects = self._core, dict(self._objects) if add else {}
        notes: list[str] = []
        if y is None:
            notes = self._learn_path(X, options, add)
        elif not self._facts["classes"]:
            self._learn_targets(X, y, options, add)
        else:
            given = inputs_of(X, self._facts)
            texts = labels_of(y, len(given), objects)
            if isinstance(given, Pictures) and add:
                notes = core.add_pictures(given.items, texts, given.names)
            elif isinstance(given, Pictures):
                notes = core.adapt_pictures(given.items, texts, given.names, options)
            else:
                notes = _odd_range(given, self._facts)
                if add:
                    core.add_rows(given.numbers, texts, [""] * len(given))
                else:
                    core.adapt_rows(given.numbers, texts, [""] * len(given), options)
        self._objects = objects
        self._read_facts()
        for note in notes:
            warnings.warn(respelled(note), stacklevel=3)

    def _learn_path(self, X: Any, options: dict[str, object], add: bool) -> list[str]:
        if not is_path(X):
            raise UsageError(
                "y is missing: a label for each input; without it X is the path of a folder"
            )
        return self._core.add_path(X) if add else self._core.adapt_path(X, options)

    def _learn_targets(self, X: Any, y: Any, options: dict[str, object], add: bool) -> None:
        if add:
            raise UsageError("add: a regression has no classes; adapt to all examples")
        given = inputs_of(X, self._facts)
        assert isinstance(given, Rows)
        targets = targets_of(y, len(given), self._facts["outputs"])
        self._core.adapt_targets(given.numbers, targets, options)

    # Asking

    def predict(
        self, X: Any, *, reject: bool = False, threshold: float | None = None
    ) -> npt.NDArray[Any]:
        """[n] classes, as they were given to adapt; of a regression [n] or, where D > 1, [n, D].

        reject: None in place of a class whose probability is below `threshold`, usually the
        bundle's own, which training measured; the array is then one of objects.
        """
        if not self._facts["classes"]:
            values = self.outputs(X)
            return values[:, 0] if values.shape[1] == 1 else values
        _check_threshold(reject, threshold)
        with self._lock:
            self._require_classes()
            if reject and threshold is None and self._facts["threshold"] == 0:
                raise Error(
                    "the bundle was not calibrated, so that it has no threshold for 'none of "
                    "these'; say one: reject=True, threshold=0.5"
                )
            labels, probabilities, known = self._core.predict(self._rows(X))
            answers: npt.NDArray[Any] = self._classes[labels]
        if not reject:
            return answers
        if threshold is not None:
            known = probabilities.max(axis=1) >= threshold
        answers = answers.astype(object)
        answers[known == 0] = None
        return answers

    def predict_proba(self, X: Any) -> npt.NDArray[np.float64]:
        """[n, N] probabilities, in the order of classes_: softmax of the outputs by the bundle's
        temperature."""
        if not self._facts["classes"]:
            raise Error("predict_proba: the network is a regression, and has no classes")
        with self._lock:
            self._require_classes()
            return self._core.predict(self._rows(X))[1]

    def outputs(self, X: Any) -> npt.NDArray[np.float32]:
        """[n, N] logits in the order of classes_, or [n, D] values, before any temperature."""
        with self._lock:
            return self._core.outputs(self._rows(X))

    decision_function = outputs

    def _rows(self, X: Any) -> npt.NDArray[np.float32]:
        given = inputs_of(X, self._facts)
        if isinstance(given, Rows):
            return given.numbers
        return self._core.rows_of_pictures(given.items)

    def _require_classes(self) -> None:
        if self._facts["labels"]:
            return
        raise Error(
            "the bundle is an initialisation that knows no classes yet; give it a few examples of "
            "each first: adapter.adapt(X, y)"
        )

    # Keeping

    def save(self, path: Path) -> None:
        """Writes the bundle, whole or not at all: the file that `anole adapt` writes."""
        with self._lock:
            self._core.save(path)

    def to_bytes(self) -> bytes:
        """The bytes of that file; anole.load takes them."""
        with self._lock:
            return self._core.to_bytes()

    def __reduce__(self) -> tuple[Callable[..., Adapter], tuple[Any, ...]]:
        return _unpickled, (self.to_bytes(), self._engine, self._objects)

    # Weights

    def state_dict(self) -> dict[str, npt.NDArray[np.float32]]:
        """The params as arrays, by the names and in the layouts of PyTorch.

        Convolutions "conv1.weight" [out, in, k, k], linear layers "linear.weight" [out, in], norms
        "norm1.weight" and "norm1.bias" [channels]. To PyTorch:
        {name: torch.from_numpy(array) for name, array in adapter.state_dict().items()}.
        """
        with self._lock:
            params, tensors = self._core.params(), self._core.tensors()
        state = {}
        for name, shape, offset in tensors:
            size = int(np.prod(shape))
            state[_torch_name(name)] = params[offset : offset + size].reshape(shape).copy()
        return state

    def load_state_dict(self, state: Mapping[str, Any]) -> Self:
        """Replaces the params of an initialisation by those of `state`, as of state_dict.

        Arrays or tensors, by PyTorch's names; running averages of norms are passed over, since
        norms take the statistics of the support rows. Raises anole.Error for an adapted network and
        anole.UsageError for a tensor that is missing, foreign or of another shape.
        """
        with self._lock:
            params = _params_of(state, self._core.tensors())
            self._core = self._core.with_params(params, self._engine)
            self._read_facts()
        return self

    def __repr__(self) -> str:
        facts = self._facts
        taken = " x ".join(str(size) for size in facts["shape"])
        if not facts["classes"]:
            what = f"regression of {facts['outputs']}"
        elif facts["labels"]:
            what = f"adapted to {len(facts['labels'])} classes"
        else:
            what = "an initialisation"
        return f"<anole.Adapter of {facts['model']}, {taken}, {what}>"


def _unpickled(data: bytes, engine: str, objects: dict[str, Any]) -> Adapter:
    adapter = load(data, engine=engine)
    adapter._objects = objects
    adapter._read_facts()
    return adapter


def _odd_range(rows: Rows, facts: Facts) -> list[str]:
    """A line where rows of pixels are on another scale than those that the network takes."""
    largest = facts["largest"]
    if not facts["pictures"] or rows.numbers.size == 0:
        return []
    low, high = float(rows.numbers.min()), float(rows.numbers.max())
    if low >= -0.5 * largest and 0.02 * largest <= high <= 2 * largest:
        return []
    return [
        f"X holds pixels from {low:.4g} to {high:.4g}, and the network takes them from 0 to {largest:.4g}; "
        "pass uint8 arrays, paths or PIL pictures to have them scaled"
    ]


def _array_of_labels(labels: list[Any]) -> npt.NDArray[Any]:
    kinds = {type(label) for label in labels}
    if len(kinds) == 1 and kinds <= {str, int, float, bool}:
        return np.array(labels)
    array = np.empty(len(labels), dtype=object)
    array[:] = labels
    return array


def _check_threshold(reject: bool, threshold: float | None) -> None:
    if threshold is None:
        return
    if not reject:
        raise UsageError("threshold: it takes effect with reject=True alone")
    if not 0 <= threshold <= 1:
        raise UsageError(f"threshold: expected a number from 0 to 1, found {threshold}")


def _torch_name(name: str) -> str:
    return name.removesuffix(".scale") + ".weight" if name.endswith(".scale") else (
        name.removesuffix(".shift") + ".bias" if name.endswith(".shift") else name
    )


_RUNNING = (".running_mean", ".running_var", ".num_batches_tracked")


def _params_of(
    state: Mapping[str, Any], tensors: list[tuple[str, tuple[int, ...], int]]
) -> npt.NDArray[np.float32]:
    wanted = {_torch_name(name): shape for name, shape, _ in tensors}
    foreign = [name for name in state if name not in wanted and not name.endswith(_RUNNING)]
    missing = [name for name in wanted if name not in state]
    if foreign or missing:
        raise UsageError(
            f"load_state_dict: missing are {missing}, not of this network are {foreign}"
        )
    parts = []
    for name, shape in wanted.items():
        values = state[name]
        if hasattr(values, "detach"):  # a tensor of PyTorch
            values = values.detach().cpu()
        array = np.asarray(values, dtype=np.float32)
        if array.shape != tuple(shape):
            raise UsageError(
                f"load_state_dict: {name} has shape {array.shape}, expected {tuple(shape)}"
            )
        parts.append(array.ravel())
    return np.concatenate(parts)


describe(untrained, _anole.model_keywords())
describe(Adapter.adapt, _anole.adapt_keywords())
