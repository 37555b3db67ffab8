"""The evaluation of a bundle done in PyTorch, on the tasks that Python hands out; slow, and only where
PyTorch is. It takes params by state_dict, and the second moment from the bundle's file."""

import os

import numpy as np
import pytest
import safetensors

import anole

torch = pytest.importorskip("torch")
F = torch.nn.functional


def answer(params, x):
    """Logits of omniglot_conv4: a convolution of stride 2 whose padding is TensorFlow's, then the
    normalisation by the batch, four times."""
    for i in range(1, 5):
        before, after = [], []
        for size in x.shape[2:]:
            total = max((-(-size // 2) - 1) * 2 + 3 - size, 0)
            before.append(total // 2)
            after.append(total - total // 2)
        x = F.pad(x, (before[1], after[1], before[0], after[0]))
        x = F.conv2d(x, params[f"conv{i}.weight"], params[f"conv{i}.bias"], stride=2)
        x = F.batch_norm(x, None, None, params[f"norm{i}.weight"], params[f"norm{i}.bias"], training=True, eps=1e-3)
        x = F.relu(x)
    return F.linear(x.flatten(1), params["linear.weight"], params["linear.bias"])


def adapted(start, moments, facts, task, steps, lr):
    """Adam without a first moment on all support rows, from the bundle's params and second moment."""
    params = {name: value.clone().requires_grad_() for name, value in start.items()}
    moments = {name: value.clone() for name, value in moments.items()}
    x, y = torch.from_numpy(task.support_x), torch.from_numpy(task.support_y)
    for t in range(facts["adam_steps"] + 1, facts["adam_steps"] + steps + 1):
        loss = F.cross_entropy(answer(params, x), y, reduction="sum") / facts["moment_rows"]
        gradients = torch.autograd.grad(loss, list(params.values()))
        rate = lr * (1 - 0.999**t) ** 0.5
        with torch.no_grad():
            for (name, param), gradient in zip(params.items(), gradients):
                moments[name] += (1 - 0.999) * (gradient**2 - moments[name])
                param -= rate * gradient / (moments[name].sqrt() + 1e-8)
    return params


def second_moment(bundle, names):
    """By PyTorch's names of the tensors, and what Adam needs beside it."""
    ours = {"norm.weight": "scale", "norm.bias": "shift"}
    with safetensors.safe_open(bundle, "numpy") as file:
        facts = {key: int(file.metadata()[key]) for key in ("adam_steps", "moment_rows")}
        moments = {}
        for name in names:
            layer, _, kind = name.partition(".")
            kind = ours.get(f"{layer.rstrip('1234')}.{kind}", kind)
            moments[name] = torch.from_numpy(file.get_tensor(f"second_moment.{layer}.{kind}"))
    return moments, facts


@pytest.mark.slow
def test_pytorch_evaluates_200_tasks_of_omniglot_alike(tmp_path):
    if not os.environ.get("ANOLE_DATA"):
        pytest.skip("ANOLE_DATA is not set")
    torch.set_num_threads(1)
    run = anole.train(out=tmp_path / "run", progress=False, iterations=200, eval_every=0, calibration_tasks=0)
    protocol = {"dataset": "omniglot", "ways": 5, "shots": 1, "queries": 1, "seed": 0}
    mine = anole.evaluate(
        run, progress=False, tasks=200, eval_steps=30, eval_batch=5, eval_lr=0.001, norm="transductive", **protocol
    )
    start = {name: torch.from_numpy(array) for name, array in anole.load(run.bundle).state_dict().items()}
    moments, facts = second_moment(run.bundle, start)
    right = []
    for task in anole.tasks(run, count=200, **protocol):
        params = adapted(start, moments, facts, task, steps=30, lr=0.001)
        with torch.no_grad():
            answers = answer(params, torch.from_numpy(task.query_x)).argmax(1)
        right.append((answers.numpy() == task.query_y).mean())
    theirs, ours = 100 * np.mean(right), mine["accuracy"]["transductive"]["mean"]
    print(f"anole {ours:.2f} %, PyTorch {theirs:.2f} %")
    # One answer of the 1000 is 0.1 %; rounding turns over those that are undecided.
    assert theirs == pytest.approx(ours, abs=0.4)
