"""A second opinion on an evaluation: a network of convolutions, its gradient and Adam in plain NumPy,
written from docs/protocol.md and docs/formats.md alone."""

import numpy as np


def before(size):
    """Zeros before a line of `size` pixels, so that stride 2 gives half as many, rounded up; one
    more of the total than before comes after it where the total is odd."""
    return max((-(-size // 2) - 1) * 2 + 3 - size, 0) // 2


def columns(x):
    """[n, C, H, W] -> [n, h, w, C * 9]: the neighbourhoods that a convolution of stride 2 sees."""
    top, left = before(x.shape[2]), before(x.shape[3])
    padded = np.pad(x, ((0, 0), (0, 0), (top, 2 - top), (left, 2 - left)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(2, 3))[:, :, ::2, ::2]
    h, w = windows.shape[2:4]
    return windows.transpose(0, 2, 3, 1, 4, 5).reshape(len(x), h, w, -1)


class Block:
    """Convolution 3 x 3 of stride 2, batch-norm over the batch, ReLU."""

    def __init__(self, weight, scale, shift, eps=1e-3):
        self.weight, self.scale, self.shift, self.eps = weight, scale, shift, eps

    def forward(self, x):
        self.size = x.shape
        self.seen = columns(x)
        out = self.seen @ self.weight.reshape(len(self.weight), -1).T  # [n, h, w, out]
        centred = out - out.mean((0, 1, 2))
        self.deviation = np.sqrt((centred**2).mean((0, 1, 2)) + self.eps)
        self.normal = centred / self.deviation
        self.on = self.normal * self.scale + self.shift
        return np.maximum(self.on, 0).transpose(0, 3, 1, 2)

    def backward(self, change):
        """Gradients of weight, scale, shift, and of the input."""
        change = change.transpose(0, 2, 3, 1) * (self.on > 0)
        scale, shift = (change * self.normal).sum((0, 1, 2)), change.sum((0, 1, 2))
        count = change[..., 0].size
        out = self.scale / self.deviation * (change - shift / count - self.normal * scale / count)
        weight = np.einsum("nhwo,nhwk->ok", out, self.seen).reshape(self.weight.shape)
        n, channels, height, width = self.size
        spread = (out @ self.weight.reshape(len(self.weight), -1)).reshape(*out.shape[:3], channels, 3, 3)
        padded = np.zeros((n, channels, height + 2, width + 2))
        for i in range(3):
            for j in range(3):
                down, right = slice(i, i + 2 * out.shape[1] - 1, 2), slice(j, j + 2 * out.shape[2] - 1, 2)
                padded[:, :, down, right] += spread[..., i, j].transpose(0, 3, 1, 2)
        top, left = before(height), before(width)
        return weight, scale, shift, padded[:, :, top : top + height, left : left + width]


def forward(params, x):
    """Logits, and what backward needs."""
    blocks = [Block(*params[3 * i : 3 * i + 3]) for i in range(len(params) // 3)]
    for block in blocks:
        x = block.forward(x)
    flat = x.reshape(len(x), -1)
    return flat @ params[-2].T + params[-1], (blocks, flat, x.shape)


def gradient(params, x, y):
    """Of the mean cross-entropy."""
    logits, (blocks, flat, shape) = forward(params, x)
    change = np.exp(logits - logits.max(1, keepdims=True))
    change /= change.sum(1, keepdims=True)
    change[np.arange(len(y)), y] -= 1
    change /= len(y)
    gradients = [change.T @ flat, change.sum(0)]
    change = (change @ params[-2]).reshape(shape)
    for block in reversed(blocks):
        weight, scale, shift, change = block.backward(change)
        gradients = [weight, scale, shift, *gradients]
    return gradients


def adapt(params, second_moment, adam_steps, moment_rows, task, steps, lr, beta2=0.999, eps=1e-8):
    """The params after `steps` of Adam without a first moment, on all support rows at once."""
    params, moments = [p.copy() for p in params], [v.copy() for v in second_moment]
    x, y = task.support_x.astype(np.float64), task.support_y
    for t in range(adam_steps + 1, adam_steps + steps + 1):
        rate = lr * np.sqrt(1 - beta2**t)
        for p, v, g in zip(params, moments, gradient(params, x, y)):
            g = g * len(y) / moment_rows
            v += (1 - beta2) * (g * g - v)
            p -= rate * g / (np.sqrt(v) + eps)
    return params


def right_answers(params, task):
    """Of the query rows, which normalise each other (transductive)."""
    logits, _ = forward(params, task.query_x.astype(np.float64))
    return (logits.argmax(1) == task.query_y).mean()
