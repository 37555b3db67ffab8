"""Keywords, as fields() lists them. Made by scripts/make_python_stubs."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
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
