"""A state_dict is the network: computed again in NumPy, and, where it is, in PyTorch."""

import numpy as np
import pytest

import anole


def conv4(state, rows, statistics_of):
    """omniglot_conv4 in NumPy, in float64: [n, 1, H, W] -> [n, N].

    Four times a 3 x 3 convolution of stride 2 with zeros around as TensorFlow's "same" puts them,
    normalisation by mean and biased variance of `statistics_of`'s rows, and ReLU; then a linear
    layer.
    """
    x = np.concatenate([statistics_of, rows]).astype(np.float64)
    count = len(statistics_of)
    for i in "1234":
        x = convolved(x, state[f"conv{i}.weight"].astype(np.float64)) + state[f"conv{i}.bias"][:, None, None]
        seen = x[:count]
        x = (x - seen.mean((0, 2, 3), keepdims=True)) / np.sqrt(seen.var((0, 2, 3), keepdims=True) + 1e-3)
        x = x * state[f"norm{i}.weight"][:, None, None] + state[f"norm{i}.bias"][:, None, None]
        x = np.maximum(x, 0)
    return (x.reshape(len(x), -1) @ state["linear.weight"].T + state["linear.bias"])[count:]


def padding(size):
    total = max((-(-size // 2) - 1) * 2 + 3 - size, 0)
    return total // 2, total - total // 2


def convolved(x, weight):
    x = np.pad(x, [(0, 0), (0, 0), padding(x.shape[2]), padding(x.shape[3])])
    windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3), axis=(2, 3))[:, :, ::2, ::2]
    return np.einsum("nchwij,ocij->nohw", windows, weight)


@pytest.fixture
def adapted():
    rows = np.random.default_rng(3).random((6, 1, 28, 28), dtype=np.float32)
    adapter = anole.untrained((1, 28, 28), ways=3, seed=2).adapt(rows, list("aabbcc"), steps=5)
    return adapter, rows


def test_the_network_of_a_state_dict_answers_the_same(adapted):
    adapter, rows = adapted
    asked = np.random.default_rng(4).random((5, 1, 28, 28), dtype=np.float32)
    expected = conv4(adapter.state_dict(), asked, statistics_of=rows)
    # Sums of up to 576 float32 products in four layers of outputs of about 1: 4 * 576 * 2^-24.
    np.testing.assert_allclose(adapter.outputs(asked), expected, atol=2e-4 * np.abs(expected).max())


def test_state_dicts_go_to_pytorch_and_back(adapted):
    torch = pytest.importorskip("torch")
    adapter = anole.untrained((1, 28, 28), ways=3, seed=5)
    state = {name: torch.from_numpy(array) for name, array in adapter.state_dict().items()}
    layers = {f"conv{i}": torch.nn.Conv2d(1 if i == 1 else 64, 64, 3, stride=2) for i in range(1, 5)}
    layers |= {f"norm{i}": torch.nn.BatchNorm2d(64, eps=1e-3) for i in range(1, 5)}
    network = torch.nn.ModuleDict(layers | {"linear": torch.nn.Linear(256, 3)})
    network.load_state_dict(state, strict=False)
    again = anole.untrained((1, 28, 28), ways=3, seed=6).load_state_dict(network.state_dict())
    assert again.to_bytes() == adapter.to_bytes()
