"""What all programs compute: networks, protocol, and a small problem on the same data for each.

As a program, writes a problem's data for `anole train --dataset vectors`, and says what it is:

    python problem.py omniglot_conv4 FOLDER [--data DIR]
"""

import argparse
import dataclasses
import io
import pathlib
import random
import zipfile

import numpy as np

# Layers by kind; a convolution is 3x3 without bias, as the batch-norm after it removes any.
NETWORKS = {
    "omniglot_conv4": [("conv", 64, 2), ("norm", 1e-3), ("relu",)] * 4 + [("flatten",), ("linear", 5)],
    "miniimagenet_conv4": [("conv", 32, 1), ("norm", 1e-3), ("pool",), ("relu",)] * 4 + [("flatten",), ("linear", 5)],
    "conv4_fc": ([("conv", 64, 1), ("norm", 1e-5), ("relu",)] * 2 + [("pool",)]) * 2
    + [("flatten",), ("linear", 256), ("relu",), ("linear", 5)],
    "sine_mlp": [("linear", 64), ("tanh",), ("linear", 64), ("tanh",), ("linear", 1)],
}


@dataclasses.dataclass(frozen=True)
class Problem:
    """Training as `anole bench` measures it. Evaluation takes the batch and steps of training, so
    that the accuracy is that of the very function whose speed is measured."""

    network: str
    shape: tuple  # of a row
    train_shots: int
    shots: int  # ways * shots = batch
    batch: int
    steps: int
    iterations: int  # meta-iterations of the accuracy check
    classes: tuple = (0, 0)  # for training, for testing
    ways: int = 5
    queries: int = 5
    optimizer: str = "adam"
    lr: float = 1e-3
    beta1: float = 0.0
    beta2: float = 0.999
    eps: float = 1e-8
    optimizer_state: str = "carry"
    meta_step: float = 1.0
    fan_in: bool = False  # initialisation: uniform 1/sqrt(fan_in), else Glorot
    init_seed: int = 0
    tasks: int = 500  # of the evaluation
    margin: float = 2.0  # of the score: what the seed of a training may change

    @property
    def layers(self):
        return NETWORKS[self.network]

    @property
    def is_regression(self):
        return self.network == "sine_mlp"


PROBLEMS = {
    problem.network: problem
    for problem in (
        Problem("omniglot_conv4", (1, 28, 28), train_shots=10, shots=2, batch=10, steps=5, iterations=300,
                classes=(200, 100)),
        Problem("miniimagenet_conv4", (3, 84, 84), train_shots=15, shots=2, batch=10, steps=8, iterations=40,
                classes=(40, 20), tasks=200),
        Problem("conv4_fc", (1, 20, 20), train_shots=5, shots=5, batch=25, steps=5, iterations=40,
                classes=(64, 20), beta1=0.9, optimizer_state="reset", fan_in=True, tasks=200),
        Problem("sine_mlp", (1,), train_shots=50, shots=10, batch=10, steps=5, iterations=2000,
                ways=1, queries=50, optimizer="sgd", lr=0.02, fan_in=True, tasks=2000, margin=0.03),
    )
}


def initial_params(problem):
    """Arrays in PyTorch's shapes, in the order in which the layers use them."""
    rng = np.random.default_rng(problem.init_seed)
    channels, size, params = problem.shape[0], problem.shape[-1], []

    def uniform(shape, fan_in, fan_out):
        bound = fan_in**-0.5 if problem.fan_in else (6 / (fan_in + fan_out)) ** 0.5
        params.append(rng.uniform(-bound, bound, shape).astype(np.float32))

    for kind, *sizes in problem.layers:
        if kind == "conv":
            out, stride = sizes
            uniform((out, channels, 3, 3), 9 * channels, 9 * out)
            channels, size = out, -(-size // stride)
        elif kind == "norm":
            params += [np.ones(channels, np.float32), np.zeros(channels, np.float32)]
        elif kind == "pool":
            size = -(-size // 2)
        elif kind == "flatten":
            channels *= size * size
        elif kind == "linear":
            uniform((sizes[0], channels), channels, sizes[0])
            uniform(sizes[0], channels, 0) if problem.fan_in else params.append(np.zeros(sizes[0], np.float32))
            channels = sizes[0]
    return params


def step_rates(problem, adam_steps, steps=None):
    """The factor of each inner step of a task whose second moment has taken `adam_steps`. With
    `steps`, later ones are 0: the same function then adapts for fewer steps."""
    taken = np.arange(1, problem.steps + 1, dtype=np.float64)
    rates = np.full(problem.steps, problem.lr)
    if problem.optimizer == "adam":
        rates *= np.sqrt(1 - problem.beta2 ** (adam_steps + taken)) / (1 - problem.beta1**taken)
    return np.where(taken <= (steps or problem.steps), rates, 0).astype(np.float32)


class Tasks:
    """Few-shot tasks in numpy. `images` [classes, items, C, H, W] of the training or test classes;
    None draws sine waves."""

    def __init__(self, problem, images, seed):
        self.problem, self.images, self.rng = problem, images, np.random.default_rng(seed)

    def batches(self, tasks):
        """Inner batches of meta-training: rows [tasks, steps, batch, ...], targets alike."""
        return self._stack(tasks, self.problem.train_shots, 0)[0]

    def few_shot(self, tasks):
        """Inner batches of the support rows, and the query rows: ((x, y), (x, y))."""
        return self._stack(tasks, self.problem.shots, self.problem.queries)

    def _stack(self, tasks, shots, queries):
        draw = self._wave if self.problem.is_regression else self._classes
        support, query = zip(*(draw(shots, queries) for _ in range(tasks)))
        stack = lambda pairs: tuple(np.stack(arrays) for arrays in zip(*pairs))
        return stack([self._schedule(x, y) for x, y in support]), stack(query)

    def _classes(self, shots, queries):
        drawn = self.rng.choice(len(self.images), self.problem.ways, replace=False)
        items = [self.rng.permutation(self.images.shape[1])[: shots + queries] for _ in drawn]
        x = np.stack([self.images[c, chosen] for c, chosen in zip(drawn, items)])
        labels = np.arange(self.problem.ways, dtype=np.int32)
        rows = lambda part: part.reshape(-1, *self.problem.shape)
        return (rows(x[:, :shots]), labels.repeat(shots)), (rows(x[:, shots:]), labels.repeat(queries))

    def _wave(self, shots, queries):
        x = np.linspace(-5, 5, 50, dtype=np.float32)[:, None]
        y = (self.rng.uniform(0.1, 5) * np.sin(x + self.rng.uniform(0, 2 * np.pi))).astype(np.float32)
        chosen = self.rng.permutation(len(x))[:shots]
        return (x[chosen], y[chosen]), (x[:queries], y[:queries])

    def _schedule(self, x, y):
        """Shuffled rows cut in order, shuffled anew when exhausted."""
        needed = self.problem.steps * self.problem.batch
        shuffles = [self.rng.permutation(len(x)) for _ in range(-(-needed // len(x)))]
        order = np.concatenate(shuffles)[:needed].reshape(self.problem.steps, self.problem.batch)
        return x[order], y[order]


def score(problem, outputs, targets):
    """Mean and half of the 95 % interval over tasks: accuracy in percent, or squared error."""
    if problem.is_regression:
        of_task = ((outputs - targets) ** 2).mean(axis=(1, 2))
    else:
        of_task = 100 * (outputs.argmax(axis=2) == targets).mean(axis=1)
    return {"mean": float(of_task.mean()), "ci95": float(1.96 * of_task.std(ddof=1) / len(of_task) ** 0.5)}


# Data: [classes, items, C, H, W], training classes first.


def draw_strokes(problem, items=20):
    """Drawn characters: a class is a path of six points, an item the path with each point moved.
    In colour, a class has its ink and paper, an item shades of them and noise."""
    rng = np.random.default_rng(0)
    channels, size = problem.shape[0], problem.shape[-1]
    grid = (np.stack(np.meshgrid(*[np.arange(size)] * 2, indexing="ij"), -1) + 0.5) / size
    images = np.empty((sum(problem.classes), items, *problem.shape), np.float32)
    for of_class in images:
        path = rng.uniform(0.15, 0.85, (6, 2))
        colours = rng.uniform(0.2, 0.8, (2, channels, 1, 1))
        for image in of_class:
            points = path + rng.normal(0, 0.05, path.shape)
            start, along = points[:-1], np.diff(points, axis=0)
            to_pixel = grid[:, :, None] - start
            t = ((to_pixel * along).sum(-1) / (along**2).sum(-1)).clip(0, 1)
            distance = np.linalg.norm(to_pixel - t[..., None] * along, axis=-1).min(-1)
            ink = (2 - 50 * distance).clip(0, 1)
            if channels == 1:
                image[0] = 1 - ink
            else:
                paper, colour = colours + rng.normal(0, 0.15, (2, channels, 1, 1))
                image[:] = (paper + (colour - paper) * ink + rng.normal(0, 0.1, image.shape)).clip(0, 1)
    return images


def read_omniglot(problem, folder):
    """Characters of the background set in a fixed random order, by nearest neighbour."""
    try:
        from PIL import Image
    except ImportError:
        raise SystemExit("reading Omniglot needs Pillow (python3-pil); or draw characters: --data none") from None
    archive = zipfile.ZipFile(folder / "images_background.zip")
    characters = {}
    for name in sorted(archive.namelist()):
        if name.endswith(".png"):
            characters.setdefault(name.rsplit("/", 1)[0], []).append(name)
    chosen = random.Random(0).sample(sorted(characters), sum(problem.classes))
    size = problem.shape[-1]
    pixel = ((np.arange(size) + 0.5) * 105 / size).astype(int)
    read = lambda name: np.asarray(Image.open(io.BytesIO(archive.read(name))).convert("L"))[np.ix_(pixel, pixel)]
    images = [[read(name) for name in characters[character]] for character in chosen]
    return (np.array(images) > 0).astype(np.float32)[:, :, None]


def write_data(problem, folder, data):
    """FOLDER/images.npy, a label a row, and the split; returns what the images are."""
    omniglot = pathlib.Path(data) / "omniglot" if data not in ("", "none") else None
    if omniglot is not None and problem.shape[0] == 1:
        images, name = read_omniglot(problem, omniglot), "Omniglot"
    else:
        images, name = draw_strokes(problem), "drawn strokes"
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "images.npy", images.reshape(-1, *problem.shape))
    classes = [f"class{i:04}" for i in range(len(images))]
    write = lambda file, names: (folder / file).write_text("".join(name + "\n" for name in names))
    write("labels.txt", [label for label in classes for _ in range(images.shape[1])])
    write("train.txt", classes[: problem.classes[0]])
    write("test.txt", classes[problem.classes[0] :])
    return f"{name}, {problem.classes[0]} classes to train on and {problem.classes[1]} to test"


def read_data(problem, folder):
    """Images of the training and of the test classes."""
    if problem.is_regression:
        return None, None
    images = np.load(folder / "images.npy").reshape(sum(problem.classes), -1, *problem.shape)
    return images[: problem.classes[0]], images[problem.classes[0] :]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("network", choices=PROBLEMS)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--data", default="", help="root of the data sets; holds omniglot/, or characters are drawn")
    arguments = parser.parse_args()
    print(write_data(PROBLEMS[arguments.network], arguments.folder, arguments.data))
