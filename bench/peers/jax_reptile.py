"""Reptile in JAX, tuned for the CPU: the inner loop is one jitted lax.scan. A setting is words joined
by '+':

    loop      tasks one after another, a jitted call each
    vmap      all tasks in one call, through jax.vmap
    threads   loop, from a pool of Python threads: tasks side by side
    unroll    the scan is unrolled
    patches   a convolution is a matrix product with the nine shifted images, not lax.conv
"""

import concurrent.futures
import functools

from peer import Harness, parse_arguments, use_cores
from problem import PROBLEMS, initial_params, step_rates


def settings(network, cores):
    tasks = ["loop", "vmap"] + (["threads"] if cores > 1 else [])
    steps = ["", "+unroll"] if network == "sine_mlp" else ["+patches", "+unroll", "+unroll+patches"]
    return [task + step for task in tasks for step in steps]  # lax.conv in a scan is ten times slower


if __name__ == "__main__":  # JAX sizes its thread pools when it is imported
    ARGUMENTS = parse_arguments(settings, default="vmap")
    use_cores(ARGUMENTS.cores)

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402
from jax import lax  # noqa: E402


def convolution(x, w, stride):
    return lax.conv_general_dilated(x, w, (stride, stride), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"))


def convolution_by_patches(x, w, stride):
    height, width = (-(-size // stride) for size in x.shape[1:3])
    totals = [max(0, (out - 1) * stride + 3 - size) for out, size in zip((height, width), x.shape[1:3])]
    x = jnp.pad(x, [(0, 0), *((total // 2, total - total // 2) for total in totals), (0, 0)])
    shifted = [
        x[:, i : i + (height - 1) * stride + 1 : stride, j : j + (width - 1) * stride + 1 : stride]
        for i in range(3)
        for j in range(3)
    ]
    return jnp.concatenate(shifted, axis=-1) @ w.reshape(-1, w.shape[-1])


def batch_norm(x, scale, shift, eps):
    mean, variance = x.mean((0, 1, 2)), x.var((0, 1, 2))
    return (x - mean) * (scale * lax.rsqrt(variance + eps)) + shift


def max_pool(x):
    """2x2; an odd side gets a row that never wins, after the last. reduce_window has a slow gradient."""
    n, height, width, channels = x.shape
    x = jnp.pad(x, [(0, 0), (0, height % 2), (0, width % 2), (0, 0)], constant_values=-jnp.inf)
    return x.reshape(n, -(-height // 2), 2, -(-width // 2), 2, channels).max((2, 4))


def outputs(problem, convolve, params, x):
    params = iter(params)
    for kind, *sizes in problem.layers:
        if kind == "conv":
            x = convolve(x, next(params), sizes[1])
        elif kind == "norm":
            x = batch_norm(x, next(params), next(params), sizes[0])
        elif kind == "relu":
            x = jax.nn.relu(x)
        elif kind == "tanh":
            x = jnp.tanh(x)
        elif kind == "pool":
            x = max_pool(x)
        elif kind == "flatten":
            x = x.reshape(len(x), -1)
        elif kind == "linear":
            x = x @ next(params) + next(params)
    return x


def loss(problem, convolve, params, x, y):
    z = outputs(problem, convolve, params, x)
    if problem.is_regression:
        return ((z - y) ** 2).mean()
    return -jnp.take_along_axis(jax.nn.log_softmax(z), y[:, None], axis=1).mean()


def adapt(problem, convolve, unroll, params, v, rates, x, y):
    """The inner loop of one task: x, y [steps, batch, …]. Returns the adapted params and v."""

    def step(state, batch):
        params, v, m = state
        rate, x, y = batch
        g = jax.grad(functools.partial(loss, problem, convolve))(params, x, y)
        tree = jax.tree_util.tree_map
        if problem.optimizer == "sgd":
            return (tree(lambda p, g: p - rate * g, params, g), v, m), None
        v = tree(lambda v, g: problem.beta2 * v + (1 - problem.beta2) * g * g, v, g)
        m = tree(lambda m, g: problem.beta1 * m + (1 - problem.beta1) * g, m, g) if problem.beta1 > 0 else m
        used = m if problem.beta1 > 0 else g
        params = tree(lambda p, m, v: p - rate * m / (jnp.sqrt(v) + problem.eps), params, used, v)
        return (params, v, m), None

    m = jax.tree_util.tree_map(jnp.zeros_like, params) if problem.beta1 > 0 else None
    (params, v, _), _ = lax.scan(step, (params, v, m), (rates, x, y), unroll=unroll)
    return params, v


@jax.jit
def meta_step(params, adapted, epsilon):
    """params <- params + epsilon (mean_i adapted_i - params), and the mean of the second moments.
    `adapted` is a list of (params, v), or one of both with a leading axis."""
    if isinstance(adapted, list):
        adapted = stacked(adapted)
    mean, v = jax.tree_util.tree_map(lambda leaf: leaf.mean(0), adapted)
    return jax.tree_util.tree_map(lambda p, q: p + epsilon * (q - p), params, mean), v


def stacked(trees):
    return jax.tree_util.tree_map(lambda *leaves: jnp.stack(leaves), *trees)


def to_jax(array):
    """PyTorch's shapes to ours: kernels HWIO, linear weights [in, out]."""
    order = {4: (2, 3, 1, 0), 2: (1, 0)}.get(array.ndim)
    return jnp.asarray(array if order is None else array.transpose(order))


class JaxReptile:
    def __init__(self, arguments):
        self.problem, words = PROBLEMS[arguments.network], arguments.setting.split("+")
        convolve = convolution_by_patches if "patches" in words else convolution
        unroll = self.problem.steps if "unroll" in words else 1
        adapt_task = functools.partial(adapt, self.problem, convolve, unroll)
        predict_task = functools.partial(outputs, self.problem, convolve)
        self.is_vmap = "vmap" in words
        self.adapt_tasks = jax.jit(jax.vmap(adapt_task, (None, None, None, 0, 0)) if self.is_vmap else adapt_task)
        self.predict_tasks = jax.jit(jax.vmap(predict_task))
        self.threads = concurrent.futures.ThreadPoolExecutor(arguments.cores) if "threads" in words else None
        self.reset()

    def reset(self):
        self.params = [to_jax(array) for array in initial_params(self.problem)]
        self.zeros = jax.tree_util.tree_map(jnp.zeros_like, self.params)
        self.v, self.adam_steps = self.zeros, 0

    def rows(self, x):
        return x if self.problem.is_regression else np.moveaxis(x, -3, -1)

    def prepare(self, x, y):
        """[tasks, …] for vmap, else a list of tasks."""
        batches = self.rows(x), y
        return jax.device_put(batches) if self.is_vmap else [jax.device_put(task) for task in zip(*batches)]

    def adapt(self, batches, steps=None):
        v = self.v if self.problem.optimizer_state == "carry" else self.zeros
        rates = step_rates(self.problem, self.adam_steps, steps)
        one = functools.partial(self.adapt_tasks, self.params, v, rates)
        if self.is_vmap:
            return one(*batches)
        if self.threads is None:
            return [one(*task) for task in batches]
        return list(self.threads.map(lambda task: jax.block_until_ready(one(*task)), batches))

    def iterate(self, batches, epsilon):
        self.params, v = meta_step(self.params, self.adapt(batches), epsilon)
        if self.problem.optimizer_state == "carry":
            self.v, self.adam_steps = v, self.adam_steps + self.problem.steps

    def predict(self, batches, x, steps):
        adapted = self.adapt(batches, steps)
        params, _ = adapted if self.is_vmap else stacked(adapted)
        return np.asarray(self.predict_tasks(params, self.rows(x)))

    def wait(self):
        jax.block_until_ready(self.params)

    def is_finite(self):
        return all(np.isfinite(leaf).all() for leaf in self.params)


if __name__ == "__main__":
    Harness(JaxReptile(ARGUMENTS), ARGUMENTS).serve(f"JAX {jax.__version__}")
