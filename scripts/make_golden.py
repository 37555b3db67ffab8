#!/usr/bin/python3
"""Writes tests/golden/*.json: what PyTorch makes of small networks, for the engines to equal.

    apt-get install python3-torch    # Debian 12: 1.13
    /usr/bin/python3 scripts/make_golden.py

Everything is computed in float64 from inputs that float32 holds exactly. Two things are not PyTorch's:
its `same` padding refuses strides above 1, so pads are written out per layer; and its Adam has eps
elsewhere, so the authors' formula stands below. Each file holds the network in the library's JSON.
"""

import json
import pathlib

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.manual_seed(1803)
FOLDER = pathlib.Path(__file__).resolve().parent.parent / "tests" / "golden"


def normal(*shape):
    """Normal numbers that float32 holds exactly."""
    return torch.randn(*shape).float().double()


def conv(name, out, kernel, stride, padding):
    return {"kind": "conv2d", "name": name, "out": out, "kernel": kernel, "stride": stride,
            "padding": padding, "bias": True}


def pool(name, kernel, stride, padding):
    return {"kind": "max_pool", "name": name, "kernel": kernel, "stride": stride, "padding": padding}


def linear(name, out):
    return {"kind": "linear", "name": name, "out": out, "bias": True}


def plain(kind, name, **more):
    return {"kind": kind, "name": name, **more}


# Pads of a `same` window are (left, right, top, bottom), written out by hand.
CASES = {
    "conv_batch_norm_relu": {
        "input": [2, 4, 3], "rows": 5, "queries": 3, "pads": {"conv": (1, 1, 1, 1)},
        "layers": [conv("conv", 4, 3, 1, "same"), plain("batch_norm", "norm", eps=1e-3), plain("relu", "relu"),
                   plain("flatten", "flatten"), linear("head", 3)],
        "adam": {"lr": 0.01, "beta1": 0.0, "beta2": 0.999, "adam_eps": 1e-8, "weight_decay": 0.0},
    },
    "conv_same_stride_2": {  # 6 -> 3 and 8 -> 4: nothing before, one after
        "input": [1, 6, 8], "rows": 3, "queries": 2, "pads": {"conv1": (0, 1, 0, 1), "conv2": (0, 1, 1, 1)},
        "layers": [conv("conv1", 4, 3, 2, "same"), plain("tanh", "tanh"), conv("conv2", 3, 3, 2, "same"),
                   plain("batch_norm", "norm", eps=1e-5), plain("flatten", "flatten"), linear("head", 2)],
        "adam": {"lr": 0.02, "beta1": 0.9, "beta2": 0.99, "adam_eps": 1e-3, "weight_decay": 0.01},
    },
    "max_pool_same_odd": {  # 7 -> 4 and 5 -> 3: the pad of one comes after
        "input": [2, 7, 5], "rows": 3, "queries": 2, "pads": {"conv": (0, 1, 0, 1), "pool": (0, 1, 0, 1)},
        "layers": [conv("conv", 3, 2, 1, "same"), plain("batch_norm", "norm", eps=1e-3),
                   pool("pool", 2, 2, "same"), plain("relu", "relu"), plain("flatten", "flatten"),
                   linear("head", 3)],
        "adam": {"lr": 0.005, "beta1": 0.5, "beta2": 0.9, "adam_eps": 0.1, "weight_decay": 0.0},
    },
    "group_norm": {
        "input": [3, 3, 4], "rows": 4, "queries": 2, "pads": {},
        "layers": [conv("conv", 6, 2, 1, 1), plain("group_norm", "norm", eps=1e-3, groups=3),
                   plain("relu", "relu"), plain("flatten", "flatten"), linear("head", 2)],
        "adam": {"lr": 0.01, "beta1": 0.0, "beta2": 0.999, "adam_eps": 1e-8, "weight_decay": 0.001},
    },
    "tanh_regression": {
        "input": [2, 1, 1], "rows": 6, "queries": 2, "pads": {}, "loss": "mean_squared_error",
        "layers": [linear("linear1", 7), plain("tanh", "tanh"), linear("linear2", 3)],
        "adam": {"lr": 0.01, "beta1": 0.9, "beta2": 0.999, "adam_eps": 1e-8, "weight_decay": 0.0},
    },
}


def shapes(case):
    """Shapes of the parameter tensors, in params order."""
    found, x = [], torch.zeros(1, *case["input"])
    for layer in case["layers"]:
        channels = x.shape[1]
        if layer["kind"] == "conv2d":
            found += [(layer["out"], channels, layer["kernel"], layer["kernel"]), (layer["out"],)]
        elif layer["kind"] == "linear":
            x = x.flatten(1)
            found += [(layer["out"], x.shape[1]), (layer["out"],)]
        elif layer["kind"] in ("batch_norm", "group_norm"):
            found += [(channels,), (channels,)]
        x = apply(layer, x, [torch.zeros(shape) for shape in found[-2:]], case["pads"], None)
    return found


def padded(layer, x, pads, value):
    if layer["padding"] == "same":
        return F.pad(x, pads[layer["name"]], value=value)
    if layer["padding"] == "valid":
        return x
    return F.pad(x, [layer["padding"]] * 4, value=value)


def apply(layer, x, tensors, pads, frozen):
    """One layer. `frozen` is None, or the batch whose mean and biased variance batch-norm uses."""
    kind = layer["kind"]
    if kind == "conv2d":
        return F.conv2d(padded(layer, x, pads, 0.0), *tensors, stride=layer["stride"])
    if kind == "max_pool":
        return F.max_pool2d(padded(layer, x, pads, -torch.inf), layer["kernel"], layer["stride"])
    if kind == "batch_norm":
        if frozen is None:
            return F.batch_norm(x, None, None, *tensors, training=True, eps=layer["eps"])
        variance, mean = torch.var_mean(frozen, dim=(0, 2, 3), unbiased=False)
        return F.batch_norm(x, mean, variance, *tensors, training=False, eps=layer["eps"])
    if kind == "group_norm":
        return F.group_norm(x, layer["groups"], *tensors, eps=layer["eps"])
    if kind == "linear":
        return F.linear(x.flatten(1), *tensors)
    return {"relu": F.relu, "tanh": torch.tanh, "flatten": lambda y: y.flatten(1)}[kind](x)


def forward(case, params, rows, support=None):
    """Outputs for one batch; with `support`, batch-norm has the support batch's statistics."""
    left = list(params)
    for layer in case["layers"]:
        has_params = layer["kind"] in ("conv2d", "linear", "batch_norm", "group_norm")
        tensors = [left.pop(0), left.pop(0)] if has_params else []
        rows = apply(layer, rows, tensors, case["pads"], support)
        if support is not None:
            support = apply(layer, support, tensors, case["pads"], None)
    return rows


def loss_and_gradient(case, params, rows, answers):
    params = [tensor.detach().requires_grad_() for tensor in params]
    outputs = forward(case, params, rows)
    loss = F.mse_loss(outputs, answers) if answers.is_floating_point() else F.cross_entropy(outputs, answers)
    return loss.item(), torch.autograd.grad(loss, params), outputs.detach()


def adam(case, params, rows, answers):
    """Three steps of Adam from a stored v > 0 and t > 0, in the authors' formula."""
    options = case["adam"]
    beta1, beta2 = options["beta1"], options["beta2"]
    v = [(0.001 + 0.01 * torch.rand(tensor.shape)).float().double() for tensor in params]
    m = [torch.zeros(tensor.shape) for tensor in params]
    start, t = flat(v), 40
    for step in range(1, 4):
        loss, gradient, _ = loss_and_gradient(case, params, rows, answers)
        t += 1
        v = [beta2 * a + (1 - beta2) * g * g for a, g in zip(v, gradient)]
        m = [beta1 * a + (1 - beta1) * g for a, g in zip(m, gradient)]
        rate = options["lr"] * (1 - beta2**t) ** 0.5 / (1 - beta1**step)
        params = [(1 - options["weight_decay"]) * p - rate * a / (b.sqrt() + options["adam_eps"])
                  for p, a, b in zip(params, m, v)]
    return {"options": options, "second_moment": start, "adam_steps": 40, "steps": 3,
            "after": {"params": flat(params), "second_moment": flat(v), "loss": loss}}


def flat(tensors):
    return torch.cat([tensor.detach().reshape(-1) for tensor in tensors]).tolist()


def golden(name, case):
    loss_name = case.get("loss", "cross_entropy")
    rows, queries = normal(case["rows"], *case["input"]), normal(case["queries"], *case["input"])
    params = [0.5 * normal(*shape) for shape in shapes(case)]
    outputs = params[-1].numel()
    answers = (normal(case["rows"], outputs) if loss_name == "mean_squared_error"
               else torch.arange(case["rows"]) % outputs)
    loss, gradient, out = loss_and_gradient(case, params, rows, answers)
    one_by_one = [forward(case, params, torch.cat([rows, query[None]]))[-1] for query in queries]
    return {
        "model": {"name": name, "input": case["input"], "init": "glorot", "loss": loss_name,
                  "layers": case["layers"]},
        "rows": flat([rows]), "answers": answers.reshape(-1).tolist(), "queries": flat([queries]),
        "params": flat(params), "outputs": flat([out]), "loss": loss, "gradient": flat(gradient),
        "query_outputs": {"transductive": flat([forward(case, params, queries)]),
                          "support+1": flat(one_by_one),
                          "support": flat([forward(case, params, queries, rows)])},
        "adam": adam(case, params, rows, answers),
    }


def rounded(value):
    """Numbers to 9 digits: exact for float32, and 1e-9 for the rest."""
    if isinstance(value, float):
        return float(f"{value:.9g}")
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return {key: rounded(item) for key, item in value.items()} if isinstance(value, dict) else value


def main():
    FOLDER.mkdir(exist_ok=True)
    for name, case in CASES.items():
        text = json.dumps(rounded(golden(name, case)))
        (FOLDER / f"{name}.json").write_text(text.replace('], "', '],\n "') + "\n")


if __name__ == "__main__":
    main()
