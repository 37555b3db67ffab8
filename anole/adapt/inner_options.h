#pragma once

// What an inner step does: optimiser, step size, precision.

#include <span>
#include <string_view>
#include <tuple>

#include "anole/core/fields.h"

namespace anole {

enum class Optimizer { kAdam, kSgd };
inline std::span<const std::string_view> enum_names(Optimizer) {
  static constexpr std::string_view kNames[] = {"adam", "sgd"};
  return kNames;
}

// What happens to Adam's second moment v and step count t between tasks.
enum class OptimizerState {
  kCarry,   // tasks start from the meta-state's v and t; afterwards v is the mean over the tasks' v
  kReset,   // zeros for each task, in training and evaluation
  kFrozen,  // v and t stay as stored
};
inline std::span<const std::string_view> enum_names(OptimizerState) {
  static constexpr std::string_view kNames[] = {"carry", "reset", "frozen"};
  return kNames;
}

// What the products of an inner step (convolutions and linear layers with more than 16 channels on
// either side, forward and backward) are computed from. Parameters, sums, normalisation and
// optimiser are float32 in both, and so are predictions.
enum class Precision {
  kFp32,
  kBf16,  // weights, activations and gradients rounded to bfloat16; needs the CPU's instructions
};
inline std::span<const std::string_view> enum_names(Precision) {
  static constexpr std::string_view kNames[] = {"fp32", "bf16"};
  return kNames;
}

// What Adam's gradient of a batch is of. Under a second moment made from batches of other sizes the
// two differ: a batch of half as many rows has half the summed loss and takes half the step.
enum class LossReduction {
  kSum,   // the rows' summed loss, as in the authors' program
  kMean,  // the rows' mean loss, whatever the size of the batch
};
inline std::span<const std::string_view> enum_names(LossReduction) {
  static constexpr std::string_view kNames[] = {"sum", "mean"};
  return kNames;
}

// One inner step. Adam (eps outside the bias correction, as in the authors' program):
//   t <- t + 1;  v <- beta2 v + (1 - beta2) g^2;  params <- params - lr sqrt(1 - beta2^t) m /
//   (sqrt(v) + eps)
// where m = g for beta1 = 0; for beta1 > 0, m <- beta1 m + (1 - beta1) g, kept inside the task only
// and divided by (1 - beta1^s) after s steps of the task. SGD: params <- params - lr g.
// First, in both: params <- (1 - weight_decay) params, every parameter; and where clip_norm > 0,
// g <- g min(1, clip_norm / |g|), with |g| the Euclidean norm over all parameters (Pascanu, Mikolov
// & Bengio 2013). The gradient g is of the mean loss over the batch; under Adam with kSum,
// g <- g b / B after that, for a batch of b rows and B = MetaState::moment_rows: the gradient of
// the summed loss, as in the authors' program, in the unit in which batches of B rows keep their
// mean.
struct InnerOptions {
  Optimizer optimizer = Optimizer::kAdam;
  double lr = 1e-3;
  double beta1 = 0;  // the paper's 0; PyTorch's default is 0.9
  double beta2 = 0.999;
  double eps = 1e-8;
  double weight_decay = 0;
  double clip_norm = 0;  // 0: gradients are taken as they are
  double label_smoothing = 0;
  OptimizerState optimizer_state = OptimizerState::kCarry;
  Precision precision = Precision::kFp32;
  LossReduction loss_reduction = LossReduction::kSum;

  static constexpr auto fields() {
    return std::tuple{
        Heading{"Inner loop"},
        Field{"optimizer", &InnerOptions::optimizer, "inner optimiser: adam or sgd"},
        Field{"lr", &InnerOptions::lr, "inner learning rate", {.min = 0, .above_min = true}},
        Field{"beta1",
              &InnerOptions::beta1,
              "Adam's first-moment decay; 0: no first moment",
              {.min = 0, .max = 0.999999}},
        Field{"beta2",
              &InnerOptions::beta2,
              "Adam's second-moment decay",
              {.min = 0, .max = 0.999999999}},
        Field{"adam_eps", &InnerOptions::eps, "Adam's eps", {.min = 0, .above_min = true}},
        Field{"weight_decay",
              &InnerOptions::weight_decay,
              "params shrink by this fraction before each inner step",
              {.min = 0, .max = 1}},
        Field{"clip_norm",
              &InnerOptions::clip_norm,
              "longest gradient of an inner step, longer ones are scaled down to it; 0: any",
              {.min = 0}},
        Field{"label_smoothing",
              &InnerOptions::label_smoothing,
              "share of the target that is spread evenly over all classes",
              {.min = 0, .max = 1}},
        Field{"optimizer_state", &InnerOptions::optimizer_state,
              "Adam's second moment between tasks: carry, reset or frozen"},
        Field{"precision", &InnerOptions::precision,
              "operands of the inner steps' products: fp32, or bf16 where the CPU has it"},
        Field{"loss_reduction", &InnerOptions::loss_reduction,
              "Adam's loss over a batch: sum, so that a batch smaller than meta-training's takes "
              "smaller steps, or mean"}};
  }
};

}  // namespace anole
