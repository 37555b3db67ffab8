#include "anole/onednn/onednn_learner.h"

#include <memory>

#include "anole/adapt/plan_learner.h"
#include "anole/onednn/plan.h"

namespace anole {

std::unique_ptr<Learner> make_onednn_learner(const ModelSpec& spec) {
  return std::make_unique<PlanLearner<onednn::Plan>>(spec);
}

std::string_view onednn_version() { return onednn::Plan::kernel_version(); }

}  // namespace anole
