"""Keywords, as fields() lists them. Made by scripts/make_python_stubs."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence


class AdaptOptions(TypedDict, total=False):
    # inner steps; 0: the bundle's, more of them for more examples; usually 0
    steps: int | None
    # examples of an inner step; 0: the bundle's, more of them for more examples; usually 0
    batch: int | None
    # inner learning rate; 0: the bundle's; usually 0
    lr: float | None
    # pixels by which example images move at random in each inner step; -1: the bundle's; usually -1
    shift: int | None
    # seed of the order of examples and of their moves; usually 0
    seed: int | None
    # draws of this task, from 0, of an evaluation with this seed; usually 0
    task: int | None
    # swap black and white of pictures: yes, no, or auto: where the ground is the opposite of training's; usually auto
    invert: str | None


class ModelOptions(TypedDict, total=False):
    # omniglot_conv4, miniimagenet_conv4, conv4_fc, sine_mlp or mlp; empty: the data set's usual network; usually none
    model: str | None
    # hidden widths of mlp; usually 64,64
    widths: Sequence[int] | None
    # activation of mlp: relu or tanh; usually relu
    activation: str | None


class TrainOptions(TypedDict, total=False):
    # glyphs, omniglot, miniimagenet, image_folder, vectors, sine or harmonics; usually glyphs
    dataset: str | None
    # alphabets, seeded, authors, vinyals, background_evaluation, ravi, lists, folders or all; empty: the data set's usual one; usually none
    split: str | None
    # seed of seeded splits; usually 0
    split_seed: int | None
    # use the first n training classes; 0: all; usually 0
    train_classes: int | None
    # use the first n test classes; 0: all; usually 0
    test_classes: int | None
    # take the last n classes out of training, for validation; usually 0
    validation_classes: int | None
    # share of test classes in seeded splits; usually 0.2
    test_fraction: float | None
    # height and width of images in pixels; 0: the data set's usual size; usually 0
    image_size: int | None
    # train on four rotations of each class (omniglot, glyphs); usually true
    rotations: bool | None
    # train on the mirror image of each class too, as a class of its own (images); usually false
    mirrors: bool | None
    # image_folder: 1 for grey, 3 for RGB; 0: RGB if any picture has a colour; usually 0
    channels: int | None
    # how pictures shrink: area (means), nearest, or auto: nearest for pictures of the data set's own size (omniglot), area for all others; usually auto
    resize: str | None
    # pictures that are not square: stretch, pad with their ground, or crop the middle; usually stretch
    fit: str | None
    # swap black and white: yes, no, or auto: where the ground is the opposite of training's; usually auto
    invert: str | None
    # leave out classes that have too few items for a task; usually false
    skip_small_classes: bool | None
    # vectors .csv, .tsv: name or place, from 1, of the label column; empty: the one named label, labels, class, target or category, else the last; usually none
    label_column: str | None
    # vectors .csv, .tsv: whether the first record names the columns: auto, true or false; usually auto
    header: str | None
    # vectors .csv, .tsv: columns that are no features, by name or place, as id,date; usually none
    leave_out: str | None
    # vectors: give each column mean 0 and deviation 1 over the rows of the training classes; usually false
    standardize: bool | None
    # vectors from .npy or .npz: file with one label a row, .npy or text; usually none
    labels: str | os.PathLike[str] | None
    # omniglot_conv4, miniimagenet_conv4, conv4_fc, sine_mlp or mlp; empty: the data set's usual network; usually none
    model: str | None
    # hidden widths of mlp; usually 64,64
    widths: Sequence[int] | None
    # activation of mlp: relu or tanh; usually relu
    activation: str | None
    # classes of a task; usually 5
    ways: int | None
    # support rows of a class in evaluation; usually 1
    shots: int | None
    # support rows of a class in meta-training; usually 10
    train_shots: int | None
    # where the classes of one task come from: any, or one group (an alphabet); usually any
    within: str | None
    # pixels by which images move at random, in meta-training; usually 0
    shift: int | None
    # rows of an inner batch in meta-training; 0: all support rows; usually 10
    inner_batch: int | None
    # inner steps in meta-training; usually 5
    inner_steps: int | None
    # draw inner batches independently of each other; usually false
    replacement: bool | None
    # rows of the last inner batch: shared with the earlier ones, or separate; usually shared
    tail: str | None
    # inner optimiser: adam or sgd; usually adam
    optimizer: str | None
    # inner learning rate; usually 0.001
    lr: float | None
    # Adam's first-moment decay; 0: no first moment; usually 0
    beta1: float | None
    # Adam's second-moment decay; usually 0.999
    beta2: float | None
    # Adam's eps; usually 1e-08
    adam_eps: float | None
    # params shrink by this fraction before each inner step; usually 0
    weight_decay: float | None
    # longest gradient of an inner step, longer ones are scaled down to it; 0: any; usually 0
    clip_norm: float | None
    # share of the target that is spread evenly over all classes; usually 0
    label_smoothing: float | None
    # Adam's second moment between tasks: carry, reset or frozen; usually carry
    optimizer_state: str | None
    # operands of the inner steps' products: fp32, or bf16 where the CPU has it; usually fp32
    precision: str | None
    # Adam's loss over a batch: sum, so that a batch smaller than meta-training's takes smaller steps, or mean; usually sum
    loss_reduction: str | None
    # reptile, or fomaml, which follows the last inner step alone; usually reptile
    meta_learner: str | None
    # weight of each inner step in the meta step, as 1,1,0; empty: meta_learner's; usually none
    step_weights: Sequence[int] | None
    # tasks of a meta-iteration; 1: serial Reptile; usually 5
    meta_batch: int | None
    # meta-iterations; usually 100000
    iterations: int | None
    # meta step size epsilon at the start; usually 1
    meta_step: float | None
    # meta step size epsilon at the end; usually 0
    meta_step_final: float | None
    # how epsilon goes from start to end: linear or cosine; usually linear
    meta_schedule: str | None
    # inner learning rate at the end of meta-training, reached as meta_schedule says; 0: lr throughout; usually 0
    lr_final: float | None
    # decay of the moving average of params that is evaluated and shipped; 0: none; usually 0
    average: float | None
    # count each task under all orders of its labels: output rows stay equal; usually false
    label_symmetry: bool | None
    # evaluation tasks; usually 10000
    tasks: int | None
    # query rows of a class in evaluation; usually 1
    queries: int | None
    # rows of an inner batch in evaluation; 0: all support rows; usually 5
    eval_batch: int | None
    # inner steps in evaluation; usually 50
    eval_steps: int | None
    # inner learning rate in evaluation; 0: that of the end of meta-training; usually 0
    eval_lr: float | None
    # pixels by which support images move at random in each inner step of evaluation; usually 0
    eval_shift: int | None
    # meta-iterations between validations, and one at the end; 0: never; usually 5000
    eval_every: int | None
    # tasks of a validation; usually 100
    validation_tasks: int | None
    # seed of tasks, batches and initial parameters; usually 0
    seed: int | None
    # start from the initialisation in this bundle, of the same network; empty: from random parameters; usually none
    init: str | os.PathLike[str] | None
    # SHA-256 that the bundle of init must have; empty: whatever it has; usually none
    init_digest: str | None
    # worker threads; 0: all cores; usually 0
    threads: int | None
    # run folder; must not exist; usually none
    out: str | os.PathLike[str] | None
    # wall time between checkpoints; usually 20
    checkpoint_seconds: float | None
    # fused, onednn (its peer) or reference (plain loops); usually fused
    engine: str | None
    # tasks of each size by which the bundle's probabilities are calibrated at the end; 0: not calibrated; usually 100
    calibration_tasks: int | None
    # write report.html at the end; usually true
    report: bool | None
    # write event files for TensorBoard into the run folder; usually false
    tensorboard: bool | None


class EvalOptions(TypedDict, total=False):
    # glyphs, omniglot, miniimagenet, image_folder, vectors, sine or harmonics; usually the run's
    dataset: str | None
    # alphabets, seeded, authors, vinyals, background_evaluation, ravi, lists, folders or all; empty: the data set's usual one; usually the run's
    split: str | None
    # image_folder: 1 for grey, 3 for RGB; 0: RGB if any picture has a colour; usually the run's
    channels: int | None
    # how pictures shrink: area (means), nearest, or auto: nearest for pictures of the data set's own size (omniglot), area for all others; usually the run's
    resize: str | None
    # pictures that are not square: stretch, pad with their ground, or crop the middle; usually the run's
    fit: str | None
    # swap black and white: yes, no, or auto: where the ground is the opposite of training's; usually the run's
    invert: str | None
    # leave out classes that have too few items for a task; usually the run's
    skip_small_classes: bool | None
    # classes of a task; usually the run's
    ways: int | None
    # support rows of a class in evaluation; usually the run's
    shots: int | None
    # where the classes of one task come from: any, or one group (an alphabet); usually the run's
    within: str | None
    # operands of the inner steps' products: fp32, or bf16 where the CPU has it; usually the run's
    precision: str | None
    # Adam's loss over a batch: sum, so that a batch smaller than meta-training's takes smaller steps, or mean; usually the run's
    loss_reduction: str | None
    # evaluation tasks; usually the run's
    tasks: int | None
    # query rows of a class in evaluation; usually the run's
    queries: int | None
    # rows of an inner batch in evaluation; 0: all support rows; usually the run's
    eval_batch: int | None
    # inner steps in evaluation; usually the run's
    eval_steps: int | None
    # inner learning rate in evaluation; 0: that of the end of meta-training; usually the run's
    eval_lr: float | None
    # pixels by which support images move at random in each inner step of evaluation; usually the run's
    eval_shift: int | None
    # seed of tasks, batches and initial parameters; usually the run's
    seed: int | None
    # worker threads; 0: all cores; usually 0
    threads: int | None
    # classes of the tasks: test, validation or train; usually test
    split_part: str | None
    # replay the tasks of this file, written by --tasks-out; ways, shots, queries and tasks are the file's; usually none
    tasks_in: str | os.PathLike[str] | None
    # write the tasks to this file: classes, support and query items, hash; usually none
    tasks_out: str | os.PathLike[str] | None
    # rows that share batch-norm statistics: transductive, support+1, support or all; usually all
    norm: str | None
    # the same protocol from the network's random initialisation, for comparison; usually false
    random_init: bool | None
    # score before adapting and after few inner steps as well; usually true
    curve: bool | None
    # also say what the bundle's probabilities are worth on these classes: calibration error, and whether rows of other classes are told apart; usually false
    calibration: bool | None
    # fused, onednn (its peer) or reference (plain loops); usually fused
    engine: str | None


class TaskOptions(TypedDict, total=False):
    # glyphs, omniglot, miniimagenet, image_folder, vectors, sine or harmonics; usually glyphs
    dataset: str | None
    # alphabets, seeded, authors, vinyals, background_evaluation, ravi, lists, folders or all; empty: the data set's usual one; usually none
    split: str | None
    # seed of seeded splits; usually 0
    split_seed: int | None
    # use the first n training classes; 0: all; usually 0
    train_classes: int | None
    # use the first n test classes; 0: all; usually 0
    test_classes: int | None
    # take the last n classes out of training, for validation; usually 0
    validation_classes: int | None
    # share of test classes in seeded splits; usually 0.2
    test_fraction: float | None
    # height and width of images in pixels; 0: the data set's usual size; usually 0
    image_size: int | None
    # train on four rotations of each class (omniglot, glyphs); usually true
    rotations: bool | None
    # train on the mirror image of each class too, as a class of its own (images); usually false
    mirrors: bool | None
    # image_folder: 1 for grey, 3 for RGB; 0: RGB if any picture has a colour; usually 0
    channels: int | None
    # how pictures shrink: area (means), nearest, or auto: nearest for pictures of the data set's own size (omniglot), area for all others; usually auto
    resize: str | None
    # pictures that are not square: stretch, pad with their ground, or crop the middle; usually stretch
    fit: str | None
    # swap black and white: yes, no, or auto: where the ground is the opposite of training's; usually auto
    invert: str | None
    # leave out classes that have too few items for a task; usually false
    skip_small_classes: bool | None
    # vectors .csv, .tsv: name or place, from 1, of the label column; empty: the one named label, labels, class, target or category, else the last; usually none
    label_column: str | None
    # vectors .csv, .tsv: whether the first record names the columns: auto, true or false; usually auto
    header: str | None
    # vectors .csv, .tsv: columns that are no features, by name or place, as id,date; usually none
    leave_out: str | None
    # vectors: give each column mean 0 and deviation 1 over the rows of the training classes; usually false
    standardize: bool | None
    # vectors from .npy or .npz: file with one label a row, .npy or text; usually none
    labels: str | os.PathLike[str] | None
    # where the classes of one task come from: any, or one group (an alphabet); usually any
    within: str | None
    # worker threads; 0: all cores; usually 0
    threads: int | None
    # replay the tasks of this file, written by --tasks-out; ways, shots, queries and tasks are the file's; usually none
    tasks_in: str | os.PathLike[str] | None
    # write the tasks to this file: classes, support and query items, hash; usually none
    tasks_out: str | os.PathLike[str] | None
