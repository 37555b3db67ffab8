"""A bundle as a classifier of scikit-learn."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, column_or_1d, validate_data

from . import _anole
from ._adapter import Adapter, load
from ._errors import UsageError
from ._inputs import is_picture, text_of_label

if TYPE_CHECKING:
    import os

    import numpy.typing as npt
    from typing_extensions import Self


class FewShotClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # no stubs there
    """Adapts a bundle to the training examples, and answers with what came of it.

    bundle: a path, the bytes of a bundle, or an Adapter, which stays as it is; None: the start that
    `make demo` leaves. The others are the keywords of Adapter.adapt; None: the bundle's own.

    X is what Adapter takes: float arrays [n, C * H * W] or [n, C, H, W], uint8 pictures, a list of
    paths or PIL pictures. Results do not depend on the order of examples.
    """

    def __init__(
        self,
        bundle: str | os.PathLike[str] | bytes | Adapter | None = None,
        *,
        steps: int | None = None,
        batch: int | None = None,
        lr: float | None = None,
        shift: int | None = None,
        seed: int | None = None,
        task: int | None = None,
        invert: str | None = None,
    ) -> None:
        self.bundle = bundle
        self.steps = steps
        self.batch = batch
        self.lr = lr
        self.shift = shift
        self.seed = seed
        self.task = task
        self.invert = invert

    def fit(self, X: Any, y: Any) -> Self:
        """Adapts from where the bundle began. X: n inputs, y: [n] labels of 2 to 200 classes."""
        if y is None:
            raise UsageError("FewShotClassifier requires y to be passed, but the target y is None")
        X, y = self._checked(X, y)
        check_classification_targets(y)
        self.classes_ = np.unique(y)
        if len(self.classes_) < 2:
            raise UsageError(
                f"all examples are of one class, {self.classes_[0]!r}, expected at least 2 classes"
            )
        options = {name: getattr(self, name) for name, *_ in _anole.adapt_keywords()}
        adapter = self._adapter(X)
        adapter.adapt(X, [text_of_label(label) for label in y.tolist()], **options)
        places = {text: i for i, text in enumerate(adapter.classes_.tolist())}
        self._columns = [places[text_of_label(label)] for label in self.classes_.tolist()]
        self.n_features_in_ = int(np.prod(adapter.shape))
        self.adapter_ = adapter
        return self

    def decision_function(self, X: Any) -> npt.NDArray[np.float32]:
        """[n, N] logits in the order of classes_; of two classes [n], the second's minus the
        first's."""
        logits = self._outputs(X)
        return logits[:, 1] - logits[:, 0] if logits.shape[1] == 2 else logits

    def predict(self, X: Any) -> npt.NDArray[Any]:
        """[n] classes, of y's type."""
        best = self._outputs(X).argmax(axis=1)
        answers: npt.NDArray[Any] = self.classes_[best]
        return answers

    def predict_proba(self, X: Any) -> npt.NDArray[np.float64]:
        """[n, N] probabilities in the order of classes_."""
        check_is_fitted(self)
        return self.adapter_.predict_proba(self._checked(X))[:, self._columns]

    def _outputs(self, X: Any) -> npt.NDArray[np.float32]:
        check_is_fitted(self)
        return self.adapter_.outputs(self._checked(X))[:, self._columns]

    def _adapter(self, X: Any) -> Adapter:
        """A new Adapter of the bundle, for inputs like X."""
        if self.bundle is None:
            return load(_anole.start_bundle())
        if isinstance(self.bundle, Adapter):
            return copy.deepcopy(self.bundle)
        return load(self.bundle)

    def _checked(self, X: Any, y: Any = None) -> Any:
        """X, or X and y, with scikit-learn's checks and messages where X is a table of numbers."""
        fitting = y is not None
        if not _is_table(X):
            return (X, column_or_1d(y, warn=True)) if fitting else X
        if fitting:
            return validate_data(self, X, y, dtype=_number_types)
        return validate_data(self, X, dtype=_number_types, reset=False)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.input_tags.string = True  # paths
        return tags


# uint8 stays what it is, pictures; other numbers become float32.
_number_types = [np.float32, np.uint8]


def _is_table(X: Any) -> bool:
    """Whether X is neither pictures nor rows that have a shape."""
    if isinstance(X, (list, tuple)) and len(X) > 0:
        return not is_picture(X[0])
    if isinstance(X, np.ndarray):
        return X.ndim <= 2 and X.dtype.kind != "U"
    return True
