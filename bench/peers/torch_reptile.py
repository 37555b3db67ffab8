"""Reptile in PyTorch, tuned for the CPU. A setting is words joined by '+':

    eager          a step is autograd and fused-list arithmetic in place, one task after another
    func           a step is torch.func.grad on a flat vector
    vmap           func over all tasks at once, through torch.func.vmap
    compile        the step of func, or of vmap, through torch.compile
    unroll         compile, all steps of a task in one graph: for small networks, as compiling takes long
    channels_last  activations and weights in that layout
    processes      tasks side by side in processes of one thread, instead of threads inside operators
"""

import functools
import math

import torch
import torch.multiprocessing
from torch.nn import functional as F

from peer import Harness, parse_arguments, use_cores
from problem import PROBLEMS, initial_params, step_rates


def settings(network, cores):
    steps = ["eager", "func", "vmap", "compile", "compile+vmap"]
    if network == "sine_mlp":
        steps += ["compile+unroll", "compile+unroll+vmap"]
    else:
        steps += ["eager+channels_last", "compile+channels_last"]
    side_by_side = [step + "+processes" for step in steps if "vmap" not in step and step != "func"]
    return steps + (side_by_side if cores > 1 else [])


class Network:
    """Outputs and losses from a flat vector of parameters."""

    def __init__(self, problem, channels_last):
        self.layers, self.is_regression = problem.layers, problem.is_regression
        self.channels_last = channels_last
        arrays = [torch.from_numpy(array) for array in initial_params(problem)]
        self.shapes = [array.shape for array in arrays]
        self.initial = torch.empty(sum(array.numel() for array in arrays))
        for view, array in zip(self.tensors(self.initial), arrays):
            view.copy_(array)

    def tensors(self, flat):
        """Views of `flat`, one for each tensor."""
        parts = flat.split([math.prod(shape) for shape in self.shapes])
        return [self._view(part, shape) for part, shape in zip(parts, self.shapes)]

    def _view(self, part, shape):
        if self.channels_last and len(shape) == 4:
            out, channels, height, width = shape
            return part.view(out, height, width, channels).permute(0, 3, 1, 2)
        return part.view(shape)

    def outputs(self, tensors, x):
        tensors = iter(tensors)
        for kind, *sizes in self.layers:
            if kind == "conv":
                x = F.conv2d(x, next(tensors), stride=sizes[1], padding=1)
            elif kind == "norm":
                x = F.batch_norm(x, None, None, next(tensors), next(tensors), training=True, eps=sizes[0])
            elif kind == "relu":
                x = F.relu(x)
            elif kind == "tanh":
                x = torch.tanh(x)
            elif kind == "pool":
                x = F.max_pool2d(x, 2, ceil_mode=True)
            elif kind == "flatten":
                x = x.flatten(1)
            elif kind == "linear":
                x = F.linear(x, next(tensors), next(tensors))
        return x

    def loss(self, tensors, x, y):
        outputs = self.outputs(tensors, x)
        return F.mse_loss(outputs, y) if self.is_regression else F.cross_entropy(outputs, y)

    def flat_loss(self, flat, x, y):
        return self.loss(self.tensors(flat), x, y)


class EagerTask:
    """The inner loop of one task, in place."""

    def __init__(self, problem, network):
        self.problem, self.network = problem, network
        self.params, self.v, self.m = (torch.empty_like(network.initial) for _ in range(3))
        views = [network.tensors(flat) for flat in (self.params, self.v, self.m)]
        self.leaves, self.v_views, self.m_views = [[view.detach() for view in group] for group in views]
        for leaf in self.leaves:
            leaf.requires_grad_()

    def adapt(self, params, v, rates, x, y):
        """params, v [1, P]; x, y [1, steps, batch, …]. Returns the adapted ones, [1, P]."""
        with torch.no_grad():
            self.params.copy_(params[0])
            self.v.copy_(v[0])
            self.m.zero_()
        for rate, x_k, y_k in zip(rates, x[0], y[0]):
            loss = self.network.loss(self.leaves, x_k, y_k)
            self._step(torch.autograd.grad(loss, self.leaves), rate)
        return self.params.clone()[None], self.v.clone()[None]

    @torch.no_grad()
    def _step(self, gradients, rate):
        problem = self.problem
        if problem.optimizer == "sgd":
            return torch._foreach_add_(self.leaves, gradients, alpha=-rate)
        torch._foreach_mul_(self.v_views, problem.beta2)
        torch._foreach_addcmul_(self.v_views, gradients, gradients, value=1 - problem.beta2)
        if problem.beta1 > 0:
            torch._foreach_mul_(self.m_views, problem.beta1)
            torch._foreach_add_(self.m_views, gradients, alpha=1 - problem.beta1)
            gradients = self.m_views
        denominator = torch._foreach_sqrt(self.v_views)
        torch._foreach_add_(denominator, problem.eps)
        torch._foreach_addcdiv_(self.leaves, gradients, denominator, value=-rate)


class FunctionalTasks:
    """The inner loops of [T] tasks by pure functions; T is 1 without vmap."""

    def __init__(self, problem, network, words):
        vmap, gradient = "vmap" in words, torch.func.grad(network.flat_loss)
        if vmap:
            gradient = torch.func.vmap(gradient)

        def step(params, v, m, rate, x, y):
            g = gradient(params, x, y) if vmap else gradient(params[0], x[0], y[0])[None]
            if problem.optimizer == "sgd":
                return params - rate * g, v, m
            v = problem.beta2 * v + (1 - problem.beta2) * g * g
            m = problem.beta1 * m + (1 - problem.beta1) * g if problem.beta1 > 0 else g
            return params - rate * m / (v.sqrt() + problem.eps), v, m

        def all_steps(params, v, rates, x, y):
            m = torch.zeros_like(params)
            for k, rate in enumerate(rates):
                params, v, m = step(params, v, m, rate, x[:, k], y[:, k])
            return params, v

        compiled = functools.partial(torch.compile, fullgraph=True, dynamic=False)
        if "unroll" in words:
            all_steps = compiled(all_steps)
        elif "compile" in words:
            step = compiled(step)
        self.all_steps = all_steps

    @torch.no_grad()
    def adapt(self, params, v, rates, x, y):
        return self.all_steps(params, v, torch.tensor(rates), x, y)


class OneByOne:
    """Tasks one after another in this process."""

    def __init__(self, task):
        self.task = task

    def adapt(self, params, v, rates, x, y):
        results = [self.task.adapt(params[None], v[None], rates, x[i : i + 1], y[i : i + 1]) for i in range(len(x))]
        return tuple(torch.cat(parts) for parts in zip(*results))


class AllAtOnce(OneByOne):
    """All tasks in each operator."""

    def adapt(self, params, v, rates, x, y):
        expand = lambda flat: flat.expand(len(x), -1).contiguous()
        return self.task.adapt(expand(params), expand(v), rates, x, y)


class SideBySide:
    """Each task in one of several processes; what they read and write is in shared memory."""

    def __init__(self, arguments, network):
        self.arguments, self.network, self.pool = arguments, network, None

    def adapt(self, params, v, rates, x, y):
        if self.pool is None:
            self._start(x, y)
        for shared, value in zip(self.shared, (params, v, x, y)):
            shared.copy_(value)
        self.pool.map(adapt_shared, [(i, rates) for i in range(len(x))], chunksize=1)
        return self.shared[4].clone(), self.shared[5].clone()

    def _start(self, x, y):
        initial, tasks = self.network.initial, len(x)
        result = initial.expand(tasks, -1)
        self.shared = [like.clone().share_memory_() for like in (initial, initial, x, y, result, result)]
        context = torch.multiprocessing.get_context("spawn")
        self.pool = context.Pool(self.arguments.cores, start_worker, (self.arguments, self.shared))


def start_worker(arguments, shared):
    global worker
    set_threads(1)
    problem, words = PROBLEMS[arguments.network], arguments.setting.split("+")
    worker = make_task(problem, Network(problem, "channels_last" in words), words), shared


def adapt_shared(order):
    (i, rates), (task, (params, v, x, y, adapted, moments)) = order, worker
    one = slice(i, i + 1)
    adapted[one], moments[one] = task.adapt(params[None], v[None], rates, x[one], y[one])


def make_task(problem, network, words):
    if "eager" in words:
        return EagerTask(problem, network)
    return FunctionalTasks(problem, network, words)


def set_threads(count):
    torch.set_flush_denormal(True)  # first: threads made later inherit it
    torch.set_num_threads(count)


class TorchReptile:
    def __init__(self, arguments):
        self.problem, words = PROBLEMS[arguments.network], arguments.setting.split("+")
        self.network = Network(self.problem, "channels_last" in words)
        if "processes" in words:
            self.tasks = SideBySide(arguments, self.network)
        else:
            self.tasks = (AllAtOnce if "vmap" in words else OneByOne)(make_task(self.problem, self.network, words))
        self.reset()

    def reset(self):
        self.params, self.v = self.network.initial.clone(), torch.zeros_like(self.network.initial)
        self.adam_steps = 0

    def rows(self, x):
        """With stride 2, `same` padding adds its row and column after the last; PyTorch's adds them
        before the first. So the network sees all images turned by 180 degrees, which is the same
        network with turned kernels, and no image needs to be padded by a copy."""
        x = torch.from_numpy(x)
        if ("conv", 64, 2) in self.network.layers:
            x = x.flip(-1, -2)
        if not self.network.channels_last:
            return x
        return x.flatten(0, -4).contiguous(memory_format=torch.channels_last).unflatten(0, x.shape[:-3])

    def prepare(self, x, y):
        y = torch.from_numpy(y)
        return self.rows(x), y if self.problem.is_regression else y.long()

    def adapt(self, batches, steps=None):
        v = self.v if self.problem.optimizer_state == "carry" else torch.zeros_like(self.v)
        return self.tasks.adapt(self.params, v, step_rates(self.problem, self.adam_steps, steps).tolist(), *batches)

    def iterate(self, batches, epsilon):
        adapted, v = self.adapt(batches)
        self.params += epsilon * (adapted.mean(0) - self.params)
        if self.problem.optimizer_state == "carry":
            self.v, self.adam_steps = v.mean(0), self.adam_steps + self.problem.steps

    def predict(self, batches, x, steps):
        adapted, _ = self.adapt(batches, steps)
        with torch.no_grad():
            tasks = zip(map(self.network.tensors, adapted), self.rows(x))
            return torch.stack([self.network.outputs(*task) for task in tasks]).numpy()

    def wait(self):
        pass  # nothing is asynchronous on the CPU

    def is_finite(self):
        return bool(self.params.isfinite().all())


def main():
    arguments = parse_arguments(settings, default="eager")
    use_cores(arguments.cores)
    set_threads(1 if "processes" in arguments.setting else arguments.cores)
    Harness(TorchReptile(arguments), arguments).serve(f"PyTorch {torch.__version__}")


if __name__ == "__main__":
    main()
