"""FewShotClassifier among scikit-learn's tools, and under scikit-learn's own checks."""

import inspect
import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import anole
from anole import FewShotClassifier, _anole


class AnyWidth(FewShotClassifier):
    """With a network of as many inputs as the checks' tables happen to have columns."""

    def _adapter(self, X):
        return anole.untrained((np.asarray(X).shape[1], 1, 1), ways=2, widths=[16])


@parametrize_with_checks([AnyWidth(lr=0.01)])
def test_scikit_learns_checks(estimator, check):
    check(estimator)


@pytest.fixture
def iris():
    X, y = load_iris(return_X_y=True)
    return X[::3].astype(np.float32), np.array(["setosa", "versicolor", "virginica"])[y[::3]]


@pytest.fixture
def table():
    return anole.untrained((4, 1, 1), ways=3, seed=1)


def test_it_has_every_keyword_of_adapt():
    keywords = [name for name, *_ in _anole.adapt_keywords()]
    assert list(inspect.signature(FewShotClassifier).parameters) == ["bundle", *keywords]


def test_it_works_in_a_pipeline_under_cross_validation(table, iris):
    model = make_pipeline(StandardScaler(), FewShotClassifier(table, lr=0.01, steps=60))
    assert cross_val_score(model, *iris, cv=3).mean() > 0.8


def test_a_grid_search_finds_the_better_steps_and_rate(table, iris):
    search = GridSearchCV(FewShotClassifier(table), {"steps": [1, 60], "lr": [1e-6, 0.01]}, cv=3)
    search.fit(*iris)
    assert search.best_params_ == {"lr": 0.01, "steps": 60}


def test_clones_and_pickles_answer_the_same(table, iris):
    X, y = iris
    model = FewShotClassifier(table, lr=0.01, steps=20).fit(X, y)
    assert clone(model).get_params()["lr"] == 0.01
    expected = model.predict_proba(X)
    assert (pickle.loads(pickle.dumps(model)).predict_proba(X) == expected).all()
    assert (clone(model).fit(X, y).predict_proba(X) == expected).all()
    assert table.classes_.size == 0  # the bundle that was given stays as it is


def test_the_order_of_examples_does_not_matter(table, iris):
    X, y = iris
    order = np.random.default_rng(0).permutation(len(y))
    one = FewShotClassifier(table, steps=20).fit(X, y)
    other = FewShotClassifier(table, steps=20).fit(X[order], y[order])
    assert one.adapter_.to_bytes() == other.adapter_.to_bytes()


def test_it_answers_as_the_adapter_does_with_columns_in_the_order_of_its_classes(table, iris):
    X, y = iris
    numbers = np.unique(y, return_inverse=True)[1] * 5 + 2  # 2, 7, 12: as texts 12, 2, 7
    model = FewShotClassifier(table, lr=0.01, steps=60).fit(X, numbers)
    table.adapt(X, numbers, lr=0.01, steps=60)
    assert model.classes_.tolist() == [2, 7, 12] and table.classes_.tolist() == [12, 2, 7]
    assert (model.predict_proba(X)[:, [2, 0, 1]] == table.predict_proba(X)).all()
    assert (model.predict(X) == table.predict(X)).all()


def test_pictures_and_paths_are_inputs_too(start, files, pictures):
    paths, labels = files
    model = FewShotClassifier(start, steps=50, lr=0.003)
    assert model.fit(paths, labels).score(paths, labels) == 1
    assert cross_val_score(model, list(map(str, paths)), labels, cv=3).shape == (3,)
    X, y = pictures
    assert model.fit(X, y).score(X, y) == 1
    assert model.fit(X[:, None] / 255, y).n_features_in_ == 196


def test_mistakes_are_value_errors_and_asking_before_fit_is_told(table, iris):
    X, y = iris
    with pytest.raises(NotFittedError):
        FewShotClassifier(table).predict(X)
    with pytest.raises(ValueError, match="steps: expected an integer at least 0, found '-3'"):
        FewShotClassifier(table, steps=-3).fit(X, y)
    with pytest.raises(ValueError, match=r"expected numbers of shape \(n, 4\)"):
        FewShotClassifier(table).fit(X[:, :2], y)


def test_without_a_bundle_it_takes_the_users_start(start, files, tmp_path, monkeypatch):
    paths, labels = files
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with pytest.raises(anole.Error, match="make demo"):
        FewShotClassifier().fit(paths, labels)
    (tmp_path / "anole").mkdir()
    start.save(tmp_path / "anole" / "start.anole")
    assert FewShotClassifier(steps=2).fit(paths, labels).adapter_.shape == (1, 14, 14)
