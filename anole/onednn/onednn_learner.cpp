#include "anole/onednn/onednn_learner.h"

#include <memory>

#include "anole/adapt/plan_learner.h"
#include "anole/core/parallel.h"
#include "anole/onednn/plan.h"

namespace anole {

std::unique_ptr<Learner> make_onednn_learner(const ModelSpec& spec) {
  return std::make_unique<PlanLearner<onednn::Plan>>(spec);
}

std::string describe_onednn_plan(const ModelSpec& spec, int rows, Precision precision) {
  (void)make_onednn_learner(spec)->kernel_version(precision);  // refuses bf16
  const WorkerScope worker;
  const onednn::Plan::ThreadScope one_thread;
  return onednn::Plan(spec, rows, PlanKind::kTrain).describe();
}

std::string_view onednn_version() { return onednn::Plan::kernel_version(); }

}  // namespace anole
