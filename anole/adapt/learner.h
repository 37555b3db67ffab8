#pragma once

// ADAPT: one task, k inner steps. An engine implements Learner; it is called once a segment of a
// task, and there is no virtual call inside a step.
//
// Rules:
// 1. Learners are stateless in the weights: pure functions of their arguments, the same bits for
//    the same arguments at every call. They keep only plans and scratch memory.
// 2. A learner serves one thread at a time; make one per worker.
// 3. adapt composes: batches [0, j) and then [j, k) give the same bits as [0, k).

#include <span>
#include <string_view>
#include <vector>

#include "anole/adapt/inner_options.h"
#include "anole/adapt/task_state.h"
#include "anole/core/rng.h"
#include "anole/models/signature.h"
#include "anole/tasks/schedule.h"
#include "anole/tasks/task.h"

namespace anole {

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

// The rows that normalise a prediction. Networks whose Signature has no statistics need none.
struct NormRows {
  NormMode mode = NormMode::kTransductive;
  Examples support = {};                   // of kSupportPlusOne and kSupport
  std::span<const float> statistics = {};  // of kSupport: in place of `support`, measured before
};

struct LossAndGradient {
  double loss = 0;              // mean over the rows
  std::vector<float> gradient;  // [P]; 0 for a bias that feeds a batch-norm
};

class Learner {
 public:
  virtual ~Learner() = default;

  virtual const Signature& signature() const = 0;
  virtual std::string_view engine() const = 0;  // "fused", "reference", …
  // Version of the kernels that inner steps in `precision` use, part of the promise of equal bits;
  // empty where there are none. Throws Error if there are none for kBf16, as adapt does.
  virtual std::string_view kernel_version(Precision precision) const;

  // P initial parameters.
  virtual std::vector<float> init(Rng rng) const = 0;

  // Takes batches.steps() inner steps on rows of `support`, named by `batches`.
  virtual void adapt(TaskState& state, const Examples& support, const Batches& batches,
                     const InnerOptions& options) = 0;

  // Loss and gradient over all `rows` as one batch.
  virtual LossAndGradient gradient(std::span<const float> params, const Examples& rows) = 0;

  // What normalisation takes from `rows` as one batch; [signature().statistics_size()].
  virtual std::vector<float> statistics(std::span<const float> params, const Examples& rows) = 0;

  // Outputs [n, N] (logits) or [n, D] for the n `rows`; their labels are not read. Throws Error
  // where the mode needs rows or statistics that are not there, and for a row that is not finite.
  virtual std::vector<float> predict(std::span<const float> params, const Examples& rows,
                                     const NormRows& norm) = 0;
};

}  // namespace anole
