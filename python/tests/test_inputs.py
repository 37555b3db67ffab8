"""What counts as inputs and labels, and what is said of others."""

import io

import numpy as np
import pytest
from PIL import Image

import anole


@pytest.fixture
def adapter(start, pictures):
    return start.adapt(*pictures, steps=2)


def test_paths_pil_pictures_bytes_and_pixels_give_the_same_bits(adapter, files, pictures):
    paths, _ = files
    expected = adapter.outputs(paths)
    assert (adapter.outputs([Image.open(path) for path in paths]) == expected).all()
    assert (adapter.outputs([path.read_bytes() for path in paths]) == expected).all()
    assert (adapter.outputs(np.stack([np.asarray(Image.open(p)) for p in paths])) == expected).all()
    assert (adapter.outputs(np.array([str(path) for path in paths])) == expected).all()
    assert (adapter.outputs(paths[0]) == expected[:1]).all()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "HSV"])
def test_a_pil_picture_of_any_mode_is_its_png_file(adapter, tmp_path, mode):
    grey = Image.fromarray((np.arange(30 * 20).reshape(30, 20) % 251).astype(np.uint8))
    picture = grey if mode == "L" else grey.convert("RGB").convert(mode) if mode != "I;16" else (
        Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    )
    saved = picture.convert("RGB") if mode in {"CMYK", "HSV"} else picture
    saved.save(tmp_path / "p.png")
    assert (adapter.outputs([picture]) == adapter.outputs([tmp_path / "p.png"])).all()


def test_a_jpeg_that_pil_has_opened_is_turned_as_its_exif_says(adapter, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    pixels = np.zeros((16, 16), dtype=np.uint8)
    pixels[:, :8] = 255
    Image.fromarray(pixels).save(tmp_path / "p.jpg", quality=100, exif=exif)
    turned = np.rot90(pixels, -1)  # blocks of one grey: exact at quality 100
    assert (adapter.outputs([Image.open(tmp_path / "p.jpg")]) == adapter.outputs(turned[None])).all()
    assert (adapter.outputs([tmp_path / "p.jpg"]) == adapter.outputs(turned[None])).all()


def test_colour_with_channels_first_or_last_is_the_same(adapter):
    rgb = np.random.default_rng(0).integers(0, 256, (2, 20, 20, 3), dtype=np.uint8)
    expected = adapter.outputs([Image.fromarray(one) for one in rgb])
    assert (adapter.outputs(rgb) == expected).all()
    assert (adapter.outputs(np.moveaxis(rgb, 3, 1)) == expected).all()


def test_rows_of_any_number_type_and_order_are_the_same(adapter):
    rows = np.random.default_rng(0).random((3, 1, 14, 14), dtype=np.float32)
    expected = adapter.outputs(rows)
    for other in (rows.reshape(3, 196), rows[:, 0], rows.astype(np.float64), np.asfortranarray(rows),
                  rows.tolist()):
        assert (adapter.outputs(other) == expected).all()
    rows.flags.writeable = False
    assert (adapter.outputs(rows) == expected).all()


def test_labels_come_back_as_they_were_given(start, pictures):
    X, _ = pictures
    numbers = np.repeat([30, 4, 100], 3)
    assert start.adapt(X, numbers, steps=2).predict(X).dtype == numbers.dtype
    assert start.classes_.tolist() == [100, 30, 4]  # bytewise, as in the bundle
    assert start.adapt(X, [("a", 1)[i % 2] for i in range(9)], steps=2).classes_.tolist() == [1, "a"]



names = ["a"] * 4 + ["b"] * 5


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda a, x: a.adapt(x, names[:3]), "y has 3 labels for 9 inputs"),
        (lambda a, x: a.adapt(x, [names] * 9), r"y has shape \(9, 9\), expected \(9,\)"),
        (lambda a, x: a.adapt(x, [None, *names[1:]]), r"y\[0\] is None, expected a label"),
        (lambda a, x: a.adapt(x, ["\udc80", *names[1:]]), r"y\[0\] is '.udc80', expected a label"),
        (lambda a, x: a.adapt(x, [1, "1", *names[2:]]), "labels 1 and '1', which are the same text"),
        (lambda a, x: a.adapt(x), "y is missing: a label for each input"),
        (lambda a, x: a.adapt(x, names, stpes=3), "unknown option 'stpes'; known are steps,.*did you mean 'steps'"),
        (lambda a, x: a.adapt(x, names, steps=-1), "steps: expected an integer at least 0, found '-1'"),
        (lambda a, x: a.adapt(x, names, steps=2.5), "steps: expected an integer.*found '2.5'"),
        (lambda a, x: a.adapt(x, names, steps=True), "steps: expected an integer.*found 'true'"),
        (lambda a, x: a.adapt(x, names, lr=float("nan")), "lr: expected a number.*found 'nan'"),
        (lambda a, x: a.adapt(x, names, lr={}), "lr: expected a number, text, truth value or list"),
        (lambda a, x: a.adapt(x, names, invert="maybe"), "invert: expected auto, yes or no"),
        (lambda a, x: a.adapt(x / 255, names, invert="yes"), "invert: rows of numbers are taken"),
        (lambda a, x: a.predict(x[:, :5] / 2), r"X has shape \(9, 5, 14\) of float64, expected"),
        (lambda a, x: a.predict(x[0]), r"X is uint8 of shape \(14, 14\), expected pictures"),
        (lambda a, x: a.predict(x * 1j), "of complex128, expected numbers"),
        (lambda a, x: a.predict([x[0], "a.png"]), r"X\[0\] is of type ndarray, expected a path"),
        (lambda a, x: a.predict(x, threshold=0.5), "threshold: it takes effect with reject=True"),
        (lambda a, x: a.predict(x, reject=True, threshold=2), "threshold: expected a number from 0"),
    ],
)
def test_a_mistake_in_the_call_says_so(start, pictures, call, message):
    X, y = pictures
    before = start.adapt(X, y, steps=2).to_bytes()
    with pytest.raises(anole.UsageError, match=message):
        call(start, X)
    assert start.to_bytes() == before


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda a, x: a.adapt(x, ["a"] * 9), "all examples are of one class, 'a'"),
        (lambda a, x: a.adapt(x[[0, 0, 1]], ["a", "b", "b"]), "the same example is under two classes"),
        (lambda a, x: a.predict(np.full((2, 196), np.nan)), r"X\[0\]: a row holds nan at place 0"),
        (lambda a, x: a.predict(np.full((2, 196), 1e300)), r"X\[0\]: a row holds inf at place 0"),
        (lambda a, x: a.predict(["nope.png"]), "nope.png: cannot be opened"),
        (lambda a, x: a.predict([b"abc"]), r"X\[0\]: not a PNG, JPEG or WebP image"),
        (lambda a, x: a.predict(x, reject=True), "the bundle was not calibrated"),
        (lambda a, x: a.remove("nobody"), "there is no class 'nobody'; known are flat"),
        (lambda a, x: a.forget_examples().remove("up"), "its examples and the initialisation.*were left out"),
        (lambda a, x: anole.load(b"nothing"), "bytes: not a safetensors file"),
        (lambda a, x: anole.load("nope.anole"), "nope.anole"),
        (lambda a, x: anole.untrained((1, 14, 14), 3).predict(x), "knows no classes yet"),
        (lambda a, x: anole.untrained((4, 1, 1), 3).adapt(["a.png"], ["a"]), "rows of 4 numbers"),
        (lambda a, x: anole.untrained((4, 1, 1), 3).outputs(["a.png"]), "takes rows of 4 numbers"),
    ],
)
def test_data_that_do_not_fit_say_so(start, pictures, call, message):
    X, y = pictures
    start.adapt(X, y, steps=2)
    with pytest.raises(anole.Error, match=message) as raised:
        call(start, X)
    assert not isinstance(raised.value, ValueError)


def test_a_diverged_adaptation_is_an_error_of_its_own(start, pictures):
    X, y = pictures
    before = start.adapt(X, y, steps=2).to_bytes()
    with pytest.raises(anole.NonFiniteError, match="not finite"):
        start.adapt(X, y, lr=1e30)
    assert start.to_bytes() == before


def test_an_empty_file_is_a_picture_that_cannot_be_decoded(adapter):
    with pytest.raises(anole.Error, match="empty"):
        adapter.predict([io.BytesIO().getvalue()])
