"""anole.ClassDataset: rows in memory are what their .npy file is."""

from fractions import Fraction

import numpy as np
import pytest

import anole


def test_it_knows_classes_counts_and_shape():
    data = anole.ClassDataset([[1, 2], [3, 4], [5, 6]], ["run", "walk", "run"])
    assert data.classes == ["run", "walk"]
    assert data.counts == {"run": 2, "walk": 1}
    assert (data.shape, len(data)) == ((2, 1, 1), 3)
    assert repr(data) == "<anole.ClassDataset of 2 classes, 3 rows of 2 x 1 x 1>"


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", ">f4", "u1", "i2", ">i8", "?"])
def test_every_kind_of_number_is_read(dtype):
    X = np.array([[0, 1], [1, 1], [1, 0]]).astype(dtype)
    assert anole.ClassDataset(X, [1, 2, 1]).hash == anole.ClassDataset(X.astype("f4"), [1, 2, 1]).hash


def test_the_order_in_memory_does_not_matter():
    X = np.arange(24.0).reshape(4, 6)
    one, other = (anole.ClassDataset(x, list("abab")) for x in (np.asfortranarray(X), X))
    assert one.hash == other.hash
    assert anole.ClassDataset(X[::2], list("ab")).hash == anole.ClassDataset(X[::2].copy(), list("ab")).hash


def test_pictures_with_channels_last_are_moved():
    X = np.random.default_rng(1).random((4, 9, 9, 3), dtype=np.float32)
    last = anole.ClassDataset(X, list("abab"))
    assert last.shape == (3, 9, 9)
    assert last.hash == anole.ClassDataset(np.moveaxis(X, 3, 1), list("abab")).hash


@pytest.mark.parametrize(
    "y, classes",
    [
        ([3, 1, 3], ["1", "3"]),
        ([2.0, 1.0, 2.0], ["1", "2"]),
        ([True, False, True], ["0", "1"]),
        (np.array([b"b", b"a", b"b"]), ["a", "b"]),
        (np.array([Fraction(1, 2), "z", Fraction(1, 2)], dtype=object), ["1/2", "z"]),
        (np.array(["ä", "b", "ä"]), ["b", "ä"]),
    ],
)
def test_labels_become_texts(y, classes):
    assert anole.ClassDataset(np.zeros((3, 2)), y).classes == classes


def test_names_take_the_place_of_labels():
    X = np.zeros((3, 2))
    assert anole.ClassDataset(X, [1, 0, 1], names=["setosa", "virginica"]).counts == {"setosa": 1, "virginica": 2}
    assert anole.ClassDataset(X, ["a", "b", "a"], names={"a": "ape", "b": "bat"}).classes == ["ape", "bat"]
    with pytest.raises(anole.UsageError, match=r"^names: there is none for y\[0\], 2"):
        anole.ClassDataset(X, [2, 0, 1], names=["setosa", "virginica"])


def test_later_changes_of_the_array_change_nothing():
    X = np.ones((4, 2))
    data = anole.ClassDataset(X, list("abab"))
    before = anole.tasks(data, ways=2, split="all")[0].support_x.copy()
    X[:] = 9
    assert (anole.tasks(data, ways=2, split="all")[0].support_x == before).all()


@pytest.mark.parametrize(
    "X, y, message",
    [
        ([[1.0], [np.nan]], [1, 2], "X row 1, value 0 (from 0): found nan, expected a finite number"),
        ([[1.0], [2.0]], [1], "y: found 1 labels, expected 2, one for each row of X"),
        ([[1.0], [2.0]], [[1, 0], [0, 1]], "y: found 2 numbers a row, expected one label"),
        ([[1.0], [2.0]], ["", "a"], "y row 0 (from 0): found an empty label"),
        ([[1.0], [2.0]], ["a", None], "y[1] is None, expected a label"),
        ([[1.0], [2.0]], np.array(["a", "\udc80"], object), "y[1] is called '\\udc80', expected a label"),
        ([[1.0], [2.0]], [0.5, 1], "y"),
        ([[1j]], [1], "X: found an array of complex128, expected numbers of at most 64 bits"),
        (np.zeros((0, 3)), [], "X has shape (0, 3), expected at least one row"),
        (["a.png", "b.png"], [1, 2], "X: found pictures, expected an array of numbers; put pictures into"),
        (np.zeros((2, 3, 8, 3)), [1, 2], "X"),
    ],
)
def test_arrays_that_cannot_be_used_are_refused(X, y, message):
    with pytest.raises(anole.Error) as raised:
        anole.ClassDataset(X, y)
    assert str(raised.value).startswith(message), raised.value
