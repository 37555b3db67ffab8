#pragma once

// ADAPT: one task, k inner steps. An engine implements Learner; it is called once per task, and
// there is no virtual call inside a step.
//
// Rules:
// 1. Learners are stateless in the weights: pure functions of their arguments, the same bits for
//    the same arguments at every call. They keep only plans and scratch memory.
// 2. A learner serves one thread at a time; make one per worker.
// 3. adapt composes: batches [0, j) and then [j, k) give the same bits as [0, k).

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <tuple>
#include <vector>

#include "anole/core/fields.h"
#include "anole/core/meta_state.h"
#include "anole/core/rng.h"
#include "anole/models/model_spec.h"
#include "anole/tasks/schedule.h"
#include "anole/tasks/task.h"

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

// Which rows share the batch when a network with batch-norm predicts; without batch-norm all agree.
enum class NormMode {
  kTransductive,    // the given rows, alone
  kSupportPlusOne,  // all support rows plus one given row at a time
  kSupport,         // statistics of the support rows, frozen
};
inline std::span<const std::string_view> enum_names(NormMode) {
  static constexpr std::string_view kNames[] = {"transductive", "support+1", "support"};
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

// One inner step. Adam (eps outside the bias correction, as in the authors' program):
//   t <- t + 1;  v <- beta2 v + (1 - beta2) g^2;  params <- params - lr sqrt(1 - beta2^t) m /
//   (sqrt(v) + eps)
// where m = g for beta1 = 0; for beta1 > 0, m <- beta1 m + (1 - beta1) g, kept inside the task only
// and divided by (1 - beta1^s) after s steps of the task. SGD: params <- params - lr g.
// First, in both: params <- (1 - weight_decay) params, every parameter; and where clip_norm > 0,
// g <- g min(1, clip_norm / |g|), with |g| the Euclidean norm over all parameters (Pascanu, Mikolov
// & Bengio 2013). The gradient g is of the mean loss over the batch; under Adam with moment_batch
// B > 0, g <- g b / B after that, for a batch of b rows: the gradient of the summed loss, as in the
// authors' program, in the unit in which batches of B rows keep their mean.
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
  // Rows of the batches that the stored second moment was made from, meta-training's; no option:
  // Experiment sets it. 0: Adam sees the mean loss, whatever the size of the batch.
  int moment_batch = 0;
  Precision precision = Precision::kFp32;

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
              "operands of the inner steps' products: fp32, or bf16 where the CPU has it"}};
  }
};

// What Adam multiplies the mean gradient of a batch of `rows` rows by: rows / moment_batch, or 1
// where that is 0.
double gradient_scale(const InnerOptions& options, int rows);

// A network on its way through one task.
struct TaskState {
  MetaState meta;                   // params, second moment and Adam steps so far
  std::vector<float> first_moment;  // [P] once beta1 > 0 has taken a step; else empty
  std::int64_t task_steps = 0;      // inner steps taken in this task
  double loss = 0;                  // of the last step's batch, before that step
};

// The state from which a task starts: a copy of `meta`, its second moment as the policy says.
// Throws Error for kFrozen with no stored moment (adam_steps = 0).
// `spare` lends its memory, not its values.
TaskState begin_task(const MetaState& meta, const InnerOptions& options, MetaState spare = {});
// The same but for the values of params and second moment, which have their sizes: for engines that
// read the start from `meta`. Its second moment is meta's if carries_moment, else zeros.
TaskState begin_task_unread(const MetaState& meta, const InnerOptions& options, MetaState spare);
bool carries_moment(const MetaState& meta, const InnerOptions& options);

struct LossAndGradient {
  double loss = 0;              // mean over the rows
  std::vector<float> gradient;  // [P]; 0 for a bias that feeds a batch-norm
};

class Learner {
 public:
  virtual ~Learner() = default;

  virtual const ModelSpec& spec() const = 0;
  virtual std::string_view engine() const = 0;  // "fused", "reference", …
  // Version of the kernels that inner steps in `precision` use, part of the promise of equal bits;
  // empty where there are none. Throws Error if there are none for kBf16, as adapt does.
  virtual std::string_view kernel_version(Precision precision) const;

  virtual std::vector<float> init(Rng rng) const { return initial_params(spec(), rng); }

  // Takes batches.steps() inner steps on rows of `support`, named by `batches`.
  virtual TaskState adapt(TaskState state, const Examples& support, const Batches& batches,
                          const InnerOptions& options) = 0;

  // The first steps of a task: adapt(begin_task(meta, options, spare), …), which is what engines do
  // that have no way around the copy of `meta`.
  virtual TaskState adapt_from(const MetaState& meta, const Examples& support,
                               const Batches& batches, const InnerOptions& options,
                               MetaState spare = {});

  // Loss and gradient over all `rows` as one batch.
  virtual LossAndGradient gradient(std::span<const float> params, const Examples& rows) = 0;

  // Outputs [n, N] (logits) or [n, D] for the n `rows`; their labels are not read. `support` may be
  // empty for kTransductive.
  virtual std::vector<float> predict(std::span<const float> params, const Examples& support,
                                     const Examples& rows, NormMode norm) = 0;
};

}  // namespace anole
